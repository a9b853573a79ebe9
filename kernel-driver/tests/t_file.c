// SPDX-License-Identifier: GPL-2.0-only
/* What is particular to files that are not always in memory: of /tmp, see tools/on-ext4. */
#include <linux/magic.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>

#include "ktap.h"
#include "xring.h"

#define SIZE	(1 << 20)
#define PIECE	(SIZE / 8)

static struct xring ring;
static char *data, *got;

static void setup(void)
{
	int i;

	EXPECT_EQ(0, xring_open(&ring, 64, 128, XSC_SETUP_CACHELINE));
	EXPECT_EQ(0, chdir("/tmp"));
	data = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	got = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(data != MAP_FAILED && got != MAP_FAILED);
	for (i = 0; i < SIZE; i++)
		data[i] = i % 251 ^ i >> 12;
}

static int run_rw(int op, int fd, void *addr, unsigned int len, uint64_t off)
{
	xring_rw(xring_next(&ring, op, 1), fd, addr, len, off);
	return xring_run(&ring);
}

static int run_fsync(int fd, unsigned int flags)
{
	struct xsc_sqe *sqe = xring_next(&ring, XSC_OP_FSYNC, 1);

	sqe->fd = fd;
	sqe->fsync_flags = flags;
	return xring_run(&ring);
}

static int made(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

	EXPECT(fd >= 0);
	EXPECT_EQ(SIZE, run_rw(XSC_OP_PWRITE, fd, data, SIZE, 0));
	EXPECT_EQ(0, run_fsync(fd, 0));
	return fd;
}

/* Whether @len bytes at @off are in memory, as far as the file system tells. */
static bool cached(int fd, unsigned int len, off_t off)
{
	struct iovec iov = { got, len };

	return preadv2(fd, &iov, 1, off, RWF_NOWAIT) == (ssize_t)len;
}

/* A file of which only the first piece is in memory; skips where all always is. */
static int half_forgotten(const char *name)
{
	int fd = made(name);
	struct statfs fs;

	EXPECT_EQ(0, fstatfs(fd, &fs));
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		SKIP("/tmp lies in memory");
	EXPECT_EQ(0, posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM));
	EXPECT_EQ(0, posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
	EXPECT_EQ(PIECE, pread(fd, got, PIECE, 0));
	EXPECT(!cached(fd, SIZE, 0));
	EXPECT(cached(fd, PIECE, 0));
	memset(got, 0, SIZE);
	return fd;
}

static void expect_all(void)
{
	EXPECT_EQ(0, memcmp(data, got, SIZE));
}

static void *serve(void *arg)
{
	struct xsc_worker w = { .cpu = -1, .idle_us = 1000 };

	while (!ioctl(ring.fd, XSC_IOC_WORKER, &w) || errno == EINTR)
		;
	return NULL;
}

static void lend(int threads)
{
	pthread_t thread;

	while (threads--)
		EXPECT_EQ(0, pthread_create(&thread, NULL, serve, NULL));
}

TEST(a_read_that_memory_cuts_short_is_whole)
{
	setup();
	EXPECT_EQ(SIZE, run_rw(XSC_OP_PREAD, half_forgotten("short"), got, SIZE, 0));
	expect_all();
}

TEST(a_read_that_memory_cuts_short_is_whole_with_a_worker)
{
	int fd;

	setup();
	fd = half_forgotten("short");
	lend(1);
	EXPECT_EQ(SIZE, run_rw(XSC_OP_PREAD, fd, got, SIZE, 0));
	expect_all();
}

TEST(a_read_at_the_position_that_is_cut_short_moves_it_once)
{
	int fd;

	setup();
	fd = half_forgotten("short");
	EXPECT_EQ(0, lseek(fd, 0, SEEK_SET));
	EXPECT_EQ(SIZE, run_rw(XSC_OP_READ, fd, got, SIZE, 0));
	expect_all();
	EXPECT_EQ(SIZE, lseek(fd, 0, SEEK_CUR));
}

