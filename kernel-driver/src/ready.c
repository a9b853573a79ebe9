// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests that have their turn later: woken ones, those for workers, and
 * those that a drained entry holds back.
 */
#include "xsc.h"

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
			continue;
		}
		res = xsc_issue(actor, req);
		if (res != XSC_PENDING)
			xsc_complete(actor, req, res);
	}
	xsc_run_todo(actor);
	return n;
}

/* ---- work that may sleep */

/* Hands a request to whoever may sleep. XSC_PENDING, or what it ends with. */
int xsc_queue_work(struct xsc_req *req)
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
	xsc_post(actor);
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
		list_del_init(&req->queue);
		xsc_fifo_add(&actor->todo, req);
	}
	spin_unlock(&ctx->lock);
}
