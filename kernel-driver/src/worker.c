// SPDX-License-Identifier: GPL-2.0-only
/*
 * ENTER and WORKER: the threads of the process that serve a ring.
 *
 * A thread that stays in the kernel never gets to the work it must do on its
 * way out, such as closing files for good. So both return early when there is
 * such work, and user space calls again.
 */
#include <linux/hrtimer.h>
#include <linux/sched/signal.h>

#include "xsc.h"
#include "trace.h"

/*
 * Not TIF_NOTIFY_RESUME as such: rseq sets that at every preemption, and needs
 * to be looked at only when the thread does go out.
 */
static bool xsc_wanted_outside(void)
{
#ifdef CONFIG_MEMCG
	if (READ_ONCE(current->memcg_nr_pages_over_high))
		return true;
#endif
	return task_work_pending(current);
}

/* Work that nobody lent for it would do. */
static bool xsc_work_left(struct xsc_ctx *ctx)
{
	return !atomic_read(&ctx->nr_workers) && !list_empty_careful(&ctx->work);
}

static bool xsc_backlog_moves(struct xsc_ctx *ctx)
{
	return READ_ONCE(ctx->nr_backlog) && xsc_cq_ready(ctx) < ctx->cq_entries;
}

/* Runs what became ready, and work that nobody else would do. */
static void xsc_run_waiting(struct xsc_actor *actor)
{
	struct xsc_ctx *ctx = actor->ctx;
	unsigned int round;

	for (round = 0; round < XSC_ROUNDS && !fatal_signal_pending(current); round++) {
		bool ran = xsc_run_ready(actor);

		if (xsc_work_left(ctx))
			ran |= xsc_run_work(actor);
		if (!ran)
			break;
		cond_resched();
	}
}

static __always_inline void xsc_serve(struct xsc_actor *actor, struct xsc_ctx *ctx)
{
	if (unlikely(!list_empty(&ctx->ready) || !list_empty(&ctx->work)))
		xsc_run_waiting(actor);
	xsc_flush_backlog(ctx);
	xsc_tell(actor);
}

/* The doorbell of old clients: everything, without waiting. */
void xsc_consume(struct xsc_ctx *ctx)
{
	xsc_enter(ctx, U32_MAX, 0, 0);
}

/* 0: what was waited for is there, or the caller is wanted elsewhere; or -errno. */
static int xsc_wait_until(struct xsc_actor *actor, u32 min_complete, ktime_t *until)
{
	struct xsc_ctx *ctx = actor->ctx;
	DEFINE_WAIT(wait);
	int res = 0;

	min_complete = min(min_complete, ctx->cq_entries);
	for (;;) {
		xsc_serve(actor, ctx);
		if (xsc_cq_ready(ctx) >= min_complete)
			break;
		/* Pairs with the full barrier of those who post or push: one sees the other. */
		prepare_to_wait(&ctx->enter_wq, &wait, TASK_INTERRUPTIBLE);
		if (READ_ONCE(ctx->closing)) {
			res = -ESHUTDOWN;
			break;
		}
		if (signal_pending(current)) {
			res = -EINTR;
			break;
		}
		if (task_work_pending(current))
			break;
		if (xsc_cq_ready(ctx) >= min_complete || xsc_work_left(ctx) ||
		    xsc_backlog_moves(ctx) || !list_empty_careful(&ctx->ready)) {
			finish_wait(&ctx->enter_wq, &wait);
			continue;
		}
		if (!schedule_hrtimeout(until, HRTIMER_MODE_ABS)) {
			finish_wait(&ctx->enter_wq, &wait);
			xsc_serve(actor, ctx);
			res = xsc_cq_ready(ctx) >= min_complete ? 0 : -ETIME;
			break;
		}
		finish_wait(&ctx->enter_wq, &wait);
	}
	finish_wait(&ctx->enter_wq, &wait);
	return res;
}

static noinline int xsc_wait(struct xsc_actor *actor, u32 min_complete, u64 timeout_ns)
{
	ktime_t until;

	if (!timeout_ns || timeout_ns >= KTIME_MAX)
		return xsc_wait_until(actor, min_complete, NULL);
	until = ktime_add_safe(ktime_get(), timeout_ns);
	return xsc_wait_until(actor, min_complete, &until);
}

/* Submits what is left of @max entries, of which @done are: how many are, then. */
static noinline int xsc_submit_rest(struct xsc_actor *actor, u32 max, u32 done)
{
	while (done < max && !fatal_signal_pending(current)) {
		int n;

		cond_resched();
		n = xsc_submit_batch(actor, max - done, false);
		if (n <= 0)
			break;
		done += n;
	}
	return done;
}

static __always_inline long xsc_enter_as(struct xsc_actor *actor, struct xsc_ctx *ctx,
					 u32 to_submit, u32 min_complete, u64 timeout_ns)
{
	int taken = 0, res = 0;

	atomic64_inc(&ctx->nr_entered);
	xsc_flush_backlog(ctx);
	if (to_submit) {
		taken = xsc_submit_batch(actor, to_submit, false);
		if (unlikely(taken > 0 && taken != to_submit))
			taken = xsc_submit_rest(actor, to_submit, taken);
	}
	/* Who rings while the workers sleep will want them. */
	if (atomic_read(&ctx->nr_workers) && !atomic_read(&ctx->nr_polling))
		wake_up(&ctx->worker_wq);
	xsc_serve(actor, ctx);
	if (unlikely(xsc_cq_ready(ctx) < min_complete) && taken >= 0)
		res = xsc_wait(actor, min_complete, timeout_ns);
	return taken ? taken : res;
}

