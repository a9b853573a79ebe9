// SPDX-License-Identifier: GPL-2.0-only
/* Beginnings and ends: workers, closing, exiting, forking, being killed, being passed on. */
#include <pthread.h>
#include <sched.h>
#include <sys/poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>

#include "ktap.h"
#include "xring.h"

static struct xring ring;

static void setup(unsigned int sq, unsigned int cq)
{
	EXPECT_EQ(0, xring_open(&ring, sq, cq, XSC_SETUP_CACHELINE));
}

static void sleep_ms(long n)
{
	struct timespec t = { n / 1000, n % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* ---- workers */

struct lent {
	struct xring *ring;
	unsigned int idle_us;
	int result;		/* what it ended with */
	int calls;
	int interrupted;
	pthread_t thread;
};

static void *lend(void *arg)
{
	struct lent *l = arg;
	struct xsc_worker w = { .cpu = -1, .idle_us = l->idle_us };

	for (;;) {
		int res = ioctl(l->ring->fd, XSC_IOC_WORKER, &w) ? -errno : 0;

		l->calls++;
		if (res == -EINTR)
			l->interrupted++;
		if (res && res != -EINTR) {
			l->result = res;
			return NULL;
		}
	}
}

/* What fdinfo says of the ring under @name; -1 if it does not. */
static long told(const char *name)
{
	char path[64], line[64];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", ring.fd);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
			value = strtol(line + strlen(name) + 1, NULL, 10);
	}
	if (f)
		fclose(f);
	return value;
}

static void start_workers(struct lent *l, int n, unsigned int idle_us)
{
	int i;

	for (i = 0; i < n; i++) {
		l[i] = (struct lent){ .ring = &ring, .idle_us = idle_us };
		EXPECT_EQ(0, pthread_create(&l[i].thread, NULL, lend, &l[i]));
	}
	/* Until they are there, polled submission has nobody to rely on. */
	while (told("workers") < n)
		sched_yield();
}

static void stop_workers(struct lent *l, int n)
{
	int i;

	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_STOP_WORKERS));
	for (i = 0; i < n; i++) {
		pthread_join(l[i].thread, NULL);
		EXPECT_EQ(-ESHUTDOWN, l[i].result);
	}
}

/* The rule for submitters: store the tail, full barrier, ring only if the flag is set. */
static int entries;

static void polled_submit(void)
{
	xring_publish(&ring);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(ring.sq_flags, __ATOMIC_RELAXED) & XSC_SQ_NEED_WAKEUP) {
		EXPECT(xring_enter_full(&ring, 0, 0, 0) >= 0);
		entries++;
	}
}

static struct xsc_cqe polled_wait(void)
{
	struct xsc_cqe cqe;

	while (!xring_reap(&ring, &cqe))
		sched_yield();
	return cqe;
}

TEST(a_spinning_worker_needs_no_system_call)
{
	struct lent l[1];
	int i;

	setup(64, 128);
	start_workers(l, 1, 10000000);
	for (i = 0; i < 2000; i++) {
		xring_next(&ring, XSC_OP_NOP, i);
		polled_submit();
		EXPECT_EQ(i, polled_wait().user_data);
	}
	EXPECT_EQ(0, entries);
	stop_workers(l, 1);
}

TEST(sleeping_workers_are_woken)
{
	struct lent l[3];
	int i;

	setup(64, 128);
	start_workers(l, 3, 0);
	for (i = 0; i < 300; i++) {
		xring_next(&ring, XSC_OP_NOP, i);
		polled_submit();
		EXPECT_EQ(i, polled_wait().user_data);
		if (i % 10 == 0)
			sleep_ms(1);
	}
	EXPECT(entries > 0);
	stop_workers(l, 3);
	/* For good. */
	EXPECT(ioctl(ring.fd, XSC_IOC_WORKER, &(struct xsc_worker){ .cpu = -1 }) == -1 &&
	       errno == ESHUTDOWN);
}

TEST(idle_workers_sleep)
{
	struct lent l[2];
	struct rusage a, b;
	long us;

	setup(64, 128);
	start_workers(l, 2, 1000);
	sleep_ms(50);
	getrusage(RUSAGE_SELF, &a);
	sleep_ms(300);
	getrusage(RUSAGE_SELF, &b);
	us = (b.ru_stime.tv_sec - a.ru_stime.tv_sec) * 1000000L + b.ru_stime.tv_usec - a.ru_stime.tv_usec;
	EXPECT(us < 100000);
	EXPECT(*ring.sq_flags & XSC_SQ_NEED_WAKEUP);
	stop_workers(l, 2);
}

