// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries that are not plain: strings linked ones together, and holds back what
 * has to wait for those before it. With submit_lock.
 */
#include "xsc.h"

/* A LINK_TIMEOUT belongs to the one before it rather than to the chain. */
static bool xsc_bind_timeout(struct xsc_req *before, struct xsc_req *req)
{
	if (req->sqe.opcode != XSC_OP_LINK_TIMEOUT || req->is.malformed)
		return false;
	if (!before || before->is.malformed || before->timeout) {
		/* It follows nothing that it could bound. */
		req->res = -EINVAL;
		req->is.malformed = true;
		return false;
	}
	/* Each holds the other until both have completed. */
	refcount_inc(&before->refs);
	refcount_inc(&req->refs);
	before->timeout = req;
	req->victim = before;
	return true;
}

/*
 * Takes what is linked behind @head, at most @limit entries. Cut short if there
 * is no memory. Whether any of them drains.
 */
static bool xsc_take_chain(struct xsc_actor *actor, struct xsc_req *head, u32 limit)
{
	struct xsc_req *last = head, *req = head;
	bool drain = head->sqe.flags & XSC_SQE_DRAIN;
	u32 taken = 0;

	while ((req->sqe.flags & (XSC_SQE_LINK | XSC_SQE_HARDLINK)) && taken < limit) {
		req = xsc_take_entry(actor);
		if (!req)
			break;
		taken++;
		drain |= req->sqe.flags & XSC_SQE_DRAIN;
		if (xsc_bind_timeout(last, req))
			continue;
		last->next = req;
		if (req->is.malformed && !head->is.malformed) {
			/* Known before the chain starts, so it does not start. */
			head->is.malformed = true;
			head->res = -ECANCELED;
		}
		last = req;
	}
	return drain;
}

/* Has @head wait for those before it, or for the drained one before it. */
static void xsc_defer(struct xsc_actor *actor, struct xsc_req *head, u32 seq, bool drain)
{
	struct xsc_ctx *ctx = actor->ctx;

	if (!ctx->drain_used) {
		/*
		 * Under cq_lock: whoever posts after this sees it and pumps; what was
		 * posted before, we count.
		 */
		spin_lock(&ctx->cq_lock);
		ctx->drain_end = ctx->completed;
		WRITE_ONCE(ctx->drain_used, true);
		spin_unlock(&ctx->cq_lock);
	}
	head->is.drain = drain;
	head->defer_seq = seq;
	head->defer_end = ctx->started;
	spin_lock(&ctx->lock);
	list_add_tail(&head->queue, &ctx->defer);
	spin_unlock(&ctx->lock);
	xsc_pump_deferred(actor);
}

/*
 * Goes on with @head, which has been taken and is not plain, and takes what is
 * linked behind it, at most @limit entries.
 */
void xsc_take_special(struct xsc_actor *actor, struct xsc_req *head, u32 limit)
{
	struct xsc_ctx *ctx = actor->ctx;
	u32 seq = ctx->started - 1;
	bool drain;

	xsc_prepare(ctx, head);
	xsc_bind_timeout(NULL, head);
	drain = xsc_take_chain(actor, head, limit);
	if (drain || ctx->drain_used)
		xsc_defer(actor, head, seq, drain);
	else
		xsc_fifo_add(&actor->todo, head);
}
