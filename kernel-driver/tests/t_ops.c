// SPDX-License-Identifier: GPL-2.0-only
/* Operations on files, names, pipes and sockets: as the system calls do it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "ktap.h"
#include "xring.h"

static struct xring ring;

static void setup(void)
{
	EXPECT_EQ(0, xring_open(&ring, 64, 128, XSC_SETUP_CACHELINE));
	EXPECT_EQ(0, chdir("/tmp"));
}

static struct xsc_sqe *next(int op)
{
	return xring_next(&ring, op, 1);
}

static int run_rw(int op, int fd, void *addr, unsigned int len, uint64_t off)
{
	xring_rw(next(op), fd, addr, len, off);
	return xring_run(&ring);
}

static int run_open(const char *name, int flags, int mode)
{
	struct xsc_sqe *sqe = next(XSC_OP_OPENAT);

	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)name;
	sqe->open_flags = flags;
	sqe->len = mode;
	return xring_run(&ring);
}

static int run_close(int fd)
{
	next(XSC_OP_CLOSE)->fd = fd;
	return xring_run(&ring);
}

TEST(files_are_written_and_read)
{
	char buf[32] = "";
	int fd;

	setup();
	umask(022);
	fd = run_open("file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	EXPECT(fd >= 0);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(5, run_rw(XSC_OP_PWRITE, fd, "hello", 5, 3));
	EXPECT_EQ(8, run_rw(XSC_OP_PREAD, fd, buf, 32, 0));
	EXPECT_EQ(0, memcmp(buf, "\0\0\0hello", 8));
	EXPECT_EQ(0, run_rw(XSC_OP_PREAD, fd, buf, 32, 100));
	EXPECT_EQ(-EINVAL, run_rw(XSC_OP_PREAD, fd, buf, 1, (uint64_t)-5));
	EXPECT_EQ(-EFAULT, run_rw(XSC_OP_PREAD, fd, (void *)16, 8, 0));
	EXPECT_EQ(-EFAULT, run_rw(XSC_OP_PREAD, fd, (void *)0xffff800000000000, 8, 0));
	EXPECT_EQ(-EEXIST, run_open("file", O_RDWR | O_CREAT | O_EXCL, 0666));
	EXPECT_EQ(-ENOENT, run_open("none", O_RDWR, 0));
	EXPECT_EQ(-ENOENT, run_open("", O_RDONLY, 0));
	EXPECT_EQ(-EFAULT, run_open((void *)8, O_RDONLY, 0));
	next(XSC_OP_FSYNC)->fd = fd;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT_EQ(0, run_close(fd));
	EXPECT_EQ(-EBADF, run_close(fd));
	EXPECT(fcntl(fd, F_GETFD) == -1 && errno == EBADF);
	EXPECT_EQ(-EBADF, run_rw(XSC_OP_PREAD, fd, buf, 1, 0));
}

TEST(the_position_is_moved_and_shared)
{
	char buf[8];
	int fd, twin;

	setup();
	fd = open("pos", O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT_EQ(6, run_rw(XSC_OP_WRITE, fd, "abcdef", 6, 0));
	EXPECT_EQ(6, lseek(fd, 0, SEEK_CUR));
	EXPECT_EQ(0, lseek(fd, 0, SEEK_SET));
	EXPECT_EQ(2, run_rw(XSC_OP_READ, fd, buf, 2, 0));
	twin = dup(fd);
	EXPECT_EQ(2, run_rw(XSC_OP_READ, twin, buf + 2, 2, 0));
	EXPECT_EQ(0, memcmp(buf, "abcd", 4));
	EXPECT_EQ(1, run_rw(XSC_OP_PREAD, fd, buf, 1, 0));
	EXPECT_EQ(4, lseek(fd, 0, SEEK_CUR));
	close(fd);
	fd = open("pos", O_WRONLY | O_APPEND);
	EXPECT_EQ(2, run_rw(XSC_OP_PWRITE, fd, "gh", 2, 0));
	EXPECT_EQ(8, lseek(fd, 0, SEEK_END));
	EXPECT_EQ(-EBADF, run_rw(XSC_OP_READ, fd, buf, 1, 0));
}

static void *positioned(void *arg)
{
	struct xring mine;
	int fd = *(int *)arg, i;

	EXPECT_EQ(0, xring_open(&mine, 8, 16, 0));
	for (i = 0; i < 500; i++) {
		xring_rw(xring_next(&mine, XSC_OP_WRITE, i), fd, "0123456789", 10, 0);
		EXPECT_EQ(10, xring_run(&mine));
	}
	xring_close(&mine);
	return NULL;
}

TEST(the_position_is_moved_under_its_lock)
{
	pthread_t threads[4];
	int fd, i;

	setup();
	fd = open("race", O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(0, pthread_create(&threads[i], NULL, positioned, &fd));
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(4 * 500 * 10, lseek(fd, 0, SEEK_END));
}

TEST(vectors_are_gathered_and_scattered)
{
	char a[3], b[4];
	struct iovec out[2] = { { "abc", 3 }, { "defg", 4 } };
	struct iovec in[2] = { { a, 3 }, { b, 4 } };
	int fd;

	setup();
	fd = open("vec", O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT_EQ(7, run_rw(XSC_OP_PWRITEV, fd, out, 2, 10));
	EXPECT_EQ(7, run_rw(XSC_OP_PREADV, fd, in, 2, 10));
	EXPECT_EQ(0, memcmp(a, "abc", 3));
	EXPECT_EQ(0, memcmp(b, "defg", 4));
	EXPECT_EQ(7, run_rw(XSC_OP_WRITEV, fd, out, 2, 0));
	EXPECT_EQ(7, lseek(fd, 0, SEEK_CUR));
	EXPECT_EQ(0, lseek(fd, 0, SEEK_SET));
	EXPECT_EQ(7, run_rw(XSC_OP_READV, fd, in, 2, 0));
	EXPECT_EQ(-EINVAL, run_rw(XSC_OP_PREADV, fd, in, 5000, 0));
	in[1].iov_len = (size_t)-1;
	EXPECT_EQ(-EINVAL, run_rw(XSC_OP_PREADV, fd, in, 2, 0));
	EXPECT_EQ(-EFAULT, run_rw(XSC_OP_PREADV, fd, (void *)8, 2, 0));
	xring_rw(next(XSC_OP_PWRITEV), fd, out, 2, 0);
	ring.sqes[(ring.tail - 1) & 63].rw_flags = RWF_DSYNC;
	EXPECT_EQ(7, xring_run(&ring));
	xring_rw(next(XSC_OP_PWRITEV), fd, out, 2, 0);
	ring.sqes[(ring.tail - 1) & 63].rw_flags = 1 << 20;
	EXPECT_EQ(-EOPNOTSUPP, xring_run(&ring));
}

/* Files of the kernel that know only read() and write(). */
TEST(files_without_iterators_work)
{
	char buf[64] = "";
	int fd, null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);

	setup();
	fd = open("/proc/sys/kernel/ostype", O_RDONLY);
	EXPECT_EQ(6, run_rw(XSC_OP_READ, fd, buf, 64, 0));
	EXPECT_EQ(0, memcmp(buf, "Linux\n", 6));
	fd = open("/proc/self/comm", O_RDWR);
	EXPECT_EQ(4, run_rw(XSC_OP_WRITE, fd, "ring", 4, 0));
	EXPECT_EQ(4, run_rw(XSC_OP_WRITE, null, "ring", 4, 0));
	EXPECT_EQ(0, run_rw(XSC_OP_READ, null, buf, 4, 0));
	memset(buf, 1, sizeof(buf));
	EXPECT_EQ(64, run_rw(XSC_OP_READ, zero, buf, 64, 0));
	EXPECT_EQ(0, buf[63]);
	fd = open("/tmp", O_RDONLY | O_DIRECTORY);
	EXPECT_EQ(-EISDIR, run_rw(XSC_OP_READ, fd, buf, 4, 0));
}

