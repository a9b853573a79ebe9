/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A ring, and what each file has for the others. What a file does is said at its
 * top; requests are in request.h, the ABI is in include/uapi/linux/xsc.h.
 */
#ifndef XSC_H
#define XSC_H

#include <linux/bvec.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/xsc.h>

#include "compat.h"
#include "request.h"

/* ---- rings */

struct xsc_region {
	struct page **pages;
	unsigned int nr_pages;
	void *addr;
	size_t size;
};

enum { XSC_SQ_RING, XSC_CQ_RING, XSC_SQES, XSC_CQES, XSC_REGIONS };

struct xsc_fixed_buf {
	u64 addr;
	u64 len;
	unsigned int nr_pages;
	struct bio_vec bvec[];
};

struct xsc_group {
	struct list_head node;
	u64 addr;
	u32 entries;
	u16 id;
	u16 head;
};

/*
 * struct xsc_ctx - one ring, made by open, set up by SETUP
 *
 * Lifetime: that of the struct file. Mappings, threads inside an ioctl and
 * task work each hold a reference to the file; requests hold none, they are
 * ended when the last descriptor of the owner is closed (flush), or at release.
 *
 * Each thread that serves it is an actor: the first to come takes @own.
 *
 * Locks, outer to inner: submit_lock, reg_lock, buf_sem, group_lock, lock,
 * cq_lock, actor_lock; then, with interrupts off: a wait queue of a file, ready_lock, the
 * two private wait queues. Only the last four are taken by wake-ups and timers.
 */
struct xsc_ctx {
	struct mm_struct *mm;		/* mm_count held: never reused, never used */
	fl_owner_t owner;		/* the opener's descriptor table */
	struct file *file;		/* not counted: ours */
	bool ready_made;		/* SETUP done; release, acquire */
	bool closing;			/* set under lock; never cleared */
	bool workers_stopped;
	struct xsc_params params;

	/* the consumer side of the submission queue */
	struct mutex submit_lock ____cacheline_aligned_in_smp;
	u32 sq_head;
	u32 sq_entries;
	u32 started;			/* requests taken */
	u32 drain_end;			/* seq that the last drain started ends at */
	bool drain_used;		/* set under cq_lock; sticky */
	u32 *sq_head_word;
	u32 *sq_tail_word;
	u32 *sq_dropped_word;
	atomic_t *sq_flags_word;
	struct xsc_sqe *sqes;
	/* operations, a bit for each opcode: */
	u64 permitted;			/* by RESTRICT */
	u64 allowed;			/* of those, what there is */

	/* threads inside: one has this, others have one on their stacks */
	struct xsc_actor own;
	spinlock_t actor_lock;		/* the others */
	struct hlist_head actors;

	/* the producer side of the completion queue */
	spinlock_t cq_lock ____cacheline_aligned_in_smp;
	u32 cq_tail;
	u32 cq_entries;
	u32 completed;			/* terminal completions */
	u32 nr_backlog;
	u32 *cq_head_word;
	u32 *cq_tail_word;
	struct xsc_cqe *cqes;
	struct list_head backlog;
	struct eventfd_ctx *eventfd;	/* under efd_lock */
	/* Inside it only the eventfd's own lock is taken. */
	spinlock_t efd_lock;

	/* requests that wait */
	spinlock_t lock ____cacheline_aligned_in_smp;
	struct list_head active;
	struct list_head work;
	struct list_head defer;
	unsigned int nr_active;

	spinlock_t ready_lock ____cacheline_aligned_in_smp;
	struct list_head ready;
	struct wait_queue_head enter_wq;	/* private: ENTER */
	struct wait_queue_head worker_wq;	/* private: idle workers, exclusive */
	struct wait_queue_head poll_wq;		/* anybody who polls the descriptor */
	struct work_struct notify_work;		/* tells poll_wq and eventfd from interrupts */

	atomic_t nr_workers;		/* threads inside WORKER */
	atomic_t nr_polling;		/* of those, awake and looking at the queue */

	/* what is registered */
	struct mutex reg_lock;
	spinlock_t file_lock;		/* the table of files */
	struct file **files;
	unsigned int nr_files;
	struct rw_semaphore buf_sem;
	struct xsc_fixed_buf **bufs;
	unsigned int nr_bufs;
	struct mutex group_lock;	/* one receive at a time takes a buffer */
	struct list_head groups;
	unsigned int nr_groups;

	struct callback_head poll_work;	/* device poll that consumes */
	unsigned long poll_work_queued;

	struct xsc_region region[XSC_REGIONS];

	/* statistics, for fdinfo */
	atomic64_t nr_parked;
	atomic64_t nr_entered;
	u64 nr_overflowed;		/* under cq_lock */
};

extern const struct file_operations xsc_fops;
extern unsigned int xsc_max_inflight;

static inline bool xsc_is_ring(struct file *file)
{
	return file->f_op == &xsc_fops;
}

/* main.c */
int xsc_check_caller(struct xsc_ctx *ctx);

