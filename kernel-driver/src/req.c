// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: where they come from, how they run, how they end, and what is
 * started by that. All of it in threads of the process ("actors").
 */
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/socket.h>

#include "xsc.h"
#include "trace.h"

static struct kmem_cache *xsc_req_cache;

int xsc_req_init(void)
{
	xsc_req_cache = KMEM_CACHE(xsc_req, SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT);
	return xsc_req_cache ? 0 : -ENOMEM;
}

void xsc_req_exit(void)
{
	kmem_cache_destroy(xsc_req_cache);
}

/* ---- memory */

/* What an operation uses beyond this it sets up itself. */
struct xsc_req *xsc_req_get(struct xsc_actor *actor)
{
	struct xsc_req *req = actor->freed;

	if (likely(req)) {
		actor->freed = req->next;
		actor->nr_freed--;
	} else {
		req = kmem_cache_alloc(xsc_req_cache, GFP_KERNEL);
		if (!req)
			return NULL;
	}
	req->ctx = actor->ctx;
	req->op = NULL;
	req->file = NULL;
	req->next = NULL;
	req->timeout = NULL;
	req->victim = NULL;
	req->runner = NULL;
	req->async = NULL;
	req->done = 0;
	req->wanted = 0;
	req->cflags = 0;
	req->spins = 0;
	req->where = XSC_NOWHERE;
	req->is = (struct xsc_req_is) {};
	INIT_LIST_HEAD(&req->active);
	atomic_set(&req->state, XSC_OWNED);
	refcount_set(&req->refs, 1);
	return req;
}

/* @actor: keeps it for reuse; may be NULL. */
void xsc_req_put(struct xsc_req *req, struct xsc_actor *actor)
{
	if (!refcount_dec_and_test(&req->refs))
		return;
	if (actor && actor->nr_freed < XSC_CACHED) {
		req->next = actor->freed;
		actor->freed = req;
		actor->nr_freed++;
	} else {
		kmem_cache_free(xsc_req_cache, req);
	}
}

static void xsc_free_list(struct xsc_req *req)
{
	while (req) {
		struct xsc_req *next = req->next;

		kmem_cache_free(xsc_req_cache, req);
		req = next;
	}
}

/* The ring ends: what the last actor left for the next one. */
void xsc_free_cached(struct xsc_ctx *ctx)
{
	struct xsc_req *cached;

	spin_lock(&ctx->actor_lock);
	cached = ctx->cache;
	ctx->cache = NULL;
	spin_unlock(&ctx->actor_lock);
	xsc_free_list(cached);
}

/* ---- actors: each takes the ring's free requests, and leaves its own to the next */

void xsc_actor_begin(struct xsc_actor *actor, struct xsc_ctx *ctx)
{
	actor->ctx = ctx;
	actor->task = current;
	INIT_LIST_HEAD(&actor->todo);
	actor->posted = 0;
	spin_lock(&ctx->actor_lock);
	list_add(&actor->node, &ctx->actors);
	actor->freed = ctx->cache;
	actor->nr_freed = ctx->nr_cached;
	ctx->cache = NULL;
	ctx->nr_cached = 0;
	spin_unlock(&ctx->actor_lock);
}

void xsc_actor_end(struct xsc_actor *actor)
{
	struct xsc_ctx *ctx = actor->ctx;
	bool last;

	xsc_tell(actor);
	spin_lock(&ctx->actor_lock);
	list_del(&actor->node);
	last = list_empty(&ctx->actors);
	if (!ctx->cache && !ctx->closing) {
		ctx->cache = actor->freed;
		ctx->nr_cached = actor->nr_freed;
		actor->freed = NULL;
	}
	spin_unlock(&ctx->actor_lock);
	if (unlikely(actor->freed))
		xsc_free_list(actor->freed);
	/* xsc_shutdown() waits for the last one; it holds the file, as we do. */
	if (last && READ_ONCE(ctx->closing))
		wake_up_all(&ctx->enter_wq);
}

/* ---- running */

static struct file *xsc_file_of(struct xsc_req *req)
{
	struct file *file;

