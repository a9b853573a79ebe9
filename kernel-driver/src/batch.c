// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a batch: entries are copied once and checked, tried, and posted.
 * Most are plain, see xsc_settle(), and their way is short: what is done for
 * each of them is all in this file. For the others it only knows who goes on.
 */
#include <linux/indirect_call_wrapper.h>

#include "xsc.h"
#include "sqecheck.h"
#include "trace.h"

void xsc_submit_init(void)
{
	int op;

	xsc_sqe_check_init();
	for (op = 0; op < XSC_OP_LAST; op++) {
		if (xsc_ops[op].prep)
			xsc_sqe_never_plain(op);
	}
}

static u32 xsc_inflight(struct xsc_ctx *ctx)
{
	return READ_ONCE(ctx->started) - READ_ONCE(ctx->completed);
}

/* Whoever does not reap is not given more to reap. */
static bool xsc_pressed(struct xsc_ctx *ctx)
{
	return READ_ONCE(ctx->nr_backlog) >= ctx->cq_entries ||
	       xsc_inflight(ctx) / 2 > READ_ONCE(xsc_max_inflight);
}

/* Is there something that a worker can take? */
bool xsc_sq_offers(struct xsc_ctx *ctx)
{
	return xsc_sq_pending(ctx) && !xsc_pressed(ctx);
}

/* ---- taking */

/*
 * Reads the entry at @from into a free request: whether it is plain, that is,
 * one of the @allowed operations, right, and tied to nothing else. Made for
 * those that are: of the others xsc_prepare() finds out what is the matter.
 */
static __always_inline bool xsc_read_entry(struct xsc_req *req, const struct xsc_sqe *from,
					   u64 allowed)
{
	unsigned int row;
	u64 found = xsc_sqe_copy(&req->sqe, from, &row);

	BUILD_BUG_ON(XSC_OP_LAST > XSC_OP_ROWS);
	req->op = &xsc_ops[row];
	return likely(!found) && likely(allowed >> row & 1);
}

static int xsc_check(struct xsc_ctx *ctx, struct xsc_req *req)
{
	u8 opcode = req->sqe.opcode;
	int res;

	if (opcode >= XSC_OP_LAST)
		return -EINVAL;
	if (!(ctx->permitted & BIT_ULL(opcode)))
		return -EACCES;
	if (!(ctx->allowed & BIT_ULL(opcode)))
		return -EOPNOTSUPP;
	res = xsc_sqe_check(&req->sqe);
	if (!res && req->op->prep)
		res = req->op->prep(req);
	/* A cancel always gets in, or nothing would ever get out. */
	if (!res && opcode != XSC_OP_CANCEL && xsc_inflight(ctx) > READ_ONCE(xsc_max_inflight))
		res = -EAGAIN;
	return res;
}

/* The rest of what is done with an entry that is not plain. */
void xsc_prepare(struct xsc_ctx *ctx, struct xsc_req *req)
{
	req->is.plain = false;
	req->res = xsc_check(ctx, req);
	req->is.malformed = req->res < 0;
	trace_xsc_submit(req);
}

/* Takes one more entry of a chain. */
struct xsc_req *xsc_take_entry(struct xsc_actor *actor)
{
	struct xsc_req *req = xsc_req_get(actor);
	struct xsc_ctx *ctx = actor->ctx;

	if (!req)
		return NULL;
	xsc_read_entry(req, &ctx->sqes[ctx->sq_head & (ctx->sq_entries - 1)], 0);
	WRITE_ONCE(ctx->sq_head, ctx->sq_head + 1);
	WRITE_ONCE(ctx->started, ctx->started + 1);
	xsc_prepare(ctx, req);
	return req;
}

/* Entries on offer, after cutting a tail that no correct producer can have stored. */
static u32 xsc_offered(struct xsc_ctx *ctx)
{
	u32 excess;
	/* Pairs with the user side's store-release of tail: the entries are visible. */
	u32 tail = smp_load_acquire(ctx->sq_tail_word);
	u32 n = xsc_ring_pending(tail, ctx->sq_head, ctx->sq_entries, &excess);

	if (unlikely(excess)) {
		WRITE_ONCE(*ctx->sq_dropped_word, READ_ONCE(*ctx->sq_dropped_word) + excess);
		WRITE_ONCE(ctx->sq_head, ctx->sq_head + excess);
	}
	return n;
}

/* No entry has to be looked at for more than what it says. */
static bool xsc_ordinary(struct xsc_ctx *ctx)
{
	return !ctx->drain_used && !READ_ONCE(ctx->nr_backlog) &&
	       xsc_inflight(ctx) + XSC_BATCH <= READ_ONCE(xsc_max_inflight);
}