TEST(one_that_sleeps_does_not_stall_the_ring)
{
	struct lent l[2];
	struct xsc_sqe *sqe;
	struct xsc_cqe cqe;
	int i, fd;

	setup(64, 128);
	start_workers(l, 2, 1000000);
	unlink("/tmp/fifo2");
	EXPECT_EQ(0, mkfifo("/tmp/fifo2", 0600));
	sqe = xring_next(&ring, XSC_OP_OPEN, 1000);
	sqe->addr = (uintptr_t)"/tmp/fifo2";
	polled_submit();
	for (i = 0; i < 100; i++) {
		xring_next(&ring, XSC_OP_NOP, i);
		polled_submit();
		EXPECT_EQ(i, polled_wait().user_data);
	}
	fd = open("/tmp/fifo2", O_WRONLY);
	cqe = polled_wait();
	EXPECT_EQ(1000, cqe.user_data);
	EXPECT(cqe.res >= 0);
	close(fd);
	/* A cancel interrupts it. */
	sqe = xring_next(&ring, XSC_OP_OPEN, 1001);
	sqe->addr = (uintptr_t)"/tmp/fifo2";
	polled_submit();
	sleep_ms(50);
	xring_next(&ring, XSC_OP_CANCEL, 1002)->addr = 1001;
	polled_submit();
	for (i = 0; i < 2; i++) {
		cqe = polled_wait();
		if (cqe.user_data == 1001)
			EXPECT_EQ(-ECANCELED, cqe.res);
		else
			EXPECT(cqe.res == 0 || cqe.res == -EALREADY);
	}
	stop_workers(l, 2);
	unlink("/tmp/fifo2");
}

TEST(parked_work_is_finished_by_workers)
{
	struct lent l[2];
	int p[2], i;
	char c;

	setup(64, 128);
	start_workers(l, 2, 100);
	EXPECT_EQ(0, pipe(p));
	for (i = 0; i < 300; i++) {
		struct xsc_cqe cqe;

		xring_rw(xring_next(&ring, XSC_OP_READ, i), p[0], &c, 1, 0);
		polled_submit();
		if (i % 3 == 0)
			sleep_ms(1);
		EXPECT_EQ(1, write(p[1], "x", 1));
		cqe = polled_wait();
		EXPECT_EQ(i, cqe.user_data);
		EXPECT_EQ(1, cqe.res);
	}
	stop_workers(l, 2);
}

TEST(files_are_worked_on_by_workers)
{
	static char big[1 << 20], got[1 << 20];
	struct lent l[3];
	int fd, i;

	setup(64, 128);
	start_workers(l, 3, 1000);
	fd = open("/tmp/work", O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (i = 0; i < (int)sizeof(big); i++)
		big[i] = i % 251;
	for (i = 0; i < 64; i++)
		xring_rw(xring_next(&ring, XSC_OP_PWRITE, i), fd, big + i * 16384, 16384, i * 16384);
	polled_submit();
	for (i = 0; i < 64; i++)
		EXPECT_EQ(16384, polled_wait().res);
	for (i = 0; i < 64; i++) {
		xring_rw(xring_next(&ring, XSC_OP_PREAD, i), fd, got + i * 16384, 16384, i * 16384);
		ring.sqes[(ring.tail - 1) & 63].flags = i % 2 ? XSC_SQE_ASYNC : 0;
	}
	polled_submit();
	for (i = 0; i < 64; i++)
		EXPECT_EQ(16384, polled_wait().res);
	EXPECT_EQ(0, memcmp(big, got, sizeof(big)));
	/* Chains keep their order over all threads. */
	for (i = 0; i < 64; i++) {
		xring_rw(xring_next(&ring, XSC_OP_PWRITE, i), fd, &big[i], 1, 0);
		ring.sqes[(ring.tail - 1) & 63].flags = i < 63 ? XSC_SQE_LINK : 0;
	}
	polled_submit();
	for (i = 0; i < 64; i++)
		EXPECT_EQ(i, polled_wait().user_data);
	EXPECT_EQ(1, pread(fd, got, 1, 0));
	EXPECT_EQ(big[63], got[0]);
	stop_workers(l, 3);
}

static void on_signal(int signal)
{
}

TEST(signals_reach_workers_and_waiters)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct lent l[1];
	int i;

	setup(64, 128);
	sigaction(SIGUSR1, &sa, NULL);
	start_workers(l, 1, 0);
	for (i = 0; i < 50; i++) {
		pthread_kill(l[0].thread, SIGUSR1);
		sleep_ms(1);
	}
	stop_workers(l, 1);
	EXPECT(l[0].interrupted > 0);
}

