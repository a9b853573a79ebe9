// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that end when their time has come: TIMEOUT, NANOSLEEP,
 * CLOCK_NANOSLEEP, and LINK_TIMEOUT, which bounds the one before it.
 */
#include <linux/ktime.h>
#include <linux/time64.h>

#include "xsc.h"

/* The submitter may reuse the timespec as soon as the entry is taken. */
int xsc_timeout_prep(struct xsc_req *req)
{
	struct timespec64 ts;

	if (get_timespec64(&ts, u64_to_user_ptr(req->sqe.addr)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;
	req->time = timespec64_to_ktime(ts);
	return 0;
}

static enum hrtimer_mode xsc_timeout_mode(struct xsc_req *req)
{
	return req->sqe.timeout_flags & XSC_TIMEOUT_ABS ? HRTIMER_MODE_ABS : HRTIMER_MODE_REL;
}

int xsc_op_timeout(struct xsc_req *req, bool sleep)
{
	int ended = req->sqe.opcode == XSC_OP_TIMEOUT ? -ETIME : 0;
	clockid_t clock = CLOCK_MONOTONIC;
	int res;

	if (req->sqe.opcode == XSC_OP_CLOCK_NANOSLEEP) {
		clock = req->sqe.len;
		if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME &&
		    clock != CLOCK_BOOTTIME && clock != CLOCK_TAI)
			return -EINVAL;
	}
	/* Issued again by whoever found it on the ready list. */
	if (req->is.started)
		return ended;
	req->is.started = true;
	res = xsc_park_timer(req, clock, xsc_timeout_mode(req));
	return res ? res : ended;
}

/* ---- LINK_TIMEOUT: nobody's once armed; claimed by its timer or by its victim's end */

void xsc_link_timeout_arm(struct xsc_req *victim)
{
	struct xsc_req *timeout = victim->timeout;

	if (timeout->is.started)
		return;
	timeout->is.started = true;
	xsc_park_link_timeout(timeout, xsc_timeout_mode(timeout));
}

static bool xsc_take_link_timeout(struct xsc_req *timeout)
{
	struct xsc_ctx *ctx = timeout->ctx;
	bool taken = false;

	if (!timeout->is.started)
		return true;
	if (atomic_cmpxchg(&timeout->state, XSC_PARKED, XSC_OWNED) == XSC_PARKED)
		return true;
	spin_lock_irq(&ctx->ready_lock);
	if (timeout->is.on_ready) {
		list_del_init(&timeout->queue);
		timeout->is.on_ready = false;
		atomic_set(&timeout->state, XSC_OWNED);
		if (list_empty(&ctx->ready))
			atomic_andnot(XSC_SQ_TASKRUN, ctx->sq_flags_word);
		taken = true;
	}
	spin_unlock_irq(&ctx->ready_lock);
	return taken;
}

/* The victim has ended: its time-out, too, unless somebody is at that already. */
void xsc_link_timeout_end(struct xsc_actor *actor, struct xsc_req *victim,
			  struct xsc_req *timeout)
{
	bool late = false;

	victim->timeout = NULL;
	if (xsc_take_link_timeout(timeout)) {
		xsc_disarm(timeout);
		late = timeout->is.started && timeout->is.timed && victim->res == -ECANCELED;
		xsc_complete(actor, timeout, late ? -ETIME : -ECANCELED);
	}
	xsc_req_put(timeout, actor);
}

/* The time has come, and @actor has it from the ready list: ends the victim. */
void xsc_link_timeout_fired(struct xsc_actor *actor, struct xsc_req *timeout)
{
	struct xsc_req *victim = timeout->victim;
	struct xsc_ctx *ctx = actor->ctx;
	LIST_HEAD(stolen);

	spin_lock(&ctx->lock);
	/* One that runs is interrupted; one that has ended does not mind. */
	xsc_steal(victim, &stolen);
	spin_unlock(&ctx->lock);
	xsc_complete(actor, timeout, -ETIME);
	xsc_end_stolen(actor, &stolen);
}
