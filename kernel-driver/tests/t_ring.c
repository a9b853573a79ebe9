// SPDX-License-Identifier: GPL-2.0-only
/* Set-up, mapping, entering, and the arithmetic of both queues. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "ktap.h"
#include "xring.h"

static struct xring ring;

static void setup(unsigned int sq, unsigned int cq)
{
	EXPECT_EQ(0, xring_open(&ring, sq, cq, XSC_SETUP_CACHELINE));
}

static int try_setup(struct xsc_params *p)
{
	int fd = open("/dev/xsc", O_RDWR | O_CLOEXEC);
	int res;

	EXPECT(fd >= 0);
	res = ioctl(fd, XSC_IOC_SETUP, p) ? -errno : 0;
	close(fd);
	return res;
}

TEST(sizes_are_rounded_and_written_back)
{
	static const struct { unsigned int sq, cq, flags, got_sq, got_cq; } cases[] = {
		{ 0, 0, 0, 128, 256 },
		{ 1, 0, 0, 1, 2 },
		{ 3, 5, 0, 4, 8 },
		{ 4096, 0, 0, 4096, 8192 },
		{ 4096, 8192, 0, 4096, 8192 },
		{ 5000, 0, XSC_SETUP_CLAMP, 4096, 8192 },
		{ 8, 100000, XSC_SETUP_CLAMP, 8, 8192 },
		{ ~0U, ~0U, XSC_SETUP_CLAMP, 4096, 8192 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xsc_params p = {
			.sq_entries = cases[i].sq, .cq_entries = cases[i].cq,
			.flags = cases[i].flags,
		};

		EXPECT_EQ(0, try_setup(&p));
		EXPECT_EQ(cases[i].got_sq, p.sq_entries);
		EXPECT_EQ(cases[i].got_cq, p.cq_entries);
		EXPECT(p.features & XSC_FEAT_OFFSETS);
	}
}

TEST(bad_parameters_are_refused)
{
	struct xsc_params p;

	p = (struct xsc_params){ .flags = 1U << 31 };
	EXPECT_EQ(-EINVAL, try_setup(&p));
	p = (struct xsc_params){ .resv = { 0, 1, 0 } };
	EXPECT_EQ(-EINVAL, try_setup(&p));
	p = (struct xsc_params){ .sq_entries = 4097 };
	EXPECT_EQ(-EINVAL, try_setup(&p));
	p = (struct xsc_params){ .sq_entries = 8, .cq_entries = 8193 };
	EXPECT_EQ(-EINVAL, try_setup(&p));
	p = (struct xsc_params){ .sq_entries = 8, .cq_entries = 4 };
	EXPECT_EQ(-EINVAL, try_setup(&p));
	EXPECT_EQ(-EFAULT, try_setup((struct xsc_params *)16));
}

/* A failed set-up must leave nothing behind that the next one trips over. */
TEST(setup_works_once_and_after_a_failure)
{
	int fd = open("/dev/xsc", O_RDWR | O_CLOEXEC);
	struct xsc_params p = { .flags = 1U << 31 };

	EXPECT(fd >= 0);
	EXPECT(ioctl(fd, XSC_IOC_SETUP, &p) == -1 && errno == EINVAL);
	p.flags = 0;
	EXPECT_EQ(0, ioctl(fd, XSC_IOC_SETUP, &p));
	EXPECT(ioctl(fd, XSC_IOC_SETUP, &p) == -1 && errno == EBUSY);
	EXPECT(xring_map(fd, sysconf(_SC_PAGESIZE), XSC_OFF_SQ_RING) != MAP_FAILED);
}

TEST(nothing_works_before_setup)
{
	int fd = open("/dev/xsc", O_RDWR | O_CLOEXEC);
	struct xsc_enter e = { 0 };
	struct pollfd p = { fd, POLLIN, 0 };

	EXPECT(ioctl(fd, XSC_IOC_ENTER, &e) == -1 && errno == ENXIO);
	EXPECT(ioctl(fd, XSC_IOC_STOP_WORKERS) == -1 && errno == ENXIO);
	EXPECT(xring_map(fd, 4096, 0) == MAP_FAILED && errno == ENXIO);
	EXPECT_EQ(1, poll(&p, 1, 1000));
	EXPECT(p.revents & POLLERR);
	EXPECT(write(fd, "x", 1) == -1);
	EXPECT(ioctl(fd, _IO('x', 200)) == -1);
}

static int map_error(size_t size, int prot, int flags, off_t offset)
{
	void *p = mmap(NULL, size, prot, flags, ring.fd, offset);

	if (p == MAP_FAILED)
		return errno;
	munmap(p, size);
	return 0;
}

