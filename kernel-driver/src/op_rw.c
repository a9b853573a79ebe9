// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing files of all kinds.
 *
 * How an operation that would block is dealt with depends on the file. Where
 * IOCB_NOWAIT works it is used. Other files that can be polled are read only
 * when they say they are ready, and with TIF_NOTIFY_SIGNAL set on ourselves, so
 * that a reader who was faster makes us return instead of sleep. What cannot be
 * polled (regular files) and is not in memory blocks, in a worker if there is
 * one.
 */
#include <linux/file.h>
#include <linux/fsnotify.h>
#include <linux/magic.h>
#include <linux/sched/xacct.h>
#include <linux/uio.h>

#include "xsc.h"

struct xsc_rw {
	struct kiocb kiocb;
	struct iov_iter iter;
	struct file *file;
	int rw;
	bool at_pos;
	bool locked_pos;
};

static bool xsc_rw_writes(const struct xsc_req *req)
{
	return req->op->flags & XSC_OP_WRITES;
}

static bool xsc_rw_is_fixed(const struct xsc_req *req)
{
	return req->op->flags & XSC_OP_FIXED;
}

static bool xsc_rw_at_position(const struct xsc_req *req)
{
	if (unlikely(xsc_rw_is_fixed(req)))
		return req->sqe.off == (u64)-1;
	return req->op->flags & XSC_OP_AT_POSITION;
}

/* What can be said before waiting for anything. */
static int xsc_rw_check(struct xsc_req *req)
{
	bool writes = xsc_rw_writes(req);
	struct file *file = req->file;

	if (unlikely(!(file->f_mode & (writes ? FMODE_WRITE : FMODE_READ))))
		return -EBADF;
	if (!xsc_rw_at_position(req)) {
		if (unlikely(!(file->f_mode & (writes ? FMODE_PWRITE : FMODE_PREAD))))
			return -ESPIPE;
		if (unlikely((s64)req->sqe.off < 0))
			return -EINVAL;
	}
	/* Not RWF_NOWAIT: whoever waits on a ring does not block anyway. */
	if (unlikely(req->sqe.rw_flags &
		     ~(__force u32)(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND)))
		return -EOPNOTSUPP;
	return 0;
}

static __always_inline int xsc_rw_begin(struct xsc_req *req, struct xsc_rw *io)
{
	io->file = req->file;
	io->rw = xsc_rw_writes(req) ? WRITE : READ;
	io->at_pos = xsc_rw_at_position(req);
	io->locked_pos = false;
	/* Without a priority of its own, so block devices take that of the thread. */
	io->kiocb = (struct kiocb) {
		.ki_filp = io->file,
		.ki_flags = io->file->f_iocb_flags,
	};
	if (likely(!req->sqe.rw_flags))
		return 0;
	return xsc_kiocb_flags(&io->kiocb, (__force rwf_t)req->sqe.rw_flags, io->rw);
}

/* The position is taken late and given back early: nothing waits while we have it. */
static __always_inline void xsc_rw_lock_position(struct xsc_req *req, struct xsc_rw *io)
{
	struct file *file = io->file;

	if (!io->at_pos) {
		io->kiocb.ki_pos = req->sqe.off + req->done;
	} else if (file->f_mode & FMODE_STREAM) {
		io->kiocb.ki_pos = 0;
	} else {
		if (file->f_mode & FMODE_ATOMIC_POS) {
			mutex_lock(&file->f_pos_lock);
			io->locked_pos = true;
		}
		io->kiocb.ki_pos = file->f_pos;
	}
}

static __always_inline void xsc_rw_unlock_position(struct xsc_rw *io, ssize_t res)
{
	if (io->at_pos && !(io->file->f_mode & FMODE_STREAM) && res >= 0)
		io->file->f_pos = io->kiocb.ki_pos;
	if (io->locked_pos)
		mutex_unlock(&io->file->f_pos_lock);
	io->locked_pos = false;
}