	if (req->sqe.flags & XSC_SQE_FIXED_FILE)
		return xsc_fixed_file(req->ctx, req->sqe.fd);
	file = req->op->flags & XSC_OP_ANY_FILE ? fget_raw(req->sqe.fd) : fget(req->sqe.fd);
	if (file && xsc_is_ring(file)) {
		fput(file);
		return NULL;
	}
	return file;
}

/* Puts a request where cancel finds it. With lock held. */
void xsc_activate(struct xsc_req *req)
{
	lockdep_assert_held(&req->ctx->lock);
	if (list_empty(&req->active)) {
		list_add_tail(&req->active, &req->ctx->active);
		req->ctx->nr_active++;
	}
}

static void xsc_deactivate(struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;

	/* Only the owner of the request puts it on the list, and that is us. */
	if (list_empty(&req->active))
		return;
	spin_lock(&ctx->lock);
	list_del_init(&req->active);
	ctx->nr_active--;
	spin_unlock(&ctx->lock);
}

/* Hands a request to whoever may sleep. XSC_PENDING, or what it ends with. */
static int xsc_queue_work(struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;
	int res = XSC_PENDING;

	spin_lock(&ctx->lock);
	if (ctx->closing || req->is.cancelled) {
		res = -ECANCELED;
	} else {
		xsc_activate(req);
		req->where = XSC_IN_WORK;
		list_add_tail(&req->queue, &ctx->work);
	}
	spin_unlock(&ctx->lock);
	if (res == XSC_PENDING)
		wake_up(&ctx->worker_wq);
	return res;
}

/*
 * Runs an operation that may sleep for as long as it likes; a cancel, a link
 * timeout or the ring's end interrupts it. With @req->where XSC_RUNNING.
 */
static int xsc_issue_interruptibly(struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;
	bool cancelled;
	int res;

	spin_lock_irq(&ctx->ready_lock);
	req->runner = current;
	/* From here on a link timeout interrupts us; one that fired before has not. */
	cancelled = ctx->closing || (req->timeout && req->timeout->is.on_ready);
	spin_unlock_irq(&ctx->ready_lock);
	res = cancelled ? -ECANCELED : req->op->issue(req, true);
	if (res == XSC_PENDING)
		return res;	/* parked: xsc_park() has cleared runner */
	spin_lock(&ctx->lock);
	spin_lock_irq(&ctx->ready_lock);
	req->runner = NULL;
	cancelled = req->is.cancelled;
	spin_unlock_irq(&ctx->ready_lock);
	req->where = XSC_NOWHERE;
	spin_unlock(&ctx->lock);
	if (cancelled) {
		xsc_uninterrupt();
		if (res == -ERESTARTSYS || res == -EINTR)
			res = -ECANCELED;
	}
	return res;
}

static int xsc_issue_running(struct xsc_actor *actor, struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;

	/* Others need not wait for what has completed. */
	xsc_tell(actor);
	spin_lock(&ctx->lock);
	if (req->is.cancelled) {
		spin_unlock(&ctx->lock);
		return -ECANCELED;
	}
	xsc_activate(req);
	req->where = XSC_RUNNING;
	spin_unlock(&ctx->lock);
	return xsc_issue_interruptibly(req);
}

static int xsc_issue(struct xsc_actor *actor, struct xsc_req *req)
{
	const struct xsc_operation *op = req->op;
	bool lent = atomic_read(&req->ctx->nr_workers);
	int res;

	/* Perhaps in a thread that has no address space any more. */
	if (unlikely(READ_ONCE(req->ctx->closing)))
		return -ECANCELED;
	if ((op->flags & XSC_OP_NEEDS_FILE) && !req->file) {
		req->file = xsc_file_of(req);
		if (!req->file)
			return -EBADF;
	}
	if (op->flags & XSC_OP_MAY_SLEEP) {
		if (lent)
			return xsc_queue_work(req);
		return xsc_issue_running(actor, req);
	}
	res = op->issue(req, false);
	if (res != XSC_BLOCKS)
		return res;
	return lent ? xsc_queue_work(req) : xsc_issue_running(actor, req);
}

