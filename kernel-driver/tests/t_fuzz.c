// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random entries and random ring words from several threads at once. What they
 * do does not matter; the kernel must be well afterwards, and whoever closes
 * must get away. A seed replays the entries: XSC_FUZZ_SEED, XSC_FUZZ_ROUNDS,
 * XSC_FUZZ_RUNS.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>

#include "ktap.h"
#include "xring.h"

#define NFDS 24

static struct xring ring;
static int fds[NFDS];
static char *memory;		/* what operations may read and write */
static char *readonly;
static volatile int over;

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static unsigned int below(uint64_t *x, unsigned int n)
{
	return (next_random(x) >> 16) % n;
}

static long setting(const char *name, long otherwise)
{
	const char *value = getenv(name);

	return value ? atol(value) : otherwise;
}

/* Structures at fixed places, so that many entries mean something. */
enum { IOVS = 0, HDR = 512, TIME = 1024, POLLS = 1536, NAME = 2048, NAME2 = 2560, BUF = 4096 };

static void prepare_memory(uint64_t *x)
{
	struct iovec *iov = (void *)(memory + IOVS);
	struct msghdr *hdr = (void *)(memory + HDR);
	struct timespec *time = (void *)(memory + TIME);
	struct pollfd *polls = (void *)(memory + POLLS);
	int i;

	for (i = 0; i < 16; i++)
		iov[i] = (struct iovec){ memory + BUF + below(x, 4096), below(x, 5000) };
	*hdr = (struct msghdr){ .msg_iov = iov, .msg_iovlen = below(x, 16), .msg_name = memory + BUF,
				.msg_namelen = below(x, 130), .msg_control = memory + BUF,
				.msg_controllen = below(x, 100) };
	for (i = 0; i < 16; i++)
		time[i] = (struct timespec){ 0, below(x, 3000000) };
	for (i = 0; i < 32; i++)
		polls[i] = (struct pollfd){ fds[below(x, NFDS)], below(x, 64), 0 };
	snprintf(memory + NAME, 64, "/tmp/fz%d", below(x, 4));
	snprintf(memory + NAME2, 64, "/tmp/fz%d", below(x, 4));
}

static void open_files(void)
{
	int i, p[2];
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	for (i = 0; i < 4; i += 2) {
		EXPECT_EQ(0, pipe(p));
		fds[i] = p[0];
		fds[i + 1] = p[1];
	}
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, p));
	fds[4] = p[0];
	fds[5] = p[1];
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, p));
	fds[6] = p[0];
	fds[7] = p[1];
	fds[8] = eventfd(1, 0);
	fds[9] = timerfd_create(CLOCK_MONOTONIC, 0);
	fds[10] = signalfd(-1, &set, 0);
	fds[11] = open("/tmp/fzfile", O_RDWR | O_CREAT, 0600);
	fds[12] = open("/dev/null", O_RDWR);
	fds[13] = open("/dev/zero", O_RDWR);
	fds[14] = open("/tmp", O_RDONLY | O_DIRECTORY);
	fds[15] = open("/proc/self/comm", O_RDWR);
	fds[16] = posix_openpt(O_RDWR | O_NOCTTY);
	fds[17] = open("/tmp", O_PATH);
	fds[18] = ring.fd;
	fds[19] = -1;
	fds[20] = socket(AF_INET, SOCK_STREAM, 0);
	fds[21] = socket(AF_INET, SOCK_DGRAM, 0);
	fds[22] = AT_FDCWD;
	fds[23] = 99;
	mkfifo("/tmp/fz3", 0600);
}

static uint64_t some_address(uint64_t *x)
{
	static const int places[] = { IOVS, HDR, TIME, POLLS, NAME, NAME2, BUF, BUF, BUF };

	switch (below(x, 24)) {
	case 0:
		return 0;
	case 1:
		return next_random(x);
	case 2:
		return (uintptr_t)readonly;
	case 3:
		return 0xffff888000000000ULL;
	case 4:
		return (uintptr_t)memory + (1 << 16) - below(x, 64);
	default:
		return (uintptr_t)memory + places[below(x, 9)];
	}
}

