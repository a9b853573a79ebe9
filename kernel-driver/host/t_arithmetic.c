// SPDX-License-Identifier: GPL-2.0-only
/* The driver's ring arithmetic and entry checks, in user space, under ASan and UBSan. */
#include <string.h>

#include "../tests/ktap.h"
#include "../src/sqring.h"
#include "../src/sqecheck.h"

#define EXTREMES { 0, 1, 2, 3, 5, 127, 128, 129, 4095, 4096, 4097, 8191, 8192, 8193, 0x7fffffff, \
		   0x80000000, 0x80000001, 0xfffffffe, 0xffffffff }

static const u32 extremes[] = EXTREMES;
#define N (sizeof(extremes) / sizeof(extremes[0]))

TEST(never_more_is_pending_than_the_ring_holds)
{
	u32 entries, i, j;

	for (entries = 1; entries <= 4096; entries <<= 1) {
		for (i = 0; i < N; i++) {
			for (j = 0; j < N; j++) {
				u32 excess, head = extremes[i], ahead = extremes[j];
				u32 n = xsc_ring_pending(head + ahead, head, entries, &excess);

				EXPECT(n <= entries);
				EXPECT_EQ(ahead, (u32)(n + excess));
				EXPECT_EQ(ahead <= entries ? 0 : ahead - entries, excess);
			}
		}
	}
}

TEST(a_head_out_of_range_counts_as_full)
{
	u32 i, used;

	for (i = 0; i < N; i++) {
		u32 tail = extremes[i];

		for (used = 0; used <= 16; used++) {
			EXPECT_EQ(used, xsc_ring_used(tail, tail - used, 16));
			EXPECT_EQ(used == 16, xsc_ring_full(tail, tail - used, 16));
		}
		EXPECT(xsc_ring_full(tail, tail + 1, 16));
		EXPECT(xsc_ring_full(tail, tail - 17, 16));
		EXPECT_EQ(16, xsc_ring_used(tail, tail + 0x80000000, 16));
	}
}

TEST(sizes_granted_are_powers_of_two_within_the_limits)
{
	u32 i, j, clamp;

	for (clamp = 0; clamp < 2; clamp++) {
		for (i = 0; i < N; i++) {
			for (j = 0; j < N; j++) {
				u32 sq = extremes[i], cq = extremes[j];
				int res = xsc_ring_sizes(&sq, &cq, clamp, 128, 4096, 8192);

				if (res) {
					EXPECT(!clamp);
					EXPECT(extremes[i] > 4096 || extremes[j] > 8192 ||
					       (extremes[j] && xsc_round_up_pow2(extremes[j]) <
						xsc_round_up_pow2(extremes[i] ? extremes[i] : 128)));
					continue;
				}
				EXPECT(sq && sq <= 4096 && !(sq & (sq - 1)));
				EXPECT(cq >= sq && cq <= 8192 && !(cq & (cq - 1)));
				EXPECT(extremes[i] > 4096 || sq >= extremes[i]);
				EXPECT(extremes[j] > 8192 || cq >= extremes[j]);
			}
		}
	}
}

TEST(counters_compare_across_their_wrap)
{
	EXPECT(xsc_reached(5, 5));
	EXPECT(xsc_reached(6, 5));
	EXPECT(!xsc_reached(4, 5));
	EXPECT(xsc_reached(2, 0xfffffff0));
	EXPECT(!xsc_reached(0xfffffff0, 2));
}

/* Each field by itself: refused by every operation that does not use it. */
TEST(every_unused_field_must_be_zero)
{
	int op, field;

	for (op = 0; op < XSC_OP_LAST; op++) {
		const struct xsc_fields *f = &xsc_fields[op];

		for (field = 0; field < 11; field++) {
			struct xsc_sqe sqe;
			bool used;

			memset(&sqe, 0, sizeof(sqe));
			sqe.opcode = op;
			EXPECT_EQ(0, xsc_sqe_check(&sqe));
			switch (field) {
			case 0: sqe.fd = -1; used = f->uses & (XSC_USES_FD | XSC_USES_FILE); break;
			case 1: sqe.off = 1; used = f->uses & XSC_USES_OFF; break;
			case 2: sqe.addr = 1; used = f->uses & XSC_USES_ADDR; break;
			case 3: sqe.len = 1; used = f->uses & XSC_USES_LEN; break;
			case 4: sqe.op_flags = 1U << 31; used = f->op_flags == XSC_ANY_FLAGS; break;
			case 5: sqe.buf_index = 1; used = f->uses & XSC_USES_BUF_INDEX; break;
			case 6: sqe.addr_len = 1; used = f->uses & XSC_USES_ADDR_LEN; break;
			case 7: sqe.addr3 = 1; used = f->uses & XSC_USES_ADDR3; break;
			case 8: sqe.personality = 1; used = false; break;
			case 9: sqe.resv = 1; used = false; break;
			default: sqe.ioprio = 2; used = false; break;
			}
			EXPECT_EQ(used ? 0 : -EINVAL, xsc_sqe_check(&sqe));
		}
	}
}

TEST(flags_are_known_or_refused)
{
	int op, bit;

	for (op = 0; op < 256; op++) {
		for (bit = 0; bit < 8; bit++) {
			struct xsc_sqe sqe;
			bool ok = bit != 7 && bit != 3 && bit != 6;

			memset(&sqe, 0, sizeof(sqe));
			sqe.opcode = op;
			sqe.flags = 1 << bit;
			if (op < XSC_OP_LAST && bit == 3)
				ok = xsc_fields[op].uses & (XSC_USES_FILE | XSC_USES_FIXED);
			if (bit == 6)
				ok = op == XSC_OP_RECV;
			EXPECT_EQ(op < XSC_OP_LAST && ok ? 0 : -EINVAL, xsc_sqe_check(&sqe));
		}
	}
}

/* The quick look: copies all of it, and lets nothing pass as plain that the thorough one refuses. */
TEST(an_entry_that_is_plain_is_right_and_stands_alone)
{
	int op, bit, plain = 0;

	for (op = 0; op < XSC_OP_LAST; op++) {
		for (bit = 8; bit < 512; bit++) {
			struct xsc_sqe sqe, copy;
			__u64 *words = (__u64 *)&sqe;
			unsigned int row;
			bool found;

			memset(&sqe, 0, sizeof(sqe));
			memset(&copy, 0x55, sizeof(copy));
			sqe.opcode = op;
			words[bit / 64] |= 1ULL << bit % 64;
			found = xsc_sqe_copy(&copy, &sqe, &row);
			EXPECT_EQ(op, row);
			EXPECT_EQ(0, memcmp(&copy, &sqe, sizeof(sqe)));
			if (xsc_sqe_check(&sqe))
				EXPECT(found);
			if (sqe.flags & (XSC_SQE_LINK | XSC_SQE_HARDLINK | XSC_SQE_DRAIN |
					 XSC_SQE_BUFFER_SELECT))
				EXPECT(found);
			plain += !found;
		}
	}
	for (op = XSC_OP_LAST; op < 256; op++) {
		struct xsc_sqe sqe = { .opcode = op }, copy;
		unsigned int row;

		EXPECT(xsc_sqe_copy(&copy, &sqe, &row));
		EXPECT(row < XSC_OP_ROWS);
	}
	/* Each takes user_data, at least, and may be silent about success. */
	EXPECT(plain > 64 * XSC_OP_LAST);
}

int main(int argc, char **argv)
{
	xsc_sqe_check_init();
	return ktap_main(argc, argv);
}