TEST(bad_worker_arguments_are_refused)
{
	struct xsc_worker w = { .cpu = -1, .flags = 1 };

	setup(8, 16);
	EXPECT(ioctl(ring.fd, XSC_IOC_WORKER, &w) == -1 && errno == EINVAL);
	w = (struct xsc_worker){ .cpu = 0 };
	EXPECT(ioctl(ring.fd, XSC_IOC_WORKER, &w) == -1 && errno == EINVAL);
	w = (struct xsc_worker){ .cpu = -1, .resv = 1 };
	EXPECT(ioctl(ring.fd, XSC_IOC_WORKER, &w) == -1 && errno == EINVAL);
}

/* ---- closing */

static void fill_with_everything(struct xring *r)
{
	static struct timespec hour = { 3600, 0 };
	static char buf[8];
	static struct pollfd pfd;
	struct xsc_sqe *sqe;
	int p[2], s[2];

	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	pfd = (struct pollfd){ p[0], POLLIN, 0 };
	xring_rw(xring_next(r, XSC_OP_READ, 1), p[0], buf, 8, 0);
	xring_rw(xring_next(r, XSC_OP_RECV, 2), s[0], buf, 8, 0);
	sqe = xring_next(r, XSC_OP_TIMEOUT, 3);
	sqe->addr = (uintptr_t)&hour;
	sqe = xring_next(r, XSC_OP_POLL_ADD, 4);
	sqe->fd = s[1];
	sqe->poll32_events = POLLIN;
	sqe = xring_next(r, XSC_OP_POLL, 5);
	sqe->addr = (uintptr_t)&pfd;
	sqe->len = 1;
	sqe->addr2 = (uintptr_t)&hour;
	xring_rw(xring_next(r, XSC_OP_READ, 6), p[0], buf, 8, 0);
	r->sqes[(r->tail - 1) & (r->p.sq_entries - 1)].flags = XSC_SQE_LINK;
	sqe = xring_next(r, XSC_OP_LINK_TIMEOUT, 7);
	sqe->addr = (uintptr_t)&hour;
	sqe->flags = XSC_SQE_LINK;
	xring_next(r, XSC_OP_NOP, 8);
	xring_next(r, XSC_OP_NOP, 9)->flags = XSC_SQE_DRAIN;
	xring_next(r, XSC_OP_NOP, 10);
	/* Workers may have been faster: then less is left, or nothing. */
	EXPECT(xring_submit(r, 0) <= 10);
	EXPECT_EQ(0, xring_room(r) - r->p.sq_entries);
	EXPECT_EQ(0, xring_ready(r));
}

TEST(closing_ends_everything_though_mappings_remain)
{
	setup(64, 128);
	fill_with_everything(&ring);
	close(ring.fd);
	/* Each has exactly one completion, to be seen in the mapping that is left. */
	EXPECT_EQ(10, *ring.cq_tail);
	for (int i = 0; i < 10; i++)
		EXPECT(ring.cqes[i].res == -ECANCELED);
	xring_unmap(&ring);
}

TEST(only_the_last_descriptor_counts)
{
	int twin;

	setup(64, 128);
	twin = dup(ring.fd);
	fill_with_everything(&ring);
	close(ring.fd);
	EXPECT_EQ(0, *ring.cq_tail);
	ring.fd = twin;
	xring_next(&ring, XSC_OP_CANCEL, 20)->cancel_flags = XSC_CANCEL_ANY;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	close(twin);
	EXPECT_EQ(11, *ring.cq_tail);
}

static void *waiter(void *arg)
{
	return (void *)(long)xring_enter_full(arg, 0, 1, 0);
}

