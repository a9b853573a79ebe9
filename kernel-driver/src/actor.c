// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of the process while they serve a ring ("actors"), and what each has
 * at hand: free requests, and the file that it looked up last.
 */
#include <linux/slab.h>

#include "xsc.h"

static struct kmem_cache *xsc_req_cache;

int xsc_req_init(void)
{
	xsc_req_cache = KMEM_CACHE(xsc_req, SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT);
	return xsc_req_cache ? 0 : -ENOMEM;
}

void xsc_req_exit(void)
{
	kmem_cache_destroy(xsc_req_cache);
}

/* ---- memory */

/*
 * How a free request is. What taking an entry sets in any case is not here, nor
 * what an operation uses beyond this: that it sets up itself.
 */
static void xsc_req_reset(struct xsc_req *req)
{
	req->next = NULL;
	req->timeout = NULL;
	req->victim = NULL;
	req->runner = NULL;
	req->async = NULL;
	req->where = XSC_NOWHERE;
	INIT_LIST_HEAD(&req->active);
	atomic_set(&req->state, XSC_OWNED);
	refcount_set(&req->refs, 1);
}

struct xsc_req *xsc_req_alloc(struct xsc_ctx *ctx)
{
	struct xsc_req *req = kmem_cache_alloc(xsc_req_cache, GFP_KERNEL);

	if (req) {
		req->ctx = ctx;
		xsc_req_reset(req);
	}
	return req;
}

/* @actor: keeps it for reuse; may be NULL. */
void xsc_req_put(struct xsc_req *req, struct xsc_actor *actor)
{
	if (!refcount_dec_and_test(&req->refs))
		return;
	if (actor && actor->nr_freed < XSC_CACHED) {
		xsc_req_reset(req);
		xsc_req_recycle(req, actor);
	} else {
		kmem_cache_free(xsc_req_cache, req);
	}
}

static void xsc_free_list(struct xsc_req *req)
{
	while (req) {
		struct xsc_req *next = req->after;

		kmem_cache_free(xsc_req_cache, req);
		req = next;
	}
}

/* The ring ends: what the last actor left for the next one. */
void xsc_free_cached(struct xsc_ctx *ctx)
{
	struct xsc_req *cached;

	spin_lock(&ctx->actor_lock);
	cached = ctx->cache;
	ctx->cache = NULL;
	ctx->nr_cached = 0;
	spin_unlock(&ctx->actor_lock);
	xsc_free_list(cached);
}

/* ---- actors: each takes the ring's free requests, and leaves its own to the next */

void xsc_actor_begin(struct xsc_actor *actor, struct xsc_ctx *ctx)
{
	actor->ctx = ctx;
	actor->task = current;
	xsc_fifo_init(&actor->todo);
	xsc_fifo_init(&actor->done);
	actor->posted = 0;
	actor->file = NULL;
	spin_lock(&ctx->actor_lock);
	hlist_add_head(&actor->node, &ctx->actors);
	actor->freed = ctx->cache;
	actor->nr_freed = ctx->nr_cached;
	ctx->cache = NULL;
	ctx->nr_cached = 0;
	spin_unlock(&ctx->actor_lock);
}

/* Nothing is to be done or to be posted any more. */
void xsc_actor_end(struct xsc_actor *actor)
{
	struct xsc_ctx *ctx = actor->ctx;
	bool last;

	xsc_tell(actor);
	spin_lock(&ctx->actor_lock);
	__hlist_del(&actor->node);
	last = hlist_empty(&ctx->actors);
	if (likely(!ctx->cache && !ctx->closing)) {
		ctx->cache = actor->freed;
		ctx->nr_cached = actor->nr_freed;
		actor->freed = NULL;
	}
	spin_unlock(&ctx->actor_lock);
	if (unlikely(actor->freed))
		xsc_free_list(actor->freed);
	/* xsc_shutdown() waits for the last one; it holds the file, as we do. */
	if (last && READ_ONCE(ctx->closing))
		wake_up_all(&ctx->enter_wq);
}

/* ---- files */

static struct file *xsc_look_up(const struct xsc_req *req, bool fixed, bool any)
{
	struct file *file;

	if (fixed)
		return xsc_fixed_file(req->ctx, req->sqe.fd);
	file = any ? fget_raw(req->sqe.fd) : fget(req->sqe.fd);
	if (file && xsc_is_ring(file)) {
		fput(file);
		return NULL;
	}
	return file;
}

/* Looks a request's file up, and keeps it for those that want the same. */
struct file *xsc_actor_look_up(struct xsc_actor *actor, const struct xsc_req *req, u64 key)
{
	struct file *file = xsc_look_up(req, req->sqe.flags & XSC_SQE_FIXED_FILE,
					req->op->flags & XSC_OP_ANY_FILE);

	if (file) {
		xsc_actor_drop_file(actor);
		actor->file = file;
		actor->file_key = key;
	}
	return file;
}