TEST(files_are_described)
{
	struct stat a, b;
	struct statx x;
	struct xsc_sqe *sqe;
	int fd;

	setup();
	fd = open("st", O_RDWR | O_CREAT | O_TRUNC, 0640);
	EXPECT_EQ(3, write(fd, "abc", 3));
	EXPECT_EQ(0, symlink("st", "ln"));
	EXPECT_EQ(0, fchown(fd, 12345, 54321));
	sqe = next(XSC_OP_STAT);
	sqe->addr = (uintptr_t)"ln";
	sqe->addr2 = (uintptr_t)&a;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT_EQ(0, stat("st", &b));
	EXPECT_EQ(0, memcmp(&a, &b, sizeof(a)));
	sqe = next(XSC_OP_LSTAT);
	sqe->addr = (uintptr_t)"ln";
	sqe->addr2 = (uintptr_t)&a;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT(S_ISLNK(a.st_mode));
	sqe = next(XSC_OP_FSTAT);
	sqe->fd = fd;
	sqe->addr = (uintptr_t)&a;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT_EQ(0, memcmp(&a, &b, sizeof(a)));
	sqe = next(XSC_OP_STATX);
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)"st";
	sqe->len = STATX_BASIC_STATS;
	sqe->off = (uintptr_t)&x;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT_EQ(3, x.stx_size);
	EXPECT_EQ(12345, x.stx_uid);
	EXPECT_EQ(b.st_ino, x.stx_ino);
	sqe = next(XSC_OP_STATX);
	sqe->fd = fd;
	sqe->addr = (uintptr_t)"";
	sqe->statx_flags = AT_EMPTY_PATH;
	sqe->len = STATX_SIZE;
	sqe->off = (uintptr_t)&x;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT_EQ(3, x.stx_size);
	sqe = next(XSC_OP_STATX);
	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)"none";
	sqe->off = (uintptr_t)&x;
	EXPECT_EQ(-ENOENT, xring_run(&ring));
}

static int run_at(int op, const char *name, unsigned int len, const char *to, unsigned int flags)
{
	struct xsc_sqe *sqe = next(op);

	sqe->fd = AT_FDCWD;
	sqe->addr = (uintptr_t)name;
	sqe->len = len;
	sqe->addr2 = (uintptr_t)to;
	sqe->op_flags = flags;
	return xring_run(&ring);
}

