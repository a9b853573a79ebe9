// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each allocation and each user copy of a call fails once: the Nth of it, for
 * N from 1 until none is left to fail. Needs a kernel with fault injection.
 */
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "ktap.h"
#include "xring.h"

static int nth_fd = -1;

static void inject_everywhere(void)
{
	static const char *const files[] = {
		"/sys/kernel/debug/failslab/ignore-gfp-wait",
		"/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait",
		/* One line for each fault would be thousands. */
		"/sys/kernel/debug/failslab/verbose",
		"/sys/kernel/debug/fail_page_alloc/verbose",
		"/sys/kernel/debug/fail_usercopy/verbose",
	};
	char path[64];
	unsigned int i;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/fail-nth", (long)syscall(SYS_gettid));
	nth_fd = open(path, O_RDWR);
	if (nth_fd < 0)
		SKIP("no fault injection in this kernel");
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd = open(files[i], O_WRONLY);

		if (fd >= 0) {
			EXPECT_EQ(1, write(fd, i < 2 ? "N" : "0", 1));
			close(fd);
		}
	}
}

/* The Nth fault from here on happens; false once there are not that many. */
static void arm(int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", n);

	/* A fault that is still to come may hit this very call; then there is none left. */
	if (pwrite(nth_fd, text, len, 0) != len)
		EXPECT_EQ(len, pwrite(nth_fd, text, len, 0));
}

/* Whether it happened; one that is left hits our own look at it, perhaps. */
static bool fired(void)
{
	char text[16] = "";
	bool seen = pread(nth_fd, text, sizeof(text) - 1, 0) > 0;

	arm(0);
	return seen && atoi(text) == 0;
}

TEST(setting_up_survives_every_failure)
{
	int n;

	inject_everywhere();
	for (n = 1; n < 2000; n++) {
		struct xsc_params p = { .sq_entries = 256 };
		int fd, res = -1;
		bool done;

		arm(n);
		fd = open("/dev/xsc", O_RDWR | O_CLOEXEC);
		if (fd >= 0)
			res = ioctl(fd, XSC_IOC_SETUP, &p);
		done = !fired();
		if (fd >= 0) {
			/* What failed can be tried again. */
			if (res)
				EXPECT_EQ(0, ioctl(fd, XSC_IOC_SETUP, &p));
			close(fd);
		}
		if (done) {
			EXPECT_EQ(0, res);
			printf("# %d places\n", n - 1);
			return;
		}
	}
	FAIL("faults without end");
}

/* A row of operations of every kind; each ends exactly once, whatever fails. */
static void fill_row(struct xring *r, int *p, int *s, char *buf)
{
	static struct timespec soon = { 0, 1000 };
	static struct pollfd pfd;
	struct xsc_sqe *sqe;
	int id = 0;

	pfd = (struct pollfd){ p[1], POLLOUT, 0 };
	xring_rw(xring_next(r, XSC_OP_WRITE, id++), p[1], buf, 64, 0);
	xring_rw(xring_next(r, XSC_OP_READ, id++), p[0], buf, 64, 0);
	xring_rw(xring_next(r, XSC_OP_SEND, id++), s[0], buf, 64, 0);
	xring_rw(xring_next(r, XSC_OP_RECV, id++), s[1], buf, 64, 0);
	sqe = xring_next(r, XSC_OP_OPENAT, id++);
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)"/tmp/failing";
	sqe->open_flags = O_RDWR | O_CREAT | O_CLOEXEC;
	sqe->len = 0600;
	sqe = xring_next(r, XSC_OP_STATX, id++);
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)"/tmp";
	sqe->off = (uintptr_t)buf;
	sqe = xring_next(r, XSC_OP_POLL, id++);
	sqe->addr = (uintptr_t)&pfd;
	sqe->len = 1;
	sqe = xring_next(r, XSC_OP_TIMEOUT, id++);
	sqe->addr = (uintptr_t)&soon;
	sqe = xring_next(r, XSC_OP_SOCKET, id++);
	sqe->fd = AF_UNIX;
	sqe->len = SOCK_STREAM;
	xring_next(r, XSC_OP_NOP, id++)->flags = XSC_SQE_LINK;
	sqe = xring_next(r, XSC_OP_LINK_TIMEOUT, id++);
	sqe->addr = (uintptr_t)&soon;
}

#define ROW 11

TEST(operations_survive_every_failure)
{
	char buf[512];
	int n;

	inject_everywhere();
	for (n = 1; n < 2000; n++) {
		unsigned int seen = 0, taken = 0;
		struct xsc_cqe cqe;
		struct xring r;
		int p[2], s[2];
		bool done;

		EXPECT_EQ(0, xring_open(&r, 32, 64, 0));
		EXPECT_EQ(0, pipe(p));
		EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
		fill_row(&r, p, s, buf);
		xring_publish(&r);
		arm(n);
		xring_enter_full(&r, ROW, 0, 0);
		done = !fired();
		/* What could not be taken is taken now; what waits is cancelled. */
		while (__atomic_load_n(r.sq_head, __ATOMIC_ACQUIRE) != r.tail)
			EXPECT(xring_enter_full(&r, ROW, 0, 0) >= 0);
		xring_next(&r, XSC_OP_CANCEL, 1000)->cancel_flags = XSC_CANCEL_ANY;
		xring_submit(&r, 0);
		while (taken < ROW + 1) {
			cqe = xring_wait(&r);
			taken++;
			if (cqe.user_data == 1000)
				continue;
			EXPECT(!(seen >> cqe.user_data & 1));
			seen |= 1U << cqe.user_data;
			if ((cqe.user_data == 4 || cqe.user_data == 8) && cqe.res >= 0)
				close(cqe.res);
		}
		EXPECT_EQ((1U << ROW) - 1, seen);
		xring_close(&r);
		close(p[0]);
		close(p[1]);
		close(s[0]);
		close(s[1]);
		if (done) {
			printf("# %d places\n", n - 1);
			return;
		}
	}
	FAIL("faults without end");
}

TEST(registering_survives_every_failure)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *mem = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec { void *base; size_t len; } iov[2] = { { mem, 3 * page }, { mem + 4 * page, 100 } };
	struct xsc_buffers b = { .iovecs = (uintptr_t)iov, .nr = 2 };
	int fds[4] = { 0, 1, -1, 2 };
	struct xsc_files_update u = { .nr = 4, .fds = (uintptr_t)fds };
	struct xsc_buf_ring g = { .ring_addr = (uintptr_t)mem, .ring_entries = 8 };
	struct xring r;
	int n;

	inject_everywhere();
	EXPECT_EQ(0, xring_open(&r, 8, 16, 0));
	for (n = 1; n < 2000; n++) {
		bool done;

		arm(n);
		ioctl(r.fd, XSC_IOC_REGISTER_BUFFERS, &b);
		ioctl(r.fd, XSC_IOC_REGISTER_FILES, &u);
		ioctl(r.fd, XSC_IOC_REGISTER_BUF_RING, &g);
		done = !fired();
		ioctl(r.fd, XSC_IOC_UNREGISTER_BUFFERS);
		ioctl(r.fd, XSC_IOC_UNREGISTER_FILES);
		ioctl(r.fd, XSC_IOC_UNREGISTER_BUF_RING, &g);
		if (done) {
			printf("# %d places\n", n - 1);
			return;
		}
	}
	FAIL("faults without end");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	return ktap_main(argc, argv);
}
