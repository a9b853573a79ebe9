// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: how they run, how they end, and what is started by that. All of it
 * in threads of the process ("actors").
 */
#include <linux/socket.h>

#include "xsc.h"
#include "trace.h"

/* Puts a request where cancel finds it. With lock held. */
void xsc_activate(struct xsc_req *req)
{
	lockdep_assert_held(&req->ctx->lock);
	xsc_settle(req);
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

/*
 * Runs an operation that may sleep for as long as it likes; a cancel, a link
 * timeout or the ring's end interrupts it. With @req->where XSC_RUNNING.
 */
int xsc_issue_interruptibly(struct xsc_req *req)
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
	xsc_post(actor);
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

/* What an operation comes to that may not be tried here and now, or was in vain. */
static noinline int xsc_issue_slowly(struct xsc_actor *actor, struct xsc_req *req)
{
	if (atomic_read(&req->ctx->nr_workers))
		return xsc_queue_work(req);
	/* The actor's file is let go of before anything sleeps. */
	xsc_settle(req);
	return xsc_issue_running(actor, req);
}

/*
 * Tries a request that is not plain without sleeping: a result, XSC_PENDING:
 * then it is not ours any more, or XSC_BLOCKS.
 */
int xsc_try(struct xsc_req *req)
{
	/* Perhaps in a thread that has no address space any more. */
	if (READ_ONCE(req->ctx->closing))
		return -ECANCELED;
	if ((req->op->flags & XSC_OP_NEEDS_FILE) && !req->file) {
		req->file = xsc_look_up(req);
		if (!req->file)
			return -EBADF;
	}
	return req->op->flags & XSC_OP_MAY_SLEEP ? XSC_BLOCKS : req->op->issue(req, false);
}

static int xsc_user_errno(int res)
{
	if (likely(res > -ERESTARTSYS))
		return res;
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

/* Issues a request that is not plain: a result, or XSC_PENDING. */
int xsc_issue(struct xsc_actor *actor, struct xsc_req *req)
{
	int res = xsc_try(req);

	return res == XSC_BLOCKS ? xsc_issue_slowly(actor, req) : res;
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

/* Hands a request whose outcome is known to those that xsc_post() posts. */
static void xsc_done(struct xsc_actor *actor, struct xsc_req *req, int res)
{
	req->res = xsc_user_errno(res);
	xsc_fifo_add(&actor->done, req);
}

/* Ends one request that is not plain; what is linked behind it is the caller's. */
static void xsc_finish(struct xsc_actor *actor, struct xsc_req *req, int res)
{
	struct xsc_req *timeout = req->timeout;
	bool more = !req->is.malformed && req->op->finished;

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
	if (more)
		refcount_inc(&req->refs);
	xsc_done(actor, req, res);
	if (timeout)
		xsc_link_timeout_end(actor, req, timeout);
	if (more) {
		req->op->finished(actor, req);
		xsc_req_put(req, actor);
	}
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
	struct xsc_req *next;
	bool broken;

	if (likely(req->is.plain)) {
		/* Its file is the actor's; there is nothing else. */
		req->file = NULL;
		xsc_done(actor, req, res);
		return;
	}
	next = req->next;
	if (!next) {
		xsc_finish(actor, req, res);
		return;
	}
	broken = req->is.malformed ||
		 (xsc_failed(req, res) && !(req->sqe.flags & XSC_SQE_HARDLINK));
	req->next = NULL;
	xsc_finish(actor, req, res);
	if (broken) {
		xsc_cancel_chain(actor, next);
		return;
	}
	/* Before anything of the next one can be seen, as a multishot posts by itself. */
	xsc_post(actor);
	xsc_fifo_add(&actor->todo, next);
}

/* Issues one that is not plain. */
void xsc_run_special(struct xsc_actor *actor, struct xsc_req *req)
{
	int res = req->res;

	if (!req->is.malformed) {
		if (req->timeout)
			xsc_link_timeout_arm(req);
		res = xsc_issue(actor, req);
	}
	if (res != XSC_PENDING)
		xsc_complete(actor, req, res);
}

/* Goes on with one that was plain, and did not end on the spot: with @res. */
void xsc_run_slowly(struct xsc_actor *actor, struct xsc_req *req, int res)
{
	if (res == XSC_BLOCKS)
		res = xsc_issue_slowly(actor, req);
	if (res != XSC_PENDING)
		xsc_complete(actor, req, res);
}