/*
 * Takes entries up to the first that is not plain, for which it has to be one of
 * the @allowed operations; at most @n, for which there are free requests. Those
 * are linked already, so they get to the todo list as the run that they are.
 * Returns the one that is not plain, which is taken and counted as well, or NULL.
 */
static __always_inline struct xsc_req *xsc_take_run(struct xsc_actor *actor,
						    struct xsc_ctx *ctx, u32 n, u64 allowed)
{
	struct xsc_req *req = actor->freed, *last = NULL, *special = NULL;
	const struct xsc_sqe *sqes = ctx->sqes;
	u32 head = ctx->sq_head, mask = ctx->sq_entries - 1;
	u32 end = head + n;

	do {
		const struct xsc_sqe *from = &sqes[head++ & mask];

		if (unlikely(!xsc_read_entry(req, from, allowed))) {
			special = req;
			req = req->after;
			break;
		}
		trace_xsc_submit(req);
		last = req;
		req = req->after;
	} while (head != end);
	if (likely(last))
		xsc_fifo_add_run(&actor->todo, actor->freed, last);
	actor->freed = req;
	n = head - ctx->sq_head;
	actor->nr_freed -= n;
	WRITE_ONCE(ctx->sq_head, head);
	WRITE_ONCE(ctx->started, ctx->started + n);
	return special;
}

/* Goes on with a batch of @n entries behind the first that was not plain: how many it has. */
static noinline u32 xsc_take_more(struct xsc_actor *actor, struct xsc_ctx *ctx,
				  struct xsc_req *special, u32 before, u32 n)
{
	u32 taken, run;

	for (;;) {
		xsc_take_special(actor, special, n - (ctx->started - before));
		taken = ctx->started - before;
		if (taken >= n || taken >= XSC_BATCH)
			return taken;
		run = xsc_req_provide(actor, min_t(u32, n, XSC_BATCH) - taken);
		if (!run)
			return taken;
		special = xsc_take_run(actor, ctx, run, xsc_ordinary(ctx) ? ctx->allowed : 0);
		if (!special)
			return ctx->started - before;
	}
}

/* Takes entries, of which @n are there: how many. */
static __always_inline u32 xsc_take(struct xsc_actor *actor, struct xsc_ctx *ctx, u32 n,
				    bool ordinary)
{
	u32 before = ctx->started, run = xsc_req_provide(actor, min_t(u32, n, XSC_BATCH));
	struct xsc_req *special;

	if (unlikely(!run))
		return 0;
	special = xsc_take_run(actor, ctx, run, likely(ordinary) ? ctx->allowed : 0);
	if (unlikely(special))
		return xsc_take_more(actor, ctx, special, before, n);
	return run;
}

/* One batch: how many entries were taken, or -errno if none could be. */
static __always_inline int xsc_take_batch(struct xsc_actor *actor, struct xsc_ctx *ctx, u32 max)
{
	bool ordinary = xsc_ordinary(ctx);
	u32 n, taken;

	if (unlikely(READ_ONCE(ctx->closing)))
		return -ESHUTDOWN;
	if (unlikely(!ordinary) && xsc_pressed(ctx))
		return -EBUSY;
	n = min(xsc_offered(ctx), max);
	if (unlikely(!n))
		return 0;
	taken = xsc_take(actor, ctx, n, ordinary);
	/* Pairs with the user side's load-acquire of head: we have copied the entries. */
	smp_store_release(ctx->sq_head_word, ctx->sq_head);
	return likely(taken) ? taken : -EAGAIN;
}

/* ---- posting */

/*
 * Posts the plain ones that @req begins with, as far as there is room. Returns
 * what is behind them.
 */
static __always_inline struct xsc_req *xsc_post_plain(struct xsc_actor *actor,
						      struct xsc_ctx *ctx, struct xsc_req *req)
{
	struct xsc_req *freed = actor->freed;
	struct xsc_cqe *cqes = ctx->cqes;
	u32 tail = ctx->cq_tail, mask = ctx->cq_entries - 1;
	u32 end = tail + xsc_cq_room(ctx);

	do {
		struct xsc_cqe *cqe = &cqes[tail & mask];
		struct xsc_req *after = req->after;

		if (unlikely(!req->is.plain || xsc_is_silent(req) || tail == end))
			break;
		/* What plain means, where there is time to look. */
		if (IS_ENABLED(CONFIG_PROVE_LOCKING))
			WARN_ON_ONCE(!xsc_req_is_free(req));
		if (trace_xsc_complete_enabled())
			trace_xsc_complete(req, req->res, 0);
		WRITE_ONCE(cqe->user_data, req->sqe.user_data);
		WRITE_ONCE(cqe->res, req->res);
		WRITE_ONCE(cqe->flags, 0);
		tail++;
		req->after = freed;
		freed = req;
		req = after;
	} while (req);
	actor->freed = freed;
	actor->nr_freed += tail - ctx->cq_tail;
	xsc_publish_cqes(ctx, tail);
	return req;
}

