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

/* How an attempt is to be made. */
enum xsc_rw_how {
	XSC_RW_BLOCK,		/* as the system call would */
	XSC_RW_NOWAIT,		/* the file knows how not to */
	XSC_RW_LIGHTLY,		/* the file says that it is ready */
};

struct xsc_rw {
	struct kiocb kiocb;
	struct iov_iter iter;
	bool writes;
	bool at_pos;
	bool locked_pos;
};

/* As the kernel puts it: READ or WRITE. */
static int xsc_rw_rw(const struct xsc_rw *io)
{
	return io->writes ? WRITE : READ;
}

static bool xsc_rw_writes(const struct xsc_req *req)
{
	return req->op->flags & XSC_OP_WRITES;
}

static bool xsc_rw_at_position(const struct xsc_req *req)
{
	if (unlikely(req->op->flags & XSC_OP_FIXED))
		return req->sqe.off == (u64)-1;
	return req->op->flags & XSC_OP_AT_POSITION;
}

static noinline int xsc_rw_check_all(const struct xsc_req *req)
{
	fmode_t missing = req->op->mode & ~req->file->f_mode;

	if (missing & (FMODE_READ | FMODE_WRITE))
		return -EBADF;
	if (!xsc_rw_at_position(req)) {
		if (missing)
			return -ESPIPE;
		if ((s64)req->sqe.off < 0)
			return -EINVAL;
	}
	/* Not RWF_NOWAIT: whoever waits on a ring does not block anyway. */
	if (req->sqe.rw_flags & ~(__force u32)(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND))
		return -EOPNOTSUPP;
	return 0;
}

/* What can be said before waiting for anything. */
static __always_inline int xsc_rw_check(const struct xsc_req *req)
{
	if (likely(!(req->op->mode & ~req->file->f_mode) && (s64)req->sqe.off >= 0 &&
		   !req->sqe.rw_flags))
		return 0;
	return xsc_rw_check_all(req);
}

/* Sets up all but the iterator. */
static __always_inline int xsc_rw_begin(struct xsc_req *req, struct xsc_rw *io, bool at_pos)
{
	io->writes = xsc_rw_writes(req);
	io->at_pos = at_pos;
	io->locked_pos = false;
	/* Without a priority of its own, so block devices take that of the thread. */
	io->kiocb = (struct kiocb) {
		.ki_filp = req->file,
		.ki_flags = req->file->f_iocb_flags,
	};
	if (likely(!req->sqe.rw_flags))
		return 0;
	return xsc_kiocb_flags(&io->kiocb, (__force rwf_t)req->sqe.rw_flags, xsc_rw_rw(io));
}