TEST(closing_wakes_those_inside)
{
	struct lent l[2];
	pthread_t thread;
	void *res;

	setup(64, 128);
	start_workers(l, 2, 0);
	EXPECT_EQ(0, pthread_create(&thread, NULL, waiter, &ring));
	/* A machine may be so busy that they take their time to get there. */
	while (told("entered") < 1)
		sleep_ms(10);
	close(ring.fd);
	pthread_join(thread, &res);
	EXPECT((long)res == -ESHUTDOWN || (long)res == -EINTR);
	for (int i = 0; i < 2; i++) {
		pthread_join(l[i].thread, NULL);
		EXPECT(l[i].result == -ESHUTDOWN || l[i].result == -EBADF);
	}
}

TEST(closing_interrupts_one_that_sleeps_in_an_operation)
{
	struct lent l[1];
	struct xsc_sqe *sqe;

	setup(64, 128);
	start_workers(l, 1, 0);
	unlink("/tmp/fifo3");
	EXPECT_EQ(0, mkfifo("/tmp/fifo3", 0600));
	sqe = xring_next(&ring, XSC_OP_OPEN, 1);
	sqe->addr = (uintptr_t)"/tmp/fifo3";
	polled_submit();
	sleep_ms(50);
	close(ring.fd);
	EXPECT_EQ(1, *ring.cq_tail);
	EXPECT(ring.cqes[0].res == -ECANCELED || ring.cqes[0].res == -EINTR);
	pthread_join(l[0].thread, NULL);
	unlink("/tmp/fifo3");
}

static void *submitter(void *arg)
{
	return (void *)(long)xring_submit(arg, 0);
}

static bool closed;

static void *closer(void *arg)
{
	close(ring.fd);
	__atomic_store_n(&closed, true, __ATOMIC_SEQ_CST);
	return NULL;
}

/* A thread writes to memory that is only there when this test says so. */
TEST(closing_waits_for_those_that_touch_memory)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_zeropage zero = {};
	pthread_t enters, closes;
	struct uffd_msg fault;
	void *memory;
	int uffd, fd;

	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (uffd < 0)
		SKIP("no userfaultfd in this kernel");
	setup(64, 128);
	EXPECT_EQ(0, ioctl(uffd, UFFDIO_API, &api));
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range = (struct uffdio_range){ (uintptr_t)memory, 4096 };
	zero.range = range.range;
	EXPECT_EQ(0, ioctl(uffd, UFFDIO_REGISTER, &range));
	fd = open("/tmp/touched", O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT_EQ(4, write(fd, "data", 4));
	xring_rw(xring_next(&ring, XSC_OP_PREAD, 1), fd, memory, 4, 0);
	EXPECT_EQ(0, pthread_create(&enters, NULL, submitter, &ring));
	EXPECT_EQ(sizeof(fault), read(uffd, &fault, sizeof(fault)));
	EXPECT_EQ(UFFD_EVENT_PAGEFAULT, fault.event);
	EXPECT_EQ(0, pthread_create(&closes, NULL, closer, NULL));
	sleep_ms(300);
	EXPECT(!__atomic_load_n(&closed, __ATOMIC_SEQ_CST));
	EXPECT_EQ(0, ioctl(uffd, UFFDIO_ZEROPAGE, &zero));
	pthread_join(enters, NULL);
	pthread_join(closes, NULL);
	EXPECT(closed);
	EXPECT_EQ(0, memcmp(memory, "data", 4));
	EXPECT_EQ(1, *ring.cq_tail);
	EXPECT_EQ(4, ring.cqes[0].res);
}

TEST(rings_come_and_go)
{
	int i;

	for (i = 0; i < 200; i++) {
		setup(64, 128);
		fill_with_everything(&ring);
		if (i % 2)
			xring_close(&ring);
		else
			close(ring.fd);
		if (i % 2 == 0)
			xring_unmap(&ring);
		for (int fd = 3; fd < 40; fd++)
			close(fd);
	}
}

TEST(exiting_cleans_up)
{
	int i;

	for (i = 0; i < 30; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			struct lent l[2];

			setup(64, 128);
			if (i % 3 == 0)
				start_workers(l, 2, 100000);
			fill_with_everything(&ring);
			if (i % 2)
				raise(SIGKILL);
			_exit(0);
		}
		EXPECT_EQ(pid, waitpid(pid, &status, 0));
	}
}

