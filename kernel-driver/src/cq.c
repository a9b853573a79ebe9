// SPDX-License-Identifier: GPL-2.0-only
/*
 * The producer side of the completion queue. Completions are posted by threads
 * of the process only, never from interrupts or wake-ups.
 *
 * A completion that finds no room stays in its request, on the backlog: nothing
 * has to be allocated for it, so none can be lost. While the backlog is not
 * empty everything queues behind it, so the order stays.
 */
#include <linux/eventfd.h>

#include "xsc.h"
#include "trace.h"

static void xsc_fill_cqe(struct xsc_ctx *ctx, u32 tail, const struct xsc_req *req, int res,
			 u32 flags)
{
	struct xsc_cqe *cqe = &ctx->cqes[tail & (ctx->cq_entries - 1)];

	WRITE_ONCE(cqe->user_data, req->sqe.user_data);
	WRITE_ONCE(cqe->res, res);
	WRITE_ONCE(cqe->flags, flags);
}

/* The request waits for room itself, and its last reference with it. */
static void xsc_overflow(struct xsc_ctx *ctx, struct xsc_req *req)
{
	req->is.plain = false;
	list_add_tail(&req->queue, &ctx->backlog);
	WRITE_ONCE(ctx->nr_backlog, ctx->nr_backlog + 1);
	ctx->nr_overflowed++;
	atomic_or(XSC_SQ_CQ_OVERFLOW, ctx->sq_flags_word);
}

/* Posts the completion of a request, or leaves it in there. */
void xsc_post_one(struct xsc_actor *actor, struct xsc_req *req)
{
	struct xsc_ctx *ctx = actor->ctx;

	trace_xsc_complete(req, req->res, req->cflags);
	/* If it is silent, its submitter wants to hear of failures only. */
	if (!xsc_is_silent(req)) {
		if (!xsc_cq_room(ctx)) {
			xsc_overflow(ctx, req);
			return;
		}
		xsc_fill_cqe(ctx, ctx->cq_tail, req, req->res, req->cflags);
		xsc_publish_cqes(ctx, ctx->cq_tail + 1);
	}
	if (req->is.plain)
		xsc_req_recycle(req, actor);
	else
		xsc_req_put(req, actor);
}

/* One that is not the last of its request: false if there is no room for it. */
bool xsc_post_more(struct xsc_req *req, int res, u32 flags)
{
	struct xsc_ctx *ctx = req->ctx;
	bool room;

	spin_lock(&ctx->cq_lock);
	room = xsc_cq_room(ctx);
	if (room) {
		xsc_fill_cqe(ctx, ctx->cq_tail, req, res, flags | XSC_CQE_MORE);
		xsc_publish_cqes(ctx, ctx->cq_tail + 1);
	}
	spin_unlock(&ctx->cq_lock);
	if (room) {
		trace_xsc_complete(req, res, flags | XSC_CQE_MORE);
		xsc_posted(ctx);
	}
	return room;
}

bool xsc_move_backlog(struct xsc_ctx *ctx)
{
	struct xsc_req *req, *tmp;
	LIST_HEAD(moved);

	spin_lock(&ctx->cq_lock);
	list_for_each_entry_safe(req, tmp, &ctx->backlog, queue) {
		/* Pairs with the user side's store-release of head: it has read the slot. */
		if (xsc_ring_full(ctx->cq_tail, smp_load_acquire(ctx->cq_head_word),
				  ctx->cq_entries))
			break;
		xsc_fill_cqe(ctx, ctx->cq_tail, req, req->res, req->cflags);
		xsc_publish_cqes(ctx, ctx->cq_tail + 1);
		list_move_tail(&req->queue, &moved);
		WRITE_ONCE(ctx->nr_backlog, ctx->nr_backlog - 1);
	}
	if (list_empty(&ctx->backlog))
		atomic_andnot(XSC_SQ_CQ_OVERFLOW, ctx->sq_flags_word);
	spin_unlock(&ctx->cq_lock);
	if (list_empty(&moved))
		return false;
	list_for_each_entry_safe(req, tmp, &moved, queue)
		xsc_req_put(req, NULL);
	/* Whoever made the room need not be the one who waits. */
	xsc_posted(ctx);
	return true;
}

static void xsc_signal_eventfd(struct xsc_ctx *ctx)
{
	if (!READ_ONCE(ctx->eventfd))
		return;
	spin_lock(&ctx->efd_lock);
	if (ctx->eventfd)
		xsc_eventfd_signal(ctx->eventfd);
	spin_unlock(&ctx->efd_lock);
}

/* Tells everybody who may wait for completions. Process context; see xsc_posted(). */
void xsc_notify(struct xsc_ctx *ctx)
{
	/* Behind the full barrier of xsc_posted(). */
	if (waitqueue_active(&ctx->enter_wq))
		wake_up_all(&ctx->enter_wq);
	/* Behind the same one. */
	if (waitqueue_active(&ctx->poll_wq))
		wake_up_poll(&ctx->poll_wq, EPOLLIN | EPOLLRDNORM);
	xsc_signal_eventfd(ctx);
}

/*
 * The same for work that became ready. A wake-up cannot do it: it may hold a
 * wait queue's lock, and who polls this ring's descriptor may be polled by it.
 */
void xsc_notify_work(struct work_struct *work)
{
	struct xsc_ctx *ctx = container_of(work, struct xsc_ctx, notify_work);

	wake_up_poll(&ctx->poll_wq, EPOLLIN | EPOLLRDNORM);
	xsc_signal_eventfd(ctx);
}
