// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one operation costs its submitter: by system call, by this ring entered
 * once a batch, by this ring with a lent worker, by io_uring and by io_uring's
 * SQPOLL. Prints CSV: how,operation,batch,ns. Submission and reaping included;
 * the least of several rounds, so that a disturbed one does not count.
 *
 * Besides: "ioctl", one that does nothing, below which no entry can cost;
 * "xsc-submitter", what a submitter does itself where another processor does the
 * rest, without its waiting; "xsc-same-core", where there is no other processor.
 */
#include <pthread.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>

#include "../tests/xring.h"

#define ROUNDS 9

static int batches[] = { 1, 8, 32, 128 };
static long per_round = 12800;
static int file;
static char buffer[64];

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Batches in a round: at least one. */
static long batches_of(int batch)
{
	return per_round > batch ? per_round / batch : 1;
}

/* The least time of one operation over all rounds. */
static double measure(void (*run)(int batch, int reads), int batch, int reads)
{
	double least = 1e18;
	int i;

	run(batch, reads);	/* what is done once is not counted */
	for (i = 0; i < ROUNDS; i++) {
		long n = batches_of(batch), k;
		uint64_t start = now();

		for (k = 0; k < n; k++)
			run(batch, reads);
		start = now() - start;
		if ((double)start / (n * batch) < least)
			least = (double)start / (n * batch);
	}
	return least;
}

static void report_by(const char *how, double (*measured)(void (*run)(int, int), int, int),
		      void (*run)(int batch, int reads), int kinds)
{
	unsigned int i;
	int reads;

	for (reads = 0; reads < kinds; reads++) {
		for (i = 0; i < sizeof(batches) / sizeof(batches[0]); i++)
			printf("%s,%s,%d,%.1f\n", how, reads ? "pread64B" : "nop", batches[i],
			       measured(run, batches[i], reads));
	}
	fflush(stdout);
}

static void report(const char *how, void (*run)(int batch, int reads))
{
	report_by(how, measure, run, 2);
}

/* ---- system calls: getppid() stands for the one that does nothing */

static void by_call(int batch, int reads)
{
	while (batch--) {
		if (reads) {
			if (syscall(SYS_pread64, file, buffer, 64, 0) != 64)
				fail("pread");
		} else {
			syscall(SYS_getppid);
		}
	}
}

static int nothing;

static void by_ioctl(int batch, int reads)
{
	while (batch--) {
		if (syscall(SYS_ioctl, nothing, XSC_IOC_STOP_WORKERS, NULL) != -1)
			fail("ioctl");
	}
}

/* ---- this ring */

static struct xring ring;

static void fill(int batch, int reads)
{
	while (batch--) {
		struct xsc_sqe *sqe = xring_next(&ring, reads ? XSC_OP_PREAD : XSC_OP_NOP, batch);

		if (reads)
			xring_rw(sqe, file, buffer, 64, 0);
	}
	xring_publish(&ring);
}

static int reap(int reads)
{
	unsigned int head = *ring.cq_head;
	unsigned int tail = __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE);
	int n = 0;

	for (; head != tail; head++, n++) {
		if (ring.cqes[head & (ring.p.cq_entries - 1)].res != (reads ? 64 : 0))
			fail("a completion is wrong");
	}
	__atomic_store_n(ring.cq_head, head, __ATOMIC_RELEASE);
	return n;
}

static void by_ring(int batch, int reads)
{
	fill(batch, reads);
	if (xring_enter_full(&ring, batch, batch, 0) != batch || reap(reads) != batch)
		fail("enter");
}

/* As measure(), of what is left to a submitter whose entries are taken on another processor. */
static double measure_submitter(void (*run)(int batch, int reads), int batch, int reads)
{
	double least = 1e18;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		long n = batches_of(batch), k;
		uint64_t sum = 0, clock, start;

		for (k = 0; k < n; k++) {
			start = now();
			clock = now() - start;
			start = now();
			fill(batch, reads);
			__atomic_thread_fence(__ATOMIC_SEQ_CST);
			if (*ring.sq_flags & XSC_SQ_NEED_WAKEUP)
				fail("a ring without workers asks for a wake-up");
			sum += now() - start - clock;
			/* Stands for the other processor. */
			if (xring_enter_full(&ring, batch, batch, 0) != batch)
				fail("enter");
			start = now();
			if (reap(reads) != batch)
				fail("reap");
			sum += now() - start - clock;
		}
		if ((double)sum / (n * batch) < least)
			least = (double)sum / (n * batch);
	}
	return least;
}

static void by_polled_ring(int batch, int reads)
{
	int done = 0;

	fill(batch, reads);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (*ring.sq_flags & XSC_SQ_NEED_WAKEUP)
		xring_enter_full(&ring, 0, 0, 0);
	while (done < batch)
		done += reap(reads);
}

