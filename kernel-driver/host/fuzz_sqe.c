// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes what the driver does with words and entries that user space wrote: for
 * libFuzzer, or by itself with the files named on the command line.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/sqring.h"
#include "../src/sqecheck.h"

#define CHECK(condition) do { if (!(condition)) abort(); } while (0)

static void check_sizes(u32 sq, u32 cq, bool clamp)
{
	u32 s = sq, c = cq;

	if (xsc_ring_sizes(&s, &c, clamp, 128, 4096, 8192)) {
		CHECK(!clamp);
		return;
	}
	CHECK(s && s <= 4096 && !(s & (s - 1)) && c >= s && c <= 8192 && !(c & (c - 1)));
}

static void check_ring(u32 head, u32 tail, u32 entries)
{
	u32 excess, n = xsc_ring_pending(tail, head, entries, &excess);

	CHECK(n <= entries && n + excess == tail - head);
	CHECK(xsc_ring_used(tail, head, entries) <= entries);
	CHECK(xsc_ring_full(tail, head, entries) == (tail - head >= entries));
}

static void check_entry(const struct xsc_sqe *sqe)
{
	const struct xsc_fields *f;
	struct xsc_sqe copy;
	unsigned int row;

	if (!xsc_sqe_copy(&copy, sqe, &row))
		CHECK(!xsc_sqe_check(sqe) && row == sqe->opcode);
	CHECK(!memcmp(&copy, sqe, sizeof(copy)));
	if (xsc_sqe_check(sqe))
		return;
	/* What passes says nothing that its operation does not know. */
	CHECK(sqe->opcode < XSC_OP_LAST);
	f = &xsc_fields[sqe->opcode];
	CHECK(!sqe->resv && !sqe->personality && !(sqe->flags & 0x80));
	CHECK((f->uses & XSC_USES_ADDR) || !sqe->addr);
	CHECK((f->uses & XSC_USES_LEN) || !sqe->len);
	CHECK((f->uses & XSC_USES_OFF) || !sqe->off);
	CHECK((f->uses & (XSC_USES_FD | XSC_USES_FILE)) || !sqe->fd);
	CHECK(!(sqe->op_flags & ~f->op_flags));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	u32 words[4];
	struct xsc_sqe sqe;

	if (size < sizeof(words) + sizeof(sqe))
		return 0;
	memcpy(words, data, sizeof(words));
	memcpy(&sqe, data + sizeof(words), sizeof(sqe));
	xsc_sqe_check_init();
	check_sizes(words[0], words[1], words[2] & 1);
	check_ring(words[0], words[1], 1U << (words[2] >> 1) % 14);
	check_entry(&sqe);
	return 0;
}

#ifdef XSC_NO_LIBFUZZER
/* Without a fuzzer: a fixed number of inputs from a seed. */
int main(int argc, char **argv)
{
	uint64_t x = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	long n = argc > 2 ? atol(argv[2]) : 1000000, i;

	for (i = 0; i < n; i++) {
		uint8_t data[80];
		size_t k;

		for (k = 0; k < sizeof(data); k++) {
			/* xorshift64: mostly zero bytes, or nothing would pass the checks */
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			data[k] = x % 8 ? 0 : x >> 32;
		}
		data[16] = x % 80;
		LLVMFuzzerTestOneInput(data, sizeof(data));
	}
	printf("ok: %ld inputs\n", n);
	return 0;
}
#endif
