/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which fields of an entry an operation uses; every other one must be zero.
 * Pure: the host tests compile this file in user space.
 */
#ifndef XSC_SQECHECK_H
#define XSC_SQECHECK_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/nospec.h>
#include <linux/socket.h>
#include <linux/stat.h>
#include <uapi/linux/xsc.h>
#else
#include <errno.h>
#include <stddef.h>
#include <linux/xsc.h>
#define array_index_nospec(index, size) (index)
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#endif

#include "sqring.h"

#define XSC_USES_FD		(1U << 0)	/* fd is a number of its own */
#define XSC_USES_FILE		(1U << 1)	/* fd is a file, or a registered one */
#define XSC_USES_OFF		(1U << 2)
#define XSC_USES_ADDR		(1U << 3)
#define XSC_USES_LEN		(1U << 4)
#define XSC_USES_BUF_INDEX	(1U << 5)
#define XSC_USES_ADDR_LEN	(1U << 6)
#define XSC_USES_ADDR3		(1U << 7)
#define XSC_USES_SELECT		(1U << 8)	/* takes BUFFER_SELECT */
#define XSC_USES_FIXED		(1U << 9)	/* takes FIXED_FILE */

/* What a send or receive may be told; the rest of MSG_* is not for user space. */
#define XSC_SEND_FLAGS	(0x1 /* OOB */ | 0x4 /* DONTROUTE */ | 0x40 /* DONTWAIT */ | \
			 0x80 /* EOR */ | 0x100 /* WAITALL */ | 0x800 /* CONFIRM */ | \
			 0x4000 /* NOSIGNAL */ | 0x8000 /* MORE */ | 0x20000000 /* FASTOPEN */)
#define XSC_RECV_FLAGS	(0x1 /* OOB */ | 0x2 /* PEEK */ | 0x20 /* TRUNC */ | \
			 0x40 /* DONTWAIT */ | 0x100 /* WAITALL */ | 0x2000 /* ERRQUEUE */ | \
			 0x4000 /* NOSIGNAL */ | 0x40000000 /* CMSG_CLOEXEC */)

#define XSC_ANY_FLAGS	0xffffffffU

struct xsc_fields {
	__u16 uses;
	__u16 ioprio;
	__u32 op_flags;
};

#define XSC_RW		(XSC_USES_FILE | XSC_USES_ADDR | XSC_USES_LEN)
#define XSC_PATH	(XSC_USES_FD | XSC_USES_ADDR)