static int xsc_user_errno(int res)
{
	switch (res) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return -EINTR;
	default:
		return res;
	}
}

/* Does a link behind a request with this result break? */
static bool xsc_failed(struct xsc_req *req, int res)
{
	if (res < 0)
		return true;
	switch (req->sqe.opcode) {
	case XSC_OP_READ:
	case XSC_OP_WRITE:
	case XSC_OP_PREAD:
	case XSC_OP_PWRITE:
	case XSC_OP_READ_FIXED:
	case XSC_OP_WRITE_FIXED:
	case XSC_OP_READV:
	case XSC_OP_WRITEV:
	case XSC_OP_PREADV:
	case XSC_OP_PWRITEV:
		return res < req->wanted;
	case XSC_OP_SEND:
	case XSC_OP_RECV:
	case XSC_OP_SENDTO:
	case XSC_OP_RECVFROM:
	case XSC_OP_SENDMSG:
	case XSC_OP_RECVMSG:
		return (req->sqe.msg_flags & MSG_WAITALL) && res < req->wanted;
	default:
		return false;
	}
}

/* Ends one request; what is linked behind it is the caller's. */
static void xsc_finish(struct xsc_actor *actor, struct xsc_req *req, int res)
{
	struct xsc_ctx *ctx = req->ctx;
	struct xsc_req *timeout = req->timeout;

	xsc_disarm(req);
	xsc_deactivate(req);
	if (req->async)
		req->op->cleanup(req);
	if (req->file) {
		/* Before anybody can know: a descriptor closed after this is really closed. */
		fput(req->file);
		req->file = NULL;
	}
	if (req->victim) {
		xsc_req_put(req->victim, actor);
		req->victim = NULL;
	}
	req->res = xsc_user_errno(res);
	actor->posted++;
	xsc_post(req);
	if (timeout)
		xsc_link_timeout_end(actor, req, timeout);
	if (!req->is.malformed && req->op->finished)
		req->op->finished(actor, req);
	/* After the post, in which drain_used is set or seen: see xsc_take_unit(). */
	if (unlikely(READ_ONCE(ctx->drain_used)))
		xsc_pump_deferred(actor);
	xsc_req_put(req, actor);
}

static void xsc_cancel_chain(struct xsc_actor *actor, struct xsc_req *req)
{
	while (req) {
		struct xsc_req *next = req->next;

		req->next = NULL;
		xsc_finish(actor, req, req->is.malformed ? req->res : -ECANCELED);
		req = next;
	}
}

/* The outcome of a request that @actor owns: ends it, then starts or ends its links. */
void xsc_complete(struct xsc_actor *actor, struct xsc_req *req, int res)
{
	struct xsc_req *next = req->next;
	bool broken;

	if (likely(!next)) {
		xsc_finish(actor, req, res);
		return;
	}
	broken = req->is.malformed ||
		 (xsc_failed(req, res) && !(req->sqe.flags & XSC_SQE_HARDLINK));
	req->next = NULL;
	xsc_finish(actor, req, res);
	if (broken)
		xsc_cancel_chain(actor, next);
	else
		list_add_tail(&next->queue, &actor->todo);
}

/* Issues what is to be issued, and what that starts; no recursion, however long the chains. */
void xsc_run_todo(struct xsc_actor *actor)
{
	while (!list_empty(&actor->todo)) {
		struct xsc_req *req = list_first_entry(&actor->todo, struct xsc_req, queue);
		int res;

		list_del_init(&req->queue);
		if (unlikely(req->is.malformed)) {
			xsc_complete(actor, req, req->res);
			continue;
		}
		if (req->timeout)
			xsc_link_timeout_arm(req);
		res = xsc_issue(actor, req);
		if (res != XSC_PENDING)
			xsc_complete(actor, req, res);
	}
}

/* ---- what became ready */

