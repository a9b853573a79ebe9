/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The XSC driver's own structures. What each file does is said at its top;
 * the ABI is in include/uapi/linux/xsc.h.
 */
#ifndef XSC_H
#define XSC_H

#include <linux/bvec.h>
#include <linux/file.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/linux/xsc.h>

#include "compat.h"
#include "sqring.h"

struct xsc_actor;
struct xsc_ctx;
struct xsc_req;

/* Outcomes of issuing an operation that are not results of it. */
#define XSC_PENDING	(-4095)	/* parked or queued: the request is not ours any more */
#define XSC_BLOCKS	(-4094)	/* would sleep, and cannot be waited for */

/* Entries taken at a time, so that others get at the queue in between. */
#define XSC_BATCH	32

/* Free requests that a ring keeps. */
#define XSC_CACHED	128

/* Rounds of what is ready that one entry does: the rest is for the next. */
#define XSC_ROUNDS	64

/* Retries of an operation whose file says it is ready when it is not. */
#define XSC_MAX_SPINS	128

/* ---- operations */

/* Of struct xsc_operation.flags */
#define XSC_OP_NEEDS_FILE	BIT(0)
#define XSC_OP_MAY_SLEEP	BIT(1)	/* belongs to a worker, if there are any */
#define XSC_OP_ANY_FILE		BIT(2)	/* O_PATH descriptors, too */
/* and of those that read or write: */
#define XSC_OP_WRITES		BIT(3)
#define XSC_OP_AT_POSITION	BIT(4)	/* of the file */
#define XSC_OP_VECTOR		BIT(5)
#define XSC_OP_FIXED		BIT(6)	/* a registered buffer */

/**
 * struct xsc_operation - one row of the table of operations
 * @prep:	reads what the submitter may reuse once the entry is taken; 0 or -errno.
 *		Such a request is never plain, so one with @cleanup or @finished has it
 * @issue:	does it: a result, -errno, XSC_PENDING or XSC_BLOCKS; @sleep: it may
 *		block on what cannot be waited for
 * @cleanup:	frees what a request that was parked has kept
 * @finished:	what is to happen after its completion was posted
 * @flags:	XSC_OP_...
 */
struct xsc_operation {
	int (*prep)(struct xsc_req *req);
	int (*issue)(struct xsc_req *req, bool sleep);
	void (*cleanup)(struct xsc_req *req);
	void (*finished)(struct xsc_actor *actor, struct xsc_req *req);
	unsigned int flags;
} __aligned(64);	/* as large as a row of xsc_masks: found by the same shift */

extern const struct xsc_operation xsc_ops[XSC_OP_LAST];

/* ---- requests */

/* Who owns a request; atomic changes decide every race for it. */
enum xsc_state {
	XSC_OWNED,	/* whoever holds it: an actor, or a list that its lock guards */
	XSC_ARMING,	/* an actor is putting it on wait queues */
	XSC_PARKED,	/* nobody: the first to change this owns it */
	XSC_WOKEN,	/* the ready list; or, if it was arming, still the actor */
};

/* Where a request that is not parked can be found; under ctx->lock. */
enum xsc_where {
	XSC_NOWHERE,
	XSC_IN_WORK,
	XSC_RUNNING,	/* runner is at it, perhaps asleep */
};

/**
 * struct xsc_wait - a place on one wait queue
 * @entry:	on @head
 * @head:	NULL once off it; release by POLLFREE pairs with acquire in xsc_poll_disarm()
 * @req:	to wake
 * @next:	more of the same request
 */
struct xsc_wait {
	struct wait_queue_entry entry;
	struct wait_queue_head *head;
	struct xsc_req *req;
	struct xsc_wait *next;
};

/* What a request is, one byte each: different locks guard neighbours. */
struct xsc_req_is {
	bool plain;		/* nobody but its actor knows it; see xsc_settle() */
	bool on_ready;		/* under ready_lock */
	bool cancelled;		/* under lock; while it runs, ready_lock, too */
	bool malformed;
	bool timed;		/* its timer has woken it, not a wait queue */
	bool drain;		/* of a chain's head: the chain drains */
	bool polled;		/* on wait queues, perhaps */
	bool armed;		/* its timer was started and not stopped */
	bool started;		/* of a timeout: it was armed once */
	bool again;		/* of a multishot: something was received */
};