TEST(names_are_made_changed_and_removed)
{
	struct stat st;
	int fd;

	setup();
	umask(027);
	EXPECT_EQ(0, run_at(XSC_OP_MKDIRAT, "dir", 0777, NULL, 0));
	EXPECT_EQ(0, stat("dir", &st));
	EXPECT_EQ(0750, st.st_mode & 07777);
	EXPECT_EQ(-EEXIST, run_at(XSC_OP_MKDIRAT, "dir", 0777, NULL, 0));
	fd = run_open("dir/a", O_WRONLY | O_CREAT, 0644);
	EXPECT(fd >= 0);
	EXPECT_EQ(0, run_at(XSC_OP_RENAMEAT, "dir/a", AT_FDCWD, "dir/b", 0));
	EXPECT(access("dir/a", F_OK) == -1 && access("dir/b", F_OK) == 0);
	EXPECT(open("dir/c", O_CREAT | O_WRONLY, 0600) >= 0);
	EXPECT_EQ(-EEXIST, run_at(XSC_OP_RENAMEAT, "dir/b", AT_FDCWD, "dir/c", 1));
	EXPECT_EQ(0, run_at(XSC_OP_RENAMEAT, "dir/b", AT_FDCWD, "dir/c", 2));
	EXPECT_EQ(-EINVAL, run_at(XSC_OP_RENAMEAT, "dir/b", AT_FDCWD, "dir/c", 3));
	EXPECT_EQ(-EINVAL, run_at(XSC_OP_RENAMEAT, "dir", AT_FDCWD, "dir/sub", 0));
	EXPECT_EQ(-EBUSY, run_at(XSC_OP_RENAMEAT, "dir/.", AT_FDCWD, "x", 0));
	EXPECT_EQ(-ENOENT, run_at(XSC_OP_RENAMEAT, "none", AT_FDCWD, "x", 0));
	EXPECT_EQ(-EXDEV, run_at(XSC_OP_RENAMEAT, "dir/b", AT_FDCWD, "/x", 0));
	EXPECT_EQ(-EISDIR, run_at(XSC_OP_UNLINKAT, "dir", 0, NULL, 0));
	EXPECT_EQ(-ENOTDIR, run_at(XSC_OP_UNLINKAT, "dir/b/", 0, NULL, 0));
	EXPECT_EQ(-EISDIR, run_at(XSC_OP_UNLINKAT, "dir/..", 0, NULL, 0));
	EXPECT_EQ(-EOPNOTSUPP, run_at(XSC_OP_UNLINKAT, "dir", 0, NULL, AT_REMOVEDIR));
	EXPECT_EQ(0, run_at(XSC_OP_UNLINKAT, "dir/b", 0, NULL, 0));
	EXPECT_EQ(0, run_at(XSC_OP_UNLINKAT, "/tmp/dir/c", 0, NULL, 0));
	EXPECT_EQ(-ENOENT, run_at(XSC_OP_UNLINKAT, "dir/b", 0, NULL, 0));
	EXPECT_EQ(0, rmdir("dir"));
}

