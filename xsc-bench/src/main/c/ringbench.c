// SPDX-License-Identifier: Apache-2.0
/*
 * The C side of "xsc bench ring": what the Java ring loop does, on an io_uring
 * with the same set-up, as one would write it with liburing but without
 * needing it. Also the same work done by plain system calls.
 *
 *   ringbench [-t milliseconds] [-r repetitions | -i] [-f file] [-s] [-n] OP...
 *
 * OP is nop:BATCH, read:BATCH, pread or getppid. Each repetition lasts at
 * least the given time and prints one line:
 *
 *   op=nop batch=8 ns=91.234 count=3276800 flags=0x13298
 *
 * With -i there is one repetition for each line of the input, until it ends.
 * With -n it submits without asking the kernel to wait, and asks only for what
 * has not ended by then.
 * With -s the kernel is entered through syscall() of the C library, as
 * everything that has no inline assembly must do it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Newer than the headers of some distributions that can run this. */
#ifndef IORING_SETUP_SUBMIT_ALL
#define IORING_SETUP_SUBMIT_ALL (1U << 7)
#endif
#ifndef IORING_SETUP_COOP_TASKRUN
#define IORING_SETUP_COOP_TASKRUN (1U << 8)
#endif
#ifndef IORING_SETUP_TASKRUN_FLAG
#define IORING_SETUP_TASKRUN_FLAG (1U << 9)
#endif
#ifndef IORING_SETUP_SINGLE_ISSUER
#define IORING_SETUP_SINGLE_ISSUER (1U << 12)
#endif
#ifndef IORING_SETUP_DEFER_TASKRUN
#define IORING_SETUP_DEFER_TASKRUN (1U << 13)
#endif
#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#endif
#ifndef IORING_ENTER_REGISTERED_RING
#define IORING_ENTER_REGISTERED_RING (1U << 4)
#define IORING_REGISTER_RING_FDS 20
#endif

/* As dev.xsc.ring.RingOptions has them by default. */
#define SQ_ENTRIES 256
#define CQ_ENTRIES 1024

#define READ_SIZE 4096

/* Operations between two looks at the clock. */
#define CLOCK_EVERY 4096

/* As dev.xsc.ffm.internal.IoUringSetup: older kernels refuse what they lack. */
static const uint32_t preferences[] = {
	IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
		IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG |
		IORING_SETUP_NO_SQARRAY,
	IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
		IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
	IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
		IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
	IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN |
		IORING_SETUP_TASKRUN_FLAG,
	IORING_SETUP_SUBMIT_ALL,
	0,
};

struct ring {
	int fd;
	uint32_t flags;
	int enter_fd;
	uint32_t enter_flags;
	bool libc;
	bool hopeful;

	uint32_t *sq_khead;
	uint32_t *sq_ktail;
	struct io_uring_sqe *sqes;
	uint32_t sq_entries;
	uint32_t sq_tail;

	uint32_t *cq_khead;
	uint32_t *cq_ktail;
	struct io_uring_cqe *cqes;
	uint32_t cq_mask;
};

struct options {
	unsigned long millis;
	unsigned long repetitions;
	bool interactive;
	bool libc;
	bool hopeful;
	const char *file;
};

/* What is read: always the first block. */
struct work {
	int fd;
	void *buffer;
};

static void die(const char *what)
{
	fprintf(stderr, "ringbench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int libc_enter(int fd, uint32_t to_submit, uint32_t min_complete,
		      uint32_t flags)
{
	long ret = syscall(__NR_io_uring_enter, fd, to_submit, min_complete,
			   flags, NULL, 0);

	return ret < 0 ? -errno : (int)ret;
}

/* Without the C library's wrapper around it, as liburing does it: -errno. */
static inline int direct_enter(int fd, uint32_t to_submit,
			       uint32_t min_complete, uint32_t flags)
{
#if defined(__x86_64__)
	register long arg4 asm("r10") = flags;
	register long arg5 asm("r8") = 0;
	register long arg6 asm("r9") = 0;
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(__NR_io_uring_enter), "D"((long)fd),
		       "S"((long)to_submit), "d"((long)min_complete),
		       "r"(arg4), "r"(arg5), "r"(arg6)
		     : "rcx", "r11", "memory");
	return (int)ret;
#elif defined(__aarch64__)
	register long nr asm("x8") = __NR_io_uring_enter;
	register long x0 asm("x0") = fd;
	register long x1 asm("x1") = to_submit;
	register long x2 asm("x2") = min_complete;
	register long x3 asm("x3") = flags;
	register long x4 asm("x4") = 0;
	register long x5 asm("x5") = 0;

	asm volatile("svc 0"
		     : "+r"(x0)
		     : "r"(nr), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
		     : "memory");
	return (int)x0;
#else
	return libc_enter(fd, to_submit, min_complete, flags);
#endif
}