/* A thread's requests are the ring's, not its own. */
static void *submit_and_leave(void *arg)
{
	static char c;

	xring_rw(xring_next(&ring, XSC_OP_READ, 1), *(int *)arg, &c, 1, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	return NULL;
}

TEST(requests_outlive_the_thread_that_submitted_them)
{
	pthread_t thread;
	int p[2];

	setup(8, 16);
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(0, pthread_create(&thread, NULL, submit_and_leave, &p[0]));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(1, write(p[1], "x", 1));
	EXPECT_EQ(1, xring_wait(&ring).res);
}

TEST(a_child_cannot_use_its_parents_ring)
{
	int status;
	pid_t pid;

	setup(64, 128);
	fill_with_everything(&ring);
	pid = fork();
	if (pid == 0) {
		struct xsc_enter e = { .to_submit = 1 };
		struct pollfd p = { ring.fd, POLLIN, 0 };
		struct xsc_probe probe;

		EXPECT(ioctl(ring.fd, XSC_IOC_ENTER, &e) == -1 && errno == EPERM);
		EXPECT(ioctl(ring.fd, XSC_IOC_PROBE, &probe) == -1 && errno == EPERM);
		EXPECT(ioctl(ring.fd, XSC_IOC_STOP_WORKERS) == -1 && errno == EPERM);
		EXPECT(write(ring.fd, "x", 1) == -1 && errno == EPERM);
		EXPECT(xring_map(ring.fd, 4096, 0) == MAP_FAILED && errno == EPERM);
		EXPECT_EQ(1, poll(&p, 1, 0));
		EXPECT_EQ(POLLERR, p.revents);
		/* The mappings were not inherited: touching them would kill. */
		EXPECT(msync(ring.sq, 4096, MS_ASYNC) == -1 && errno == ENOMEM);
		close(ring.fd);
		_exit(0);
	}
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	/* Its closing and its end have ended nothing here. */
	EXPECT_EQ(0, xring_ready(&ring));
	xring_next(&ring, XSC_OP_CANCEL, 20)->cancel_flags = XSC_CANCEL_ANY;
	EXPECT_EQ(1, xring_submit(&ring, 0));
}

TEST(exec_ends_a_ring_even_if_it_is_inherited)
{
	int status, flags;
	pid_t pid = fork();

	if (pid == 0) {
		char fd[16];

		setup(64, 128);
		fill_with_everything(&ring);
		flags = fcntl(ring.fd, F_GETFD);
		fcntl(ring.fd, F_SETFD, flags & ~FD_CLOEXEC);
		snprintf(fd, sizeof(fd), "%d", ring.fd);
		execl("/proc/self/exe", "t_life", "--inherited", fd, NULL);
		_exit(9);
	}
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

static void send_fd(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = "", c = 'x';
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *cm = CMSG_FIRSTHDR(&m);

	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cm), &fd, sizeof(int));
	EXPECT_EQ(1, sendmsg(sock, &m, 0));
}

/* A ring whose descriptor is in flight to a socket that the ring has registered: a cycle. */
TEST(a_cycle_through_a_socket_is_broken_by_closing)
{
	int i;

	for (i = 0; i < 20; i++) {
		struct xsc_files_update u;
		int s[2];

		setup(64, 128);
		EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
		u = (struct xsc_files_update){ .nr = 2, .fds = (uintptr_t)s };
		EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_FILES, &u));
		send_fd(s[0], ring.fd);
		xring_rw(xring_next(&ring, XSC_OP_RECV, 1), s[0], &i, 1, 0);
		EXPECT_EQ(1, xring_submit(&ring, 0));
		xring_close(&ring);
		close(s[0]);
		close(s[1]);
	}
}

/* ---- who may */

TEST(a_filtered_thread_may_not_use_rings)
{
	struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog prog = { 1, allow };
	struct xsc_enter e = { 0 };

	setup(8, 16);
	EXPECT_EQ(0, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	EXPECT_EQ(0, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog));
	EXPECT(ioctl(ring.fd, XSC_IOC_ENTER, &e) == -1 && errno == EPERM);
	EXPECT(ioctl(ring.fd, XSC_IOC_WORKER, &(struct xsc_worker){ .cpu = -1 }) == -1 &&
	       errno == EPERM);
	EXPECT(open("/dev/xsc", O_RDWR) == -1 && errno == EPERM);
}

static void set_parameter(const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/module/xsc/parameters/%s", name);
	fd = open(path, O_WRONLY);
	EXPECT(fd >= 0);
	EXPECT(write(fd, value, strlen(value)) > 0);
	close(fd);
}