TEST(a_vector_and_a_registered_buffer_that_are_cut_short_are_whole)
{
	struct iovec whole, parts[3];
	struct xsc_buffers b = { .nr = 1 };
	int fd;

	setup();
	fd = half_forgotten("short");
	parts[0] = (struct iovec){ got, 100 };
	parts[1] = (struct iovec){ got + 100, PIECE };
	parts[2] = (struct iovec){ got + 100 + PIECE, SIZE - 100 - PIECE };
	EXPECT_EQ(SIZE, run_rw(XSC_OP_PREADV, fd, parts, 3, 0));
	expect_all();
	fd = half_forgotten("short2");
	whole = (struct iovec){ got, SIZE };
	b.iovecs = (uintptr_t)&whole;
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_REGISTER_BUFFERS, &b));
	EXPECT_EQ(SIZE, run_rw(XSC_OP_READ_FIXED, fd, got, SIZE, 0));
	expect_all();
}

/* Others must neither wait for it nor be posted late. */
TEST(what_is_in_memory_is_read_beside_what_is_not)
{
	struct xsc_cqe cqe;
	int fd, i, seen = 0;

	setup();
	fd = half_forgotten("beside");
	lend(2);
	for (i = 0; i < 8; i++)
		xring_rw(xring_next(&ring, XSC_OP_PREAD, 7 - i), fd, got + (7 - i) * PIECE, PIECE,
			 (7 - i) * PIECE);
	xring_submit(&ring, 8);
	for (i = 0; i < 8; i++) {
		cqe = xring_wait(&ring);
		EXPECT_EQ(PIECE, cqe.res);
		seen |= 1 << cqe.user_data;
	}
	EXPECT_EQ(0xff, seen);
	expect_all();
}

TEST(reads_end_where_the_file_does)
{
	int fd;

	setup();
	fd = made("end");
	EXPECT_EQ(100, run_rw(XSC_OP_PREAD, fd, got, SIZE, SIZE - 100));
	EXPECT_EQ(0, run_rw(XSC_OP_PREAD, fd, got, SIZE, SIZE));
	EXPECT_EQ(SIZE - 50, lseek(fd, -50, SEEK_END));
	EXPECT_EQ(50, run_rw(XSC_OP_READ, fd, got, SIZE, 0));
	EXPECT_EQ(0, memcmp(data + SIZE - 50, got, 50));
	EXPECT_EQ(SIZE, lseek(fd, 0, SEEK_CUR));
	EXPECT_EQ(0, run_rw(XSC_OP_READ, fd, got, SIZE, 0));
}

