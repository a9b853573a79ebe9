/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * XSC: the ring ABI between user space and /dev/xsc.
 *
 * The authority for every number. All of it is fixed: values never change,
 * new things get new values. The layouts are the same for 32 and 64 bit.
 */
#ifndef _UAPI_LINUX_XSC_H
#define _UAPI_LINUX_XSC_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define XSC_ABI_VERSION		1

/* mmap offsets of the four regions of a ring */
#define XSC_OFF_SQ_RING		0x00000000UL
#define XSC_OFF_CQ_RING		0x10000000UL
#define XSC_OFF_SQES		0x20000000UL
#define XSC_OFF_CQES		0x30000000UL

#define XSC_DEFAULT_SQ_ENTRIES	128
#define XSC_MAX_SQ_ENTRIES	4096
#define XSC_MAX_CQ_ENTRIES	8192

/* struct xsc_params.flags */
#define XSC_SETUP_CACHELINE	(1U << 0)	/* head and tail on lines of their own */
#define XSC_SETUP_CLAMP		(1U << 1)	/* cut sizes to the limits */

/* struct xsc_params.features */
#define XSC_FEAT_OFFSETS	(1U << 0)	/* sq_off and cq_off are filled in */
#define XSC_FEAT_ENTER		(1U << 1)	/* XSC_IOC_ENTER */
#define XSC_FEAT_WORKERS	(1U << 2)	/* XSC_IOC_WORKER */
#define XSC_FEAT_NODROP		(1U << 3)	/* completions are never lost */
#define XSC_FEAT_PROBE		(1U << 4)	/* XSC_IOC_PROBE */

/* word sq.flags, written by the kernel */
#define XSC_SQ_NEED_WAKEUP	(1U << 0)	/* all workers sleep: enter */
#define XSC_SQ_CQ_OVERFLOW	(1U << 1)	/* completions wait for room */
#define XSC_SQ_TASKRUN		(1U << 2)	/* ready work waits for an entry */

/* struct xsc_sqe.flags */
#define XSC_SQE_LINK		(1U << 0)
#define XSC_SQE_DRAIN		(1U << 1)
#define XSC_SQE_ASYNC		(1U << 2)
#define XSC_SQE_FIXED_FILE	(1U << 3)
#define XSC_SQE_HARDLINK	(1U << 4)
#define XSC_SQE_CQE_SKIP_SUCCESS	(1U << 5)
#define XSC_SQE_BUFFER_SELECT	(1U << 6)	/* take a buffer of group buf_index */

/* struct xsc_cqe.flags; with BUFFER, the buffer's id is in the upper half */
#define XSC_CQE_BUFFER		(1U << 0)
#define XSC_CQE_MORE		(1U << 1)
#define XSC_CQE_BUFFER_SHIFT	16

/* struct xsc_sqe.ioprio */
#define XSC_ACCEPT_MULTISHOT	(1U << 0)
#define XSC_RECV_MULTISHOT	(1U << 0)

/* struct xsc_sqe.op_flags, by operation */
#define XSC_FSYNC_DATASYNC	(1U << 0)
#define XSC_TIMEOUT_ABS		(1U << 0)
#define XSC_CANCEL_ALL		(1U << 0)
#define XSC_CANCEL_FD		(1U << 1)
#define XSC_CANCEL_ANY		(1U << 2)

enum xsc_op {
	XSC_OP_NOP = 0,
	XSC_OP_READ = 1,
	XSC_OP_WRITE = 2,
	XSC_OP_OPEN = 3,
	XSC_OP_CLOSE = 4,
	XSC_OP_FSYNC = 5,
	XSC_OP_READV = 6,
	XSC_OP_WRITEV = 7,
	XSC_OP_PREAD = 8,
	XSC_OP_PWRITE = 9,
	XSC_OP_SENDTO = 10,
	XSC_OP_RECVFROM = 11,
	XSC_OP_ACCEPT = 12,
	XSC_OP_CONNECT = 13,
	XSC_OP_POLL = 14,
	XSC_OP_EPOLL_WAIT = 15,
	XSC_OP_SELECT = 16,
	XSC_OP_NANOSLEEP = 17,
	XSC_OP_CLOCK_NANOSLEEP = 18,
	XSC_OP_FUTEX_WAIT = 19,
	XSC_OP_FUTEX_WAKE = 20,
	XSC_OP_FORK = 21,
	XSC_OP_VFORK = 22,
	XSC_OP_CLONE = 23,
	XSC_OP_EXECVE = 24,
	XSC_OP_EXECVEAT = 25,
	XSC_OP_STAT = 26,
	XSC_OP_FSTAT = 27,
	XSC_OP_LSTAT = 28,
	XSC_OP_SOCKET = 29,
	XSC_OP_BIND = 30,
	XSC_OP_LISTEN = 31,
	XSC_OP_OPENAT = 32,
	XSC_OP_STATX = 33,
	XSC_OP_PREADV = 34,
	XSC_OP_PWRITEV = 35,
	XSC_OP_POLL_ADD = 36,
	XSC_OP_TIMEOUT = 37,
	XSC_OP_CANCEL = 38,
	XSC_OP_LINK_TIMEOUT = 39,
	XSC_OP_FALLOCATE = 40,
	XSC_OP_UNLINKAT = 41,
	XSC_OP_RENAMEAT = 42,
	XSC_OP_MKDIRAT = 43,
	XSC_OP_FTRUNCATE = 44,
	XSC_OP_SHUTDOWN = 45,
	XSC_OP_SENDMSG = 46,
	XSC_OP_RECVMSG = 47,
	XSC_OP_READ_FIXED = 48,
	XSC_OP_WRITE_FIXED = 49,
	XSC_OP_FADVISE = 50,
	XSC_OP_SEND = 51,
	XSC_OP_RECV = 52,
	XSC_OP_LAST
};

