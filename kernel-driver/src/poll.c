// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests that wait for a file or for a time. They cost a small struct each
 * and no thread: a wake-up or a timer moves them to the ready list, and a
 * thread of the process that enters or serves the ring goes on with them.
 *
 * One atomic change decides who has a parked request: XSC_PARKED to XSC_WOKEN
 * for a wake-up or timer, to XSC_OWNED for a cancel. Wake-ups run with the lock
 * of the wait queue held, perhaps in hard interrupts, and do nothing more.
 */
#include <linux/slab.h>

#include "xsc.h"
#include "trace.h"

/* Claims a request for the ready list. Any context. */
void xsc_wake(struct xsc_req *req)
{
	int state = atomic_read(&req->state);

	for (;;) {
		int old;

		if (state != XSC_PARKED && state != XSC_ARMING)
			return;		/* somebody else was first */
		old = atomic_cmpxchg(&req->state, state, XSC_WOKEN);
		if (old == state)
			break;
		state = old;
	}
	/* While it is being armed, the armer sees XSC_WOKEN and goes on itself. */
	if (state == XSC_PARKED)
		xsc_push_ready(req);
}

/*
 * Called with the lock of the wait queue held. @wait stays valid for as long:
 * xsc_disarm() takes that lock before a request can be freed, unless head is
 * NULL; so setting it is the very last thing that is done for POLLFREE.
 */
static int xsc_poll_wake(struct wait_queue_entry *entry, unsigned int mode, int sync, void *key)
{
	struct xsc_wait *wait = container_of(entry, struct xsc_wait, entry);
	__poll_t mask = key_to_poll(key);

	if (mask && !(mask & (wait->req->events | POLLFREE)))
		return 0;
	list_del_init(&entry->entry);
	xsc_wake(wait->req);
	if (mask & POLLFREE) {
		/* Pairs with the acquire in xsc_unwait(), which then leaves it alone. */
		smp_store_release(&wait->head, NULL);
	}
	return 1;
}

static void xsc_poll_queue(struct file *file, struct wait_queue_head *head,
			   struct poll_table_struct *p)
{
	struct xsc_poll_table *pt = container_of(p, struct xsc_poll_table, pt);
	struct xsc_req *req = pt->req;
	struct xsc_wait *wait = &req->wait;

	if (pt->nr++) {
		wait = kmalloc(sizeof(*wait), GFP_KERNEL_ACCOUNT);
		if (!wait) {
			pt->error = -ENOMEM;
			return;
		}
		wait->next = req->wait.next;
		req->wait.next = wait;
	}
	wait->req = req;
	wait->head = head;
	init_waitqueue_func_entry(&wait->entry, xsc_poll_wake);
	INIT_LIST_HEAD(&wait->entry.entry);
	add_wait_queue(head, &wait->entry);
}

/*
 * Takes an entry off its queue. The queue may be gone: then POLLFREE has made
 * head NULL, and the queue's memory lasts for a grace period after that.
 */
static void xsc_unwait(struct xsc_wait *wait)
{
	struct wait_queue_head *head;

	rcu_read_lock();
	/* Pairs with the release in xsc_poll_wake(). */
	head = smp_load_acquire(&wait->head);
	if (head) {
		spin_lock_irq(&head->lock);
		list_del_init(&wait->entry.entry);
		spin_unlock_irq(&head->lock);
		wait->head = NULL;
	}
	rcu_read_unlock();
}

/* Takes a request that we own off its wait queues and stops its timer. */
void xsc_disarm(struct xsc_req *req)
{
	struct xsc_wait *wait, *next;

	if (req->is.polled) {
		xsc_unwait(&req->wait);
		for (wait = req->wait.next; wait; wait = next) {
			next = wait->next;
			xsc_unwait(wait);
			kfree(wait);
		}
		req->wait.next = NULL;
		req->is.polled = false;
	}
	if (req->is.armed) {
		/* Waits for a callback that is still running: it may be the one that woke us. */
		hrtimer_cancel(&req->timer);
		req->is.armed = false;
	}
}

void xsc_poll_begin(struct xsc_req *req, struct xsc_poll_table *pt, __poll_t events)
{
	xsc_settle(req);
	req->wait.head = NULL;
	req->wait.next = NULL;
	req->is.polled = true;
	req->events = events;
	init_poll_funcptr(&pt->pt, xsc_poll_queue);
	pt->pt._key = events;
	pt->req = req;
	pt->nr = 0;
	pt->error = 0;
	atomic_set(&req->state, XSC_ARMING);
}

/*
 * Lets go of a request, if nothing happened meanwhile. XSC_PENDING: it is not
 * ours any more. 0: it was woken. -errno: it must not wait.
 */