TEST(space_is_allocated_cut_and_advised)
{
	struct xsc_sqe *sqe;
	struct stat st;
	int fd, ro;

	setup();
	fd = open("space", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ro = open("space", O_RDONLY);
	sqe = next(XSC_OP_FALLOCATE);
	sqe->fd = fd;
	sqe->addr = 8192;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(8192, st.st_size);
	sqe = next(XSC_OP_FTRUNCATE);
	sqe->fd = fd;
	sqe->off = 100;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(100, st.st_size);
	sqe = next(XSC_OP_FTRUNCATE);
	sqe->fd = ro;
	EXPECT_EQ(-EINVAL, xring_run(&ring));
	sqe = next(XSC_OP_FTRUNCATE);
	sqe->fd = fd;
	sqe->off = (uint64_t)-1;
	EXPECT_EQ(-EINVAL, xring_run(&ring));
	sqe = next(XSC_OP_FADVISE);
	sqe->fd = fd;
	sqe->op_flags = 4;
	EXPECT_EQ(0, xring_run(&ring));
	sqe = next(XSC_OP_FALLOCATE);
	sqe->fd = ro;
	sqe->addr = 1;
	EXPECT_EQ(-EBADF, xring_run(&ring));
}

TEST(a_pipe_is_read_whole_and_written_whole)
{
	static char big[200000], got[200000];
	unsigned int n = 0, i;
	int p[2];

	setup();
	signal(SIGPIPE, SIG_IGN);
	EXPECT_EQ(0, pipe(p));
	for (i = 0; i < sizeof(big); i++)
		big[i] = i * 7;
	xring_rw(xring_next(&ring, XSC_OP_WRITE, 9), p[1], big, sizeof(big), 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	while (n < sizeof(got)) {
		struct xsc_cqe cqe;

		xring_rw(xring_next(&ring, XSC_OP_READ, 1), p[0], got + n, sizeof(got) - n, 0);
		xring_submit(&ring, 0);
		do {
			cqe = xring_wait(&ring);
			if (cqe.user_data == 9)
				EXPECT_EQ(sizeof(big), cqe.res);
		} while (cqe.user_data == 9);
		EXPECT(cqe.res > 0);
		n += cqe.res;
	}
	EXPECT_EQ(0, memcmp(big, got, sizeof(big)));
	while (xring_ready(&ring))
		EXPECT_EQ(9, xring_wait(&ring).user_data);
	EXPECT_EQ(-ESPIPE, run_rw(XSC_OP_PREAD, p[0], got, 1, 0));
	xring_rw(xring_next(&ring, XSC_OP_READ, 1), p[0], got, 5, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	close(p[1]);
	EXPECT_EQ(0, xring_wait(&ring).res);
	EXPECT_EQ(0, pipe(p));
	close(p[0]);
	EXPECT_EQ(-EPIPE, run_rw(XSC_OP_WRITE, p[1], "x", 1, 0));
}

/* Two readers, one byte: the slower of them must wait, not hang the thread that serves both. */
static void *thief(void *arg)
{
	int fd = *(int *)arg, i;
	char c;

	for (i = 0; i < 1000; i++) {
		if (read(fd, &c, 1) != 1)
			abort();
	}
	return NULL;
}

TEST(a_reader_that_is_too_late_waits)
{
	pthread_t thread;
	int p[2], i, mine = 0;
	char c;

	setup();
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(0, pthread_create(&thread, NULL, thief, &p[0]));
	xring_rw(next(XSC_OP_READ), p[0], &c, 1, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	for (i = 0; i < 2000 || mine < 1000; i++) {
		struct xsc_cqe cqe;

		if (i < 2000)
			EXPECT_EQ(1, write(p[1], "x", 1));
		EXPECT_EQ(0, xring_enter_full(&ring, 0, 0, 0));
		while (xring_reap(&ring, &cqe)) {
			EXPECT_EQ(1, cqe.res);
			mine++;
			if (mine < 1000) {
				xring_rw(next(XSC_OP_READ), p[0], &c, 1, 0);
				EXPECT_EQ(1, xring_submit(&ring, 0));
			}
		}
	}
	pthread_join(thread, NULL);
}

TEST(a_nonblocking_file_says_so)
{
	int p[2];
	char c;

	setup();
	EXPECT_EQ(0, pipe2(p, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, run_rw(XSC_OP_READ, p[0], &c, 1, 0));
}

static void tcp_pair(int *a, int *b)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	struct xsc_sqe *sqe = next(XSC_OP_SOCKET);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	EXPECT_EQ(0, bind(listener, (void *)&in, len));
	EXPECT_EQ(0, listen(listener, 1));
	EXPECT_EQ(0, getsockname(listener, (void *)&in, &len));
	sqe->fd = AF_INET;
	sqe->len = SOCK_STREAM | SOCK_CLOEXEC;
	*a = xring_run(&ring);
	EXPECT(*a >= 0);
	EXPECT_EQ(FD_CLOEXEC, fcntl(*a, F_GETFD));
	EXPECT_EQ(0, connect(*a, (void *)&in, len));
	*b = accept(listener, NULL, NULL);
	close(listener);
}

static struct xsc_sqe *msg(int op, uint64_t id, int fd, void *buf, unsigned int len, int flags)
{
	struct xsc_sqe *sqe = xring_next(&ring, op, id);

	xring_rw(sqe, fd, buf, len, 0);
	sqe->msg_flags = flags;
	return sqe;
}

/* Each of these takes the place of the one before it in the driver's memory. */
TEST(what_one_has_received_is_not_counted_for_the_next)
{
	char buf[8] = "";
	int fd, a, b;

	setup();
	tcp_pair(&a, &b);
	EXPECT_EQ(8, write(a, "abcdefgh", 8));
	msg(XSC_OP_RECV, 1, b, buf, 4, MSG_WAITALL);
	EXPECT_EQ(4, xring_run(&ring));
	msg(XSC_OP_RECV, 1, b, buf + 4, 4, MSG_WAITALL);
	EXPECT_EQ(4, xring_run(&ring));
	EXPECT_EQ(0, memcmp(buf, "abcdefgh", 8));
	fd = open("counted", O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT_EQ(3, run_rw(XSC_OP_PWRITE, fd, "xyz", 3, 0));
	EXPECT_EQ(3, run_rw(XSC_OP_PREAD, fd, buf, 8, 0));
	EXPECT_EQ(0, memcmp(buf, "xyz", 3));
}

TEST(streams_carry_bytes_both_ways)
{
	static char big[3000000], got[3000000];
	char buf[16];
	unsigned int i, sent = 0, n = 0;
	int a, b;

	setup();
	tcp_pair(&a, &b);
	msg(XSC_OP_RECV, 1, b, buf, 16, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	msg(XSC_OP_SEND, 2, a, "hello", 5, 0);
	EXPECT_EQ(1, xring_submit(&ring, 2));
	EXPECT_EQ(5, xring_wait(&ring).res);
	EXPECT_EQ(5, xring_wait(&ring).res);
	EXPECT_EQ(0, memcmp(buf, "hello", 5));
	msg(XSC_OP_RECV, 1, a, buf, 16, MSG_DONTWAIT);
	EXPECT_EQ(-EAGAIN, xring_run(&ring));
	EXPECT_EQ(0, run_rw(XSC_OP_SEND, a, buf, 0, 0));
	/* All or nothing, on both sides at once. */
	for (i = 0; i < sizeof(big); i++)
		big[i] = i * 31;
	msg(XSC_OP_SEND, 1, a, big, sizeof(big), MSG_WAITALL);
	msg(XSC_OP_RECV, 2, b, got, sizeof(got), MSG_WAITALL);
	EXPECT_EQ(2, xring_submit(&ring, 2));
	EXPECT_EQ(sizeof(big), xring_wait(&ring).res);
	EXPECT_EQ(sizeof(big), xring_wait(&ring).res);
	EXPECT_EQ(0, memcmp(big, got, sizeof(big)));
	/* Short ones, as they come. */
	while (n < sizeof(big)) {
		struct xsc_cqe cqe;

		if (sent < sizeof(big))
			msg(XSC_OP_SEND, 1, a, big + sent, sizeof(big) - sent, MSG_DONTWAIT);
		msg(XSC_OP_RECV, 2, b, got + n, sizeof(got) - n, MSG_DONTWAIT);
		xring_submit(&ring, 0);
		while (xring_reap(&ring, &cqe)) {
			if (cqe.res == -EAGAIN)
				continue;
			EXPECT(cqe.res > 0);
			if (cqe.user_data == 1)
				sent += cqe.res;
			else
				n += cqe.res;
		}
	}
	EXPECT_EQ(0, memcmp(big, got, sizeof(big)));
	/* The end. */
	msg(XSC_OP_RECV, 1, b, buf, 16, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, shutdown(a, SHUT_WR));
	EXPECT_EQ(0, xring_wait(&ring).res);
	close(a);
	EXPECT_EQ(-ENOTSOCK, run_rw(XSC_OP_RECV, open("/dev/null", O_RDONLY), buf, 1, 0));
	msg(XSC_OP_SEND, 1, b, buf, 1, 0x80000000);
	EXPECT_EQ(-EINVAL, xring_run(&ring));
	msg(XSC_OP_SEND, 1, b, buf, 1, 0x4000000);
	EXPECT_EQ(-EINVAL, xring_run(&ring));
}

TEST(datagrams_carry_addresses)
{
	struct sockaddr_in in = { .sin_family = AF_INET }, from;
	socklen_t len = sizeof(in), fromlen = sizeof(from);
	int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0);
	struct xsc_sqe *sqe;
	char buf[8];

	setup();
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	EXPECT_EQ(0, bind(b, (void *)&in, len));
	EXPECT_EQ(0, bind(a, (void *)&in, len));
	EXPECT_EQ(0, getsockname(b, (void *)&in, &len));
	sqe = msg(XSC_OP_RECVFROM, 1, b, buf, 8, 0);
	sqe->addr2 = (uintptr_t)&from;
	sqe->addr3 = (uintptr_t)&fromlen;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	sqe = msg(XSC_OP_SENDTO, 2, a, "datagram", 8, 0);
	sqe->addr2 = (uintptr_t)&in;
	sqe->addr_len = sizeof(in);
	EXPECT_EQ(1, xring_submit(&ring, 2));
	EXPECT_EQ(8, xring_wait(&ring).res);
	EXPECT_EQ(8, xring_wait(&ring).res);
	EXPECT_EQ(sizeof(from), fromlen);
	EXPECT_EQ(0, getsockname(a, (void *)&in, &len));
	EXPECT_EQ(in.sin_port, from.sin_port);
	sqe = msg(XSC_OP_SENDTO, 2, a, "datagram", 8, 0);
	sqe->addr2 = (uintptr_t)&in;
	sqe->addr_len = 100000;
	EXPECT_EQ(-EINVAL, xring_run(&ring));
	sqe->addr_len = 0;
}

TEST(messages_carry_descriptors)
{
	char control[CMSG_SPACE(sizeof(int))], buf[8], c = 'x';
	struct iovec iov = { "hi", 2 }, in = { buf, 8 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *cm = CMSG_FIRSTHDR(&m);
	struct xsc_sqe *sqe;
	int s[2], p[2], got;

	setup();
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	EXPECT_EQ(0, pipe(p));
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cm), &p[0], sizeof(int));
	sqe = next(XSC_OP_SENDMSG);
	sqe->fd = s[0];
	sqe->addr = (uintptr_t)&m;
	EXPECT_EQ(2, xring_run(&ring));
	memset(control, 0, sizeof(control));
	m = (struct msghdr){ .msg_iov = &in, .msg_iovlen = 1, .msg_control = control,
			     .msg_controllen = sizeof(control) };
	sqe = next(XSC_OP_RECVMSG);
	sqe->fd = s[1];
	sqe->addr = (uintptr_t)&m;
	sqe->msg_flags = MSG_CMSG_CLOEXEC;
	EXPECT_EQ(2, xring_run(&ring));
	EXPECT_EQ(0, memcmp(buf, "hi", 2));
	cm = CMSG_FIRSTHDR(&m);
	EXPECT(cm && cm->cmsg_type == SCM_RIGHTS);
	memcpy(&got, CMSG_DATA(cm), sizeof(int));
	EXPECT_EQ(FD_CLOEXEC, fcntl(got, F_GETFD));
	EXPECT_EQ(1, write(p[1], &c, 1));
	EXPECT_EQ(1, read(got, buf, 1));
	m.msg_iovlen = 5000;
	sqe = next(XSC_OP_RECVMSG);
	sqe->fd = s[1];
	sqe->addr = (uintptr_t)&m;
	EXPECT_EQ(-EMSGSIZE, xring_run(&ring));
}

TEST(registered_files_stand_for_descriptors)
{
	int p[2], fds[3], other[2];
	struct xsc_files_update u = { .nr = 3, .fds = (uintptr_t)fds };
	char buf[8];

	setup();
	EXPECT_EQ(0, pipe(p));
	fds[0] = p[0];
	fds[1] = -1;
	fds[2] = p[1];
	EXPECT(ioctl(ring.fd, XSC_IOC_UNREGISTER_FILES) == -1 && errno == ENXIO);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_FILES, &u));
	close(p[0]);
	close(p[1]);
	xring_rw(next(XSC_OP_WRITE), 2, "data", 4, 0);
	ring.sqes[(ring.tail - 1) & 63].flags = XSC_SQE_FIXED_FILE;
	EXPECT_EQ(4, xring_run(&ring));
	xring_rw(next(XSC_OP_READ), 0, buf, 8, 0);
	ring.sqes[(ring.tail - 1) & 63].flags = XSC_SQE_FIXED_FILE;
	EXPECT_EQ(4, xring_run(&ring));
	xring_rw(next(XSC_OP_READ), 1, buf, 8, 0);
	ring.sqes[(ring.tail - 1) & 63].flags = XSC_SQE_FIXED_FILE;
	EXPECT_EQ(-EBADF, xring_run(&ring));
	xring_rw(next(XSC_OP_READ), 3, buf, 8, 0);
	ring.sqes[(ring.tail - 1) & 63].flags = XSC_SQE_FIXED_FILE;
	EXPECT_EQ(-EBADF, xring_run(&ring));
	xring_rw(next(XSC_OP_READ), -1, buf, 8, 0);
	ring.sqes[(ring.tail - 1) & 63].flags = XSC_SQE_FIXED_FILE;
	EXPECT_EQ(-EBADF, xring_run(&ring));
	/* What is in flight keeps the file it started on. */
	xring_rw(next(XSC_OP_READ), 0, buf, 8, 0);
	ring.sqes[(ring.tail - 1) & 63].flags = XSC_SQE_FIXED_FILE;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, pipe(other));
	u = (struct xsc_files_update){ .offset = 0, .nr = 1, .fds = (uintptr_t)other };
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_FILES, &u));
	xring_rw(xring_next(&ring, XSC_OP_WRITE, 2), 2, "more", 4, 0);
	ring.sqes[(ring.tail - 1) & 63].flags = XSC_SQE_FIXED_FILE;
	EXPECT_EQ(1, xring_submit(&ring, 2));
	EXPECT_EQ(4, xring_wait(&ring).res);
	EXPECT_EQ(4, xring_wait(&ring).res);
	u.offset = 3;
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_FILES, &u) == -1 && errno == EINVAL);
	fds[0] = ring.fd;
	u = (struct xsc_files_update){ .nr = 1, .fds = (uintptr_t)fds };
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_FILES, &u) == -1 && errno == EBADF);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_UNREGISTER_FILES));
}