static void fill(struct xsc_sqe *sqe, uint64_t *x)
{
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = below(x, 20) ? below(x, XSC_OP_LAST) : next_random(x);
	sqe->user_data = below(x, 64);
	sqe->fd = fds[below(x, NFDS)];
	sqe->addr = some_address(x);
	sqe->len = below(x, 4) ? below(x, 64) : below(x, 1 << 14);
	if (!below(x, 50))
		sqe->len = next_random(x);
	switch (below(x, 8)) {
	case 0:
		sqe->flags |= XSC_SQE_LINK;
		break;
	case 1:
		sqe->flags |= XSC_SQE_HARDLINK;
		break;
	case 2:
		sqe->flags |= XSC_SQE_ASYNC;
		break;
	case 3:
		sqe->flags |= XSC_SQE_CQE_SKIP_SUCCESS;
		break;
	case 4:
		sqe->flags |= below(x, 4) ? 0 : XSC_SQE_DRAIN;
		break;
	case 5:
		sqe->flags |= below(x, 4) ? 0 : next_random(x);
		break;
	}
	/* Enough of what the operation wants to get past the first check. */
	switch (sqe->opcode) {
	case XSC_OP_NOP:
		sqe->fd = 0;
		sqe->len = 0;
		sqe->addr = 0;
		break;
	case XSC_OP_CLOSE:
		/* Some file goes, sooner or later all of them: others are opened instead. */
		sqe->len = 0;
		sqe->addr = 0;
		if (below(x, 10))
			sqe->fd = 30 + below(x, 200);
		break;
	case XSC_OP_FSYNC:
	case XSC_OP_POLL_ADD:
		sqe->len = 0;
		sqe->addr = 0;
		sqe->poll32_events = sqe->opcode == XSC_OP_POLL_ADD ? below(x, 64) : 0;
		break;
	case XSC_OP_TIMEOUT:
	case XSC_OP_LINK_TIMEOUT:
	case XSC_OP_NANOSLEEP:
		sqe->fd = 0;
		sqe->len = 0;
		sqe->addr = (uintptr_t)memory + TIME + 16 * below(x, 16);
		break;
	case XSC_OP_CANCEL:
		sqe->len = 0;
		sqe->cancel_flags = below(x, 8);
		sqe->addr = below(x, 2) ? below(x, 64) : 0;
		sqe->fd = sqe->cancel_flags & XSC_CANCEL_FD ? sqe->fd : 0;
		break;
	case XSC_OP_POLL:
		sqe->fd = 0;
		sqe->addr = (uintptr_t)memory + POLLS;
		sqe->len = below(x, 33);
		sqe->addr2 = below(x, 2) ? (uintptr_t)memory + TIME : 0;
		break;
	case XSC_OP_OPEN:
	case XSC_OP_OPENAT:
		sqe->fd = sqe->opcode == XSC_OP_OPEN ? 0 : AT_FDCWD;
		sqe->addr = (uintptr_t)memory + NAME;
		/* O_NONBLOCK at times only: a FIFO that waits is worth having. */
		sqe->open_flags = below(x, 4) | O_CREAT | (below(x, 8) ? O_NONBLOCK : 0);
		sqe->len = 0600;
		break;
	case XSC_OP_UNLINKAT:
	case XSC_OP_MKDIRAT:
	case XSC_OP_RENAMEAT:
		sqe->fd = AT_FDCWD;
		sqe->addr = (uintptr_t)memory + NAME;
		sqe->len = sqe->opcode == XSC_OP_RENAMEAT ? AT_FDCWD : 0;
		sqe->addr2 = sqe->opcode == XSC_OP_RENAMEAT ? (uintptr_t)memory + NAME2 : 0;
		break;
	case XSC_OP_READ_FIXED:
	case XSC_OP_WRITE_FIXED:
		sqe->addr = (uintptr_t)memory + BUF + below(x, 8192);
		sqe->buf_index = below(x, 3);
		sqe->off = below(x, 2) ? (uint64_t)-1 : below(x, 100);
		break;
	case XSC_OP_RECV:
		if (below(x, 2)) {
			sqe->flags |= XSC_SQE_BUFFER_SELECT;
			sqe->ioprio = below(x, 2);
			sqe->addr = 0;
			sqe->buf_index = below(x, 2);
		}
		break;
	case XSC_OP_SENDMSG:
	case XSC_OP_RECVMSG:
		sqe->len = 0;
		sqe->addr = (uintptr_t)memory + HDR;
		sqe->msg_flags = below(x, 3) ? 0 : MSG_WAITALL;
		break;
	case XSC_OP_FALLOCATE:
		sqe->addr = below(x, 10000);
		sqe->len = 0;
		break;
	case XSC_OP_FTRUNCATE:
		sqe->addr = 0;
		sqe->len = 0;
		sqe->off = below(x, 10000);
		break;
	case XSC_OP_SOCKET:
		sqe->fd = AF_UNIX;
		sqe->len = SOCK_STREAM;
		sqe->addr = 0;
		break;
	case XSC_OP_PREAD:
	case XSC_OP_PWRITE:
	case XSC_OP_PREADV:
	case XSC_OP_PWRITEV:
		sqe->off = below(x, 5000);
		break;
	}
	if (!below(x, 30))
		((unsigned char *)sqe)[below(x, 64)] = next_random(x);
}

