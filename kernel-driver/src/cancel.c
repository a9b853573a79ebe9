// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ends requests early: CANCEL, link timeouts, and the end of a ring.
 */
#include <linux/file.h>

#include "xsc.h"

/*
 * With lock held. 0: the request is the caller's now, and on @stolen.
 * -EALREADY: somebody is at it; if it sleeps it is interrupted, if it would
 * park it ends instead.
 */
int xsc_steal(struct xsc_req *req, struct list_head *stolen)
{
	struct xsc_ctx *ctx = req->ctx;
	int res = -EALREADY;

	lockdep_assert_held(&ctx->lock);
	if (req->where == XSC_IN_WORK) {
		req->where = XSC_NOWHERE;
		list_move_tail(&req->queue, stolen);
		return 0;
	}
	if (atomic_cmpxchg(&req->state, XSC_PARKED, XSC_OWNED) == XSC_PARKED) {
		list_add_tail(&req->queue, stolen);
		return 0;
	}
	spin_lock_irq(&ctx->ready_lock);
	if (req->is.on_ready) {
		/* Woken, but nobody has looked what for. */
		req->is.on_ready = false;
		atomic_set(&req->state, XSC_OWNED);
		list_move_tail(&req->queue, stolen);
		if (list_empty(&ctx->ready))
			atomic_andnot(XSC_SQ_TASKRUN, ctx->sq_flags_word);
		res = 0;
	} else {
		req->is.cancelled = true;
		if (req->runner)
			xsc_interrupt(req->runner);
	}
	spin_unlock_irq(&ctx->ready_lock);
	return res;
}

/* Without locks: the terminal completions of what was stolen. */
void xsc_end_stolen(struct xsc_actor *actor, struct list_head *stolen)
{
	while (!list_empty(stolen)) {
		struct xsc_req *req = list_first_entry(stolen, struct xsc_req, queue);

		list_del_init(&req->queue);
		xsc_disarm(req);
		xsc_complete(actor, req, req->done ? (int)req->done : -ECANCELED);
	}
}

static bool xsc_matches(struct xsc_req *req, const struct xsc_req *cancel, struct file *file)
{
	if (cancel->sqe.cancel_flags & XSC_CANCEL_ANY)
		return true;
	if (cancel->sqe.cancel_flags & XSC_CANCEL_FD)
		return req->file == file;
	return req->sqe.user_data == cancel->sqe.addr;
}

static struct file *xsc_cancel_file(struct xsc_req *req)
{
	struct file *file;

	if (req->sqe.flags & XSC_SQE_FIXED_FILE)
		return xsc_fixed_file(req->ctx, req->sqe.fd);
	file = fget(req->sqe.fd);
	if (file && xsc_is_ring(file)) {
		fput(file);
		return NULL;
	}
	return file;
}

int xsc_cancel_prep(struct xsc_req *req)
{
	INIT_LIST_HEAD(&req->stolen);
	return 0;
}

/* What was stolen ends after the cancel itself, whose outcome comes first. */
void xsc_cancel_finished(struct xsc_actor *actor, struct xsc_req *req)
{
	xsc_end_stolen(actor, &req->stolen);
}

/*
 * Looks at what waits or is queued. Entries behind a drained one are not looked
 * at: they come before no cancel that could have been taken, save one before
 * which they have not started.
 */
int xsc_op_cancel(struct xsc_req *req, bool sleep)
{
	bool all = req->sqe.cancel_flags & (XSC_CANCEL_ALL | XSC_CANCEL_ANY);
	bool by_fd = req->sqe.cancel_flags & XSC_CANCEL_FD;
	bool any = req->sqe.cancel_flags & XSC_CANCEL_ANY;
	struct xsc_ctx *ctx = req->ctx;
	struct file *file = NULL;
	struct xsc_req *pos, *tmp;
	bool late = false;
	int n = 0;

	if ((by_fd && any) || ((by_fd || any) && req->sqe.addr) ||
	    (!by_fd && (req->sqe.fd || (req->sqe.flags & XSC_SQE_FIXED_FILE))))
		return -EINVAL;
	if (by_fd) {
		file = xsc_cancel_file(req);
		if (!file)
			return -EBADF;
	}
	spin_lock(&ctx->lock);
	list_for_each_entry_safe(pos, tmp, &ctx->active, active) {
		if (pos == req || !xsc_matches(pos, req, file))
			continue;
		if (!xsc_steal(pos, &req->stolen))
			n++;
		else
			late = true;
		if (!all)
			break;
	}
	spin_unlock(&ctx->lock);
	if (file)
		fput(file);
	if (all)
		return n || !late ? n : -EALREADY;
	return n ? 0 : late ? -EALREADY : -ENOENT;
}

/* Ends all that can be ended now; what runs is interrupted. */
void xsc_cancel_everything(struct xsc_ctx *ctx)
{
	struct xsc_req *req, *tmp;
	struct xsc_actor actor;
	LIST_HEAD(stolen);

	xsc_actor_begin(&actor, ctx);
	do {
		spin_lock(&ctx->lock);
		list_for_each_entry_safe(req, tmp, &ctx->active, active)
			xsc_steal(req, &stolen);
		list_splice_tail_init(&ctx->defer, &stolen);
		spin_unlock(&ctx->lock);
		xsc_end_stolen(&actor, &stolen);
		xsc_run_todo(&actor);
	} while (xsc_run_ready(&actor));
	xsc_actor_end(&actor);
}

/*
 * The owner has closed its last descriptor, or the file goes. Nothing is taken
 * or parked after closing is set: both look at it with the lock held. Threads
 * inside are interrupted and waited for; each holds the file, so if we are
 * killed while we wait, release does the rest.
 */
void xsc_shutdown(struct xsc_ctx *ctx)
{
	bool made = smp_load_acquire(&ctx->ready_made); /* pairs with xsc_setup() */
	struct xsc_req *req, *tmp;
	bool killed = false;

	mutex_lock(&ctx->submit_lock);
	spin_lock(&ctx->lock);
	ctx->closing = true;
	spin_unlock(&ctx->lock);
	mutex_unlock(&ctx->submit_lock);
	/* Pairs with that in xsc_enter(): we see that it has left, or it wakes us. */
	smp_mb();
	if (!made)
		return;
	wake_up_all(&ctx->worker_wq);
	wake_up_all(&ctx->enter_wq);
	do {
		xsc_cancel_everything(ctx);
		if (xsc_deserted(ctx))
			break;
		/* A thread that was about to sleep may have missed the interruption. */
		killed = wait_event_killable_timeout(ctx->enter_wq, xsc_deserted(ctx), HZ / 10) < 0;
	} while (!killed);
	if (!killed)
		xsc_cancel_everything(ctx);

	xsc_unregister_files(ctx);
	xsc_unregister_buffers(ctx);
	xsc_unregister_eventfd(ctx);
	xsc_free_groups(ctx);
	wake_up_poll(&ctx->poll_wq, EPOLLERR | EPOLLHUP);

	/* Completions that nobody will reap. */
	spin_lock(&ctx->cq_lock);
	list_for_each_entry_safe(req, tmp, &ctx->backlog, queue) {
		list_del_init(&req->queue);
		xsc_req_put(req, NULL);
	}
	ctx->nr_backlog = 0;
	spin_unlock(&ctx->cq_lock);
}