/*
 * The terminal completions of all requests that the actor has done, in one go;
 * takes the reference of each. What drained entries hold back and may start now
 * goes to the actor's todo list. Does not wake anybody: see xsc_tell().
 */
static __always_inline void xsc_post_done(struct xsc_actor *actor, struct xsc_ctx *ctx)
{
	struct xsc_req *req = xsc_fifo_take(&actor->done), *after;
	u32 n;

	xsc_actor_drop_file(actor);
	if (!req)
		return;
	spin_lock(&ctx->cq_lock);
	n = ctx->cq_tail;
	req = xsc_post_plain(actor, ctx, req);
	n = ctx->cq_tail - n;
	for (; unlikely(req); req = after, n++) {
		after = req->after;
		xsc_post_one(actor, req);
	}
	/* Under the lock for xsc_defer(), which sets drain_used under it. */
	WRITE_ONCE(ctx->completed, ctx->completed + n);
	spin_unlock(&ctx->cq_lock);
	actor->posted += n;
	/* Set before our lock, or we have been counted by who sets it. */
	if (unlikely(READ_ONCE(ctx->drain_used)))
		xsc_pump_deferred(actor);
}

void xsc_post(struct xsc_actor *actor)
{
	xsc_post_done(actor, actor->ctx);
}

/* ---- trying */

/* Here, so that nobody has to call it. */
int xsc_op_nop(struct xsc_req *req, bool sleep)
{
	return 0;
}

/* As xsc_try(), for a plain one: it has the use of the actor's file. */
static __always_inline int xsc_try_plain(struct xsc_actor *actor, struct xsc_req *req)
{
	const struct xsc_operation *op = req->op;

	if (unlikely(op->flags & XSC_OP_MAY_SLEEP)) {
		xsc_settle(req);
		return xsc_try(req);
	}
	if (unlikely(READ_ONCE(actor->ctx->closing)))
		return -ECANCELED;
	if (op->flags & XSC_OP_NEEDS_FILE) {
		req->file = xsc_actor_file(actor, req);
		if (unlikely(!req->file))
			return -EBADF;
	}
	/* Through a pointer it costs much more where branches are not trusted. */
	return INDIRECT_CALL_1(op->issue, xsc_op_rw, req, false);
}

/*
 * Issues the plain requests that @first begins with, as far as each ends on the
 * spot: they are done, then. They are linked already, so they get to the done
 * list as the run that they are. Returns what is behind them.
 */
static __always_inline struct xsc_req *xsc_run_plain(struct xsc_actor *actor,
						     struct xsc_req *first)
{
	struct xsc_req *req = first, *last = NULL;

	while (req && likely(req->is.plain)) {
		req->res = 0;
		if (req->op->issue != xsc_op_nop) {
			struct xsc_req *after = req->after;
			int res = xsc_try_plain(actor, req);

			/* Who is pending may be gone. */
			if (unlikely(res <= -ERESTARTSYS || !req->is.plain)) {
				if (last)
					xsc_fifo_add_run(&actor->done, first, last);
				xsc_run_slowly(actor, req, res);
				return after;
			}
			/* Its file is the actor's; there is nothing else to be undone. */
			req->file = NULL;
			req->res = res;
		}
		last = req;
		req = req->after;
	}
	if (last)
		xsc_fifo_add_run(&actor->done, first, last);
	return req;
}

/*
 * Issues what is to be issued, and what that starts, and posts what has ended;
 * no recursion, however long the chains.
 */
static __always_inline void xsc_run(struct xsc_actor *actor, struct xsc_ctx *ctx)
{
	struct xsc_req *req, *after;

	do {
		req = xsc_fifo_take(&actor->todo);
		while (req) {
			req = xsc_run_plain(actor, req);
			if (req && !req->is.plain) {
				after = req->after;
				xsc_run_special(actor, req);
				req = after;
			}
		}
		/* May start what a drained entry held back. */
		xsc_post_done(actor, ctx);
	} while (unlikely(actor->todo.first));
}

void xsc_run_todo(struct xsc_actor *actor)
{
	xsc_run(actor, actor->ctx);
}

/*
 * Takes and issues one batch, at most @max entries: how many, or -errno if none.
 * @try: none if somebody is at it already. @max cuts a chain, a batch does not.
 */
int xsc_submit_batch(struct xsc_actor *actor, u32 max, bool try)
{
	struct xsc_ctx *ctx = actor->ctx;
	int n;

	if (!try)
		mutex_lock(&ctx->submit_lock);
	else if (!mutex_trylock(&ctx->submit_lock))
		return 0;
	n = xsc_take_batch(actor, ctx, max);
	mutex_unlock(&ctx->submit_lock);
	xsc_run(actor, ctx);
	return n;
}