static void *stirrer(void *arg)
{
	uint64_t x = (uintptr_t)arg;
	char buf[4096];

	while (!over) {
		int fd = fds[below(&x, 8)];
		struct pollfd p = { fd, POLLIN | POLLOUT, 0 };

		/* Somebody outside the ring reads and writes the same files. */
		if (poll(&p, 1, 0) > 0 && (p.revents & POLLIN))
			recv(fd, buf, below(&x, sizeof(buf)) + 1, MSG_DONTWAIT);
		if (p.revents & POLLOUT)
			send(fd, buf, below(&x, sizeof(buf)) + 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (!below(&x, 4)) {
			/* A word of either ring, as somebody careless or hostile would. */
			unsigned int *words = below(&x, 2) ? ring.sq : ring.cq;

			words[below(&x, 40)] = below(&x, 2) ? next_random(&x) : below(&x, 300);
		}
		if (!below(&x, 8))
			*ring.cq_head = __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE);
		sched_yield();
	}
	return NULL;
}

static void *lender(void *arg)
{
	struct xsc_worker w = { .cpu = -1, .idle_us = (uintptr_t)arg };

	while (!over) {
		if (ioctl(ring.fd, XSC_IOC_WORKER, &w) && errno != EINTR)
			break;
	}
	return NULL;
}

static void *enterer(void *arg)
{
	uint64_t x = (uintptr_t)arg;

	while (!over) {
		xring_enter_full(&ring, below(&x, 20), below(&x, 3), 200000);
		if (!below(&x, 10)) {
			struct pollfd p = { ring.fd, POLLIN, 0 };

			poll(&p, 1, 1);
		}
	}
	return NULL;
}

