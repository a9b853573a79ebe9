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
	int op;

	xsc_sqe_check_init();
	for (op = 0; op < XSC_OP_LAST; op++) {
		if (xsc_ops[op].prep)
			memset(xsc_unplain[op], 0xff, sizeof(xsc_unplain[op]));
	}
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

/*
 * Reads the entry at @from into a free request: whether it is plain, that is,
 * allowed, right, and tied to nothing else. Made for those that are: of the
 * others xsc_prepare() finds out what is the matter.
 */
static __always_inline bool xsc_read_entry(struct xsc_ctx *ctx, struct xsc_req *req,
					   const struct xsc_sqe *from)
{
	u64 first = READ_ONCE(*(const u64 *)from);
	u8 opcode;

	*(u64 *)&req->sqe = first;
	opcode = req->sqe.opcode;
	BUILD_BUG_ON(XSC_OP_LAST > BITS_PER_TYPE(ctx->allowed));
	if (unlikely(!test_bit(opcode, ctx->allowed))) {
		xsc_sqe_copy(&req->sqe, from, first, 0);
		return false;
	}
	opcode = array_index_nospec(opcode, XSC_OP_LAST);
	req->op = &xsc_ops[opcode];
	return !xsc_sqe_copy(&req->sqe, from, first, opcode);
}

static void xsc_clean(struct xsc_req *req, bool plain)
{
	req->file = NULL;
	req->done = 0;
	req->cflags = 0;
	req->spins = 0;
	req->is = (struct xsc_req_is) { .plain = plain };
}

static int xsc_check(struct xsc_ctx *ctx, struct xsc_req *req)
{
	u8 opcode = req->sqe.opcode;
	int res;

	if (opcode >= XSC_OP_LAST)
		return -EINVAL;
	if (!test_bit(opcode, ctx->permitted))
		return -EACCES;
	if (!test_bit(opcode, ctx->allowed))
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
static void xsc_prepare(struct xsc_ctx *ctx, struct xsc_req *req)
{
	xsc_clean(req, false);
	req->res = xsc_check(ctx, req);
	req->is.malformed = req->res < 0;
	trace_xsc_submit(req);
}

static const struct xsc_sqe *xsc_entry_at(struct xsc_ctx *ctx, u32 head)
{
	return &ctx->sqes[head & (ctx->sq_entries - 1)];
}

/* Takes one more entry of a chain. */
static struct xsc_req *xsc_take_entry(struct xsc_actor *actor)
{
	struct xsc_req *req = xsc_req_get(actor);
	struct xsc_ctx *ctx = actor->ctx;

	if (!req)
		return NULL;
	xsc_read_entry(ctx, req, xsc_entry_at(ctx, ctx->sq_head));
	WRITE_ONCE(ctx->sq_head, ctx->sq_head + 1);
	WRITE_ONCE(ctx->started, ctx->started + 1);
	xsc_prepare(ctx, req);
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
	head->is.drain = drain;
	head->defer_seq = seq;
	head->defer_end = ctx->started;
	spin_lock(&ctx->lock);
	list_add_tail(&head->queue, &ctx->defer);
	spin_unlock(&ctx->lock);
	xsc_pump_deferred(actor);
}

/*
 * Goes on with @head, which has been read and is not plain, and takes what is
 * linked behind it, at most @limit entries. Returns how many those were.
 */
static noinline u32 xsc_take_special(struct xsc_actor *actor, struct xsc_req *head, u32 limit)
{
	struct xsc_ctx *ctx = actor->ctx;
	u32 seq = ctx->started - 1, taken;
	bool drain;

	xsc_prepare(ctx, head);
	xsc_bind_timeout(NULL, head);
	taken = xsc_take_chain(actor, head, limit, &drain);
	if (drain || ctx->drain_used)
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

/* Is there anything that every entry has to be looked at for? */
static bool xsc_all_special(struct xsc_ctx *ctx)
{
	return ctx->drain_used ||
	       xsc_inflight(ctx) + XSC_BATCH > READ_ONCE(xsc_max_inflight);
}

/* Takes entries, of which @n are there: how many. Most are plain; that is what this is for. */
static u32 xsc_take(struct xsc_actor *actor, u32 n)
{
	struct xsc_ctx *ctx = actor->ctx;
	bool special = xsc_all_special(ctx);
	u32 head = ctx->sq_head, before = ctx->started, taken = 0;

	while (taken < n && taken < XSC_BATCH) {
		struct xsc_req *req = xsc_req_get(actor);

		if (unlikely(!req))
			break;
		taken++;
		if (likely(xsc_read_entry(ctx, req, xsc_entry_at(ctx, head++)) && !special)) {
			xsc_clean(req, true);
			trace_xsc_submit(req);
			xsc_fifo_add(&actor->todo, req);
			continue;
		}
		WRITE_ONCE(ctx->sq_head, head);
		WRITE_ONCE(ctx->started, before + taken);
		taken += xsc_take_special(actor, req, n - taken);
		head = ctx->sq_head;
		special = xsc_all_special(ctx);
	}
	WRITE_ONCE(ctx->sq_head, head);
	WRITE_ONCE(ctx->started, before + taken);
	return taken;
}

/* One batch: how many entries were taken, or -errno if none could be. */
static int xsc_take_batch(struct xsc_actor *actor, u32 max)
{
	struct xsc_ctx *ctx = actor->ctx;
	u32 n, taken;

	if (unlikely(READ_ONCE(ctx->closing)))
		return -ESHUTDOWN;
	if (unlikely(xsc_pressed(ctx)))
		return -EBUSY;
	n = min(xsc_offered(ctx), max);
	taken = xsc_take(actor, n);
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