TEST(mappings_are_checked)
{
	size_t page = sysconf(_SC_PAGESIZE);
	int rw = PROT_READ | PROT_WRITE;

	setup(128, 256);
	EXPECT_EQ(EINVAL, map_error(2 * page, rw, MAP_SHARED, XSC_OFF_SQ_RING));
	EXPECT_EQ(EINVAL, map_error(2 * page, rw, MAP_SHARED, XSC_OFF_CQ_RING));
	EXPECT_EQ(EINVAL, map_error(128 * 64 + page, rw, MAP_SHARED, XSC_OFF_SQES));
	EXPECT_EQ(EINVAL, map_error(256 * 16 + page, rw, MAP_SHARED, XSC_OFF_CQES));
	EXPECT_EQ(EINVAL, map_error(page, rw, MAP_PRIVATE, XSC_OFF_SQ_RING));
	EXPECT_EQ(EINVAL, map_error(page, rw | PROT_EXEC, MAP_SHARED, XSC_OFF_SQ_RING));
	EXPECT_EQ(EINVAL, map_error(page, rw, MAP_SHARED, XSC_OFF_SQ_RING + page));
	EXPECT_EQ(EINVAL, map_error(page, rw, MAP_SHARED, 0x40000000));
	EXPECT_EQ(EINVAL, map_error(page, rw, MAP_SHARED, 0x7ffff0000000));
	EXPECT_EQ(0, map_error(page, PROT_READ, MAP_SHARED, XSC_OFF_SQES));
	EXPECT(mprotect(ring.sq, page, PROT_READ | PROT_EXEC) == -1 && errno == EACCES);
	EXPECT(mremap(ring.sq, page, 2 * page, MREMAP_MAYMOVE) == MAP_FAILED);
}

/* Pages belong to whoever maps them: they outlive the descriptor. */
TEST(mappings_outlive_the_descriptor)
{
	setup(8, 16);
	xring_next(&ring, XSC_OP_NOP, 7);
	EXPECT_EQ(1, xring_submit(&ring, 1));
	EXPECT_EQ(0, madvise(ring.cq, ring.page, MADV_DONTNEED));
	EXPECT_EQ(1, *ring.cq_tail);
	close(ring.fd);
	EXPECT_EQ(1, *ring.cq_tail);
	memset(ring.sqes, 0xff, ring.sqes_size);
	memset(ring.sq, 0xff, ring.page);
	xring_unmap(&ring);
}

TEST(both_layouts_are_as_promised)
{
	EXPECT_EQ(0, xring_open(&ring, 8, 16, 0));
	EXPECT_EQ(0, ring.p.sq_off.head);
	EXPECT_EQ(4, ring.p.sq_off.tail);
	EXPECT_EQ(7, *(unsigned int *)(ring.sq + 8));
	EXPECT_EQ(8, *(unsigned int *)(ring.sq + 12));
	EXPECT_EQ(16, ring.p.sq_off.flags);
	EXPECT_EQ(20, ring.p.sq_off.dropped);
	EXPECT_EQ(15, *(unsigned int *)(ring.cq + 8));
	EXPECT_EQ(16, *(unsigned int *)(ring.cq + 12));
	xring_next(&ring, XSC_OP_NOP, 1);
	EXPECT_EQ(1, xring_submit(&ring, 1));
	EXPECT_EQ(1, xring_wait(&ring).user_data);
	xring_close(&ring);

	setup(8, 16);
	EXPECT(ring.p.sq_off.head / 64 != ring.p.sq_off.tail / 64);
	EXPECT(ring.p.cq_off.head / 64 != ring.p.cq_off.tail / 64);
	EXPECT_EQ(7, *(unsigned int *)(ring.sq + ring.p.sq_off.ring_mask));
	EXPECT_EQ(16, *(unsigned int *)(ring.cq + ring.p.cq_off.ring_entries));
}

TEST(nops_complete_in_order_for_many_rounds)
{
	unsigned int round, i;

	setup(8, 16);
	for (round = 0; round < 1000; round++) {
		unsigned int n = 1 + round % 8;

		for (i = 0; i < n; i++)
			xring_next(&ring, XSC_OP_NOP, round * 8 + i);
		EXPECT_EQ(n, xring_submit(&ring, n));
		for (i = 0; i < n; i++) {
			struct xsc_cqe cqe = xring_wait(&ring);

			EXPECT_EQ(round * 8 + i, cqe.user_data);
			EXPECT_EQ(0, cqe.res);
			EXPECT_EQ(0, cqe.flags);
		}
		EXPECT_EQ(0, xring_ready(&ring));
	}
}