static void *lend(void *arg)
{
	struct xsc_worker w = { .cpu = -1, .idle_us = 1000000 };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((long)arg, &set);
	sched_setaffinity(0, sizeof(set), &set);
	while (!ioctl(ring.fd, XSC_IOC_WORKER, &w) || errno == EINTR)
		;
	return NULL;
}

/* ---- io_uring */

static struct {
	int fd;
	unsigned int *sq_tail, *sq_flags, *cq_head, *cq_tail, mask, cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
} u;

static void uring_open(unsigned int flags)
{
	struct io_uring_params p = { .flags = flags, .sq_thread_idle = 1000, .sq_thread_cpu = 1 };
	unsigned int *array, i;
	char *sq, *cq;

	u.fd = syscall(SYS_io_uring_setup, 256, &p);
	if (u.fd < 0)
		fail("io_uring_setup");
	sq = mmap(NULL, p.sq_off.array + 256 * 4, PROT_READ | PROT_WRITE, MAP_SHARED, u.fd, 0);
	cq = mmap(NULL, p.cq_off.cqes + 512 * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
		  MAP_SHARED, u.fd, IORING_OFF_CQ_RING);
	u.sqes = mmap(NULL, 256 * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED,
		      u.fd, IORING_OFF_SQES);
	u.sq_tail = (void *)(sq + p.sq_off.tail);
	u.sq_flags = (void *)(sq + p.sq_off.flags);
	u.mask = *(unsigned int *)(sq + p.sq_off.ring_mask);
	array = (void *)(sq + p.sq_off.array);
	for (i = 0; i < 256; i++)
		array[i] = i;
	u.cq_head = (void *)(cq + p.cq_off.head);
	u.cq_tail = (void *)(cq + p.cq_off.tail);
	u.cq_mask = *(unsigned int *)(cq + p.cq_off.ring_mask);
	u.cqes = (void *)(cq + p.cq_off.cqes);
}

static void uring_fill(int batch, int reads)
{
	unsigned int tail = *u.sq_tail;

	while (batch--) {
		struct io_uring_sqe *sqe = &u.sqes[tail++ & u.mask];

		memset(sqe, 0, sizeof(*sqe));
		sqe->opcode = reads ? IORING_OP_READ : IORING_OP_NOP;
		sqe->user_data = batch;
		if (reads) {
			sqe->fd = file;
			sqe->addr = (uintptr_t)buffer;
			sqe->len = 64;
		}
	}
	__atomic_store_n(u.sq_tail, tail, __ATOMIC_RELEASE);
}

static int uring_reap(int reads)
{
	unsigned int head = *u.cq_head, tail = __atomic_load_n(u.cq_tail, __ATOMIC_ACQUIRE);
	int n = 0;

	for (; head != tail; head++, n++) {
		if (u.cqes[head & u.cq_mask].res != (reads ? 64 : 0))
			fail("a completion of io_uring is wrong");
	}
	__atomic_store_n(u.cq_head, head, __ATOMIC_RELEASE);
	return n;
}

static void by_uring(int batch, int reads)
{
	uring_fill(batch, reads);
	if (syscall(SYS_io_uring_enter, u.fd, batch, batch, IORING_ENTER_GETEVENTS, NULL, 0) != batch ||
	    uring_reap(reads) != batch)
		fail("io_uring_enter");
}

static void by_polled_uring(int batch, int reads)
{
	int done = 0;

	uring_fill(batch, reads);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (*u.sq_flags & IORING_SQ_NEED_WAKEUP)
		syscall(SYS_io_uring_enter, u.fd, batch, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0);
	while (done < batch)
		done += uring_reap(reads);
}

int main(int argc, char **argv)
{
	int polled = argc > 1 && !strcmp(argv[1], "polled");
	int same_core = argc > 1 && !strcmp(argv[1], "same-core");
	pthread_t thread;
	cpu_set_t set;

	if (argc > 2)
		per_round = atol(argv[2]);
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
	file = open("/tmp/bench", O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (write(file, buffer, 64) != 64)
		fail("write");
	if (xring_open(&ring, 128, 256, XSC_SETUP_CACHELINE))
		fail("/dev/xsc");
	if (!polled && !same_core) {
		nothing = open("/dev/null", O_RDWR);
		report("syscall", by_call);
		report_by("ioctl", measure, by_ioctl, 1);
		report("xsc", by_ring);
		report_by("xsc-submitter", measure_submitter, NULL, 2);
		uring_open(IORING_SETUP_CLAMP);
		report("io_uring", by_uring);
		return 0;
	}
	pthread_create(&thread, NULL, lend, (void *)(long)!same_core);
	report(same_core ? "xsc-same-core" : "xsc-polled", by_polled_ring);
	ioctl(ring.fd, XSC_IOC_STOP_WORKERS);
	pthread_join(thread, NULL);
	if (same_core)
		return 0;
	uring_open(IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF);
	report("io_uring-sqpoll", by_polled_uring);
	return 0;
}