/* Files that know nothing of iterators: one piece after the other. */
static ssize_t xsc_rw_plain(struct xsc_rw *io)
{
	struct file *file = io->file;
	ssize_t done = 0;
	int res;

	if (io->rw == WRITE ? !file->f_op->write : !file->f_op->read)
		return -EINVAL;
	if (iov_iter_is_bvec(&io->iter))
		return -EINVAL;
	res = rw_verify_area(io->rw, file, &io->kiocb.ki_pos, iov_iter_count(&io->iter));
	if (res)
		return res;
	while (iov_iter_count(&io->iter)) {
		struct iovec iov = xsc_iter_segment(&io->iter);
		ssize_t n;

		if (io->rw == WRITE)
			n = file->f_op->write(file, iov.iov_base, iov.iov_len, &io->kiocb.ki_pos);
		else
			n = file->f_op->read(file, iov.iov_base, iov.iov_len, &io->kiocb.ki_pos);
		if (n < 0)
			return done ? done : n;
		done += n;
		iov_iter_advance(&io->iter, n);
		if (n < iov.iov_len)
			break;
	}
	if (done && io->rw == WRITE)
		fsnotify_modify(file);
	else if (done)
		fsnotify_access(file);
	return done;
}

static ssize_t xsc_rw_write(struct xsc_rw *io)
{
	struct super_block *sb = file_inode(io->file)->i_sb;
	bool regular = S_ISREG(file_inode(io->file)->i_mode);
	ssize_t res;

	/* A frozen file system makes writers wait. */
	if (regular && !(io->kiocb.ki_flags & IOCB_NOWAIT))
		sb_start_write(sb);
	else if (regular && !sb_start_write_trylock(sb))
		return -EAGAIN;
	res = vfs_iocb_iter_write(io->file, &io->kiocb, &io->iter);
	if (regular)
		sb_end_write(sb);
	return res;
}

/* One attempt, at the position that kiocb has; moved bytes or -errno. */
static __always_inline ssize_t xsc_rw_once(struct xsc_req *req, struct xsc_rw *io, bool nowait)
{
	ssize_t res;

	xsc_rw_lock_position(req, io);
	if (nowait)
		io->kiocb.ki_flags |= IOCB_NOWAIT;
	if (io->rw == READ && likely(io->file->f_op->read_iter))
		res = vfs_iocb_iter_read(io->file, &io->kiocb, &io->iter);
	else if (io->rw == WRITE && likely(io->file->f_op->write_iter))
		res = xsc_rw_write(io);
	else
		res = xsc_rw_plain(io);
	xsc_rw_unlock_position(io, res);
	if (res > 0 && io->rw == WRITE)
		add_wchar(current, res);
	else if (res > 0)
		add_rchar(current, res);
	return res;
}

/* As xsc_rw_once(), on a file that says it is ready: returns -EAGAIN instead of sleeping. */
static noinline ssize_t xsc_rw_lightly(struct xsc_req *req, struct xsc_rw *io)
{
	bool pending = signal_pending(current);
	ssize_t res;

	if (!pending)
		set_thread_flag(TIF_NOTIFY_SIGNAL);
	res = xsc_rw_once(req, io, false);
	if (pending)
		return res;
	xsc_uninterrupt();
	return res == -ERESTARTSYS || res == -EINTR ? -EAGAIN : res;
}

/* How an attempt is to be made. */
enum xsc_rw_how {
	XSC_RW_BLOCK,		/* as the system call would */
	XSC_RW_NOWAIT,		/* the file knows how not to */
	XSC_RW_LIGHTLY,		/* the file says that it is ready */
};

/* With the iterator set. */
static __always_inline ssize_t xsc_rw_transfer(struct xsc_req *req, struct xsc_rw *io,
					       enum xsc_rw_how how)
{
	req->wanted = iov_iter_count(&io->iter);
	/* What earlier rounds moved; the vector may have changed, its owner's loss. */
	if (unlikely(req->done))
		iov_iter_advance(&io->iter, min_t(u64, req->done, req->wanted));
	if (how == XSC_RW_LIGHTLY)
		return xsc_rw_lightly(req, io);
	return xsc_rw_once(req, io, how == XSC_RW_NOWAIT);
}

static noinline ssize_t xsc_rw_fixed(struct xsc_req *req, enum xsc_rw_how how)
{
	struct xsc_ctx *ctx = req->ctx;
	struct xsc_rw io;
	ssize_t res;

	res = xsc_rw_begin(req, &io);
	if (res)
		return res;
	down_read(&ctx->buf_sem);
	res = xsc_import_fixed(req, io.rw, &io.iter);
	if (!res)
		res = xsc_rw_transfer(req, &io, how);
	up_read(&ctx->buf_sem);
	return res;
}

