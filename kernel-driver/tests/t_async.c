// SPDX-License-Identifier: GPL-2.0-only
/* What waits, and what ends it: polls, time-outs, cancels, links, drains. */
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>

#include "ktap.h"
#include "xring.h"

static struct xring ring;

__attribute__((constructor)) static void no_buffer(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void setup(unsigned int sq, unsigned int cq)
{
	EXPECT_EQ(0, xring_open(&ring, sq, cq, XSC_SETUP_CACHELINE));
}

static struct timespec *ms(long n)
{
	static struct timespec ts[64];
	static int i;
	struct timespec *t = &ts[i++ % 64];

	t->tv_sec = n / 1000;
	t->tv_nsec = n % 1000 * 1000000;
	return t;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static struct xsc_sqe *fill_read(uint64_t id, int fd, void *buf, unsigned int len)
{
	struct xsc_sqe *sqe = xring_next(&ring, XSC_OP_READ, id);

	xring_rw(sqe, fd, buf, len, 0);
	return sqe;
}

static struct xsc_sqe *fill_timer(int op, uint64_t id, struct timespec *t)
{
	struct xsc_sqe *sqe = xring_next(&ring, op, id);

	sqe->addr = (uintptr_t)t;
	return sqe;
}

static struct xsc_sqe *fill_cancel(uint64_t id, uint64_t target, unsigned int flags)
{
	struct xsc_sqe *sqe = xring_next(&ring, XSC_OP_CANCEL, id);

	sqe->addr = target;
	sqe->cancel_flags = flags;
	return sqe;
}

/* Waits for the completion with this id; others are kept for the next call. */
static int result_of(uint64_t id)
{
	static struct xsc_cqe kept[20000];
	static int n;
	int i;

	for (;;) {
		struct xsc_cqe cqe;

		for (i = 0; i < n; i++) {
			if (kept[i].user_data == id) {
				int res = kept[i].res;

				kept[i] = kept[--n];
				return res;
			}
		}
		cqe = xring_wait(&ring);
		EXPECT(n < 20000);
		kept[n++] = cqe;
	}
}

static int poll_on(uint64_t id, int fd, int events)
{
	struct xsc_sqe *sqe = xring_next(&ring, XSC_OP_POLL_ADD, id);

	sqe->fd = fd;
	sqe->poll32_events = events;
	return xring_submit(&ring, 0);
}

TEST(a_poll_of_what_is_ready_completes_at_once)
{
	int p[2];

	setup(8, 16);
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(1, poll_on(1, p[1], POLLOUT));
	EXPECT_EQ(1, xring_ready(&ring));
	EXPECT_EQ(POLLOUT, result_of(1));
}

TEST(a_poll_waits_for_its_event)
{
	int p[2];

	setup(8, 16);
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(1, poll_on(1, p[0], POLLIN));
	EXPECT_EQ(0, xring_enter_full(&ring, 0, 0, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(1, write(p[1], "x", 1));
	EXPECT_EQ(POLLIN, result_of(1));
	EXPECT_EQ(1, poll_on(2, p[0], POLLPRI));
	close(p[1]);
	EXPECT_EQ(POLLHUP, result_of(2));
}

TEST(many_polls_cost_no_thread)
{
	enum { N = 10000 };
	struct xsc_cqe cqe;
	int p[2], i, n;

	setup(4096, 8192);
	EXPECT_EQ(0, pipe(p));
	for (i = 0; i < N; i++) {
		struct xsc_sqe *sqe = xring_next(&ring, XSC_OP_POLL_ADD, i);

		sqe->fd = p[0];
		sqe->poll32_events = POLLIN;
		if (!xring_room(&ring))
			EXPECT_EQ(4096, xring_submit(&ring, 0));
	}
	xring_submit(&ring, 0);
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(1, write(p[1], "x", 1));
	for (n = 0; n < N;) {
		xring_enter_full(&ring, 0, 1, 0);
		while (xring_reap(&ring, &cqe)) {
			EXPECT_EQ(POLLIN, cqe.res);
			n++;
		}
	}
	EXPECT_EQ(0, xring_ready(&ring));
}

/* Two wait queues: a terminal has one for each direction. */
TEST(a_file_with_two_wait_queues_is_waited_for_once)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, i;
	char name[64], c;

	setup(8, 16);
	if (master < 0)
		SKIP("no pty");
	EXPECT_EQ(0, grantpt(master));
	EXPECT_EQ(0, unlockpt(master));
	EXPECT_EQ(0, ptsname_r(master, name, sizeof(name)));
	slave = open(name, O_RDWR | O_NOCTTY);
	EXPECT(slave >= 0);
	for (i = 0; i < 50; i++) {
		EXPECT_EQ(1, poll_on(i, slave, POLLIN));
		EXPECT_EQ(1, write(master, "\n", 1));
		EXPECT_EQ(POLLIN, result_of(i));
		EXPECT_EQ(1, read(slave, &c, 1));
		EXPECT(read(master, name, sizeof(name)) > 0);
	}
}

/* The wait queue of a signalfd goes before its file does: POLLFREE. */
TEST(a_wait_queue_may_be_freed_early)
{
	sigset_t set;
	int i;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	setup(64, 128);
	for (i = 0; i < 50; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			/* Its own ring and signalfd; exit frees the queue with the polls on it. */
			struct xring mine;
			int fd = signalfd(-1, &set, 0), k;

			EXPECT_EQ(0, xring_open(&mine, 64, 128, 0));
			for (k = 0; k < 20; k++) {
				struct xsc_sqe *sqe = xring_next(&mine, XSC_OP_POLL_ADD, k);

				sqe->fd = fd;
				sqe->poll32_events = POLLIN;
			}
			EXPECT_EQ(20, xring_submit(&mine, 0));
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

TEST(epoll_and_the_ring_may_watch_each_other)
{
	int ep = epoll_create1(0), p[2], i;
	struct epoll_event e = { .events = EPOLLIN };

	setup(16, 32);
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	EXPECT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, ring.fd, &e));
	for (i = 0; i < 100; i++) {
		EXPECT_EQ(1, poll_on(i, ep, POLLIN));
		if (i % 2) {
			EXPECT_EQ(1, write(p[1], "x", 1));
		} else {
			xring_next(&ring, XSC_OP_NOP, 1000);
			EXPECT_EQ(1, xring_submit(&ring, 0));
		}
		EXPECT_EQ(1, epoll_wait(ep, &e, 1, -1) > 0);
		EXPECT_EQ(POLLIN, result_of(i));
		if (i % 2)
			EXPECT_EQ(1, read(p[0], &e, 1));
		else
			EXPECT_EQ(0, result_of(1000));
	}
}

TEST(poll2_waits_for_any_of_many)
{
	struct pollfd fds[20];
	int p[20][2], i;
	struct xsc_sqe *sqe;

	setup(8, 16);
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(0, pipe(p[i]));
		fds[i] = (struct pollfd){ p[i][0], POLLIN, 77 };
	}
	fds[3].fd = -1;
	sqe = xring_next(&ring, XSC_OP_POLL, 1);
	sqe->addr = (uintptr_t)fds;
	sqe->len = 20;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(1, write(p[17][1], "x", 1));
	EXPECT_EQ(1, result_of(1));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(i == 17 ? POLLIN : 0, fds[i].revents);
	/* What is no descriptor says so at once; a ring is none. */
	fds[5].fd = 999;
	fds[6].fd = ring.fd;
	sqe = xring_next(&ring, XSC_OP_POLL, 2);
	sqe->addr = (uintptr_t)fds;
	sqe->len = 20;
	EXPECT_EQ(1, xring_submit(&ring, 1));
	EXPECT_EQ(3, result_of(2));
	EXPECT_EQ(POLLNVAL, fds[5].revents);
	EXPECT_EQ(POLLNVAL, fds[6].revents);
}

TEST(poll2_ends_in_time)
{
	struct pollfd fd;
	struct xsc_sqe *sqe;
	long long start;
	int p[2];

	setup(8, 16);
	EXPECT_EQ(0, pipe(p));
	fd = (struct pollfd){ p[0], POLLIN, 5 };
	sqe = xring_next(&ring, XSC_OP_POLL, 1);
	sqe->addr = (uintptr_t)&fd;
	sqe->len = 1;
	sqe->addr2 = (uintptr_t)ms(30);
	start = now_ms();
	EXPECT_EQ(1, xring_submit(&ring, 1));
	EXPECT_EQ(0, result_of(1));
	EXPECT(now_ms() - start >= 30);
	EXPECT_EQ(0, fd.revents);
	sqe = xring_next(&ring, XSC_OP_POLL, 2);
	sqe->addr = (uintptr_t)&fd;
	sqe->len = 1;
	sqe->addr2 = (uintptr_t)ms(0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(1, xring_ready(&ring));
	EXPECT_EQ(0, result_of(2));
}

/* Data that comes from another thread just while the poll is armed is not missed. */
static void *writer(void *arg)
{
	int fd = *(int *)arg, i;

	for (i = 0; i < 2000; i++) {
		if (write(fd, "x", 1) != 1)
			break;
		if (i % 3 == 0)
			sched_yield();
	}
	return NULL;
}

TEST(no_wakeup_is_lost_while_arming)
{
	pthread_t thread;
	int p[2], got = 0;
	char buf[16];

	setup(8, 16);
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(0, pthread_create(&thread, NULL, writer, &p[1]));
	while (got < 2000) {
		fill_read(got, p[0], buf, 1);
		EXPECT_EQ(1, xring_submit(&ring, 1));
		EXPECT_EQ(1, xring_wait(&ring).res);
		got++;
	}
	pthread_join(thread, NULL);
}

TEST(a_timeout_ends_when_its_time_has_come)
{
	struct timespec soon, *t = ms(40);
	long long start = now_ms();

	setup(8, 16);
	fill_timer(XSC_OP_TIMEOUT, 1, t);
	fill_timer(XSC_OP_NANOSLEEP, 2, ms(20));
	EXPECT_EQ(2, xring_submit(&ring, 0));
	/* The time was read when the entry was taken. */
	t->tv_sec = 1000;
	EXPECT_EQ(0, result_of(2));
	EXPECT_EQ(-ETIME, result_of(1));
	EXPECT(now_ms() - start >= 40);
	EXPECT(now_ms() - start < 30000);
	/* Absolute ones are of the monotonic clock. */
	clock_gettime(CLOCK_MONOTONIC, &soon);
	soon.tv_sec++;
	start = now_ms();
	fill_timer(XSC_OP_TIMEOUT, 3, &soon)->timeout_flags = XSC_TIMEOUT_ABS;
	EXPECT_EQ(1, xring_submit(&ring, 1));
	EXPECT_EQ(-ETIME, result_of(3));
	EXPECT(now_ms() - start >= 900 && now_ms() - start < 30000);
	clock_gettime(CLOCK_REALTIME, &soon);
	fill_timer(XSC_OP_CLOCK_NANOSLEEP, 4, &soon)->timeout_flags = XSC_TIMEOUT_ABS;
	ring.sqes[(ring.tail - 1) & 7].len = CLOCK_REALTIME;
	EXPECT_EQ(1, xring_submit(&ring, 1));
	EXPECT_EQ(0, result_of(4));
}

TEST(bad_times_are_refused)
{
	struct timespec bad[] = { { -1, 0 }, { 0, -1 }, { 0, 1000000000 } };
	unsigned int i;

	setup(8, 16);
	for (i = 0; i < 3; i++) {
		fill_timer(XSC_OP_TIMEOUT, i, &bad[i]);
		EXPECT_EQ(-EINVAL, xring_run(&ring));
	}
	fill_timer(XSC_OP_TIMEOUT, 9, (void *)8);
	EXPECT_EQ(-EFAULT, xring_run(&ring));
	fill_timer(XSC_OP_CLOCK_NANOSLEEP, 9, ms(1))->len = CLOCK_PROCESS_CPUTIME_ID;
	EXPECT_EQ(-EINVAL, xring_run(&ring));
	fill_timer(XSC_OP_LINK_TIMEOUT, 9, ms(1));
	EXPECT_EQ(-EINVAL, xring_run(&ring));
}

TEST(a_thousand_timeouts_all_end)
{
	int i;

	setup(1024, 2048);
	for (i = 0; i < 1000; i++)
		fill_timer(XSC_OP_TIMEOUT, i, ms(i % 20));
	EXPECT_EQ(1000, xring_submit(&ring, 0));
	for (i = 0; i < 1000; i++)
		EXPECT_EQ(-ETIME, xring_wait(&ring).res);
	EXPECT_EQ(0, xring_ready(&ring));
}

TEST(cancel_finds_what_waits)
{
	struct pollfd fd;
	struct xsc_sqe *sqe;
	int p[2], s[2];
	char buf[8];
	uint64_t id;

	setup(32, 64);
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	fd = (struct pollfd){ p[0], POLLIN, 0 };
	fill_read(1, p[0], buf, 8);
	sqe = xring_next(&ring, XSC_OP_RECV, 2);
	xring_rw(sqe, s[0], buf, 8, 0);
	fill_timer(XSC_OP_TIMEOUT, 3, ms(3600000));
	sqe = xring_next(&ring, XSC_OP_POLL_ADD, 4);
	sqe->fd = s[1];
	sqe->poll32_events = POLLIN;
	sqe = xring_next(&ring, XSC_OP_POLL, 5);
	sqe->addr = (uintptr_t)&fd;
	sqe->len = 1;
	EXPECT_EQ(5, xring_submit(&ring, 0));
	for (id = 1; id <= 5; id++) {
		fill_cancel(100, id, 0);
		EXPECT_EQ(1, xring_submit(&ring, 0));
		/* Whoever cancels is told first. */
		EXPECT_EQ(100, ring.cqes[*ring.cq_head & 63].user_data);
		EXPECT_EQ(0, result_of(100));
		EXPECT_EQ(-ECANCELED, result_of(id));
		fill_cancel(101, id, 0);
		EXPECT_EQ(1, xring_submit(&ring, 0));
		EXPECT_EQ(-ENOENT, result_of(101));
	}
	/* What was cancelled has taken nothing. */
	EXPECT_EQ(4, write(p[1], "data", 4));
	fill_read(9, p[0], buf, 8);
	EXPECT_EQ(4, xring_run(&ring));
}

TEST(cancel_by_descriptor_all_and_any)
{
	int p[2], q[2], i;
	char buf[8];

	setup(32, 64);
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(0, pipe(q));
	for (i = 0; i < 5; i++)
		fill_read(7, p[0], buf, 1);
	for (i = 0; i < 3; i++)
		fill_read(8, q[0], buf, 1);
	EXPECT_EQ(8, xring_submit(&ring, 0));
	fill_cancel(1, 7, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, result_of(1));
	EXPECT_EQ(-ECANCELED, result_of(7));
	fill_cancel(2, 0, XSC_CANCEL_FD | XSC_CANCEL_ALL)->fd = p[0];
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(4, result_of(2));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-ECANCELED, result_of(7));
	fill_cancel(3, 8, XSC_CANCEL_ALL);
	ring.sqes[(ring.tail - 1) & 31].fd = 0;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(3, result_of(3));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(-ECANCELED, result_of(8));
	fill_read(9, p[0], buf, 1);
	fill_timer(XSC_OP_TIMEOUT, 10, ms(3600000));
	fill_cancel(4, 0, XSC_CANCEL_ANY);
	EXPECT_EQ(3, xring_submit(&ring, 0));
	EXPECT_EQ(2, result_of(4));
	EXPECT_EQ(-ECANCELED, result_of(9));
	EXPECT_EQ(-ECANCELED, result_of(10));
	fill_cancel(5, 0, XSC_CANCEL_FD)->fd = 999;
	EXPECT_EQ(-EBADF, xring_run(&ring));
	fill_cancel(5, 0, XSC_CANCEL_FD | XSC_CANCEL_ANY);
	EXPECT_EQ(-EINVAL, xring_run(&ring));
	fill_cancel(5, 1, XSC_CANCEL_ANY);
	EXPECT_EQ(-EINVAL, xring_run(&ring));
}

/* However a cancel, data and a time-out fall together: each ends once, and no byte is lost. */
static void *racer(void *arg)
{
	int fd = *(int *)arg;

	if (write(fd, "x", 1) != 1)
		abort();
	return NULL;
}

TEST(cancel_races_with_data)
{
	int p[2], i;
	char buf[2];

	setup(16, 32);
	EXPECT_EQ(0, pipe(p));
	for (i = 0; i < 300; i++) {
		pthread_t thread;
		int read_res, cancel_res;

		fill_read(1, p[0], buf, 1);
		EXPECT_EQ(1, xring_submit(&ring, 0));
		EXPECT_EQ(0, pthread_create(&thread, NULL, racer, &p[1]));
		if (i % 2)
			usleep(i % 50);
		fill_cancel(2, 1, 0);
		EXPECT_EQ(1, xring_submit(&ring, 0));
		read_res = result_of(1);
		cancel_res = result_of(2);
		pthread_join(thread, NULL);
		if (read_res == 1) {
			EXPECT(cancel_res == -ENOENT || cancel_res == -EALREADY);
		} else {
			EXPECT_EQ(-ECANCELED, read_res);
			EXPECT(cancel_res == 0 || cancel_res == -EALREADY);
			EXPECT_EQ(1, read(p[0], buf, 1));
		}
		EXPECT_EQ(0, xring_ready(&ring));
	}
}

TEST(link_timeouts_race_with_data)
{
	int p[2], i, timed = 0;
	char buf[2];

	setup(16, 32);
	EXPECT_EQ(0, pipe(p));
	for (i = 0; i < 300; i++) {
		struct timespec t = { 0, 50000 + i * 2000 };
		int read_res, timer_res;

		fill_read(1, p[0], buf, 1)->flags = XSC_SQE_LINK;
		fill_timer(XSC_OP_LINK_TIMEOUT, 2, &t);
		EXPECT_EQ(2, xring_submit(&ring, 0));
		usleep(200);
		EXPECT_EQ(1, write(p[1], "x", 1));
		read_res = result_of(1);
		timer_res = result_of(2);
		if (read_res == 1) {
			EXPECT(timer_res == -ECANCELED || timer_res == -ETIME);
		} else {
			timed++;
			EXPECT_EQ(-ECANCELED, read_res);
			EXPECT_EQ(-ETIME, timer_res);
			EXPECT_EQ(1, read(p[0], buf, 1));
		}
		EXPECT_EQ(0, xring_ready(&ring));
	}
	printf("# %d of 300 were too late\n", timed);
}

TEST(a_link_timeout_ends_its_victim)
{
	int p[2];
	char buf[8];

	setup(16, 32);
	EXPECT_EQ(0, pipe(p));
	fill_read(1, p[0], buf, 8)->flags = XSC_SQE_LINK;
	fill_timer(XSC_OP_LINK_TIMEOUT, 2, ms(20))->flags = XSC_SQE_LINK;
	xring_next(&ring, XSC_OP_NOP, 3);
	EXPECT_EQ(3, xring_submit(&ring, 0));
	EXPECT_EQ(-ECANCELED, result_of(1));
	EXPECT_EQ(-ETIME, result_of(2));
	EXPECT_EQ(-ECANCELED, result_of(3));
	/* In time, it is the time-out that is cancelled, and the chain goes on. */
	xring_next(&ring, XSC_OP_NOP, 4)->flags = XSC_SQE_LINK;
	fill_timer(XSC_OP_LINK_TIMEOUT, 5, ms(3600000))->flags = XSC_SQE_LINK;
	xring_next(&ring, XSC_OP_NOP, 6);
	EXPECT_EQ(3, xring_submit(&ring, 3));
	EXPECT_EQ(0, result_of(4));
	EXPECT_EQ(-ECANCELED, result_of(5));
	EXPECT_EQ(0, result_of(6));
	/* A cancelled victim takes its time-out with it. */
	fill_read(7, p[0], buf, 8)->flags = XSC_SQE_LINK;
	fill_timer(XSC_OP_LINK_TIMEOUT, 8, ms(3600000));
	EXPECT_EQ(2, xring_submit(&ring, 0));
	fill_cancel(9, 7, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, result_of(9));
	EXPECT_EQ(-ECANCELED, result_of(7));
	EXPECT_EQ(-ECANCELED, result_of(8));
}

/* The only thread there is sleeps in the operation itself: opening a FIFO nobody writes to. */
TEST(a_link_timeout_interrupts_the_only_thread)
{
	struct xsc_sqe *sqe;
	long long start;

	setup(16, 32);
	EXPECT_EQ(0, mkfifo("/tmp/fifo", 0600));
	sqe = xring_next(&ring, XSC_OP_OPEN, 1);
	sqe->addr = (uintptr_t)"/tmp/fifo";
	sqe->open_flags = O_RDONLY;
	sqe->flags = XSC_SQE_LINK;
	fill_timer(XSC_OP_LINK_TIMEOUT, 2, ms(50));
	start = now_ms();
	EXPECT_EQ(2, xring_submit(&ring, 0));
	EXPECT(now_ms() - start >= 50);
	EXPECT_EQ(-ECANCELED, result_of(1));
	EXPECT_EQ(-ETIME, result_of(2));
	unlink("/tmp/fifo");
}

TEST(a_chain_runs_in_order_and_breaks_at_a_failure)
{
	int i;

	setup(64, 128);
	for (i = 0; i < 10; i++)
		xring_next(&ring, XSC_OP_NOP, i)->flags = i < 9 ? XSC_SQE_LINK : 0;
	EXPECT_EQ(10, xring_submit(&ring, 10));
	for (i = 0; i < 10; i++)
		EXPECT_EQ(i, xring_wait(&ring).user_data);
	xring_next(&ring, XSC_OP_NOP, 1)->flags = XSC_SQE_LINK;
	fill_read(2, -1, NULL, 1)->flags = XSC_SQE_LINK;
	xring_next(&ring, XSC_OP_NOP, 3)->flags = XSC_SQE_HARDLINK;
	xring_next(&ring, XSC_OP_NOP, 4);
	xring_next(&ring, XSC_OP_NOP, 5);
	EXPECT_EQ(5, xring_submit(&ring, 5));
	EXPECT_EQ(0, result_of(1));
	EXPECT_EQ(-EBADF, result_of(2));
	EXPECT_EQ(-ECANCELED, result_of(3));
	EXPECT_EQ(-ECANCELED, result_of(4));
	EXPECT_EQ(0, result_of(5));
	/* A hard link holds. */
	fill_read(1, -1, NULL, 1)->flags = XSC_SQE_HARDLINK;
	xring_next(&ring, XSC_OP_NOP, 2);
	EXPECT_EQ(2, xring_submit(&ring, 2));
	EXPECT_EQ(-EBADF, result_of(1));
	EXPECT_EQ(0, result_of(2));
	/* A chain with a wrong entry does not start; a link at the end of a batch links nothing. */
	xring_next(&ring, XSC_OP_NOP, 1)->flags = XSC_SQE_LINK;
	xring_next(&ring, 200, 2)->flags = XSC_SQE_LINK;
	xring_next(&ring, XSC_OP_NOP, 3)->flags = 0;
	xring_next(&ring, XSC_OP_NOP, 4)->flags = XSC_SQE_LINK;
	EXPECT_EQ(4, xring_submit(&ring, 4));
	EXPECT_EQ(-ECANCELED, result_of(1));
	EXPECT_EQ(-EINVAL, result_of(2));
	EXPECT_EQ(-ECANCELED, result_of(3));
	EXPECT_EQ(0, result_of(4));
}

TEST(a_chain_waits_for_one_that_waits)
{
	int p[2];
	char buf[8];

	setup(16, 32);
	EXPECT_EQ(0, pipe(p));
	fill_read(1, p[0], buf, 4)->flags = XSC_SQE_LINK;
	xring_next(&ring, XSC_OP_NOP, 2);
	xring_next(&ring, XSC_OP_NOP, 3);
	EXPECT_EQ(3, xring_submit(&ring, 1));
	EXPECT_EQ(1, xring_ready(&ring));
	EXPECT_EQ(0, result_of(3));
	EXPECT_EQ(4, write(p[1], "data", 4));
	EXPECT_EQ(4, result_of(1));
	EXPECT_EQ(0, result_of(2));
	/* A short read breaks it. */
	fill_read(4, p[0], buf, 8)->flags = XSC_SQE_LINK;
	xring_next(&ring, XSC_OP_NOP, 5);
	EXPECT_EQ(2, xring_submit(&ring, 0));
	EXPECT_EQ(4, write(p[1], "data", 4));
	EXPECT_EQ(4, result_of(4));
	EXPECT_EQ(-ECANCELED, result_of(5));
}

TEST(a_chain_longer_than_a_batch_stays_one)
{
	int i;

	setup(512, 1024);
	for (i = 0; i < 512; i++)
		xring_next(&ring, XSC_OP_NOP, i)->flags = i < 511 ? XSC_SQE_LINK : 0;
	EXPECT_EQ(512, xring_submit(&ring, 512));
	for (i = 0; i < 512; i++)
		EXPECT_EQ(i, xring_wait(&ring).user_data);
}

TEST(success_can_be_silent)
{
	setup(16, 32);
	xring_next(&ring, XSC_OP_NOP, 1)->flags = XSC_SQE_CQE_SKIP_SUCCESS;
	fill_read(2, -1, NULL, 1)->flags = XSC_SQE_CQE_SKIP_SUCCESS;
	xring_next(&ring, XSC_OP_NOP, 3);
	EXPECT_EQ(3, xring_submit(&ring, 2));
	EXPECT_EQ(2, xring_ready(&ring));
	EXPECT_EQ(2, xring_wait(&ring).user_data);
	EXPECT_EQ(3, xring_wait(&ring).user_data);
}

TEST(a_drained_entry_waits_for_all_before_and_holds_all_behind)
{
	int p[2], i;
	char buf[8];

	setup(64, 128);
	EXPECT_EQ(0, pipe(p));
	for (i = 0; i < 20; i++) {
		fill_read(1, p[0], buf, 4);
		xring_next(&ring, XSC_OP_NOP, 2)->flags = XSC_SQE_DRAIN | XSC_SQE_LINK;
		xring_next(&ring, XSC_OP_NOP, 3);
		xring_next(&ring, XSC_OP_NOP, 4);
		EXPECT_EQ(4, xring_submit(&ring, 0));
		xring_next(&ring, XSC_OP_NOP, 5);
		EXPECT_EQ(1, xring_submit(&ring, 0));
		EXPECT_EQ(0, xring_ready(&ring));
		EXPECT_EQ(4, write(p[1], "data", 4));
		EXPECT_EQ(1, xring_wait(&ring).user_data);
		EXPECT_EQ(2, xring_wait(&ring).user_data);
		EXPECT_EQ(3, xring_wait(&ring).user_data);
		EXPECT_EQ(4, xring_wait(&ring).user_data);
		EXPECT_EQ(5, xring_wait(&ring).user_data);
		EXPECT_EQ(0, xring_ready(&ring));
	}
	for (i = 0; i < 50; i++)
		xring_next(&ring, XSC_OP_NOP, i)->flags = XSC_SQE_DRAIN;
	EXPECT_EQ(50, xring_submit(&ring, 50));
	for (i = 0; i < 50; i++)
		EXPECT_EQ(i, xring_wait(&ring).user_data);
}

TEST(cancel_all_is_not_held_back_by_a_drained_entry)
{
	int p[2], i;
	char buf[8];

	setup(16, 32);
	EXPECT_EQ(0, pipe(p));
	fill_read(1, p[0], buf, 4);
	xring_next(&ring, XSC_OP_NOP, 2)->flags = XSC_SQE_DRAIN;
	fill_read(3, p[0], buf, 4);
	EXPECT_EQ(3, xring_submit(&ring, 0));
	xring_next(&ring, XSC_OP_CANCEL, 4)->cancel_flags = XSC_CANCEL_ANY;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_CANCEL_ALL));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(-ECANCELED, xring_wait(&ring).res);
	EXPECT_EQ(0, xring_ready(&ring));
}

TEST(timers_and_events_are_read_when_they_are_due)
{
	int efd = eventfd(0, 0), tfd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct itimerspec t = { .it_value = { 0, 20000000 } };
	uint64_t a = 0, b = 0, five = 5;

	setup(16, 32);
	fill_read(1, efd, &a, 8);
	fill_read(2, tfd, &b, 8);
	EXPECT_EQ(2, xring_submit(&ring, 0));
	EXPECT_EQ(0, timerfd_settime(tfd, 0, &t, NULL));
	EXPECT_EQ(8, write(efd, &five, 8));
	EXPECT_EQ(8, result_of(1));
	EXPECT_EQ(5, a);
	EXPECT_EQ(8, result_of(2));
	EXPECT_EQ(1, b);
}

int main(int argc, char **argv)
{
	return ktap_main(argc, argv);
}
