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

static void xsc_write_cqe(struct xsc_ctx *ctx, u64 user_data, int res, u32 flags)
{
	struct xsc_cqe *cqe = &ctx->cqes[ctx->cq_tail & (ctx->cq_entries - 1)];

	lockdep_assert_held(&ctx->cq_lock);
	WRITE_ONCE(cqe->user_data, user_data);
	WRITE_ONCE(cqe->res, res);
	WRITE_ONCE(cqe->flags, flags);
	WRITE_ONCE(ctx->cq_tail, ctx->cq_tail + 1);
	/* Pairs with the user side's load-acquire of tail: it sees the entry. */
	smp_store_release(ctx->cq_tail_word, ctx->cq_tail);
}

static bool xsc_cq_full(struct xsc_ctx *ctx)
{
	/* Pairs with the user side's store-release of head: it has read the slot. */
	return xsc_ring_full(ctx->cq_tail, smp_load_acquire(ctx->cq_head_word), ctx->cq_entries);
}

/* The terminal completion of a request; takes its last reference. */
void xsc_post(struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;

	trace_xsc_complete(ctx, req->sqe.user_data, req->sqe.opcode, req->res, req->cflags);
	spin_lock(&ctx->cq_lock);
	/* Under the lock for xsc_submit(), which sets drain_used under it. */
	WRITE_ONCE(ctx->completed, ctx->completed + 1);
	if (req->res >= 0 && (req->sqe.flags & XSC_SQE_CQE_SKIP_SUCCESS)) {
		req->where = XSC_NOWHERE;
	} else if (list_empty(&ctx->backlog) && !xsc_cq_full(ctx)) {
		xsc_write_cqe(ctx, req->sqe.user_data, req->res, req->cflags);
	} else {
		/* The backlog's reference; the caller drops its own. */
		refcount_inc(&req->refs);
		list_add_tail(&req->queue, &ctx->backlog);
		WRITE_ONCE(ctx->nr_backlog, ctx->nr_backlog + 1);
		ctx->nr_overflowed++;
		atomic_or(XSC_SQ_CQ_OVERFLOW, ctx->sq_flags_word);
	}
	spin_unlock(&ctx->cq_lock);
}

/* One that is not the last of its request: false if there is no room for it. */
bool xsc_post_more(struct xsc_req *req, int res, u32 flags)
{
	struct xsc_ctx *ctx = req->ctx;
	bool room;

	spin_lock(&ctx->cq_lock);
	room = list_empty(&ctx->backlog) && !xsc_cq_full(ctx);
	if (room)
		xsc_write_cqe(ctx, req->sqe.user_data, res, flags | XSC_CQE_MORE);
	spin_unlock(&ctx->cq_lock);
	if (room) {
		trace_xsc_complete(ctx, req->sqe.user_data, req->sqe.opcode, res,
				   flags | XSC_CQE_MORE);
		xsc_notify(ctx);
	}
	return room;
}

/* Moves completions from the backlog to the queue as room allows; whether any was. */
bool xsc_flush_backlog(struct xsc_ctx *ctx)
{
	struct xsc_req *req, *tmp;
	LIST_HEAD(moved);

	if (likely(!READ_ONCE(ctx->nr_backlog)))
		return false;
	spin_lock(&ctx->cq_lock);
	list_for_each_entry_safe(req, tmp, &ctx->backlog, queue) {
		if (xsc_cq_full(ctx))
			break;
		xsc_write_cqe(ctx, req->sqe.user_data, req->res, req->cflags);
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
	xsc_notify(ctx);
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

/* Completions were posted: tells everybody who may wait for them. Process context. */
void xsc_notify(struct xsc_ctx *ctx)
{
	/* Full barrier inside: pairs with set_current_state() of the waiters. */
	if (wq_has_sleeper(&ctx->enter_wq))
		wake_up_all(&ctx->enter_wq);
	/* After the same full barrier: pairs with smp_mb() in xsc_poll(). */
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