static int open_as(int uid, int gid)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd;

		EXPECT_EQ(0, setresgid(gid, gid, gid));
		EXPECT_EQ(0, setresuid(uid, uid, uid));
		fd = open("/dev/xsc", O_RDWR);
		_exit(fd < 0 ? errno : 0);
	}
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	return WEXITSTATUS(status);
}

TEST(parameters_say_who_may_open)
{
	EXPECT_EQ(EACCES, open_as(1000, 1000));
	EXPECT_EQ(0, chmod("/dev/xsc", 0666));
	EXPECT_EQ(0, open_as(1000, 1000));
	set_parameter("disabled", "1");
	EXPECT_EQ(EPERM, open_as(1000, 1000));
	EXPECT_EQ(0, open_as(0, 0));
	set_parameter("group", "1000");
	EXPECT_EQ(0, open_as(1000, 1000));
	EXPECT_EQ(EPERM, open_as(1000, 1001));
	set_parameter("disabled", "2");
	EXPECT_EQ(EPERM, open_as(0, 0));
	set_parameter("disabled", "0");
	set_parameter("group", "-1");
	EXPECT_EQ(0, chmod("/dev/xsc", 0600));
}

/* Operations have the rights, the root and the umask of the thread that does them. */
TEST(rights_are_those_of_the_process)
{
	struct xsc_sqe *sqe;

	setup(8, 16);
	unlink("/tmp/secret");
	EXPECT(open("/tmp/secret", O_CREAT | O_WRONLY, 0600) >= 0);
	mkdir("/tmp/jail", 0755);
	EXPECT_EQ(0, chroot("/tmp/jail"));
	EXPECT_EQ(0, chdir("/"));
	sqe = xring_next(&ring, XSC_OP_OPEN, 1);
	sqe->addr = (uintptr_t)"/tmp/secret";
	EXPECT_EQ(-ENOENT, xring_run(&ring));
	EXPECT(open("/inside", O_CREAT | O_WRONLY, 0600) >= 0);
	EXPECT_EQ(0, setuid(1000));
	sqe = xring_next(&ring, XSC_OP_OPEN, 1);
	sqe->addr = (uintptr_t)"/inside";
	EXPECT_EQ(-EACCES, xring_run(&ring));
	sqe = xring_next(&ring, XSC_OP_UNLINKAT, 1);
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)"/inside";
	EXPECT_EQ(-EACCES, xring_run(&ring));
}

TEST(limits_of_the_process_hold)
{
	struct rlimit few = { 5, 5 };
	struct xsc_sqe *sqe;

	setup(8, 16);
	EXPECT_EQ(0, setrlimit(RLIMIT_NOFILE, &few));
	for (;;) {
		int res;

		sqe = xring_next(&ring, XSC_OP_OPEN, 1);
		sqe->addr = (uintptr_t)"/dev/null";
		res = xring_run(&ring);
		if (res < 0) {
			EXPECT_EQ(-EMFILE, res);
			break;
		}
		EXPECT(res < 5);
	}
}

TEST(what_is_in_flight_is_bounded)
{
	int p[2], i, again = 0;
	static char c;

	setup(4096, 8192);
	set_parameter("max_inflight", "1000");
	EXPECT_EQ(0, pipe(p));
	for (i = 0; i < 2000; i++)
		xring_rw(xring_next(&ring, XSC_OP_READ, i), p[0], &c, 1, 0);
	EXPECT_EQ(2000, xring_submit(&ring, 0));
	while (xring_ready(&ring)) {
		EXPECT_EQ(-EAGAIN, xring_wait(&ring).res);
		again++;
	}
	EXPECT_EQ(1000, again);
	/* A cancel gets in all the same. */
	xring_next(&ring, XSC_OP_CANCEL, 1)->cancel_flags = XSC_CANCEL_ANY;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(1000, xring_wait(&ring).res);
	EXPECT_EQ(1000, xring_ready(&ring));
	set_parameter("max_inflight", "65536");
}

static int inherited(int fd)
{
	struct xsc_enter e = { 0 };

	if (ioctl(fd, XSC_IOC_ENTER, &e) != -1 || errno != EPERM)
		return 1;
	return close(fd);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--inherited"))
		return inherited(atoi(argv[2]));
	return ktap_main(argc, argv);
}