static inline int ring_enter(const struct ring *ring, uint32_t to_submit,
			     uint32_t min_complete)
{
	uint32_t flags = ring->enter_flags |
			 (min_complete ? IORING_ENTER_GETEVENTS : 0);

	return ring->libc ?
		       libc_enter(ring->enter_fd, to_submit, min_complete,
				  flags) :
		       direct_enter(ring->enter_fd, to_submit, min_complete,
				    flags);
}

static void *map(int fd, size_t size, off_t offset)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, fd, offset);

	if (p == MAP_FAILED)
		die("mmap of the ring");
	return p;
}

static void ring_map(struct ring *ring, const struct io_uring_params *p)
{
	size_t sq_size = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
	size_t cq_size = p->cq_off.cqes +
			 p->cq_entries * sizeof(struct io_uring_cqe);
	size_t size = sq_size > cq_size ? sq_size : cq_size;
	char *base = map(ring->fd, size, IORING_OFF_SQ_RING);
	uint32_t i;

	if (!(p->features & IORING_FEAT_SINGLE_MMAP)) {
		errno = ENOSYS;
		die("single mapping (Linux 5.4)");
	}
	ring->sqes = map(ring->fd, p->sq_entries * sizeof(struct io_uring_sqe),
			 IORING_OFF_SQES);
	ring->sq_khead = (uint32_t *)(base + p->sq_off.head);
	ring->sq_ktail = (uint32_t *)(base + p->sq_off.tail);
	ring->sq_entries = p->sq_entries;
	ring->sq_tail = *ring->sq_ktail;
	if (!(ring->flags & IORING_SETUP_NO_SQARRAY)) {
		uint32_t *array = (uint32_t *)(base + p->sq_off.array);

		for (i = 0; i < p->sq_entries; i++)
			array[i] = i;
	}
	ring->cq_khead = (uint32_t *)(base + p->cq_off.head);
	ring->cq_ktail = (uint32_t *)(base + p->cq_off.tail);
	ring->cqes = (struct io_uring_cqe *)(base + p->cq_off.cqes);
	ring->cq_mask = p->cq_entries - 1;
}

/*
 * Into this thread's own table of rings, which spares each entry the look-up
 * of the descriptor. Linux before 5.18 has no such table.
 */
static void ring_register(struct ring *ring)
{
	struct io_uring_rsrc_update update = {
		.offset = UINT32_MAX,
		.data = (uint64_t)ring->fd,
	};

	ring->enter_fd = ring->fd;
	if (syscall(__NR_io_uring_register, ring->fd, IORING_REGISTER_RING_FDS,
		    &update, 1) == 1) {
		ring->enter_fd = (int)update.offset;
		ring->enter_flags = IORING_ENTER_REGISTERED_RING;
	}
}

static void ring_open(struct ring *ring)
{
	size_t i;

	for (i = 0; i < sizeof(preferences) / sizeof(preferences[0]); i++) {
		struct io_uring_params params = {
			.flags = preferences[i] | IORING_SETUP_CQSIZE |
				 IORING_SETUP_CLAMP,
			.cq_entries = CQ_ENTRIES,
		};

		ring->flags = params.flags;
		ring->fd = (int)syscall(__NR_io_uring_setup, SQ_ENTRIES,
					&params);
		if (ring->fd >= 0) {
			ring_map(ring, &params);
			ring_register(ring);
			return;
		}
		if (errno != EINVAL)
			break;
	}
	die("io_uring_setup");
}

