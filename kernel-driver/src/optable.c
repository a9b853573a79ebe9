// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations. A row without ->issue is numbered by the ABI and not
 * available in a module: it would have to go round a security hook.
 */
#include "xsc.h"

#define XSC_SLEEPS	XSC_OP_MAY_SLEEP
#define XSC_FILE	XSC_OP_NEEDS_FILE

#define XSC_READS(how)	\
	{ .issue = xsc_op_rw, .flags = XSC_FILE | (how), .mode = FMODE_READ | FMODE_PREAD }
#define XSC_WRITES(how)	\
	{ .issue = xsc_op_rw, .flags = XSC_FILE | XSC_OP_WRITES | (how), \
	  .mode = FMODE_WRITE | FMODE_PWRITE }
#define XSC_READS_ON(how)	\
	{ .issue = xsc_op_rw, .flags = XSC_FILE | XSC_OP_AT_POSITION | (how), .mode = FMODE_READ }
#define XSC_WRITES_ON(how)	\
	{ .issue = xsc_op_rw, .flags = XSC_FILE | XSC_OP_AT_POSITION | XSC_OP_WRITES | (how), \
	  .mode = FMODE_WRITE }

const struct xsc_operation xsc_ops[XSC_OP_ROWS] = {
	[XSC_OP_NOP]		= { .issue = xsc_op_nop },
	[XSC_OP_READ]		= XSC_READS_ON(0),
	[XSC_OP_WRITE]		= XSC_WRITES_ON(0),
	[XSC_OP_OPEN]		= { .issue = xsc_op_open, .flags = XSC_SLEEPS },
	[XSC_OP_CLOSE]		= { .issue = xsc_op_close, .flags = XSC_SLEEPS },
	[XSC_OP_FSYNC]		= { .issue = xsc_op_fsync, .flags = XSC_FILE | XSC_SLEEPS },
	[XSC_OP_READV]		= XSC_READS_ON(XSC_OP_VECTOR),
	[XSC_OP_WRITEV]	= XSC_WRITES_ON(XSC_OP_VECTOR),
	[XSC_OP_PREAD]		= XSC_READS(0),
	[XSC_OP_PWRITE]	= XSC_WRITES(0),
	[XSC_OP_SENDTO]		= { .issue = xsc_op_send, .flags = XSC_FILE },
	[XSC_OP_RECVFROM]	= { .issue = xsc_op_recv, .flags = XSC_FILE },
	[XSC_OP_POLL]		= {
		.prep = xsc_poll_prep, .issue = xsc_op_poll, .cleanup = xsc_poll_cleanup,
	},
	[XSC_OP_NANOSLEEP]	= { .prep = xsc_timeout_prep, .issue = xsc_op_timeout },
	[XSC_OP_CLOCK_NANOSLEEP] = { .prep = xsc_timeout_prep, .issue = xsc_op_timeout },
	[XSC_OP_STAT]		= { .issue = xsc_op_stat, .flags = XSC_SLEEPS },
	[XSC_OP_FSTAT]		= {
		.issue = xsc_op_fstat, .flags = XSC_FILE | XSC_SLEEPS | XSC_OP_ANY_FILE,
	},
	[XSC_OP_LSTAT]		= { .issue = xsc_op_stat, .flags = XSC_SLEEPS },
	[XSC_OP_SOCKET]		= { .issue = xsc_op_socket },
	[XSC_OP_OPENAT]		= { .issue = xsc_op_open, .flags = XSC_SLEEPS },
	[XSC_OP_STATX]		= { .issue = xsc_op_statx, .flags = XSC_SLEEPS },
	[XSC_OP_PREADV]	= XSC_READS(XSC_OP_VECTOR),
	[XSC_OP_PWRITEV]	= XSC_WRITES(XSC_OP_VECTOR),
	[XSC_OP_POLL_ADD]	= { .issue = xsc_op_poll_add, .flags = XSC_FILE },
	[XSC_OP_TIMEOUT]	= { .prep = xsc_timeout_prep, .issue = xsc_op_timeout },
	[XSC_OP_CANCEL]		= {
		.prep = xsc_cancel_prep, .issue = xsc_op_cancel, .finished = xsc_cancel_finished,
	},
	/* Alone it is refused; behind another it is never issued, but armed. */
	[XSC_OP_LINK_TIMEOUT]	= { .prep = xsc_timeout_prep, .issue = xsc_op_timeout },
	[XSC_OP_FALLOCATE]	= { .issue = xsc_op_fallocate, .flags = XSC_FILE | XSC_SLEEPS },
	[XSC_OP_UNLINKAT]	= { .issue = xsc_op_unlink, .flags = XSC_SLEEPS },
	[XSC_OP_RENAMEAT]	= { .issue = xsc_op_rename, .flags = XSC_SLEEPS },
	[XSC_OP_MKDIRAT]	= { .issue = xsc_op_mkdir, .flags = XSC_SLEEPS },
	[XSC_OP_FTRUNCATE]	= { .issue = xsc_op_ftruncate, .flags = XSC_FILE | XSC_SLEEPS },
	[XSC_OP_SENDMSG]	= { .issue = xsc_op_sendmsg, .flags = XSC_FILE },
	[XSC_OP_RECVMSG]	= { .issue = xsc_op_recvmsg, .flags = XSC_FILE },
	[XSC_OP_READ_FIXED]	= XSC_READS(XSC_OP_FIXED),
	[XSC_OP_WRITE_FIXED]	= XSC_WRITES(XSC_OP_FIXED),
	[XSC_OP_FADVISE]	= { .issue = xsc_op_fadvise, .flags = XSC_FILE | XSC_SLEEPS },
	[XSC_OP_SEND]		= { .issue = xsc_op_send, .flags = XSC_FILE },
	[XSC_OP_RECV]		= { .issue = xsc_op_recv, .flags = XSC_FILE },
};