int xsc_let_go(struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;
	int res = XSC_PENDING;

	spin_lock(&ctx->lock);
	if (ctx->closing || req->is.cancelled) {
		res = -ECANCELED;
	} else {
		xsc_activate(req);
		req->where = XSC_NOWHERE;
		if (req->runner) {
			spin_lock_irq(&ctx->ready_lock);
			req->runner = NULL;
			spin_unlock_irq(&ctx->ready_lock);
		}
		/* Full barrier: what is set above is seen by whoever claims it. */
		if (atomic_cmpxchg(&req->state, XSC_ARMING, XSC_PARKED) != XSC_ARMING)
			res = 0;
	}
	spin_unlock(&ctx->lock);
	if (res == XSC_PENDING)
		atomic64_inc(&ctx->nr_parked);
	return res;
}

int xsc_poll_end(struct xsc_req *req, int res)
{
	if (res == XSC_PENDING)
		return res;
	/* Ours: whoever wakes it now finds it taken off or being taken off. */
	xsc_disarm(req);
	atomic_set(&req->state, XSC_OWNED);
	return res;
}

/*
 * Waits until the request's file is ready for one of @events. XSC_PENDING: it
 * waits. 0: it is ready now. -errno: it cannot wait.
 */
int xsc_park(struct xsc_req *req, __poll_t events)
{
	struct xsc_poll_table pt;
	u64 user_data = req->sqe.user_data;
	struct xsc_ctx *ctx = req->ctx;
	__poll_t mask;
	u16 spins;
	int res;

	events |= EPOLLERR | EPOLLHUP;
	if (++req->spins > XSC_MAX_SPINS)
		return -EAGAIN;
	xsc_poll_begin(req, &pt, events);
	mask = vfs_poll(req->file, &pt.pt) & events;
	if (pt.error)
		return xsc_poll_end(req, pt.error);
	if (mask)
		return xsc_poll_end(req, 0);
	if (!pt.nr)
		return xsc_poll_end(req, -EINVAL);	/* nobody would ever wake it */
	spins = req->spins;
	req->spins = 0;		/* of the next time, should it wait */
	res = xsc_poll_end(req, xsc_let_go(req));
	if (res == XSC_PENDING)
		trace_xsc_park(ctx, user_data, (__force u32)events);
	else
		req->spins = spins;
	return res;
}

/* Lets others have their turn: the request is as if woken. XSC_PENDING, or -errno. */
int xsc_yield(struct xsc_req *req)
{
	int res;

	atomic_set(&req->state, XSC_ARMING);
	xsc_wake(req);
	res = xsc_let_go(req);
	if (res < 0) {
		atomic_set(&req->state, XSC_OWNED);
		return res;
	}
	/* Woken, and on ctx->active: it only has to be where the woken are. */
	xsc_push_ready(req);
	return XSC_PENDING;
}

/* ---- timers */

static enum hrtimer_restart xsc_timer_fires(struct hrtimer *timer)
{
	struct xsc_req *req = container_of(timer, struct xsc_req, timer);

	WRITE_ONCE(req->is.timed, true);
	xsc_wake(req);
	return HRTIMER_NORESTART;
}

/* Starts the timer of a request that is being armed. */
void xsc_timer_start(struct xsc_req *req, clockid_t clock, enum hrtimer_mode mode)
{
	xsc_settle(req);
	hrtimer_init(&req->timer, clock, mode);
	req->timer.function = xsc_timer_fires;
	req->is.timed = false;
	req->is.armed = true;
	hrtimer_start(&req->timer, req->time, mode);
}

/* Waits until req->time. XSC_PENDING; 0: it has come already; -errno: it must not wait. */
int xsc_park_timer(struct xsc_req *req, clockid_t clock, enum hrtimer_mode mode)
{
	struct xsc_ctx *ctx = req->ctx;
	u64 user_data = req->sqe.user_data;
	int res;

	atomic_set(&req->state, XSC_ARMING);
	/* It may fire at once: then it finds XSC_ARMING and leaves the request to us. */
	xsc_timer_start(req, clock, mode);
	res = xsc_poll_end(req, xsc_let_go(req));
	if (res == XSC_PENDING)
		trace_xsc_park(ctx, user_data, 0);
	return res;
}

/* As xsc_park_timer() for a LINK_TIMEOUT, which cancel does not look for. */
void xsc_park_link_timeout(struct xsc_req *req, enum hrtimer_mode mode)
{
	atomic_set(&req->state, XSC_ARMING);
	xsc_timer_start(req, CLOCK_MONOTONIC, mode);
	if (atomic_cmpxchg(&req->state, XSC_ARMING, XSC_PARKED) != XSC_ARMING)
		xsc_push_ready(req);
}