/* The next free entry; NULL when the queue is full. */
static inline struct io_uring_sqe *ring_next(struct ring *ring)
{
	uint32_t head = __atomic_load_n(ring->sq_khead, __ATOMIC_ACQUIRE);

	if (ring->sq_tail - head >= ring->sq_entries)
		return NULL;
	return &ring->sqes[ring->sq_tail++ & (ring->sq_entries - 1)];
}

static inline void fill(struct io_uring_sqe *sqe, const struct work *work,
			uint64_t user_data)
{
	if (work) {
		*sqe = (struct io_uring_sqe){
			.opcode = IORING_OP_READ,
			.fd = work->fd,
			.off = 0,
			.addr = (uintptr_t)work->buffer,
			.len = READ_SIZE,
			.user_data = user_data,
		};
	} else {
		*sqe = (struct io_uring_sqe){
			.opcode = IORING_OP_NOP,
			.user_data = user_data,
		};
	}
}

/* Hands over a batch and waits until all of it has completed. */
static inline void ring_submit_and_wait(struct ring *ring, uint32_t batch)
{
	uint32_t left = batch;

	__atomic_store_n(ring->sq_ktail, ring->sq_tail, __ATOMIC_RELEASE);
	for (;;) {
		int ret = ring_enter(ring, left, ring->hopeful ? 0 : batch);

		if (ret == (int)left)
			return;
		if (ret < 0 && ret != -EINTR && ret != -EAGAIN) {
			errno = -ret;
			die("io_uring_enter");
		}
		if (ret > 0)
			left -= (uint32_t)ret;
	}
}

/* Takes every completion that is there; their number. */
static inline uint32_t ring_reap(struct ring *ring, int32_t expected,
				 uint64_t *sum)
{
	uint32_t head = *ring->cq_khead;
	uint32_t tail = __atomic_load_n(ring->cq_ktail, __ATOMIC_ACQUIRE);
	uint32_t taken = tail - head;

	for (; head != tail; head++) {
		const struct io_uring_cqe *cqe =
			&ring->cqes[head & ring->cq_mask];

		if (cqe->res != expected) {
			errno = cqe->res < 0 ? -cqe->res : EIO;
			die("completion");
		}
		*sum += cqe->user_data;
	}
	__atomic_store_n(ring->cq_khead, tail, __ATOMIC_RELEASE);
	return taken;
}

static inline void ring_batch(struct ring *ring, uint32_t batch,
			      const struct work *work, uint64_t *sum)
{
	int32_t expected = work ? READ_SIZE : 0;
	uint32_t done = 0;
	uint32_t i;

	for (i = 0; i < batch; i++) {
		struct io_uring_sqe *sqe = ring_next(ring);

		if (!sqe) {
			errno = ENOSPC;
			die("submission queue");
		}
		fill(sqe, work, i);
	}
	ring_submit_and_wait(ring, batch);
	while ((done += ring_reap(ring, expected, sum)) < batch)
		ring_enter(ring, 0, batch - done);
}

/* Several batches, so that the clock is not in the measurement. */
static inline void ring_round(struct ring *ring, uint32_t batch,
			      const struct work *work)
{
	uint32_t rounds = CLOCK_EVERY / batch;
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < rounds; i++)
		ring_batch(ring, batch, work, &sum);
	if (sum != (uint64_t)rounds * batch * (batch - 1) / 2) {
		errno = EIO;
		die("user data");
	}
}

static void nop_round(struct ring *ring, uint32_t batch,
		      const struct work *work)
{
	(void)work;
	ring_round(ring, batch, NULL);
}

static void read_round(struct ring *ring, uint32_t batch,
		       const struct work *work)
{
	ring_round(ring, batch, work);
}

static void pread_round(struct ring *ring, uint32_t batch,
			const struct work *work)
{
	uint32_t i;

	(void)ring;
	(void)batch;
	for (i = 0; i < CLOCK_EVERY; i++) {
		if (pread(work->fd, work->buffer, READ_SIZE, 0) != READ_SIZE)
			die("pread");
	}
}

static void getppid_round(struct ring *ring, uint32_t batch,
			  const struct work *work)
{
	uint32_t i;

	(void)ring;
	(void)batch;
	(void)work;
	for (i = 0; i < CLOCK_EVERY; i++) {
		if (getppid() < 0)
			die("getppid");
	}
}

