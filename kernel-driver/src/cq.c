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

static void xsc_publish_cqes(struct xsc_ctx *ctx, u32 tail)
{
	lockdep_assert_held(&ctx->cq_lock);
	WRITE_ONCE(ctx->cq_tail, tail);
	/* Pairs with the user side's load-acquire of tail: it sees the entries. */
	smp_store_release(ctx->cq_tail_word, tail);
}

/* Free entries; none while others wait for one, so that the order stays. */
static u32 xsc_cq_room(struct xsc_ctx *ctx)
{
	lockdep_assert_held(&ctx->cq_lock);
	if (unlikely(!list_empty(&ctx->backlog)))
		return 0;
	/* Pairs with the user side's store-release of head: it has read the slots. */
	return ctx->cq_entries - xsc_ring_used(ctx->cq_tail, smp_load_acquire(ctx->cq_head_word),
					       ctx->cq_entries);
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

/* What plain means, where there is time to look. */
static void xsc_check_plain(const struct xsc_req *req)
{
	if (IS_ENABLED(CONFIG_PROVE_LOCKING))
		WARN_ON_ONCE(req->file || req->next || req->timeout || req->victim || req->async ||
			     req->runner || req->is.polled || req->is.armed ||
			     req->is.on_ready || !list_empty(&req->active) ||
			     req->where != XSC_NOWHERE ||
			     atomic_read(&req->state) != XSC_OWNED ||
			     refcount_read(&req->refs) != 1);
}

static bool xsc_is_silent(const struct xsc_req *req)
{
	return (req->sqe.flags & XSC_SQE_CQE_SKIP_SUCCESS) && req->res >= 0;
}

/*
 * The terminal completions of all requests that the actor has done, in one go;
 * takes the reference of each. What drained entries hold back and may start now
 * goes to the actor's todo list. Does not wake anybody: see xsc_tell().
 */
void xsc_post(struct xsc_actor *actor)
{
	struct xsc_req *req = xsc_fifo_take(&actor->done), *after;
	struct xsc_ctx *ctx = actor->ctx;
	u32 tail, room, n = 0;

	xsc_actor_drop_file(actor);
	if (!req)
		return;
	spin_lock(&ctx->cq_lock);
	tail = ctx->cq_tail;
	room = xsc_cq_room(ctx);
	for (; req; req = after) {
		after = req->after;
		n++;
		trace_xsc_complete(req, req->res, req->cflags);
		if (unlikely(xsc_is_silent(req))) {
			/* Its submitter wants to hear of failures only. */
		} else if (likely(room)) {
			xsc_fill_cqe(ctx, tail++, req, req->res, req->cflags);
			room--;
		} else {
			xsc_overflow(ctx, req);
			continue;
		}
		if (likely(req->is.plain)) {
			xsc_check_plain(req);
			xsc_req_recycle(req, actor);
		} else {
			xsc_req_put(req, actor);
		}
	}
	xsc_publish_cqes(ctx, tail);
	/* Under the lock for xsc_take_unit(), which sets drain_used under it. */
	WRITE_ONCE(ctx->completed, ctx->completed + n);
	spin_unlock(&ctx->cq_lock);
	actor->posted += n;
	/* Set before our lock, or we have been counted by who sets it. */
	if (unlikely(READ_ONCE(ctx->drain_used)))
		xsc_pump_deferred(actor);
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
		xsc_notify(ctx);
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