static noinline ssize_t xsc_rw_vector(struct xsc_req *req, enum xsc_rw_how how)
{
	struct iovec fast[UIO_FASTIOV];
	struct iovec *iov = fast;
	struct xsc_rw io;
	ssize_t res;

	res = xsc_rw_begin(req, &io);
	if (res)
		return res;
	res = import_iovec(io.rw, u64_to_user_ptr(req->sqe.addr), req->sqe.len, UIO_FASTIOV,
			   &iov, &io.iter);
	if (res < 0)
		return res;
	res = xsc_rw_transfer(req, &io, how);
	kfree(iov);
	return res;
}

static ssize_t xsc_rw_attempt(struct xsc_req *req, enum xsc_rw_how how)
{
	struct xsc_rw io;
	ssize_t res;

	if (unlikely(req->op->flags & XSC_OP_FIXED))
		return xsc_rw_fixed(req, how);
	if (unlikely(req->op->flags & XSC_OP_VECTOR))
		return xsc_rw_vector(req, how);
	res = xsc_rw_begin(req, &io);
	if (likely(!res))
		res = xsc_import_ubuf(io.rw, u64_to_user_ptr(req->sqe.addr), req->sqe.len,
				      &io.iter);
	if (likely(!res))
		res = xsc_rw_transfer(req, &io, how);
	return res;
}

static int xsc_rw_result(struct xsc_req *req, ssize_t res)
{
	if (likely(!req->done))
		return res;
	/* Bytes of earlier rounds count more than a late error. */
	return res < 0 ? req->done : req->done + res;
}

/* Files whose data is in memory, unless swapped out: handing them over costs more than waiting. */
static bool xsc_rw_in_memory(const struct inode *inode)
{
	return inode->i_sb->s_magic == TMPFS_MAGIC || inode->i_sb->s_magic == RAMFS_MAGIC;
}

/* Can only block, and only for a while. */
static int xsc_rw_blocking(struct xsc_req *req, bool sleep)
{
	ssize_t res;

	if (sleep)
		return xsc_rw_result(req, xsc_rw_attempt(req, XSC_RW_BLOCK));
	if (unlikely(req->sqe.flags & XSC_SQE_ASYNC))
		return XSC_BLOCKS;
	if (xsc_rw_in_memory(file_inode(req->file)))
		return xsc_rw_attempt(req, XSC_RW_BLOCK);
	if (!(req->file->f_mode & FMODE_NOWAIT))
		return XSC_BLOCKS;
	res = xsc_rw_attempt(req, XSC_RW_NOWAIT);
	if (res == -EAGAIN || res == -EOPNOTSUPP)
		return XSC_BLOCKS;
	/* Less than asked for may be the end of the file, or of what is in memory. */
	if (unlikely(res > 0 && res < req->wanted)) {
		req->done = res;
		return XSC_BLOCKS;
	}
	return res;
}

/* A stream is written whole, as write(2) does; a datagram, or an event, is in one go anyway. */
static bool xsc_rw_goes_on(struct xsc_req *req, ssize_t res)
{
	if (res <= 0 || !S_ISFIFO(file_inode(req->file)->i_mode) ||
	    !xsc_rw_writes(req))
		return false;
	if (req->done + res >= req->wanted)
		return false;
	req->done += res;
	return true;
}

static noinline int xsc_rw_polled(struct xsc_req *req)
{
	struct file *file = req->file;
	bool socket = S_ISSOCK(file_inode(file)->i_mode);
	bool nowait = socket || (file->f_mode & FMODE_NOWAIT);
	bool writes = xsc_rw_writes(req);
	__poll_t events = writes ? EPOLLOUT | EPOLLWRNORM : EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
	ssize_t res;
	int parked;

	do {
		res = -EAGAIN;
		if (nowait || (vfs_poll(file, NULL) & (events | EPOLLERR | EPOLLHUP)))
			res = xsc_rw_attempt(req, nowait ? XSC_RW_NOWAIT : XSC_RW_LIGHTLY);
		if (xsc_rw_goes_on(req, res)) {
			parked = 0;
			continue;
		}
		if (res != -EAGAIN)
			return xsc_rw_result(req, res);
		parked = xsc_park(req, events);
	} while (!parked);
	return parked == XSC_PENDING ? parked : xsc_rw_result(req, parked);
}

int xsc_op_rw(struct xsc_req *req, bool sleep)
{
	struct file *file = req->file;
	int res = xsc_rw_check(req);

	if (unlikely(res))
		return res;
	if (S_ISREG(file_inode(file)->i_mode) || !file_can_poll(file))
		return xsc_rw_blocking(req, sleep);
	if (file->f_flags & O_NONBLOCK)
		return xsc_rw_attempt(req, XSC_RW_BLOCK);
	return xsc_rw_polled(req);
}
