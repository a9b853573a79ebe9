// SPDX-License-Identifier: GPL-2.0-only
/*
 * The consumer side of the submission queue: copies entries once, checks them,
 * strings linked ones together, and hands chains to an actor.
 */
#include "xsc.h"
#include "sqecheck.h"
#include "trace.h"

void xsc_submit_init(void)
{
	xsc_sqe_check_init();
}

bool xsc_sq_pending(struct xsc_ctx *ctx)
{
	return READ_ONCE(*ctx->sq_tail_word) != READ_ONCE(ctx->sq_head);
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

/* Word by word, so that no part of an entry is ever read twice. */
static void xsc_copy_sqe(struct xsc_sqe *to, const struct xsc_sqe *from)
{
	const u64 *src = (const u64 *)from;
	u64 *dst = (u64 *)to;

	BUILD_BUG_ON(XSC_SQE_WORDS != 8);
	dst[0] = READ_ONCE(src[0]);
	dst[1] = READ_ONCE(src[1]);
	dst[2] = READ_ONCE(src[2]);
	dst[3] = READ_ONCE(src[3]);
	dst[4] = READ_ONCE(src[4]);
	dst[5] = READ_ONCE(src[5]);
	dst[6] = READ_ONCE(src[6]);
	dst[7] = READ_ONCE(src[7]);
}

static bool xsc_allowed(struct xsc_ctx *ctx, u8 opcode)
{
	return test_bit(opcode, (unsigned long *)ctx->allowed);
}

static int xsc_check(struct xsc_req *req)
{
	const struct xsc_operation *op;
	u8 opcode = req->sqe.opcode;
	int res;

	if (unlikely(opcode >= XSC_OP_LAST))
		return -EINVAL;
	opcode = array_index_nospec(opcode, XSC_OP_LAST);
	if (unlikely(!xsc_allowed(req->ctx, opcode)))
		return -EACCES;
	op = &xsc_ops[opcode];
	req->op = op;
	if (unlikely(!op->issue))
		return -EOPNOTSUPP;
	res = xsc_sqe_check_op(&req->sqe, opcode);
	if (unlikely(op->prep) && !res)
		res = op->prep(req);
	return res;
}

/* Linked, or in an order with others: part of something larger than itself. */
#define XSC_SQE_BOUND	(XSC_SQE_LINK | XSC_SQE_HARDLINK | XSC_SQE_DRAIN)

/* Takes the next entry. It is plain unless it says itself why not; the caller may know more. */
static struct xsc_req *xsc_take_entry(struct xsc_actor *actor)
{
	struct xsc_req *req = xsc_req_get(actor);
	struct xsc_ctx *ctx = actor->ctx;

	if (unlikely(!req))
		return NULL;
	xsc_copy_sqe(&req->sqe, &ctx->sqes[ctx->sq_head & (ctx->sq_entries - 1)]);
	req->op = NULL;
	req->file = NULL;
	req->cflags = 0;
	req->done = 0;
	req->is = (struct xsc_req_is) {};
	req->spins = 0;
	req->res = xsc_check(req);
	WRITE_ONCE(ctx->sq_head, ctx->sq_head + 1);
	WRITE_ONCE(ctx->started, ctx->started + 1);
	/* A cancel always gets in, or nothing would ever get out. */
	if (unlikely(xsc_inflight(ctx) > READ_ONCE(xsc_max_inflight)) && !req->res &&
	    req->sqe.opcode != XSC_OP_CANCEL)
		req->res = -EAGAIN;
	req->is.malformed = req->res < 0;
	req->is.plain = !(req->sqe.flags & XSC_SQE_BOUND) &&
			(req->is.malformed || !(req->op->flags & XSC_OP_KEEPS));
	trace_xsc_submit(ctx, req->sqe.user_data, req->sqe.opcode, req->sqe.flags, req->sqe.fd);
	return req;
}

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
 * Takes what is linked behind @head, at most @limit entries; how many that were.
 * Cut short if there is no memory. *@drain: whether any of them drains.
 */
static u32 xsc_take_chain(struct xsc_actor *actor, struct xsc_req *head, u32 limit, bool *drain)
{
	struct xsc_req *last = head, *req = head;
	u32 taken = 0;

	*drain = head->sqe.flags & XSC_SQE_DRAIN;
	while ((req->sqe.flags & (XSC_SQE_LINK | XSC_SQE_HARDLINK)) && taken < limit) {
		req = xsc_take_entry(actor);
		if (!req)
			break;
		req->is.plain = false;
		taken++;
		*drain |= req->sqe.flags & XSC_SQE_DRAIN;
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
	return taken;
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
	head->is.plain = false;
	head->is.drain = drain;
	head->defer_seq = seq;
	head->defer_end = ctx->started;
	spin_lock(&ctx->lock);
	list_add_tail(&head->queue, &ctx->defer);
	spin_unlock(&ctx->lock);
	xsc_pump_deferred(actor);
}

/*
 * Takes an entry with all that is linked behind it, at most @limit. Returns how
 * many that were; 0 if there is no memory.
 */
static u32 xsc_take_unit(struct xsc_actor *actor, u32 limit)
{
	struct xsc_ctx *ctx = actor->ctx;
	u32 seq = ctx->started, taken = 1;
	struct xsc_req *head = xsc_take_entry(actor);
	bool drain = false;

	if (unlikely(!head))
		return 0;
	if (unlikely(!head->is.plain)) {
		xsc_bind_timeout(NULL, head);
		taken += xsc_take_chain(actor, head, limit - 1, &drain);
	}
	if (unlikely(drain || ctx->drain_used))
		xsc_defer(actor, head, seq, drain);
	else
		xsc_fifo_add(&actor->todo, head);
	return taken;
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

/* One batch: how many entries were taken, or -errno if none could be. */
static int xsc_take_batch(struct xsc_actor *actor, u32 max)
{
	struct xsc_ctx *ctx = actor->ctx;
	u32 n, taken = 0;

	if (unlikely(READ_ONCE(ctx->closing)))
		return -ESHUTDOWN;
	if (unlikely(xsc_pressed(ctx)))
		return -EBUSY;
	n = min(xsc_offered(ctx), max);
	while (taken < n && taken < XSC_BATCH) {
		u32 unit = xsc_take_unit(actor, n - taken);

		if (!unit)
			break;
		taken += unit;
	}
	/* Pairs with the user side's load-acquire of head: we have copied the entries. */
	smp_store_release(ctx->sq_head_word, ctx->sq_head);
	return taken || !n ? taken : -EAGAIN;
}

/*
 * Takes and issues up to @max entries; how many, or -errno if none. @try: one
 * batch only, and none if somebody is at it already. @max cuts a chain, a batch
 * does not.
 */
int xsc_submit(struct xsc_actor *actor, u32 max, bool try)
{
	struct xsc_ctx *ctx = actor->ctx;
	u32 done = 0;

	while (done < max) {
		int n;

		if (!try)
			mutex_lock(&ctx->submit_lock);
		else if (!mutex_trylock(&ctx->submit_lock))
			return done;
		n = xsc_take_batch(actor, max - done);
		mutex_unlock(&ctx->submit_lock);
		xsc_run_todo(actor);
		if (n <= 0)
			return done ? done : n;
		done += n;
		if (try || done >= max || fatal_signal_pending(current))
			break;
		cond_resched();
	}
	return done;
}
