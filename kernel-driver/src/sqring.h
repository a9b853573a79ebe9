/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ring arithmetic. Indices are free-running u32; the other side's are never
 * trusted. Pure functions: the host tests compile this file in user space.
 */
#ifndef XSC_SQRING_H
#define XSC_SQRING_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <linux/types.h>
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
#endif

/*
 * Rows of the tables that an opcode cut to its lower bits is looked up in: within
 * them even for a processor that runs ahead of a check.
 */
#define XSC_OP_ROWS	64

/*
 * Entries that can be taken, at most @entries. @excess is by how much a tail
 * lies further ahead than any correct producer can have put it.
 */
static inline u32 xsc_ring_pending(u32 tail, u32 head, u32 entries, u32 *excess)
{
	u32 offered = tail - head;

	if (offered <= entries) {
		*excess = 0;
		return offered;
	}
	*excess = offered - entries;
	return entries;
}

/* Completions that wait for their reader; a head out of range counts as full. */
static inline u32 xsc_ring_used(u32 tail, u32 head, u32 entries)
{
	u32 used = tail - head;

	return used <= entries ? used : entries;
}

static inline bool xsc_ring_full(u32 tail, u32 head, u32 entries)
{
	return xsc_ring_used(tail, head, entries) == entries;
}

/* Has free-running counter @a reached @b? Right while they are less than 2^31 apart. */
static inline bool xsc_reached(u32 a, u32 b)
{
	return (s32)(a - b) >= 0;
}

/*
 * Sizes asked for in, sizes granted out: 0, or -1 if they cannot be granted.
 * The result is always a power of two within the limits, and CQ >= SQ.
 */
static inline u32 xsc_round_up_pow2(u32 n)
{
	u32 p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

static inline int xsc_ring_sizes(u32 *sq, u32 *cq, bool clamp,
				 u32 sq_default, u32 sq_max, u32 cq_max)
{
	u32 s = *sq ? *sq : sq_default;
	u32 c;

	if (s > sq_max) {
		if (!clamp)
			return -1;
		s = sq_max;
	}
	s = xsc_round_up_pow2(s);
	c = *cq ? *cq : 2 * s;
	if (c > cq_max) {
		if (!clamp)
			return -1;
		c = cq_max;
	}
	c = xsc_round_up_pow2(c);
	if (c < s) {
		if (!clamp)
			return -1;
		c = s;
	}
	*sq = s;
	*cq = c;
	return 0;
}

#endif /* XSC_SQRING_H */