TEST(registered_buffers_are_checked_and_charged)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *mem = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec iov[2] = { { mem + 100, 2 * page }, { mem, page } };
	struct xsc_buffers b = { .iovecs = (uintptr_t)iov, .nr = 2 };
	struct rlimit none = { page, page };
	struct xsc_sqe *sqe;
	int fd, p[2], i;

	setup();
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_BUFFERS, &b));
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_BUFFERS, &b) == -1 && errno == EBUSY);
	fd = open("fixed", O_RDWR | O_CREAT | O_TRUNC, 0600);
	memset(mem, 'a', 4 * page);
	memset(mem + 100 + page - 50, 'b', 100);
	xring_rw(next(XSC_OP_WRITE_FIXED), fd, mem + 100 + page - 50, 100, 0);
	EXPECT_EQ(100, xring_run(&ring));
	xring_rw(next(XSC_OP_READ_FIXED), fd, mem + 100, 100, 0);
	EXPECT_EQ(100, xring_run(&ring));
	for (i = 0; i < 100; i++)
		EXPECT_EQ('b', mem[100 + i]);
	EXPECT_EQ('a', mem[200]);
	EXPECT_EQ('a', mem[99]);
	static const struct { long from, len; int index, res; } bad[] = {
		{ 99, 8, 0, -EFAULT }, { 100, 2 * 4096 + 1, 0, -EFAULT }, { 100 + 2 * 4096, 1, 0, -EFAULT },
		{ 100, 8, 2, -EFAULT }, { 0, 4097, 1, -EFAULT }, { 0, 0x7fffffff, 1, -EFAULT },
	};
	for (i = 0; i < 6; i++) {
		sqe = next(XSC_OP_READ_FIXED);
		xring_rw(sqe, fd, mem + bad[i].from, bad[i].len, 0);
		sqe->buf_index = bad[i].index;
		EXPECT_EQ(bad[i].res, xring_run(&ring));
	}
	sqe = next(XSC_OP_READ_FIXED);
	xring_rw(sqe, fd, (void *)(-8UL), 64, 0);
	EXPECT_EQ(-EFAULT, xring_run(&ring));
	/* From a pipe it waits like any other. */
	EXPECT_EQ(0, pipe(p));
	xring_rw(next(XSC_OP_READ_FIXED), p[0], mem + 100, 100, -1);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(3, write(p[1], "xyz", 3));
	EXPECT_EQ(3, xring_wait(&ring).res);
	EXPECT_EQ('z', mem[102]);
	/* Pages stay the process's own, though unmapped. */
	EXPECT_EQ(0, munmap(mem, 4 * page));
	xring_rw(next(XSC_OP_READ_FIXED), fd, mem + 100, 100, 0);
	EXPECT_EQ(100, xring_run(&ring));
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_UNREGISTER_BUFFERS));
	xring_rw(next(XSC_OP_READ_FIXED), fd, mem + 100, 100, 0);
	EXPECT_EQ(-EFAULT, xring_run(&ring));
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_BUFFERS, &b) == -1 && errno == EFAULT);
	/* Who may not lock so much may not register it. */
	mem = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	iov[0] = (struct iovec){ mem, 4 * page };
	b.nr = 1;
	EXPECT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &none));
	EXPECT_EQ(0, setuid(65534));
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_BUFFERS, &b) == -1 && errno == ENOMEM);
	iov[0].iov_len = page;
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_BUFFERS, &b));
}