/* ring.c */
int xsc_setup(struct xsc_ctx *ctx, struct xsc_params __user *arg);
int xsc_mmap(struct file *file, struct vm_area_struct *vma);
void xsc_free_ring(struct xsc_ctx *ctx);

/* cq.c */
bool xsc_post_more(struct xsc_req *req, int res, u32 flags);
bool xsc_move_backlog(struct xsc_ctx *ctx);
void xsc_notify(struct xsc_ctx *ctx);
void xsc_notify_work(struct work_struct *work);

/* Completions were posted. */
static inline void xsc_posted(struct xsc_ctx *ctx)
{
	/* Pairs with those of prepare_to_wait() and xsc_poll(): they see it, or we see them. */
	smp_mb();
	/* Behind that barrier. */
	if (unlikely(waitqueue_active(&ctx->enter_wq) || waitqueue_active(&ctx->poll_wq) ||
		     READ_ONCE(ctx->eventfd)))
		xsc_notify(ctx);
}

static inline void xsc_tell(struct xsc_actor *actor)
{
	if (actor->posted) {
		actor->posted = 0;
		xsc_posted(actor->ctx);
	}
}

/* Moves completions from the backlog to the queue as room allows; whether any was. */
static inline bool xsc_flush_backlog(struct xsc_ctx *ctx)
{
	return unlikely(READ_ONCE(ctx->nr_backlog)) && xsc_move_backlog(ctx);
}

static inline u32 xsc_cq_ready(struct xsc_ctx *ctx)
{
	/* Only a count: what is behind it is the reader's business. */
	return xsc_ring_used(READ_ONCE(ctx->cq_tail), READ_ONCE(*ctx->cq_head_word),
			     ctx->cq_entries);
}

/* The rest is for batch.c and cq.c, with cq_lock. */

static inline void xsc_publish_cqes(struct xsc_ctx *ctx, u32 tail)
{
	lockdep_assert_held(&ctx->cq_lock);
	WRITE_ONCE(ctx->cq_tail, tail);
	/* Pairs with the user side's load-acquire of tail: it sees the entries. */
	smp_store_release(ctx->cq_tail_word, tail);
}

/* Free entries; none while others wait for one, so that the order stays. */
static inline u32 xsc_cq_room(struct xsc_ctx *ctx)
{
	lockdep_assert_held(&ctx->cq_lock);
	if (unlikely(!list_empty(&ctx->backlog)))
		return 0;
	/* Pairs with the user side's store-release of head: it has read the slots. */
	return ctx->cq_entries - xsc_ring_used(ctx->cq_tail, smp_load_acquire(ctx->cq_head_word),
					       ctx->cq_entries);
}

static inline bool xsc_is_silent(const struct xsc_req *req)
{
	return (req->sqe.flags & XSC_SQE_CQE_SKIP_SUCCESS) && req->res >= 0;
}

void xsc_post_one(struct xsc_actor *actor, struct xsc_req *req);

/* req.c */
int xsc_try(struct xsc_req *req);
void xsc_run_special(struct xsc_actor *actor, struct xsc_req *req);
void xsc_run_slowly(struct xsc_actor *actor, struct xsc_req *req, int res);
int xsc_issue(struct xsc_actor *actor, struct xsc_req *req);
int xsc_issue_interruptibly(struct xsc_req *req);
void xsc_complete(struct xsc_actor *actor, struct xsc_req *req, int res);
void xsc_activate(struct xsc_req *req);

/* ready.c */
void xsc_push_ready(struct xsc_req *req);
bool xsc_run_ready(struct xsc_actor *actor);
int xsc_queue_work(struct xsc_req *req);
bool xsc_run_work(struct xsc_actor *actor);
void xsc_pump_deferred(struct xsc_actor *actor);

/* batch.c */
static inline bool xsc_sq_pending(struct xsc_ctx *ctx)
{
	return READ_ONCE(*ctx->sq_tail_word) != READ_ONCE(ctx->sq_head);
}

void xsc_submit_init(void);
int xsc_submit_batch(struct xsc_actor *actor, u32 max, bool try);
bool xsc_sq_offers(struct xsc_ctx *ctx);
void xsc_prepare(struct xsc_ctx *ctx, struct xsc_req *req);
struct xsc_req *xsc_take_entry(struct xsc_actor *actor);
void xsc_run_todo(struct xsc_actor *actor);
void xsc_post(struct xsc_actor *actor);

/* chain.c */
void xsc_take_special(struct xsc_actor *actor, struct xsc_req *head, u32 limit);

/* poll.c */
struct xsc_poll_table {
	struct poll_table_struct pt;
	struct xsc_req *req;
	unsigned int nr;
	int error;
};