static void register_things(uint64_t *x)
{
	struct iovec iov[2] = { { memory + BUF, 8192 }, { memory + BUF + 8192, 16384 } };
	struct xsc_buffers b = { .iovecs = (uintptr_t)iov, .nr = 2 };
	struct xsc_files_update u = { .nr = NFDS / 2, .fds = (uintptr_t)fds };
	struct xsc_buf_ring g = { .ring_addr = (uintptr_t)memory + 32768, .ring_entries = 16 };
	struct xsc_buf *slots = (void *)(memory + 32768);
	int i;

	switch (below(x, 8)) {
	case 0:
		ioctl(ring.fd, XSC_IOC_REGISTER_BUFFERS, &b);
		break;
	case 1:
		ioctl(ring.fd, XSC_IOC_UNREGISTER_BUFFERS);
		break;
	case 2:
		ioctl(ring.fd, XSC_IOC_REGISTER_FILES, &u);
		break;
	case 3:
		ioctl(ring.fd, XSC_IOC_UNREGISTER_FILES);
		break;
	case 4:
		ioctl(ring.fd, XSC_IOC_REGISTER_EVENTFD, &fds[8]);
		break;
	case 5:
		ioctl(ring.fd, XSC_IOC_UNREGISTER_EVENTFD);
		break;
	case 6:
		for (i = 0; i < 16; i++) {
			slots[i].addr = (uintptr_t)memory + BUF;
			slots[i].len = 256;
			slots[i].bid = i;
		}
		slots[0].tail += 16;
		ioctl(ring.fd, XSC_IOC_REGISTER_BUF_RING, &g);
		break;
	case 7:
		ioctl(ring.fd, XSC_IOC_UNREGISTER_BUF_RING, &g);
		break;
	}
}

static void one_run(uint64_t seed, long rounds)
{
	static const unsigned int sizes[] = { 1, 8, 64, 512 };
	struct rlimit files = { 256, 256 };
	pthread_t threads[8];
	int n = 0, i, null = open("/dev/null", O_RDWR);
	uint64_t x = seed * 0x9e3779b97f4a7c15ULL + 1;
	unsigned int workers = below(&x, 3), size;
	long round;

	/* What goes wrong by closing the wrong descriptor stays in here. */
	alarm(50);
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_NOFILE, &files);
	for (i = 0; i < 3; i++)
		dup2(null, i);
	size = sizes[below(&x, 4)];
	if (xring_open(&ring, size, below(&x, 2) ? 0 : size, below(&x, 2)))
		_exit(1);
	memory = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	readonly = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	open_files();
	prepare_memory(&x);
	for (i = 0; i < (int)workers; i++)
		pthread_create(&threads[n++], NULL, lender, (void *)(uintptr_t)(below(&x, 3) * 100));
	pthread_create(&threads[n++], NULL, stirrer, (void *)(seed * 3 + 1));
	pthread_create(&threads[n++], NULL, enterer, (void *)(seed * 5 + 1));
	for (round = 0; round < rounds; round++) {
		unsigned int k = 1 + below(&x, size);

		while (k--)
			fill(&ring.sqes[ring.tail++ & (size - 1)], &x);
		xring_publish(&ring);
		if (!workers || below(&x, 2))
			xring_enter_full(&ring, below(&x, 64), below(&x, 8) ? 0 : 1, 100000);
		if (!below(&x, 4))
			register_things(&x);
		if (!below(&x, 16))
			prepare_memory(&x);
		/* As if it had all been reaped. */
		*ring.cq_head = __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE);
		ring.tail = __atomic_load_n(ring.sq_tail, __ATOMIC_ACQUIRE);
	}
	over = 1;
	if (below(&x, 3) == 0)
		raise(SIGKILL);
	if (below(&x, 2))
		close(ring.fd);
	else
		ioctl(ring.fd, XSC_IOC_STOP_WORKERS);
	if (below(&x, 2)) {
		for (i = 0; i < n; i++)
			pthread_join(threads[i], NULL);
	}
	_exit(0);
}

TEST(nothing_that_user_space_writes_harms_the_kernel)
{
	long first = setting("XSC_FUZZ_SEED", 1), rounds = setting("XSC_FUZZ_ROUNDS", 150);
	long runs = setting("XSC_FUZZ_RUNS", 40), run;

	alarm(0);
	for (run = 0; run < runs; run++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			one_run(first + run, rounds);
		waitpid(pid, &status, 0);
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
			FAIL("seed %ld hangs", first + run);
	}
	printf("# seeds %ld to %ld, %ld rounds each\n", first, first + runs - 1, rounds);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	return ktap_main(argc, argv);
}