TEST(a_group_gives_a_buffer_to_each_arrival)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct xsc_buf *slots = mmap(NULL, page, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct xsc_buf_ring reg = { .ring_addr = (uintptr_t)slots, .ring_entries = 8, .bgid = 3 };
	static char bufs[8][16];
	struct xsc_sqe *sqe;
	struct xsc_cqe cqe;
	unsigned short tail = 0;
	int s[2], i;

	setup();
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_BUF_RING, &reg));
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_BUF_RING, &reg) == -1 && errno == EEXIST);
	for (i = 0; i < 4; i++) {
		slots[i].addr = (uintptr_t)bufs[i];
		slots[i].len = 16;
		slots[i].bid = 100 + i;
		tail++;
	}
	__atomic_store_n(&slots[0].tail, tail, __ATOMIC_RELEASE);
	sqe = next(XSC_OP_RECV);
	sqe->fd = s[0];
	sqe->flags = XSC_SQE_BUFFER_SELECT;
	sqe->buf_index = 3;
	sqe->ioprio = XSC_RECV_MULTISHOT;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(5, write(s[1], "hello", 5));
		cqe = xring_wait(&ring);
		EXPECT_EQ(5, cqe.res);
		EXPECT_EQ(XSC_CQE_MORE | XSC_CQE_BUFFER | (100 + i) << 16, cqe.flags);
		EXPECT_EQ(0, memcmp(bufs[i], "hello", 5));
	}
	/* Nothing is left to fill: the end, once something comes. */
	EXPECT_EQ(0, xring_enter_full(&ring, 0, 0, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(1, write(s[1], "x", 1));
	cqe = xring_wait(&ring);
	EXPECT_EQ(-ENOBUFS, cqe.res);
	EXPECT_EQ(0, cqe.flags);
	/* One that is given back is used again; a single receive takes one. */
	slots[tail & 7] = (struct xsc_buf){ .addr = (uintptr_t)bufs[7], .len = 16, .bid = 7 };
	__atomic_store_n(&slots[0].tail, ++tail, __ATOMIC_RELEASE);
	sqe = next(XSC_OP_RECV);
	sqe->fd = s[0];
	sqe->flags = XSC_SQE_BUFFER_SELECT;
	sqe->buf_index = 3;
	EXPECT_EQ(1, xring_submit(&ring, 1));
	cqe = xring_wait(&ring);
	EXPECT_EQ(1, cqe.res);
	EXPECT_EQ(XSC_CQE_BUFFER | 7 << 16, cqe.flags);
	/* The end of the stream takes none. */
	slots[tail & 7] = (struct xsc_buf){ .addr = (uintptr_t)bufs[6], .len = 16, .bid = 6 };
	__atomic_store_n(&slots[0].tail, ++tail, __ATOMIC_RELEASE);
	close(s[1]);
	sqe = next(XSC_OP_RECV);
	sqe->fd = s[0];
	sqe->flags = XSC_SQE_BUFFER_SELECT;
	sqe->buf_index = 3;
	EXPECT_EQ(1, xring_submit(&ring, 1));
	cqe = xring_wait(&ring);
	EXPECT_EQ(0, cqe.res);
	EXPECT_EQ(0, cqe.flags);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_UNREGISTER_BUF_RING, &reg));
	EXPECT(ioctl(ring.fd, XSC_IOC_UNREGISTER_BUF_RING, &reg) == -1 && errno == ENOENT);
	reg.ring_entries = 7;
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_BUF_RING, &reg) == -1 && errno == EINVAL);
	reg = (struct xsc_buf_ring){ .ring_addr = (uintptr_t)slots + 8, .ring_entries = 8 };
	EXPECT(ioctl(ring.fd, XSC_IOC_REGISTER_BUF_RING, &reg) == -1 && errno == EINVAL);
}