TEST(what_was_synced_is_there_when_memory_has_forgotten_it)
{
	unsigned int flags;
	int fd;

	setup();
	for (flags = 0; flags <= XSC_FSYNC_DATASYNC; flags++) {
		fd = open("sync", O_RDWR | O_CREAT | O_TRUNC, 0600);
		EXPECT_EQ(SIZE, run_rw(XSC_OP_WRITE, fd, data, SIZE, 0));
		EXPECT_EQ(0, run_fsync(fd, flags));
		EXPECT_EQ(0, posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
		memset(got, 0, SIZE);
		EXPECT_EQ(SIZE, run_rw(XSC_OP_PREAD, fd, got, SIZE, 0));
		expect_all();
		close(fd);
	}
}

TEST(a_chain_writes_syncs_and_reads)
{
	struct xsc_sqe *sqe;
	int fd, i;

	setup();
	fd = open("chain", O_RDWR | O_CREAT | O_TRUNC, 0600);
	sqe = xring_next(&ring, XSC_OP_PWRITE, 0);
	xring_rw(sqe, fd, data, SIZE, 0);
	sqe->flags = XSC_SQE_LINK;
	sqe = xring_next(&ring, XSC_OP_FSYNC, 1);
	sqe->fd = fd;
	sqe->flags = XSC_SQE_LINK;
	xring_rw(xring_next(&ring, XSC_OP_PREAD, 2), fd, got, SIZE, 0);
	xring_submit(&ring, 3);
	for (i = 0; i < 3; i++) {
		struct xsc_cqe cqe = xring_wait(&ring);

		EXPECT_EQ(i, cqe.user_data);
		EXPECT_EQ(i == 1 ? 0 : SIZE, cqe.res);
	}
	expect_all();
}

TEST(direct_files_go_past_memory)
{
	int fd, i;

	setup();
	fd = open("direct", O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0600);
	if (fd < 0)
		SKIP("/tmp knows no O_DIRECT: %s", strerror(errno));
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(SIZE, run_rw(XSC_OP_PWRITE, fd, data, SIZE, 0));
		EXPECT_EQ(SIZE, run_rw(XSC_OP_PREAD, fd, got, SIZE, 0));
		expect_all();
		EXPECT_EQ(4096, run_rw(XSC_OP_PREAD, fd, got, 8192, SIZE - 4096));
		EXPECT_EQ(0, memcmp(data + SIZE - 4096, got, 4096));
		/* As the system call does. */
		errno = 0;
		EXPECT_EQ(pread(fd, got + 1, 512, 1) == -1 ? -errno : 512,
			  run_rw(XSC_OP_PREAD, fd, got + 1, 512, 1));
		memset(got, 0, SIZE);
		/* And the same by a worker. */
		lend(1);
	}
}

static void *append(void *arg)
{
	int fd = *(int *)arg, i;
	struct xring mine;
	struct iovec iov = { data, 1000 };

	EXPECT_EQ(0, xring_open(&mine, 8, 16, 0));
	for (i = 0; i < 50; i++) {
		struct xsc_sqe *sqe = xring_next(&mine, XSC_OP_PWRITEV, 0);

		xring_rw(sqe, fd, &iov, 1, 0);
		sqe->rw_flags = RWF_APPEND | (i % 10 ? 0 : RWF_DSYNC);
		EXPECT_EQ(1000, xring_run(&mine));
	}
	xring_close(&mine);
	return NULL;
}

TEST(appended_pieces_do_not_meet)
{
	pthread_t threads[4];
	int fd, i;

	setup();
	fd = open("append", O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(0, pthread_create(&threads[i], NULL, append, &fd));
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(200000, lseek(fd, 0, SEEK_END));
	EXPECT_EQ(200000, run_rw(XSC_OP_PREAD, fd, got, SIZE, 0));
	for (i = 0; i < 200; i++)
		EXPECT_EQ(0, memcmp(data, got + i * 1000, 1000));
}

static int run_fallocate(int fd, int mode, off_t off, off_t len)
{
	struct xsc_sqe *sqe = xring_next(&ring, XSC_OP_FALLOCATE, 1);

	sqe->fd = fd;
	sqe->len = mode;
	sqe->off = off;
	sqe->addr = len;
	return xring_run(&ring);
}

TEST(space_is_given_taken_back_and_ends)
{
	struct stat st;
	int fd;

	setup();
	fd = open("space", O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT_EQ(0, run_fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, SIZE));
	EXPECT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(0, st.st_size);
	EXPECT(st.st_blocks >= SIZE / 512);
	EXPECT_EQ(SIZE, run_rw(XSC_OP_PWRITE, fd, data, SIZE, 0));
	EXPECT_EQ(0, run_fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PIECE));
	EXPECT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(SIZE, st.st_size);
	EXPECT(st.st_blocks <= (SIZE - PIECE) / 512 + 64);
	EXPECT_EQ(SIZE, run_rw(XSC_OP_PREAD, fd, got, SIZE, 0));
	memset(data, 0, PIECE);
	expect_all();
	/* More than any /tmp of a guest has. */
	EXPECT_EQ(-ENOSPC, run_fallocate(fd, 0, 0, 1LL << 40));
}

int main(int argc, char **argv)
{
	return ktap_main(argc, argv);
}