/*
 * struct xsc_req - a submission, from being taken to its terminal completion
 *
 * Lifetime: born with one reference, which belongs to whoever owns it by
 * @state. A link timeout and its victim hold one more on each other until
 * each has completed. Nothing else points to a request but lists of its ring,
 * each under its lock, and wait queues and the timer, which xsc_finish() takes
 * it off before the last reference goes. On a list of free ones it is as
 * xsc_req_reset() leaves it, so that taking one costs next to nothing.
 */
struct xsc_req {
	struct xsc_sqe sqe;		/* the one copy */
	struct xsc_req *after;		/* todo, done or free list of an actor */
	const struct xsc_operation *op;
	struct file *file;		/* counted, unless it is plain */
	int res;
	u8 where;
	u64 done;			/* bytes moved by earlier rounds */
	u32 cflags;
	u16 spins;
	struct xsc_req_is is;
	u64 wanted;			/* bytes asked for */

	struct xsc_ctx *ctx;
	struct xsc_req *next;		/* linked behind */
	struct xsc_req *timeout;	/* the LINK_TIMEOUT that bounds it */
	struct xsc_req *victim;		/* of a LINK_TIMEOUT */
	struct list_head queue;		/* ready, work, defer or backlog list */
	struct list_head active;	/* ctx->active: where cancel looks */
	struct task_struct *runner;	/* under ready_lock, while XSC_RUNNING */
	atomic_t state;
	refcount_t refs;
	u32 defer_seq;			/* of a drained one: completions before it */
	u32 defer_end;			/* of a drained one: completions after it */
	void *async;			/* what the operation keeps while parked */
	struct list_head stolen;	/* of a CANCEL: to be ended after it */
	__poll_t events;
	struct xsc_wait wait;
	struct hrtimer timer;
	ktime_t time;
};

/* First in, first out; linked by xsc_req.after. */
struct xsc_fifo {
	struct xsc_req *first;
	struct xsc_req **end;
};

static inline void xsc_fifo_init(struct xsc_fifo *fifo)
{
	fifo->first = NULL;
	fifo->end = &fifo->first;
}

static inline void xsc_fifo_add(struct xsc_fifo *fifo, struct xsc_req *req)
{
	req->after = NULL;
	*fifo->end = req;
	fifo->end = &req->after;
}

/* Empties it; the requests are linked from the first, which is returned. */
static inline struct xsc_req *xsc_fifo_take(struct xsc_fifo *fifo)
{
	struct xsc_req *first = fifo->first;

	xsc_fifo_init(fifo);
	return first;
}

/**
 * struct xsc_actor - a thread of the process while it serves a ring; on its stack
 * @todo:	requests to issue now
 * @done:	requests to post: all at once, before anything may sleep
 * @freed:	free requests, @nr_freed of them
 * @posted:	completions since the last xsc_notify()
 * @file:	looked up last, for the next that wants the same; counted; let go of
 *		before anything is posted, so it never outlives what user space knows of
 * @file_key:	what was looked up
 */
struct xsc_actor {
	struct xsc_ctx *ctx;
	struct xsc_fifo todo;
	struct xsc_fifo done;
	struct xsc_req *freed;
	unsigned int nr_freed;
	unsigned int posted;
	struct file *file;
	u64 file_key;
	struct task_struct *task;
	struct hlist_node node;
};

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
	/* operations, a bit for each opcode that an entry can have: */
	unsigned long permitted[256 / BITS_PER_LONG];	/* by RESTRICT */
	unsigned long allowed[256 / BITS_PER_LONG];	/* of those, what there is */

	/* threads inside, and free requests that the last one has left */
	spinlock_t actor_lock ____cacheline_aligned_in_smp;
	struct hlist_head actors;
	struct xsc_req *cache;
	unsigned int nr_cached;

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
void xsc_post(struct xsc_actor *actor);
bool xsc_post_more(struct xsc_req *req, int res, u32 flags);
bool xsc_move_backlog(struct xsc_ctx *ctx);
void xsc_notify(struct xsc_ctx *ctx);
void xsc_notify_work(struct work_struct *work);