/* Entries of one batch share look-ups of their file: only as far as nobody can tell. */
TEST(a_descriptor_closed_in_a_batch_is_closed_for_the_rest_of_it)
{
	char buf[4];
	int p[2], fd;

	setup();
	EXPECT_EQ(0, pipe(p));
	fd = open("shared", O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT_EQ(4, pwrite(fd, "abcd", 4, 0));
	xring_rw(xring_next(&ring, XSC_OP_PREAD, 1), fd, buf, 4, 0);
	xring_rw(xring_next(&ring, XSC_OP_PREAD, 2), fd, buf, 2, 2);
	xring_rw(xring_next(&ring, XSC_OP_WRITE, 3), p[1], "xy", 2, 0);
	xring_next(&ring, XSC_OP_CLOSE, 4)->fd = p[1];
	xring_next(&ring, XSC_OP_CLOSE, 5)->fd = fd;
	xring_rw(xring_next(&ring, XSC_OP_PREAD, 6), fd, buf, 4, 0);
	xring_rw(xring_next(&ring, XSC_OP_WRITE, 7), p[1], "z", 1, 0);
	EXPECT_EQ(7, xring_submit(&ring, 7));
	EXPECT_EQ(4, xring_wait(&ring).res);
	EXPECT_EQ(2, xring_wait(&ring).res);
	EXPECT_EQ(2, xring_wait(&ring).res);
	EXPECT_EQ(0, xring_wait(&ring).res);
	EXPECT_EQ(0, xring_wait(&ring).res);
	EXPECT_EQ(-EBADF, xring_wait(&ring).res);
	EXPECT_EQ(-EBADF, xring_wait(&ring).res);
	/* Nobody holds the writing end any more, so its reader comes to an end. */
	EXPECT_EQ(2, read(p[0], buf, 4));
	EXPECT_EQ(0, read(p[0], buf, 4));
	xring_close(&ring);
}

/* A request that waits holds its file by itself, whatever the batch it came in has shared. */
TEST(what_waits_keeps_its_file_beyond_its_batch)
{
	char one[4] = "", two[4] = "";
	int p[2], writer;

	setup();
	EXPECT_EQ(0, pipe(p));
	xring_rw(xring_next(&ring, XSC_OP_READ, 1), p[0], one, 2, 0);
	xring_rw(xring_next(&ring, XSC_OP_READ, 2), p[0], two, 2, 0);
	EXPECT_EQ(2, xring_submit(&ring, 0));
	writer = dup(p[1]);
	close(p[0]);
	close(p[1]);
	/* Both descriptors may be others by now; what waits does not care. */
	EXPECT_EQ(4, write(writer, "1122", 4));
	EXPECT_EQ(2, xring_wait(&ring).res);
	EXPECT_EQ(2, xring_wait(&ring).res);
	EXPECT(!memcmp(one, "11", 2) || !memcmp(one, "22", 2));
	EXPECT(memcmp(one, two, 2));
	xring_close(&ring);
}

/* What completes is posted in batches, but never behind what it starts. */
TEST(a_link_is_heard_of_before_what_it_starts)
{
	struct xsc_buf_ring group = { .ring_entries = 4, .bgid = 3 };
	struct xsc_buf *bufs = aligned_alloc(4096, 4096);
	struct xsc_sqe *sqe;
	struct xsc_cqe cqe;
	char room[4][8], byte;
	int s[2], p[2], i;

	setup();
	memset(bufs, 0, 4096);
	for (i = 0; i < 4; i++)
		bufs[i] = (struct xsc_buf){ .addr = (uintptr_t)room[i], .len = 8, .bid = i };
	__atomic_store_n(&bufs[0].tail, 4, __ATOMIC_RELEASE);
	group.ring_addr = (uintptr_t)bufs;
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_BUF_RING, &group));
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
	EXPECT_EQ(0, pipe(p));
	EXPECT_EQ(5, send(s[0], "hello", 5, 0));
	sqe = xring_next(&ring, XSC_OP_READ, 1);
	xring_rw(sqe, p[0], &byte, 1, 0);
	sqe->flags = XSC_SQE_LINK;
	sqe = xring_next(&ring, XSC_OP_RECV, 2);
	sqe->fd = s[1];
	sqe->flags = XSC_SQE_BUFFER_SELECT;
	sqe->buf_index = 3;
	sqe->ioprio = XSC_RECV_MULTISHOT;
	EXPECT_EQ(2, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(1, write(p[1], "x", 1));
	EXPECT_EQ(0, xring_enter_full(&ring, 0, 2, 0));
	cqe = xring_wait(&ring);
	EXPECT(cqe.user_data == 1 && cqe.res == 1);
	cqe = xring_wait(&ring);
	EXPECT(cqe.user_data == 2 && cqe.res == 5 && (cqe.flags & XSC_CQE_MORE));
	xring_close(&ring);
	free(bufs);
}