TEST(only_as_many_are_taken_as_were_handed_over)
{
	setup(8, 16);
	xring_next(&ring, XSC_OP_NOP, 1);
	xring_next(&ring, XSC_OP_NOP, 2);
	xring_next(&ring, XSC_OP_NOP, 3);
	xring_publish(&ring);
	EXPECT_EQ(2, xring_enter_full(&ring, 2, 0, 0));
	EXPECT_EQ(2, xring_ready(&ring));
	EXPECT_EQ(1, xring_enter_full(&ring, 100, 0, 0));
	EXPECT_EQ(0, xring_enter_full(&ring, 100, 0, 0));
	EXPECT_EQ(3, xring_ready(&ring));
}

TEST(bad_enter_arguments_are_refused)
{
	struct xsc_enter e = { .flags = 1 };

	setup(8, 16);
	EXPECT(ioctl(ring.fd, XSC_IOC_ENTER, &e) == -1 && errno == EINVAL);
	e = (struct xsc_enter){ .resv2 = 1 };
	EXPECT(ioctl(ring.fd, XSC_IOC_ENTER, &e) == -1 && errno == EINVAL);
	EXPECT(ioctl(ring.fd, XSC_IOC_ENTER, (void *)8) == -1 && errno == EFAULT);
}

TEST(a_wait_ends_when_its_time_is_up)
{
	struct timespec a, b;
	long ms;

	setup(8, 16);
	clock_gettime(CLOCK_MONOTONIC, &a);
	EXPECT_EQ(-ETIME, xring_enter_full(&ring, 0, 1, 50 * 1000 * 1000));
	clock_gettime(CLOCK_MONOTONIC, &b);
	ms = (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
	EXPECT(ms >= 50);
	xring_next(&ring, XSC_OP_NOP, 1);
	xring_publish(&ring);
	/* What was taken counts more than that the wait was in vain. */
	EXPECT_EQ(1, xring_enter_full(&ring, 1, 5, 1000 * 1000));
}

/* More than fit are asked for: all that fit are enough. */
TEST(waiting_for_more_than_fit_ends)
{
	unsigned int i;

	setup(4, 4);
	for (i = 0; i < 4; i++)
		xring_next(&ring, XSC_OP_NOP, i);
	EXPECT_EQ(4, xring_submit(&ring, 1000));
}

TEST(a_tail_too_far_ahead_is_cut_and_counted)
{
	unsigned int i;

	setup(8, 64);
	for (i = 0; i < 8; i++)
		xring_next(&ring, XSC_OP_NOP, i);
	__atomic_store_n(ring.sq_tail, ring.tail + 5, __ATOMIC_RELEASE);
	EXPECT_EQ(8, xring_enter_full(&ring, 13, 8, 0));
	EXPECT_EQ(8, xring_ready(&ring));
	EXPECT_EQ(5, *ring.sq_dropped);
	EXPECT_EQ(ring.tail + 5, *ring.sq_head);
}

/* Nothing that user space writes to the kernel's words, masks or indices is read back. */
TEST(ring_words_are_not_trusted)
{
	unsigned int i;

	setup(8, 16);
	*(unsigned int *)(ring.sq + ring.p.sq_off.ring_mask) = ~0U;
	*(unsigned int *)(ring.sq + ring.p.sq_off.ring_entries) = ~0U;
	*(unsigned int *)(ring.cq + ring.p.cq_off.ring_mask) = ~0U;
	*(unsigned int *)(ring.cq + ring.p.cq_off.ring_entries) = ~0U;
	*ring.sq_head = 0xdeadbeef;
	*ring.cq_tail = 0xdeadbeef;
	for (i = 0; i < 4; i++)
		xring_next(&ring, XSC_OP_NOP, 40 + i);
	xring_publish(&ring);
	EXPECT_EQ(4, xring_enter_full(&ring, 4, 4, 0));
	EXPECT_EQ(4, *ring.sq_head);
	EXPECT_EQ(4, *ring.cq_tail);
	EXPECT_EQ(40, ring.cqes[0].user_data);
	EXPECT_EQ(43, ring.cqes[3].user_data);
	/* A head beyond the tail counts as a full queue: nothing is lost by it. */
	*ring.cq_head = 0x70000000;
	xring_next(&ring, XSC_OP_NOP, 50);
	xring_publish(&ring);
	EXPECT_EQ(1, xring_enter_full(&ring, 1, 0, 0));
	EXPECT_EQ(4, *ring.cq_tail);
	*ring.cq_head = 4;
	EXPECT_EQ(0, xring_enter_full(&ring, 0, 1, 0));
	EXPECT_EQ(50, xring_wait(&ring).user_data);
}

TEST(completions_that_find_no_room_come_later_in_order)
{
	unsigned int i, seen = 0;
	struct xsc_cqe cqe;

	setup(8, 8);
	for (i = 0; i < 16; i++) {
		xring_next(&ring, XSC_OP_NOP, i);
		EXPECT_EQ(1, xring_submit(&ring, 0));
	}
	/* Eight wait beyond the queue: who does not reap is not given more. */
	EXPECT(*ring.sq_flags & XSC_SQ_CQ_OVERFLOW);
	xring_next(&ring, XSC_OP_NOP, 16);
	EXPECT_EQ(-EBUSY, xring_submit(&ring, 0));
	while (seen < 17) {
		while (xring_reap(&ring, &cqe))
			EXPECT_EQ(seen++, cqe.user_data);
		xring_enter_full(&ring, 100, 0, 0);
	}
	EXPECT_EQ(0, *ring.sq_flags & XSC_SQ_CQ_OVERFLOW);
	EXPECT_EQ(0, xring_ready(&ring));
}

static void *poll_the_ring(void *arg)
{
	struct pollfd p = { ring.fd, POLLIN, 0 };

	return (void *)(long)poll(&p, 1, -1);
}

/* One thread reaps and enters: what moves up is news for another that polls. */
TEST(what_moves_up_from_the_backlog_wakes_those_who_poll)
{
	pthread_t thread;
	unsigned int i;
	void *res;

	setup(8, 16);
	for (i = 0; i < 24; i++) {
		xring_next(&ring, XSC_OP_NOP, i);
		EXPECT_EQ(1, xring_submit(&ring, 0));
	}
	*ring.cq_head = 16;
	EXPECT_EQ(0, pthread_create(&thread, NULL, poll_the_ring, NULL));
	usleep(50000);
	EXPECT_EQ(0, xring_enter_full(&ring, 0, 0, 0));
	pthread_join(thread, &res);
	EXPECT_EQ(1, (long)res);
	EXPECT_EQ(8, xring_ready(&ring));
}

TEST(an_entry_is_read_once)
{
	int p[2];
	char byte;

	setup(8, 16);
	EXPECT_EQ(0, pipe(p));
	xring_rw(xring_next(&ring, XSC_OP_READ, 1), p[0], &byte, 1, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	memset(ring.sqes, 0xff, ring.sqes_size);
	EXPECT_EQ(1, write(p[1], "x", 1));
	EXPECT_EQ(0, xring_enter_full(&ring, 0, 1, 0));
	EXPECT_EQ(1, ring.cqes[0].user_data);
	EXPECT_EQ(1, ring.cqes[0].res);
	EXPECT_EQ('x', byte);
}

static int check_sqe(struct xsc_sqe sqe)
{
	*xring_next(&ring, 0, 0) = sqe;
	return xring_run(&ring);
}

TEST(entries_that_say_too_much_are_refused)
{
	setup(8, 16);
	EXPECT_EQ(0, check_sqe((struct xsc_sqe){ .opcode = XSC_OP_NOP }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .ioprio = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .fd = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .off = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .addr = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .len = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .op_flags = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .buf_index = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .personality = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .addr_len = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .addr3 = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .resv = 1 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .flags = 0x80 }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .flags = XSC_SQE_FIXED_FILE }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .flags = XSC_SQE_BUFFER_SELECT }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .opcode = XSC_OP_LAST }));
	EXPECT_EQ(-EINVAL, check_sqe((struct xsc_sqe){ .opcode = 255 }));
	EXPECT_EQ(-EOPNOTSUPP, check_sqe((struct xsc_sqe){ .opcode = XSC_OP_ACCEPT }));
	EXPECT_EQ(-EOPNOTSUPP, check_sqe((struct xsc_sqe){ .opcode = XSC_OP_FORK }));
}