struct op {
	const char *name;
	bool on_ring;
	void (*round)(struct ring *ring, uint32_t batch,
		      const struct work *work);
};

static const struct op ops[] = {
	{ "nop", true, nop_round },
	{ "read", true, read_round },
	{ "pread", false, pread_round },
	{ "getppid", false, getppid_round },
};

static void measure(const struct op *op, struct ring *ring, uint32_t batch,
		    const struct work *work, uint64_t least)
{
	uint64_t start = now_ns();
	uint64_t count = 0;
	uint64_t spent;

	do {
		op->round(ring, batch, work);
		count += CLOCK_EVERY / batch * batch;
		spent = now_ns() - start;
	} while (spent < least);
	printf("op=%s batch=%u ns=%.3f count=%llu flags=0x%x\n", op->name,
	       batch, (double)spent / (double)count, (unsigned long long)count,
	       op->on_ring ? ring->flags : 0);
	fflush(stdout);
}

/* Whether there is to be another repetition. */
static bool another(const struct options *options, unsigned long done)
{
	int c;

	if (!options->interactive)
		return done < options->repetitions;
	do {
		c = getchar();
	} while (c != '\n' && c != EOF);
	return c != EOF;
}

static const struct op *parse(const char *text, uint32_t *batch)
{
	size_t length = strcspn(text, ":");
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		const struct op *op = &ops[i];

		if (strlen(op->name) != length ||
		    strncmp(op->name, text, length))
			continue;
		*batch = 1;
		if (op->on_ring && text[length])
			*batch = (uint32_t)strtoul(text + length + 1, NULL, 10);
		if (*batch >= 1 && *batch <= SQ_ENTRIES)
			return op;
	}
	fprintf(stderr,
		"ringbench: %s: must be nop:1..%d, read:1..%d, pread or getppid\n",
		text, SQ_ENTRIES, SQ_ENTRIES);
	exit(2);
}

static void run(const char *text, const struct options *options,
		const struct work *work)
{
	uint32_t batch;
	const struct op *op = parse(text, &batch);
	uint64_t least = options->millis * 1000000ull;
	struct ring ring = { .fd = -1,
			     .libc = options->libc,
			     .hopeful = options->hopeful };
	unsigned long done = 0;

	if (op->round != nop_round && op->round != getppid_round &&
	    work->fd < 0) {
		fprintf(stderr, "ringbench: %s needs -f FILE\n", text);
		exit(2);
	}
	if (op->on_ring)
		ring_open(&ring);
	/* Page cache, branch predictors, processor clock. */
	op->round(&ring, batch, work);
	while (another(options, done++))
		measure(op, &ring, batch, work, least);
	if (op->on_ring)
		close(ring.fd);
}

static void work_open(struct work *work, const struct options *options)
{
	work->fd = -1;
	if (!options->file)
		return;
	work->fd = open(options->file, O_RDONLY | O_CLOEXEC);
	if (work->fd < 0)
		die(options->file);
	work->buffer = aligned_alloc(READ_SIZE, READ_SIZE);
	if (!work->buffer)
		die("memory");
	memset(work->buffer, 0, READ_SIZE);
}

int main(int argc, char **argv)
{
	struct options options = { .millis = 500, .repetitions = 5 };
	struct work work = { .fd = -1 };
	int c;

	while ((c = getopt(argc, argv, "t:r:if:sn")) != -1) {
		switch (c) {
		case 't':
			options.millis = strtoul(optarg, NULL, 10);
			break;
		case 'r':
			options.repetitions = strtoul(optarg, NULL, 10);
			break;
		case 'f':
			options.file = optarg;
			break;
		case 'i':
			options.interactive = true;
			break;
		case 's':
			options.libc = true;
			break;
		case 'n':
			options.hopeful = true;
			break;
		default:
			return 2;
		}
	}
	if (optind == argc) {
		fprintf(stderr,
			"usage: ringbench [-t milliseconds] [-r repetitions | -i] [-f file] [-s] [-n] OP...\n");
		return 2;
	}
	work_open(&work, &options);
	for (; optind < argc; optind++)
		run(argv[optind], &options, &work);
	return 0;
}
