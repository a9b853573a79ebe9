// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsc_ring_test: does the XSC driver of this machine work? A smoke test that
 * needs nothing but the device: static, a second, KTAP. Images ship it.
 */
#include <sys/socket.h>

#include "ktap.h"
#include "xring.h"

static struct xring ring;

static void setup(unsigned int flags)
{
	int res = xring_open(&ring, 32, 64, flags);

	if (res == -ENOENT)
		FAIL("no /dev/xsc: is the module loaded? (modprobe xsc)");
	if (res == -EACCES || res == -EPERM)
		FAIL("may not open /dev/xsc: be root or in its group, and under no seccomp filter");
	EXPECT_EQ(0, res);
}

TEST(a_ring_can_be_set_up)
{
	struct xsc_probe probe;
	int i, n = 0;

	setup(XSC_SETUP_CACHELINE);
	EXPECT_EQ(0, ioctl(ring.fd, XSC_IOC_PROBE, &probe));
	EXPECT_EQ(XSC_ABI_VERSION, probe.abi);
	for (i = 0; i < 256; i++)
		n += probe.ops[i / 64] >> i % 64 & 1;
	printf("# ABI %u, %d operations of %u\n", probe.abi, n, probe.nr_ops);
	EXPECT(n > 0);
}

TEST(nops_complete)
{
	unsigned int i, round;

	setup(XSC_SETUP_CACHELINE);
	for (round = 0; round < 100; round++) {
		for (i = 0; i < 32; i++)
			xring_next(&ring, XSC_OP_NOP, round * 32 + i);
		EXPECT_EQ(32, xring_submit(&ring, 32));
		for (i = 0; i < 32; i++)
			EXPECT_EQ(round * 32 + i, xring_wait(&ring).user_data);
	}
}

TEST(a_file_is_written_and_read)
{
	char buf[6] = "";
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

	if (fd < 0)
		SKIP("no O_TMPFILE in /tmp: %s", strerror(errno));
	setup(0);
	xring_rw(xring_next(&ring, XSC_OP_PWRITE, 1), fd, "hello", 5, 100);
	EXPECT_EQ(5, xring_run(&ring));
	xring_rw(xring_next(&ring, XSC_OP_PREAD, 2), fd, buf, 5, 100);
	EXPECT_EQ(5, xring_run(&ring));
	EXPECT_EQ(0, strcmp(buf, "hello"));
	xring_next(&ring, XSC_OP_CLOSE, 3)->fd = fd;
	EXPECT_EQ(0, xring_run(&ring));
	EXPECT(fcntl(fd, F_GETFD) == -1);
}

TEST(a_receive_waits_for_its_data)
{
	char buf[8];
	int s[2];

	setup(XSC_SETUP_CACHELINE);
	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	xring_rw(xring_next(&ring, XSC_OP_RECV, 1), s[0], buf, 8, 0);
	EXPECT_EQ(1, xring_submit(&ring, 0));
	EXPECT_EQ(0, xring_ready(&ring));
	EXPECT_EQ(4, write(s[1], "ping", 4));
	EXPECT_EQ(4, xring_wait(&ring).res);
	EXPECT_EQ(0, memcmp(buf, "ping", 4));
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	return ktap_main(argc, argv);
}