/* Somebody else has the ring's own actor. */
static noinline long xsc_enter_beside(struct xsc_ctx *ctx, u32 to_submit, u32 min_complete,
				      u64 timeout_ns)
{
	struct xsc_actor actor;
	long res;

	xsc_actor_begin(&actor, ctx);
	res = xsc_enter_as(&actor, ctx, to_submit, min_complete, timeout_ns);
	xsc_actor_end(&actor);
	return res;
}

long xsc_enter(struct xsc_ctx *ctx, u32 to_submit, u32 min_complete, u64 timeout_ns)
{
	long res;

	if (unlikely(READ_ONCE(ctx->closing)))
		return -ESHUTDOWN;
	/* Pairs with the release below: we have what the one before us has left. */
	if (unlikely(cmpxchg_acquire(&ctx->own.task, NULL, current)))
		return xsc_enter_beside(ctx, to_submit, min_complete, timeout_ns);
	res = xsc_enter_as(&ctx->own, ctx, to_submit, min_complete, timeout_ns);
	/* Pairs with the acquire above. */
	smp_store_release(&ctx->own.task, NULL);
	/* Pairs with that in xsc_shutdown(): it sees that we have left, or we wake it. */
	smp_mb();
	if (unlikely(READ_ONCE(ctx->closing)))
		wake_up_all(&ctx->enter_wq);
	return res;
}

/* ---- workers */

static bool xsc_worker_stops(struct xsc_ctx *ctx)
{
	return READ_ONCE(ctx->closing) || READ_ONCE(ctx->workers_stopped);
}

static bool xsc_worker_has_work(struct xsc_ctx *ctx)
{
	return xsc_sq_offers(ctx) || !list_empty_careful(&ctx->ready) ||
	       !list_empty_careful(&ctx->work) || xsc_backlog_moves(ctx);
}

/* One more, or one less, looks at the submission queue; with none, submitters must enter. */
static void xsc_polling(struct xsc_ctx *ctx, bool on)
{
	if (on) {
		atomic_inc(&ctx->nr_polling);
		atomic_andnot(XSC_SQ_NEED_WAKEUP, ctx->sq_flags_word);
	} else if (atomic_dec_and_test(&ctx->nr_polling)) {
		atomic_or(XSC_SQ_NEED_WAKEUP, ctx->sq_flags_word);
		/* Two may have crossed: then one is polling and the flag only costs an entry. */
	}
	/*
	 * Pairs with the user side's full barrier between storing the tail and
	 * reading flags: it sees the flag, or we see its tail.
	 */
	smp_mb();
}

static void xsc_worker_sleep(struct xsc_ctx *ctx)
{
	DEFINE_WAIT(wait);

	prepare_to_wait_exclusive(&ctx->worker_wq, &wait, TASK_INTERRUPTIBLE);
	xsc_polling(ctx, false);
	if (!xsc_worker_has_work(ctx) && !xsc_worker_stops(ctx) && !signal_pending(current) &&
	    !xsc_wanted_outside())
		schedule();
	finish_wait(&ctx->worker_wq, &wait);
	xsc_polling(ctx, true);
}

static bool xsc_worker_round(struct xsc_actor *actor)
{
	struct xsc_ctx *ctx = actor->ctx;
	bool ran = false;

	if (xsc_sq_offers(ctx))
		ran = xsc_submit_batch(actor, U32_MAX, true) > 0;
	ran |= xsc_run_ready(actor);
	if (!list_empty_careful(&ctx->work)) {
		/* It may sleep for long: another one looks at the queue meanwhile. */
		xsc_polling(ctx, false);
		if (xsc_sq_offers(ctx) || !atomic_read(&ctx->nr_polling))
			wake_up(&ctx->worker_wq);
		ran |= xsc_run_work(actor);
		xsc_polling(ctx, true);
	}
	ran |= xsc_flush_backlog(ctx);
	xsc_tell(actor);
	return ran;
}

long xsc_worker(struct xsc_ctx *ctx, const struct xsc_worker *arg)
{
	struct xsc_actor actor;
	u64 idle_ns, since;
	long res = 0;

	/* A thread chooses its processors with sched_setaffinity(), where policy is checked. */
	if (arg->flags || arg->resv || arg->cpu != -1)
		return -EINVAL;
	idle_ns = (u64)arg->idle_us * NSEC_PER_USEC;
	xsc_actor_begin(&actor, ctx);
	atomic_inc(&ctx->nr_workers);
	xsc_polling(ctx, true);
	trace_xsc_worker(ctx, atomic_read(&ctx->nr_workers), true);
	since = ktime_get_ns();
	for (;;) {
		if (xsc_worker_stops(ctx)) {
			res = -ESHUTDOWN;
			break;
		}
		if (signal_pending(current)) {
			res = -EINTR;
			break;
		}
		if (xsc_wanted_outside())
			break;
		if (xsc_worker_round(&actor)) {
			since = ktime_get_ns();
		} else if (ktime_get_ns() - since >= idle_ns) {
			xsc_worker_sleep(ctx);
			since = ktime_get_ns();
		} else {
			cpu_relax();
		}
		cond_resched();
	}
	atomic_dec(&ctx->nr_workers);
	xsc_polling(ctx, false);
	trace_xsc_worker(ctx, atomic_read(&ctx->nr_workers), false);
	/* What we would have done is for the others, or for who enters. */
	if (xsc_worker_has_work(ctx)) {
		wake_up(&ctx->worker_wq);
		wake_up(&ctx->enter_wq);
	}
	xsc_actor_end(&actor);
	return res;
}

/* For good: a worker that is just between two calls must hear of it, too. */
void xsc_stop_workers(struct xsc_ctx *ctx)
{
	WRITE_ONCE(ctx->workers_stopped, true);
	/* Full barrier inside: pairs with prepare_to_wait_exclusive() of a worker. */
	wake_up_all(&ctx->worker_wq);
}