static const struct xsc_fields xsc_fields[XSC_OP_LAST] = {
	[XSC_OP_READ]		= { XSC_RW },
	[XSC_OP_WRITE]		= { XSC_RW },
	[XSC_OP_OPEN]		= { XSC_USES_ADDR | XSC_USES_LEN, 0, XSC_ANY_FLAGS },
	[XSC_OP_CLOSE]		= { XSC_USES_FD },
	[XSC_OP_FSYNC]		= { XSC_USES_FILE, 0, XSC_FSYNC_DATASYNC },
	[XSC_OP_READV]		= { XSC_RW },
	[XSC_OP_WRITEV]		= { XSC_RW },
	[XSC_OP_PREAD]		= { XSC_RW | XSC_USES_OFF },
	[XSC_OP_PWRITE]		= { XSC_RW | XSC_USES_OFF },
	[XSC_OP_SENDTO]		= { XSC_RW | XSC_USES_OFF | XSC_USES_ADDR_LEN, 0, XSC_SEND_FLAGS },
	[XSC_OP_RECVFROM]	= { XSC_RW | XSC_USES_OFF | XSC_USES_ADDR3, 0, XSC_RECV_FLAGS },
	[XSC_OP_POLL]		= { XSC_USES_ADDR | XSC_USES_LEN | XSC_USES_OFF },
	[XSC_OP_NANOSLEEP]	= { XSC_USES_ADDR },
	[XSC_OP_CLOCK_NANOSLEEP] = { XSC_USES_ADDR | XSC_USES_LEN, 0, XSC_TIMEOUT_ABS },
	[XSC_OP_STAT]		= { XSC_USES_ADDR | XSC_USES_OFF },
	[XSC_OP_FSTAT]		= { XSC_USES_FILE | XSC_USES_ADDR },
	[XSC_OP_LSTAT]		= { XSC_USES_ADDR | XSC_USES_OFF },
	[XSC_OP_SOCKET]		= { XSC_USES_FD | XSC_USES_OFF | XSC_USES_LEN },
	[XSC_OP_OPENAT]		= { XSC_PATH | XSC_USES_LEN, 0, XSC_ANY_FLAGS },
	[XSC_OP_STATX]		= { XSC_PATH | XSC_USES_LEN | XSC_USES_OFF, 0, XSC_ANY_FLAGS },
	[XSC_OP_PREADV]		= { XSC_RW | XSC_USES_OFF, 0, XSC_ANY_FLAGS },
	[XSC_OP_PWRITEV]	= { XSC_RW | XSC_USES_OFF, 0, XSC_ANY_FLAGS },
	[XSC_OP_POLL_ADD]	= { XSC_USES_FILE, 0, XSC_ANY_FLAGS },
	[XSC_OP_TIMEOUT]	= { XSC_USES_ADDR, 0, XSC_TIMEOUT_ABS },
	[XSC_OP_CANCEL]		= { XSC_USES_FD | XSC_USES_FIXED | XSC_USES_ADDR, 0,
				    XSC_CANCEL_ALL | XSC_CANCEL_FD | XSC_CANCEL_ANY },
	[XSC_OP_LINK_TIMEOUT]	= { XSC_USES_ADDR, 0, XSC_TIMEOUT_ABS },
	[XSC_OP_FALLOCATE]	= { XSC_RW | XSC_USES_OFF },
	[XSC_OP_UNLINKAT]	= { XSC_PATH, 0, XSC_ANY_FLAGS },
	[XSC_OP_RENAMEAT]	= { XSC_PATH | XSC_USES_LEN | XSC_USES_OFF, 0, XSC_ANY_FLAGS },
	[XSC_OP_MKDIRAT]	= { XSC_PATH | XSC_USES_LEN },
	[XSC_OP_FTRUNCATE]	= { XSC_USES_FILE | XSC_USES_OFF },
	[XSC_OP_SENDMSG]	= { XSC_USES_FILE | XSC_USES_ADDR, 0, XSC_SEND_FLAGS },
	[XSC_OP_RECVMSG]	= { XSC_USES_FILE | XSC_USES_ADDR, 0, XSC_RECV_FLAGS },
	[XSC_OP_READ_FIXED]	= { XSC_RW | XSC_USES_OFF | XSC_USES_BUF_INDEX },
	[XSC_OP_WRITE_FIXED]	= { XSC_RW | XSC_USES_OFF | XSC_USES_BUF_INDEX },
	[XSC_OP_FADVISE]	= { XSC_USES_FILE | XSC_USES_OFF | XSC_USES_LEN, 0, XSC_ANY_FLAGS },
	[XSC_OP_SEND]		= { XSC_RW, 0, XSC_SEND_FLAGS },
	[XSC_OP_RECV]		= { XSC_RW | XSC_USES_SELECT, XSC_RECV_MULTISHOT, XSC_RECV_FLAGS },
};

/* For each operation, which bits of an entry may be set: as words, which are quick to check. */
#define XSC_SQE_WORDS	(sizeof(struct xsc_sqe) / sizeof(__u64))

static __u64 xsc_masks[XSC_OP_LAST][XSC_SQE_WORDS];

/*
 * And the bits that make an entry a matter of more than one look: those that it
 * may not have, and those that tie it to others or to a group of buffers.
 */
static __u64 xsc_unplain[XSC_OP_ROWS][XSC_SQE_WORDS];

static inline void xsc_sqe_mask(const struct xsc_fields *f, struct xsc_sqe *may)
{
	__u16 uses = f->uses;

	may->opcode = 0xff;
	may->flags = XSC_SQE_LINK | XSC_SQE_DRAIN | XSC_SQE_ASYNC | XSC_SQE_HARDLINK |
		     XSC_SQE_CQE_SKIP_SUCCESS |
		     (uses & (XSC_USES_FILE | XSC_USES_FIXED) ? XSC_SQE_FIXED_FILE : 0) |
		     (uses & XSC_USES_SELECT ? XSC_SQE_BUFFER_SELECT : 0);
	may->ioprio = f->ioprio;
	may->fd = uses & (XSC_USES_FD | XSC_USES_FILE) ? -1 : 0;
	may->off = uses & XSC_USES_OFF ? ~0ULL : 0;
	may->addr = uses & XSC_USES_ADDR ? ~0ULL : 0;
	may->len = uses & XSC_USES_LEN ? ~0U : 0;
	may->op_flags = f->op_flags;
	may->user_data = ~0ULL;
	may->buf_index = uses & (XSC_USES_BUF_INDEX | XSC_USES_SELECT) ? 0xffff : 0;
	may->personality = 0;
	may->addr_len = uses & XSC_USES_ADDR_LEN ? ~0U : 0;
	may->addr3 = uses & XSC_USES_ADDR3 ? ~0ULL : 0;
	may->resv = 0;
}

