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
 * How a free request is: plain, see xsc_settle(). What taking an entry sets in
 * any case is not here, nor what an operation uses beyond this: that it sets up
 * itself.
 */
static void xsc_req_reset(struct xsc_req *req)
{
	req->file = NULL;
	req->done = 0;
	req->cflags = 0;
	req->spins = 0;
	req->is = (struct xsc_req_is) { .plain = true };
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

/* Is it so, but for what reading an entry and trying it once has set? */
bool xsc_req_is_free(const struct xsc_req *req)
{
	return !req->file && !req->done && !req->cflags && !req->spins && !req->next &&
	       !req->timeout && !req->victim && !req->async && !req->runner &&
	       req->is.plain && !req->is.polled && !req->is.armed && !req->is.on_ready &&
	       !req->is.malformed && !req->is.cancelled && !req->is.started &&
	       list_empty(&req->active) && req->where == XSC_NOWHERE &&
	       atomic_read(&req->state) == XSC_OWNED && refcount_read(&req->refs) == 1;
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

void xsc_actor_free(struct xsc_actor *actor)
{
	while (actor->freed) {
		struct xsc_req *req = actor->freed;

		actor->freed = req->after;
		kmem_cache_free(xsc_req_cache, req);
	}
	actor->nr_freed = 0;
}

/* ---- actors: the ring's own keeps its free requests, so nearly all entries use that */

void xsc_actor_init(struct xsc_actor *actor, struct xsc_ctx *ctx)
{
	actor->ctx = ctx;
	xsc_fifo_init(&actor->todo);
	xsc_fifo_init(&actor->done);
	actor->freed = NULL;
	actor->nr_freed = 0;
	actor->posted = 0;
	actor->file = NULL;
	actor->task = NULL;
}

void xsc_actor_begin(struct xsc_actor *actor, struct xsc_ctx *ctx)
{
	xsc_actor_init(actor, ctx);
	actor->task = current;
	spin_lock(&ctx->actor_lock);
	hlist_add_head(&actor->node, &ctx->actors);
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
	spin_unlock(&ctx->actor_lock);
	xsc_actor_free(actor);
	/* xsc_shutdown() waits for the last one; it holds the file, as we do. */
	if (last && READ_ONCE(ctx->closing))
		wake_up_all(&ctx->enter_wq);
}

/*
 * Interrupts all threads that serve the ring, which is closing; whether there
 * are none. A task does not go before it has ended to be an actor, and its
 * memory lasts for a grace period after that.
 */
bool xsc_deserted(struct xsc_ctx *ctx)
{
	struct xsc_actor *actor;
	struct task_struct *task;
	bool none;

	spin_lock(&ctx->actor_lock);
	hlist_for_each_entry(actor, &ctx->actors, node)
		xsc_interrupt(actor->task);
	none = hlist_empty(&ctx->actors);
	spin_unlock(&ctx->actor_lock);
	rcu_read_lock();
	task = READ_ONCE(ctx->own.task);
	if (task)
		xsc_interrupt(task);
	rcu_read_unlock();
	return none && !task;
}

/* ---- files */

/* A request's file, counted; NULL if it names none that can be used here. */
struct file *xsc_look_up(const struct xsc_req *req)
{
	struct file *file;

	if (req->sqe.flags & XSC_SQE_FIXED_FILE)
		return xsc_fixed_file(req->ctx, req->sqe.fd);
	if (unlikely(req->op->flags & XSC_OP_ANY_FILE))
		file = fget_raw(req->sqe.fd);
	else
		file = fget(req->sqe.fd);
	if (file && unlikely(xsc_is_ring(file))) {
		fput(file);
		return NULL;
	}
	return file;
}

/* Looks a plain request's file up, and keeps it for those that want the same. */
struct file *xsc_actor_look_up(struct xsc_actor *actor, const struct xsc_req *req, u64 key)
{
	struct file *file = xsc_look_up(req);

	if (file) {
		xsc_actor_drop_file(actor);
		actor->file = file;
		actor->file_key = key;
	}
	return file;
}