TEST(probe_tells_what_works)
{
	struct xsc_probe p;
	int i;

	setup(8, 16);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_PROBE, &p));
	EXPECT_EQ(XSC_ABI_VERSION, p.abi);
	EXPECT_EQ(XSC_OP_LAST, p.nr_ops);
	for (i = 0; i < 256; i++) {
		bool says = p.ops[i / 64] >> i % 64 & 1;
		int res = check_sqe((struct xsc_sqe){ .opcode = i, .resv = 1 });

		EXPECT_EQ(i < XSC_OP_LAST && !says ? -EOPNOTSUPP : -EINVAL, res);
	}
}

TEST(a_restricted_ring_does_only_what_it_may)
{
	struct xsc_restrict r = { .allowed_ops = { 1ULL << XSC_OP_NOP | 1ULL << XSC_OP_CLOSE } };

	setup(8, 16);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_RESTRICT, &r));
	/* One way: what was forbidden stays so. */
	r.allowed_ops[0] = ~0ULL & ~(1ULL << XSC_OP_CLOSE);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_RESTRICT, &r));
	EXPECT_EQ(0, check_sqe((struct xsc_sqe){ .opcode = XSC_OP_NOP }));
	EXPECT_EQ(-EACCES, check_sqe((struct xsc_sqe){ .opcode = XSC_OP_CLOSE, .fd = 0 }));
	EXPECT_EQ(-EACCES, check_sqe((struct xsc_sqe){ .opcode = XSC_OP_READ }));
	EXPECT(ioctl(ring.fd, XSC_IOC_RESTRICT, &r) == -1 && errno == EBUSY);
	r.flags = 1;
	EXPECT(ioctl(ring.fd, XSC_IOC_RESTRICT, &r) == -1 && errno == EINVAL);
}

