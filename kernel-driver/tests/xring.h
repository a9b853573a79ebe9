/* SPDX-License-Identifier: GPL-2.0-only */
/* The user side of a ring, for tests: small, and with nothing hidden. */
#ifndef XRING_H
#define XRING_H

#include <errno.h>
#include <fcntl.h>
#include <linux/xsc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

struct xring {
	int fd;
	struct xsc_params p;
	unsigned int *sq_head, *sq_tail, *sq_flags, *sq_dropped;
	unsigned int *cq_head, *cq_tail;
	struct xsc_sqe *sqes;
	struct xsc_cqe *cqes;
	void *sq, *cq;
	size_t sqes_size, cqes_size, page;
	unsigned int tail;		/* filled, not published */
};

static inline void *xring_map(int fd, size_t size, off_t offset)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

static inline int xring_attach(struct xring *r)
{
	r->page = sysconf(_SC_PAGESIZE);
	r->sqes_size = (r->p.sq_entries * sizeof(struct xsc_sqe) + r->page - 1) & ~(r->page - 1);
	r->cqes_size = (r->p.cq_entries * sizeof(struct xsc_cqe) + r->page - 1) & ~(r->page - 1);
	r->sq = xring_map(r->fd, r->page, XSC_OFF_SQ_RING);
	r->cq = xring_map(r->fd, r->page, XSC_OFF_CQ_RING);
	r->sqes = xring_map(r->fd, r->sqes_size, XSC_OFF_SQES);
	r->cqes = xring_map(r->fd, r->cqes_size, XSC_OFF_CQES);
	if (r->sq == MAP_FAILED || r->cq == MAP_FAILED || r->sqes == MAP_FAILED ||
	    r->cqes == MAP_FAILED)
		return -errno;
	r->sq_head = r->sq + r->p.sq_off.head;
	r->sq_tail = r->sq + r->p.sq_off.tail;
	r->sq_flags = r->sq + r->p.sq_off.flags;
	r->sq_dropped = r->sq + r->p.sq_off.dropped;
	r->cq_head = r->cq + r->p.cq_off.head;
	r->cq_tail = r->cq + r->p.cq_off.tail;
	r->tail = 0;
	return 0;
}

static inline int xring_open(struct xring *r, unsigned int sq, unsigned int cq, unsigned int flags)
{
	memset(r, 0, sizeof(*r));
	r->fd = open("/dev/xsc", O_RDWR | O_CLOEXEC);
	if (r->fd < 0)
		return -errno;
	r->p.sq_entries = sq;
	r->p.cq_entries = cq;
	r->p.flags = flags;
	if (ioctl(r->fd, XSC_IOC_SETUP, &r->p)) {
		int error = -errno;

		close(r->fd);
		return error;
	}
	return xring_attach(r);
}

static inline void xring_unmap(struct xring *r)
{
	munmap(r->sq, r->page);
	munmap(r->cq, r->page);
	munmap(r->sqes, r->sqes_size);
	munmap(r->cqes, r->cqes_size);
}

static inline void xring_close(struct xring *r)
{
	xring_unmap(r);
	close(r->fd);
}

static inline unsigned int xring_room(struct xring *r)
{
	return r->p.sq_entries - (r->tail - __atomic_load_n(r->sq_head, __ATOMIC_ACQUIRE));
}

/* The next free entry, zeroed. There must be room. */
static inline struct xsc_sqe *xring_next(struct xring *r, int op, uint64_t user_data)
{
	struct xsc_sqe *sqe = &r->sqes[r->tail++ & (r->p.sq_entries - 1)];

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = op;
	sqe->user_data = user_data;
	return sqe;
}

static inline void xring_publish(struct xring *r)
{
	__atomic_store_n(r->sq_tail, r->tail, __ATOMIC_RELEASE);
}

static inline int xring_enter_full(struct xring *r, unsigned int submit, unsigned int complete,
				   uint64_t timeout_ns)
{
	struct xsc_enter e = {
		.to_submit = submit, .min_complete = complete, .timeout_ns = timeout_ns,
	};
	int n = ioctl(r->fd, XSC_IOC_ENTER, &e);

	return n < 0 ? -errno : n;
}

/* Publishes and submits all that is filled, and waits for @complete. */
static inline int xring_submit(struct xring *r, unsigned int complete)
{
	xring_publish(r);
	return xring_enter_full(r, r->tail - __atomic_load_n(r->sq_head, __ATOMIC_ACQUIRE),
				complete, 0);
}

static inline unsigned int xring_ready(struct xring *r)
{
	return __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE) - *r->cq_head;
}

/* Takes one completion, if there is one. */
static inline int xring_reap(struct xring *r, struct xsc_cqe *cqe)
{
	unsigned int head = *r->cq_head;

	if (!xring_ready(r))
		return 0;
	*cqe = r->cqes[head & (r->p.cq_entries - 1)];
	__atomic_store_n(r->cq_head, head + 1, __ATOMIC_RELEASE);
	return 1;
}

/* Takes one completion, waiting for it as long as it takes. */
static inline struct xsc_cqe xring_wait(struct xring *r)
{
	struct xsc_cqe cqe = { .user_data = ~0ULL, .res = -EIO };

	while (!xring_reap(r, &cqe)) {
		int n = xring_enter_full(r, 0, 1, 0);

		if (n < 0 && n != -EINTR) {
			fprintf(stderr, "# enter: %s\n", strerror(-n));
			exit(1);
		}
	}
	return cqe;
}

/* Runs one filled entry on a ring where nothing else is in flight. */
static inline int xring_run(struct xring *r)
{
	xring_submit(r, 1);
	return xring_wait(r).res;
}

static inline void xring_rw(struct xsc_sqe *sqe, int fd, void *addr, unsigned int len,
			    uint64_t off)
{
	sqe->fd = fd;
	sqe->addr = (uintptr_t)addr;
	sqe->len = len;
	sqe->off = off;
}

#endif
