/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations, requests for them, and the threads ("actors") that serve these. */
#ifndef XSC_REQUEST_H
#define XSC_REQUEST_H

#include <linux/file.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/refcount.h>
#include <linux/wait.h>
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
 * @mode:	how a file that is read or written must be open
 */
struct xsc_operation {
	int (*prep)(struct xsc_req *req);
	int (*issue)(struct xsc_req *req, bool sleep);
	void (*cleanup)(struct xsc_req *req);
	void (*finished)(struct xsc_actor *actor, struct xsc_req *req);
	unsigned int flags;
	fmode_t mode;
} __aligned(64);	/* as large as a row of xsc_unplain: found by the same shift */

extern const struct xsc_operation xsc_ops[XSC_OP_ROWS];

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
 * @head:	NULL once off it; release by POLLFREE pairs with acquire in xsc_unwait()
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

/* Adds requests that are linked already. */
static inline void xsc_fifo_add_run(struct xsc_fifo *fifo, struct xsc_req *first,
				    struct xsc_req *last)
{
	last->after = NULL;
	*fifo->end = first;
	fifo->end = &last->after;
}

/* Empties it; the requests are linked from the first, which is returned. */
static inline struct xsc_req *xsc_fifo_take(struct xsc_fifo *fifo)
{
	struct xsc_req *first = fifo->first;

	xsc_fifo_init(fifo);
	return first;
}

/**
 * struct xsc_actor - a thread of the process while it serves a ring
 * @todo:	requests to issue now
 * @done:	requests to post: all at once, before anything may sleep
 * @freed:	free requests, @nr_freed of them
 * @posted:	completions since the last xsc_tell()
 * @file:	looked up last, for the next that wants the same; counted; let go of
 *		before anything is posted, so it never outlives what user space knows of
 * @file_key:	what was looked up
 * @task:	the thread; of the ring's own actor, NULL while nobody has it
 * @node:	on ctx->actors, but for the ring's own, under actor_lock
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

/* actor.c */
int xsc_req_init(void);
void xsc_req_exit(void);
struct xsc_req *xsc_req_alloc(struct xsc_ctx *ctx);
bool xsc_req_is_free(const struct xsc_req *req);
void xsc_req_put(struct xsc_req *req, struct xsc_actor *actor);
void xsc_actor_init(struct xsc_actor *actor, struct xsc_ctx *ctx);
void xsc_actor_begin(struct xsc_actor *actor, struct xsc_ctx *ctx);
void xsc_actor_end(struct xsc_actor *actor);
void xsc_actor_free(struct xsc_actor *actor);
bool xsc_deserted(struct xsc_ctx *ctx);
struct file *xsc_look_up(const struct xsc_req *req);
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

/* Sees to it that there are @n free requests: how many there are of those. */
static inline unsigned int xsc_req_provide(struct xsc_actor *actor, unsigned int n)
{
	while (unlikely(actor->nr_freed < n)) {
		struct xsc_req *req = xsc_req_alloc(actor->ctx);

		if (!req)
			return actor->nr_freed;
		xsc_req_recycle(req, actor);
	}
	return n;
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
static __always_inline struct file *xsc_actor_file(struct xsc_actor *actor,
						   const struct xsc_req *req)
{
	const struct xsc_sqe names = { .flags = XSC_SQE_FIXED_FILE, .fd = -1 };
	/* Both lie in the first word. */
	u64 key = *(const u64 *)&req->sqe & *(const u64 *)&names;

	if (likely(actor->file) && actor->file_key == key)
		return actor->file;
	return xsc_actor_look_up(actor, req, key);
}

/*
 * A plain request is one of which nobody but its actor has heard, and which is
 * as it came from the free ones but for what reading its entry and trying it
 * once has set: so it can go back there as it is. It stops being one here,
 * before it is put on any list or queue where others find it, or anything is
 * changed that must be undone; from then on it holds its file itself.
 */
static inline void xsc_settle(struct xsc_req *req)
{
	if (req->is.plain) {
		req->is.plain = false;
		if (req->file)
			get_file(req->file);
	}
}

/* An attempt has moved some bytes, and others may follow. */
static inline void xsc_moved(struct xsc_req *req, u64 bytes)
{
	xsc_settle(req);
	req->done += bytes;
}

#endif /* XSC_REQUEST_H */