/* An operation that has to be prepared, or is not there: its opcode, never 0, is reason enough. */
static inline void xsc_sqe_never_plain(unsigned int op)
{
	unsigned int word;

	for (word = 0; word < XSC_SQE_WORDS; word++)
		xsc_unplain[op][word] = ~0ULL;
}

static inline void xsc_sqe_unplain(unsigned int op)
{
	struct xsc_sqe *bits = (struct xsc_sqe *)xsc_unplain[op];
	unsigned int word;

	for (word = 0; word < XSC_SQE_WORDS; word++)
		xsc_unplain[op][word] = ~xsc_masks[op][word];
	/* The opcode, of which the lower bits choose this row, is this one. */
	bits->opcode = (__u8)~(XSC_OP_ROWS - 1);
	bits->flags |= XSC_SQE_LINK | XSC_SQE_HARDLINK | XSC_SQE_DRAIN;
	if (xsc_fields[op].uses & XSC_USES_SELECT) {
		bits->flags |= XSC_SQE_BUFFER_SELECT;
		bits->ioprio = 0xffff;
		bits->buf_index = 0xffff;
	}
}

/* Once, before the first check. */
static inline void xsc_sqe_check_init(void)
{
	unsigned int op;

	for (op = 0; op < XSC_OP_ROWS; op++) {
		if (op < XSC_OP_LAST) {
			xsc_sqe_mask(&xsc_fields[op], (struct xsc_sqe *)xsc_masks[op]);
			xsc_sqe_unplain(op);
		} else {
			xsc_sqe_never_plain(op);
		}
	}
}

/*
 * Copies an entry, each word read once. *@row: that of its operation, always
 * within the tables. 0 if the entry is plain: then its opcode is *@row, and
 * xsc_sqe_check() has nothing to say against it.
 */
static inline __u64 xsc_sqe_copy(struct xsc_sqe *to, const struct xsc_sqe *from,
				 unsigned int *row)
{
	const __u64 *src = (const __u64 *)from;
	__u64 *dst = (__u64 *)to;
	const __u64 *unplain;
	__u64 found, word;
	unsigned int i;

	word = READ_ONCE(src[0]);
	dst[0] = word;
	/* The opcode is its first byte. */
	*row = *(const __u8 *)&word & (XSC_OP_ROWS - 1);
	unplain = xsc_unplain[*row];
	found = word & unplain[0];
#pragma GCC unroll 8
	for (i = 1; i < XSC_SQE_WORDS; i++) {
		word = READ_ONCE(src[i]);
		dst[i] = word;
		if (i == offsetof(struct xsc_sqe, user_data) / sizeof(word))
			continue;	/* anything goes */
		if (i == offsetof(struct xsc_sqe, resv) / sizeof(word))
			found |= word;	/* nothing does */
		else
			found |= word & unplain[i];
	}
	return found;
}

/* 0, or -EINVAL if the entry says something that its operation does not know. */
static inline int xsc_sqe_check(const struct xsc_sqe *sqe)
{
	const __u64 *words = (const __u64 *)sqe;
	const __u64 *may;
	unsigned int op;

	if (sqe->opcode >= XSC_OP_LAST)
		return -EINVAL;
	op = array_index_nospec(sqe->opcode, XSC_OP_LAST);
	may = xsc_masks[op];
	if ((words[0] & ~may[0]) | (words[1] & ~may[1]) | (words[2] & ~may[2]) |
	    (words[3] & ~may[3]) | (words[4] & ~may[4]) | (words[5] & ~may[5]) |
	    (words[6] & ~may[6]) | (words[7] & ~may[7]))
		return -EINVAL;
	if (!(xsc_fields[op].uses & XSC_USES_SELECT))
		return 0;
	/* A buffer of a group has its own address; only those can be taken again and again. */
	if (sqe->flags & XSC_SQE_BUFFER_SELECT)
		return sqe->addr ? -EINVAL : 0;
	return sqe->buf_index || sqe->ioprio ? -EINVAL : 0;
}

#endif /* XSC_SQECHECK_H */