/* As clients of the original driver do it: compact layout, write() or poll(), no ENTER. */
TEST(an_old_client_writes_or_polls)
{
	struct pollfd p;
	unsigned int i;

	EXPECT_EQ(0, xring_open(&ring, 8, 16, 0));
	xring_next(&ring, XSC_OP_NOP, 1);
	xring_publish(&ring);
	EXPECT_EQ(3, write(ring.fd, "abc", 3));
	EXPECT_EQ(1, xring_ready(&ring));
	p = (struct pollfd){ ring.fd, POLLIN, 0 };
	EXPECT_EQ(1, poll(&p, 1, 0));
	EXPECT_EQ(1, xring_wait(&ring).user_data);
	EXPECT_EQ(0, poll(&p, 1, 0));
	for (i = 0; i < 100; i++) {
		xring_next(&ring, XSC_OP_NOP, 100 + i);
		xring_publish(&ring);
		EXPECT_EQ(1, poll(&p, 1, -1));
		EXPECT(p.revents == POLLIN);
		EXPECT_EQ(1, xring_ready(&ring));
		EXPECT_EQ(100 + i, xring_wait(&ring).user_data);
	}
}

TEST(polling_finishes_what_had_to_wait)
{
	struct pollfd p;
	char buf[4];
	int fds[2], i;

	setup(8, 16);
	p = (struct pollfd){ ring.fd, POLLIN, 0 };
	EXPECT_EQ(0, pipe(fds));
	for (i = 0; i < 50; i++) {
		xring_rw(xring_next(&ring, XSC_OP_READ, i), fds[0], buf, 4, 0);
		xring_publish(&ring);
		EXPECT_EQ(0, poll(&p, 1, 1));
		if (fork() == 0) {
			usleep(1000);
			EXPECT_EQ(4, write(fds[1], "data", 4));
			_exit(0);
		}
		while (!xring_ready(&ring))
			EXPECT_EQ(1, poll(&p, 1, -1));
		EXPECT_EQ(4, xring_wait(&ring).res);
		wait(NULL);
	}
}

TEST(an_eventfd_hears_of_every_completion)
{
	int efd = eventfd(0, 0), fds[2];
	uint64_t count;
	char byte;

	setup(8, 16);
	EXPECT_EQ(0, pipe(fds));
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_EVENTFD, &efd));
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_EVENTFD, &efd) == -1 && errno == EBUSY);
	xring_next(&ring, XSC_OP_NOP, 1);
	EXPECT_EQ(1, xring_submit(&ring, 1));
	EXPECT_EQ(8, read(efd, &count, 8));
	EXPECT(count >= 1);
	EXPECT_EQ(1, xring_wait(&ring).user_data);
	/* Also when it is only ready to go on: nobody is inside. */
	xring_rw(xring_next(&ring, XSC_OP_READ, 2), fds[0], &byte, 1, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(1, write(fds[1], "x", 1));
	EXPECT_EQ(8, read(efd, &count, 8));
	EXPECT(*ring.sq_flags & XSC_SQ_TASKRUN);
	EXPECT_EQ(0, xring_enter_full(&ring, 0, 0, 0));
	EXPECT_EQ(0, *ring.sq_flags & XSC_SQ_TASKRUN);
	EXPECT_EQ(1, xring_wait(&ring).res);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_UNREGISTER_EVENTFD));
	EXPECT(ioctl(ring.fd, XSC_IOC_UNREGISTER_EVENTFD) == -1 && errno == ENXIO);
}

int main(int argc, char **argv)
{
	return ktap_main(argc, argv);
}