/* Any context, with the lock of a file's wait queue or none: hands a woken request over. */
void xsc_push_ready(struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;
	unsigned long flags;

	spin_lock_irqsave(&ctx->ready_lock, flags);
	req->is.on_ready = true;
	list_add_tail(&req->queue, &ctx->ready);
	if (!atomic_read(&ctx->nr_workers))
		atomic_or(XSC_SQ_TASKRUN, ctx->sq_flags_word);
	/*
	 * A link timeout whose victim sleeps in the only thread there is: nobody
	 * else would come to look at the ready list.
	 */
	if (req->victim && req->victim->runner) {
		req->victim->is.cancelled = true;
		xsc_interrupt(req->victim->runner);
	}
	/* Under the lock, without which the ring could be gone; both queues are private. */
	wake_up(&ctx->worker_wq);
	wake_up(&ctx->enter_wq);
	if (wq_has_sleeper(&ctx->poll_wq) || READ_ONCE(ctx->eventfd))
		schedule_work(&ctx->notify_work);
	spin_unlock_irqrestore(&ctx->ready_lock, flags);
}

static struct xsc_req *xsc_pop_ready(struct xsc_ctx *ctx)
{
	struct xsc_req *req;

	if (list_empty_careful(&ctx->ready))
		return NULL;
	spin_lock_irq(&ctx->ready_lock);
	req = list_first_entry_or_null(&ctx->ready, struct xsc_req, queue);
	if (req) {
		list_del_init(&req->queue);
		req->is.on_ready = false;
		atomic_set(&req->state, XSC_OWNED);
		if (list_empty(&ctx->ready))
			atomic_andnot(XSC_SQ_TASKRUN, ctx->sq_flags_word);
	}
	spin_unlock_irq(&ctx->ready_lock);
	return req;
}

/* Whether there was any. Bounded: what becomes ready again meanwhile is for the next time. */
bool xsc_run_ready(struct xsc_actor *actor)
{
	struct xsc_ctx *ctx = actor->ctx;
	unsigned int n;
	struct xsc_req *req;

	for (n = 0; n < XSC_BATCH && (req = xsc_pop_ready(ctx)); n++) {
		int res;

		xsc_disarm(req);
		if (req->victim) {
			xsc_link_timeout_fired(actor, req);
			xsc_run_todo(actor);
			continue;
		}
		res = xsc_issue(actor, req);
		if (res != XSC_PENDING)
			xsc_complete(actor, req, res);
		xsc_run_todo(actor);
	}
	return n;
}

/* Runs one operation that may sleep; whether there was one. */
bool xsc_run_work(struct xsc_actor *actor)
{
	struct xsc_ctx *ctx = actor->ctx;
	struct xsc_req *req;
	bool more;
	int res;

	if (list_empty_careful(&ctx->work))
		return false;
	spin_lock(&ctx->lock);
	req = list_first_entry_or_null(&ctx->work, struct xsc_req, queue);
	if (req) {
		list_del_init(&req->queue);
		req->where = XSC_RUNNING;
	}
	more = !list_empty(&ctx->work);
	spin_unlock(&ctx->lock);
	if (!req)
		return false;
	if (more)
		wake_up(&ctx->worker_wq);
	xsc_tell(actor);
	res = xsc_issue_interruptibly(req);
	if (res != XSC_PENDING)
		xsc_complete(actor, req, res);
	xsc_run_todo(actor);
	return true;
}

/* ---- drained entries */

/*
 * Starts what a drained entry held back, as far as its turn has come. A drained
 * chain starts when all before it has completed, what is behind it when it has;
 * both are counts of completions, so nothing needs to know who they were.
 */
void xsc_pump_deferred(struct xsc_actor *actor)
{
	struct xsc_ctx *ctx = actor->ctx;
	struct xsc_req *req;

	spin_lock(&ctx->lock);
	while ((req = list_first_entry_or_null(&ctx->defer, struct xsc_req, queue))) {
		u32 completed;

		spin_lock(&ctx->cq_lock);
		completed = ctx->completed;
		spin_unlock(&ctx->cq_lock);
		if (!xsc_reached(completed, ctx->drain_end))
			break;
		if (req->is.drain) {
			if (!xsc_reached(completed, req->defer_seq))
				break;
			ctx->drain_end = req->defer_end;
		}
		list_move_tail(&req->queue, &actor->todo);
	}
	spin_unlock(&ctx->lock);
}