void xsc_poll_begin(struct xsc_req *req, struct xsc_poll_table *pt, __poll_t events);
int xsc_let_go(struct xsc_req *req);
int xsc_poll_end(struct xsc_req *req, int res);
void xsc_timer_start(struct xsc_req *req, clockid_t clock, enum hrtimer_mode mode);
int xsc_park(struct xsc_req *req, __poll_t events);
int xsc_yield(struct xsc_req *req);
int xsc_park_timer(struct xsc_req *req, clockid_t clock, enum hrtimer_mode mode);
void xsc_park_link_timeout(struct xsc_req *req, enum hrtimer_mode mode);
void xsc_disarm(struct xsc_req *req);
void xsc_wake(struct xsc_req *req);

/* timeout.c */
int xsc_timeout_prep(struct xsc_req *req);
int xsc_op_timeout(struct xsc_req *req, bool sleep);
void xsc_link_timeout_arm(struct xsc_req *victim);
void xsc_link_timeout_end(struct xsc_actor *actor, struct xsc_req *victim,
			  struct xsc_req *timeout);
void xsc_link_timeout_fired(struct xsc_actor *actor, struct xsc_req *timeout);

/* cancel.c */
int xsc_cancel_prep(struct xsc_req *req);
void xsc_cancel_finished(struct xsc_actor *actor, struct xsc_req *req);
int xsc_op_cancel(struct xsc_req *req, bool sleep);
int xsc_steal(struct xsc_req *req, struct list_head *stolen);
void xsc_end_stolen(struct xsc_actor *actor, struct list_head *stolen);
void xsc_cancel_everything(struct xsc_ctx *ctx);
void xsc_shutdown(struct xsc_ctx *ctx);

/* worker.c */
long xsc_enter(struct xsc_ctx *ctx, u32 to_submit, u32 min_complete, u64 timeout_ns);
long xsc_worker(struct xsc_ctx *ctx, const struct xsc_worker *arg);
void xsc_stop_workers(struct xsc_ctx *ctx);
void xsc_consume(struct xsc_ctx *ctx);

/* register.c */
long xsc_register_files(struct xsc_ctx *ctx, const struct xsc_files_update *arg);
long xsc_unregister_files(struct xsc_ctx *ctx);
struct file *xsc_fixed_file(struct xsc_ctx *ctx, u32 index);
long xsc_register_buffers(struct xsc_ctx *ctx, const struct xsc_buffers *arg);
long xsc_unregister_buffers(struct xsc_ctx *ctx);
int xsc_import_fixed(struct xsc_req *req, int rw, struct iov_iter *iter);
long xsc_register_eventfd(struct xsc_ctx *ctx, int fd);
long xsc_unregister_eventfd(struct xsc_ctx *ctx);
void xsc_allow_all(struct xsc_ctx *ctx);
long xsc_probe(struct xsc_ctx *ctx, struct xsc_probe __user *arg);
long xsc_restrict(struct xsc_ctx *ctx, const struct xsc_restrict *arg);

/* group.c */
long xsc_register_group(struct xsc_ctx *ctx, const struct xsc_buf_ring *arg);
long xsc_unregister_group(struct xsc_ctx *ctx, const struct xsc_buf_ring *arg);
void xsc_free_groups(struct xsc_ctx *ctx);
struct xsc_group *xsc_group_lock(struct xsc_ctx *ctx, u16 id);
void xsc_group_unlock(struct xsc_ctx *ctx);
int xsc_group_peek(struct xsc_group *group, struct xsc_buf *buf);

/* op_*.c */
int xsc_op_nop(struct xsc_req *req, bool sleep);
int xsc_op_rw(struct xsc_req *req, bool sleep);
int xsc_op_poll_add(struct xsc_req *req, bool sleep);
int xsc_op_poll(struct xsc_req *req, bool sleep);
void xsc_poll_cleanup(struct xsc_req *req);
int xsc_poll_prep(struct xsc_req *req);
int xsc_op_fsync(struct xsc_req *req, bool sleep);
int xsc_op_fallocate(struct xsc_req *req, bool sleep);
int xsc_op_fadvise(struct xsc_req *req, bool sleep);
int xsc_op_ftruncate(struct xsc_req *req, bool sleep);
int xsc_op_close(struct xsc_req *req, bool sleep);
int xsc_op_open(struct xsc_req *req, bool sleep);
int xsc_op_stat(struct xsc_req *req, bool sleep);
int xsc_op_fstat(struct xsc_req *req, bool sleep);
int xsc_op_statx(struct xsc_req *req, bool sleep);
int xsc_op_unlink(struct xsc_req *req, bool sleep);
int xsc_op_rename(struct xsc_req *req, bool sleep);
int xsc_op_mkdir(struct xsc_req *req, bool sleep);
int xsc_op_socket(struct xsc_req *req, bool sleep);
int xsc_op_send(struct xsc_req *req, bool sleep);
int xsc_op_recv(struct xsc_req *req, bool sleep);
int xsc_op_sendmsg(struct xsc_req *req, bool sleep);
int xsc_op_recvmsg(struct xsc_req *req, bool sleep);

/* fdinfo.c */
void xsc_show_fdinfo(struct seq_file *m, struct file *file);

#endif /* XSC_H */