struct xsc_sqe {
	__u8	opcode;
	__u8	flags;
	__u16	ioprio;
	__s32	fd;
	union {
		__u64	off;
		__u64	addr2;
	};
	__u64	addr;
	__u32	len;
	union {
		__u32	op_flags;
		__u32	open_flags;
		__u32	msg_flags;
		__u32	fsync_flags;
		__u32	poll32_events;
		__u32	timeout_flags;
		__u32	cancel_flags;
		__u32	accept_flags;
		__u32	statx_flags;
		__u32	rw_flags;
	};
	__u64	user_data;
	__u16	buf_index;
	__u16	personality;
	union {
		__s32	splice_fd_in;
		__u32	file_index;
		__u32	addr_len;
	};
	__u64	addr3;
	__u64	resv;
};

struct xsc_cqe {
	__u64	user_data;
	__s32	res;
	__u32	flags;
};

struct xsc_sqring_offsets {
	__u32	head;
	__u32	tail;
	__u32	ring_mask;
	__u32	ring_entries;
	__u32	flags;
	__u32	dropped;
	__u32	array;
	__u32	resv1;
	__u64	resv2;
};

struct xsc_cqring_offsets {
	__u32	head;
	__u32	tail;
	__u32	ring_mask;
	__u32	ring_entries;
	__u32	overflow;
	__u32	cqes;
	__u64	resv[2];
};

struct xsc_params {
	__u32	sq_entries;
	__u32	cq_entries;
	__u32	flags;
	__u32	sq_thread_cpu;
	__u32	sq_thread_idle;	/* microseconds */
	__u32	features;
	__u32	wq_fd;
	__u32	resv[3];
	struct xsc_sqring_offsets sq_off;
	struct xsc_cqring_offsets cq_off;
};

struct xsc_files_update {
	__u32	offset;
	__u32	nr;
	__u64	fds;		/* __s32 array; -1 leaves a hole */
};

struct xsc_enter {
	__u32	to_submit;
	__u32	min_complete;
	__u32	flags;
	__u32	resv;
	__u64	timeout_ns;
	__u64	resv2;
};

struct xsc_worker {
	__u32	flags;
	__s32	cpu;
	__u32	idle_us;
	__u32	resv;
};

struct xsc_buffers {
	__u64	iovecs;
	__u32	nr;
	__u32	resv;
};

struct xsc_probe {
	__u32	abi;
	__u32	features;
	__u32	max_entries;
	__u32	nr_ops;
	__u64	ops[4];		/* bit n: operation n works here */
};

struct xsc_restrict {
	__u64	allowed_ops[4];
	__u32	flags;
	__u32	resv;
};

/*
 * Buffer groups: user space offers receive buffers in a ring of its own memory.
 * It writes slots, then stores tail with release; the kernel loads it with
 * acquire. tail lies where slot 0 has its reserved half-word.
 */
struct xsc_buf {
	__u64	addr;
	__u32	len;
	__u16	bid;
	__u16	tail;		/* of slot 0; reserved in the others */
};

struct xsc_buf_ring {
	__u64	ring_addr;	/* page-aligned array of struct xsc_buf */
	__u32	ring_entries;	/* power of two, at most 32768 */
	__u16	bgid;
	__u16	flags;
	__u64	resv[3];
};

#define XSC_IOC_MAGIC			'x'
#define XSC_IOC_SETUP			_IOWR(XSC_IOC_MAGIC, 0, struct xsc_params)
#define XSC_IOC_REGISTER_FILES		_IOW(XSC_IOC_MAGIC, 1, struct xsc_files_update)
#define XSC_IOC_UNREGISTER_FILES	_IO(XSC_IOC_MAGIC, 2)
#define XSC_IOC_ENTER			_IOW(XSC_IOC_MAGIC, 3, struct xsc_enter)
#define XSC_IOC_WORKER			_IOW(XSC_IOC_MAGIC, 4, struct xsc_worker)
#define XSC_IOC_REGISTER_BUFFERS	_IOW(XSC_IOC_MAGIC, 5, struct xsc_buffers)
#define XSC_IOC_UNREGISTER_BUFFERS	_IO(XSC_IOC_MAGIC, 6)
#define XSC_IOC_REGISTER_EVENTFD	_IOW(XSC_IOC_MAGIC, 7, __s32)
#define XSC_IOC_UNREGISTER_EVENTFD	_IO(XSC_IOC_MAGIC, 8)
#define XSC_IOC_PROBE			_IOR(XSC_IOC_MAGIC, 9, struct xsc_probe)
#define XSC_IOC_RESTRICT		_IOW(XSC_IOC_MAGIC, 10, struct xsc_restrict)
#define XSC_IOC_STOP_WORKERS		_IO(XSC_IOC_MAGIC, 11)
#define XSC_IOC_REGISTER_BUF_RING	_IOW(XSC_IOC_MAGIC, 12, struct xsc_buf_ring)
#define XSC_IOC_UNREGISTER_BUF_RING	_IOW(XSC_IOC_MAGIC, 13, struct xsc_buf_ring)
#define XSC_IOC_CANCEL_ALL		_IO(XSC_IOC_MAGIC, 14)

#endif /* _UAPI_LINUX_XSC_H */