/* The position is taken late and given back early: nothing waits while we have it. */
static __always_inline void xsc_rw_lock_position(struct xsc_req *req, struct xsc_rw *io)
{
	struct file *file = req->file;

	if (likely(!io->at_pos)) {
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
	struct file *file = io->kiocb.ki_filp;

	if (likely(!io->at_pos))
		return;
	if (!(file->f_mode & FMODE_STREAM) && res >= 0)
		file->f_pos = io->kiocb.ki_pos;
	if (io->locked_pos)
		mutex_unlock(&file->f_pos_lock);
	io->locked_pos = false;
}

/* Files that know nothing of iterators: one piece after the other. */
static ssize_t xsc_rw_plain(struct xsc_rw *io)
{
	struct file *file = io->kiocb.ki_filp;
	ssize_t done = 0;
	int res;

	if (io->writes ? !file->f_op->write : !file->f_op->read)
		return -EINVAL;
	if (iov_iter_is_bvec(&io->iter))
		return -EINVAL;
	res = rw_verify_area(xsc_rw_rw(io), file, &io->kiocb.ki_pos, iov_iter_count(&io->iter));
	if (res)
		return res;
	while (iov_iter_count(&io->iter)) {
		struct iovec iov = xsc_iter_segment(&io->iter);
		ssize_t n;

		if (io->writes)
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
	if (done && io->writes)
		fsnotify_modify(file);
	else if (done)
		fsnotify_access(file);
	return done;
}

static ssize_t xsc_rw_write(struct xsc_rw *io)
{
	struct inode *inode = file_inode(io->kiocb.ki_filp);
	bool regular = S_ISREG(inode->i_mode);
	ssize_t res;

	/* A frozen file system makes writers wait. */
	if (regular && !(io->kiocb.ki_flags & IOCB_NOWAIT))
		sb_start_write(inode->i_sb);
	else if (regular && !sb_start_write_trylock(inode->i_sb))
		return -EAGAIN;
	res = vfs_iocb_iter_write(io->kiocb.ki_filp, &io->kiocb, &io->iter);
	if (regular)
		sb_end_write(inode->i_sb);
	return res;
}

/* One attempt, at the position that kiocb has; moved bytes or -errno. */
static __always_inline ssize_t xsc_rw_once(struct xsc_req *req, struct xsc_rw *io, bool nowait)
{
	const struct file_operations *f_op = req->file->f_op;
	ssize_t res;

	xsc_rw_lock_position(req, io);
	if (nowait)
		io->kiocb.ki_flags |= IOCB_NOWAIT;
	if (!io->writes && likely(f_op->read_iter))
		res = vfs_iocb_iter_read(req->file, &io->kiocb, &io->iter);
	else if (io->writes && likely(f_op->write_iter))
		res = xsc_rw_write(io);
	else
		res = xsc_rw_plain(io);
	xsc_rw_unlock_position(io, res);
	if (res > 0 && io->writes)
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
	struct xsc_rw io __xsc_uninitialized;
	ssize_t res;

	res = xsc_rw_begin(req, &io, req->sqe.off == (u64)-1);
	if (res)
		return res;
	down_read(&ctx->buf_sem);
	res = xsc_import_fixed(req, xsc_rw_rw(&io), &io.iter);
	if (!res)
		res = xsc_rw_transfer(req, &io, how);
	up_read(&ctx->buf_sem);
	return res;
}

static noinline ssize_t xsc_rw_vector(struct xsc_req *req, enum xsc_rw_how how)
{
	struct iovec fast[UIO_FASTIOV];
	struct iovec *iov = fast;
	struct xsc_rw io __xsc_uninitialized;
	ssize_t res;

	res = xsc_rw_begin(req, &io, req->op->flags & XSC_OP_AT_POSITION);
	if (res)
		return res;
	res = import_iovec(xsc_rw_rw(&io), u64_to_user_ptr(req->sqe.addr), req->sqe.len,
			   UIO_FASTIOV, &iov, &io.iter);
	if (res < 0)
		return res;
	res = xsc_rw_transfer(req, &io, how);
	kfree(iov);
	return res;
}

static __always_inline ssize_t xsc_rw_attempt(struct xsc_req *req, enum xsc_rw_how how)
{
	struct xsc_rw io __xsc_uninitialized;
	unsigned int flags = req->op->flags;
	ssize_t res;

	if (unlikely(flags & (XSC_OP_FIXED | XSC_OP_VECTOR)))
		return flags & XSC_OP_FIXED ? xsc_rw_fixed(req, how) : xsc_rw_vector(req, how);
	res = xsc_rw_begin(req, &io, flags & XSC_OP_AT_POSITION);
	if (unlikely(res))
		return res;
	res = xsc_import_ubuf(xsc_rw_rw(&io), u64_to_user_ptr(req->sqe.addr), req->sqe.len,
			      &io.iter);
	if (unlikely(res))
		return res;
	return xsc_rw_transfer(req, &io, how);
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

/* Has a read that moved @res bytes come to the end of its file? Then there are no more. */
static bool xsc_rw_at_end(struct xsc_req *req, ssize_t res)
{
	struct inode *inode = file_inode(req->file);
	loff_t pos = xsc_rw_at_position(req) ? req->file->f_pos :
		     req->sqe.off + req->done + res;

	return !xsc_rw_writes(req) && S_ISREG(inode->i_mode) && pos >= i_size_read(inode);
}

/* Of an attempt that was not to wait. */
static noinline int xsc_rw_unwaited(struct xsc_req *req, ssize_t res)
{
	if (res == -EAGAIN || res == -EOPNOTSUPP)
		return XSC_BLOCKS;
	/* Less than asked for may be all that is in memory. */
	if (res > 0 && res < req->wanted && !xsc_rw_at_end(req, res)) {
		xsc_moved(req, res);
		return XSC_BLOCKS;
	}
	return xsc_rw_result(req, res);
}

/* Can only block, and only for a while. */
static __always_inline int xsc_rw_blocking(struct xsc_req *req, bool sleep)
{
	enum xsc_rw_how how = XSC_RW_BLOCK;
	ssize_t res;

	if (likely(!sleep)) {
		if (unlikely(req->sqe.flags & XSC_SQE_ASYNC))
			return XSC_BLOCKS;
		if (!xsc_rw_in_memory(file_inode(req->file))) {
			if (!(req->file->f_mode & FMODE_NOWAIT))
				return XSC_BLOCKS;
			how = XSC_RW_NOWAIT;
		}
	}
	res = xsc_rw_attempt(req, how);
	if (unlikely(how == XSC_RW_NOWAIT && res != req->wanted))
		return xsc_rw_unwaited(req, res);
	return xsc_rw_result(req, res);
}

/* A stream is written whole, as write(2) does; a datagram, or an event, is in one go anyway. */
static bool xsc_rw_goes_on(struct xsc_req *req, ssize_t res)
{
	if (res <= 0 || !S_ISFIFO(file_inode(req->file)->i_mode) ||
	    !xsc_rw_writes(req))
		return false;
	if (req->done + res >= req->wanted)
		return false;
	xsc_moved(req, res);
	return true;
}

static noinline ssize_t xsc_rw_attempt_here(struct xsc_req *req, enum xsc_rw_how how)
{
	return xsc_rw_attempt(req, how);
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

	if (file->f_flags & O_NONBLOCK)
		return xsc_rw_attempt_here(req, XSC_RW_BLOCK);
	do {
		res = -EAGAIN;
		if (nowait || (vfs_poll(file, NULL) & (events | EPOLLERR | EPOLLHUP)))
			res = xsc_rw_attempt_here(req, nowait ? XSC_RW_NOWAIT : XSC_RW_LIGHTLY);
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
	if (likely(S_ISREG(file_inode(file)->i_mode)) || !file_can_poll(file))
		return xsc_rw_blocking(req, sleep);
	return xsc_rw_polled(req);
}
