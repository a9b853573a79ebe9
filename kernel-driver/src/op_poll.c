// SPDX-License-Identifier: GPL-2.0-only
/*
 * POLL_ADD, which waits for one file, and POLL, which is poll(2).
 */
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/syscalls.h>

#include "xsc.h"

/* ---- POLL_ADD */

int xsc_op_poll_add(struct xsc_req *req, bool sleep)
{
	__poll_t events = demangle_poll(req->sqe.poll32_events & 0xffff) | EPOLLERR | EPOLLHUP;
	__poll_t mask;
	int res;

	if (req->sqe.poll32_events & ~0xffffU)
		return -EINVAL;
	do {
		mask = vfs_poll(req->file, NULL) & events;
		if (mask)
			return mangle_poll(mask);
		if (!file_can_poll(req->file))
			return -EINVAL;
		res = xsc_park(req, events);
	} while (!res);
	return res;
}

/* ---- POLL: poll(2) */

struct xsc_pollset {
	unsigned int nr;
	struct file **files;
	struct pollfd fds[];
};

/* Most descriptors of one POLL: each is polled in one go. */
#define XSC_MAX_POLLFDS	1024

int xsc_poll_prep(struct xsc_req *req)
{
	struct timespec64 ts;

	req->time = KTIME_MAX;
	if (!req->sqe.addr2)
		return 0;
	if (get_timespec64(&ts, u64_to_user_ptr(req->sqe.addr2)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;
	req->time = timespec64_to_ktime(ts);
	if (req->time)
		req->time = ktime_add_safe(ktime_get(), req->time);
	return 0;
}

void xsc_poll_cleanup(struct xsc_req *req)
{
	struct xsc_pollset *set = req->async;
	unsigned int i;

	req->async = NULL;
	for (i = 0; i < set->nr; i++) {
		if (set->files[i])
			fput(set->files[i]);
	}
	kvfree(set->files);
	kvfree(set);
}

static struct xsc_pollset *xsc_pollset(struct xsc_req *req)
{
	struct xsc_pollset *set;
	u32 nr = req->sqe.len;
	unsigned int i;

	if (nr > XSC_MAX_POLLFDS || nr > rlimit(RLIMIT_NOFILE))
		return ERR_PTR(-EINVAL);
	set = kvzalloc(struct_size(set, fds, nr), GFP_KERNEL_ACCOUNT);
	if (!set)
		return ERR_PTR(-ENOMEM);
	set->files = kvcalloc(nr, sizeof(*set->files), GFP_KERNEL_ACCOUNT);
	if (nr && !set->files) {
		kvfree(set);
		return ERR_PTR(-ENOMEM);
	}
	if (copy_from_user(set->fds, u64_to_user_ptr(req->sqe.addr), nr * sizeof(set->fds[0]))) {
		kvfree(set->files);
		kvfree(set);
		return ERR_PTR(-EFAULT);
	}
	for (i = 0; i < nr; i++) {
		struct file *file = set->fds[i].fd >= 0 ? fget(set->fds[i].fd) : NULL;

		if (file && xsc_is_ring(file)) {
			fput(file);
			file = NULL;
		}
		set->files[i] = file;
	}
	set->nr = nr;
	return set;
}

/* How many descriptors have something to tell; @table: waits on all until one has. */
static int xsc_poll_scan(struct xsc_pollset *set, struct poll_table_struct *table)
{
	unsigned int i;
	int ready = 0;

	for (i = 0; i < set->nr; i++) {
		struct pollfd *fd = &set->fds[i];
		__poll_t events = demangle_poll(fd->events) | EPOLLERR | EPOLLHUP;

		fd->revents = 0;
		if (fd->fd < 0)
			continue;
		if (set->files[i])
			fd->revents = mangle_poll(vfs_poll(set->files[i], table) & events);
		else
			fd->revents = POLLNVAL;
		if (fd->revents)
			ready++;
	}
	return ready;
}

static int xsc_poll_report(struct xsc_req *req, struct xsc_pollset *set, int ready)
{
	struct pollfd __user *fds = u64_to_user_ptr(req->sqe.addr);
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		if (put_user(set->fds[i].revents, &fds[i].revents))
			return -EFAULT;
	}
	return ready;
}

int xsc_op_poll(struct xsc_req *req, bool sleep)
{
	struct xsc_pollset *set = req->async;
	struct xsc_poll_table pt;
	int ready, res;

	if (!set) {
		set = xsc_pollset(req);
		if (IS_ERR(set))
			return PTR_ERR(set);
		req->async = set;
		req->is.timed = false;
	}
	do {
		ready = xsc_poll_scan(set, NULL);
		if (ready || req->is.timed || !req->time)
			return xsc_poll_report(req, set, ready);
		/* Woken over and over for what nobody asked for. */
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		/* Any event of any of them wakes us; the scan says whether it was one. */
		xsc_poll_begin(req, &pt, (__force __poll_t)~0U);
		ready = xsc_poll_scan(set, &pt.pt);
		if (!ready && req->time != KTIME_MAX)
			xsc_timer_start(req, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
		res = pt.error;
		if (!res && !ready)
			res = xsc_let_go(req);
		res = xsc_poll_end(req, res);
	} while (!res);
	return res;
}