/* Where there is no room for another completion, a multishot ends rather than lose one. */
TEST(a_multishot_ends_when_the_queue_is_full)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct xsc_buf *slots = mmap(NULL, page, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct xsc_buf_ring reg = { .ring_addr = (uintptr_t)slots, .ring_entries = 16 };
	static char bufs[16][1];
	struct xsc_sqe *sqe;
	struct xsc_cqe cqe;
	int s[2], i, got = 0;

	EXPECT_EQ(0, xring_open(&ring, 4, 4, 0));
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_BUF_RING, &reg));
	for (i = 0; i < 16; i++) {
		slots[i].addr = (uintptr_t)bufs[i];
		slots[i].len = 1;
		slots[i].bid = i;
	}
	__atomic_store_n(&slots[0].tail, 16, __ATOMIC_RELEASE);
	EXPECT_EQ(10, write(s[1], "0123456789", 10));
	sqe = next(XSC_OP_RECV);
	sqe->fd = s[0];
	sqe->flags = XSC_SQE_BUFFER_SELECT;
	sqe->ioprio = XSC_RECV_MULTISHOT;
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(4, xring_ready(&ring));
	do {
		cqe = xring_wait(&ring);
		EXPECT_EQ(1, cqe.res);
		EXPECT_EQ('0' + got, bufs[cqe.flags >> 16][0]);
		got++;
	} while (cqe.flags & XSC_CQE_MORE);
	EXPECT_EQ(5, got);
	EXPECT_EQ(0, xring_ready(&ring));
}

/* A ring is no target, neither itself nor another. */
TEST(rings_are_not_for_rings)
{
	struct xring other;
	struct xsc_sqe *sqe;
	char buf[8];

	setup();
	EXPECT_EQ(0, xring_open(&other, 8, 16, 0));
	EXPECT_EQ(-EBADF, run_rw(XSC_OP_READ, ring.fd, buf, 1, 0));
	EXPECT_EQ(-EBADF, run_rw(XSC_OP_WRITE, other.fd, buf, 1, 0));
	EXPECT_EQ(-EBADF, run_close(ring.fd));
	EXPECT_EQ(-EBADF, run_close(other.fd));
	sqe = next(XSC_OP_POLL_ADD);
	sqe->fd = other.fd;
	sqe->poll32_events = POLLIN;
	EXPECT_EQ(-EBADF, xring_run(&ring));
	EXPECT(fcntl(other.fd, F_GETFD) >= 0);
}

TEST(closing_works_on_what_can_only_be_named)
{
	setup();
	EXPECT_EQ(0, run_close(open("/tmp", O_PATH)));
	EXPECT_EQ(-EBADF, run_close(-1));
	EXPECT_EQ(-EBADF, run_close(1 << 20));
	EXPECT_EQ(-EBADF, run_rw(XSC_OP_READ, open("/tmp/", O_PATH), NULL, 0, 0));
}

/* A close whose outcome the same wait waits for: it must not be put off until that is over. */
TEST(a_close_takes_effect_while_its_thread_waits)
{
	int p[2], n;
	char c;

	setup();
	EXPECT_EQ(0, pipe(p));
	xring_rw(xring_next(&ring, XSC_OP_READ, 1), p[0], &c, 1, 0);
	xring_next(&ring, XSC_OP_CLOSE, 2)->fd = p[1];
	xring_submit(&ring, 2);
	for (n = 0; n < 2; n++)
		EXPECT_EQ(0, xring_wait(&ring).res);
}

/* Many threads close and open at once: no descriptor is closed that somebody else was given. */
static void *closer(void *arg)
{
	struct xring mine;
	int i;

	EXPECT_EQ(0, xring_open(&mine, 8, 16, 0));
	for (i = 0; i < 300; i++) {
		int fd = open("/dev/null", O_RDONLY);

		EXPECT(fd >= 0);
		xring_next(&mine, XSC_OP_CLOSE, i)->fd = fd;
		EXPECT_EQ(0, xring_run(&mine));
	}
	xring_close(&mine);
	return NULL;
}

TEST(closes_race_with_look_ups)
{
	pthread_t threads[4];
	int i;

	for (i = 0; i < 4; i++)
		EXPECT_EQ(0, pthread_create(&threads[i], NULL, closer, NULL));
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	return ktap_main(argc, argv);
}