static inline void xsc_tell(struct xsc_actor *actor)
{
	if (actor->posted) {
		actor->posted = 0;
		xsc_notify(actor->ctx);
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

/* actor.c */
int xsc_req_init(void);
void xsc_req_exit(void);
struct xsc_req *xsc_req_alloc(struct xsc_ctx *ctx);
void xsc_free_cached(struct xsc_ctx *ctx);
void xsc_req_put(struct xsc_req *req, struct xsc_actor *actor);
void xsc_actor_begin(struct xsc_actor *actor, struct xsc_ctx *ctx);
void xsc_actor_end(struct xsc_actor *actor);
struct file *xsc_actor_look_up(struct xsc_actor *actor, const struct xsc_req *req, u64 key);

/* A free request; NULL if there is no memory. */
static inline struct xsc_req *xsc_req_get(struct xsc_actor *actor)
{
	struct xsc_req *req = actor->freed;

	if (unlikely(!req))
		return xsc_req_alloc(actor->ctx);
	actor->freed = req->after;
	actor->nr_freed--;
	return req;
}

/* Back to the free ones, as it was when it came from there. */
static inline void xsc_req_recycle(struct xsc_req *req, struct xsc_actor *actor)
{
	req->after = actor->freed;
	actor->freed = req;
	actor->nr_freed++;
}

static inline void xsc_actor_drop_file(struct xsc_actor *actor)
{
	if (actor->file) {
		fput(actor->file);
		actor->file = NULL;
	}
}

/*
 * The file of a request, as the actor has it. Entries of one batch that name
 * the same descriptor share one look-up: all of them were submitted before it.
 */
static inline struct file *xsc_actor_file(struct xsc_actor *actor, const struct xsc_req *req)
{
	u64 key = (u32)req->sqe.fd |
		  (u64)(req->sqe.flags & XSC_SQE_FIXED_FILE) << 32 |
		  (u64)(req->op->flags & XSC_OP_ANY_FILE) << 40;

	if (actor->file && actor->file_key == key)
		return actor->file;
	return xsc_actor_look_up(actor, req, key);
}

/*
 * A plain request is one of which nobody but its actor has heard, so that it
 * can end without anything being undone. It stops being one here, before it is
 * put on any list or queue where others find it; from then on it holds its
 * file itself.
 */
static inline void xsc_settle(struct xsc_req *req)
{
	if (req->is.plain) {
		req->is.plain = false;
		if (req->file)
			get_file(req->file);
	}
}

/* req.c */
void xsc_run_todo(struct xsc_actor *actor);
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

/* submit.c */
void xsc_submit_init(void);
int xsc_submit(struct xsc_actor *actor, u32 max, bool try);
bool xsc_sq_pending(struct xsc_ctx *ctx);
bool xsc_sq_offers(struct xsc_ctx *ctx);

/* poll.c */
int xsc_park(struct xsc_req *req, __poll_t events);
int xsc_yield(struct xsc_req *req);
int xsc_park_timer(struct xsc_req *req, clockid_t clock, enum hrtimer_mode mode);
void xsc_park_link_timeout(struct xsc_req *req, enum hrtimer_mode mode);
void xsc_disarm(struct xsc_req *req);
void xsc_wake(struct xsc_req *req);
int xsc_op_poll_add(struct xsc_req *req, bool sleep);
int xsc_op_poll(struct xsc_req *req, bool sleep);
void xsc_poll_cleanup(struct xsc_req *req);
int xsc_poll_prep(struct xsc_req *req);

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
long xsc_enter(struct xsc_ctx *ctx, const struct xsc_enter *arg);
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
