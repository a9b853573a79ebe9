// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing files of all kinds.
 *
 * How an operation that would block is dealt with depends on the file. Where
 * IOCB_NOWAIT works it is used. Other files that can be polled are read only
 * when they say they are ready, and with TIF_NOTIFY_SIGNAL set on ourselves, so
 * that a reader who was faster makes us return instead of sleep. What cannot be
 * polled (regular files) blocks, in a worker if there is one.
 */
#include <linux/file.h>
#include <linux/fsnotify.h>
#include <linux/sched/xacct.h>
#include <linux/uio.h>

#include "xsc.h"

struct xsc_rw {
	struct file *file;
	struct iovec fast_iov[UIO_FASTIOV];
	struct iovec *iov;		/* allocated, or NULL */
	struct iov_iter iter;
	struct kiocb kiocb;
	int rw;
	bool at_pos;
	bool locked_pos;
};

static bool xsc_rw_writes(u8 opcode)
{
	switch (opcode) {
	case XSC_OP_WRITE:
	case XSC_OP_WRITEV:
	case XSC_OP_PWRITE:
	case XSC_OP_PWRITEV:
	case XSC_OP_WRITE_FIXED:
		return true;
	default:
		return false;
	}
}

static bool xsc_rw_at_position(const struct xsc_sqe *sqe)
{
	switch (sqe->opcode) {
	case XSC_OP_READ:
	case XSC_OP_WRITE:
	case XSC_OP_READV:
	case XSC_OP_WRITEV:
		return true;
	case XSC_OP_READ_FIXED:
	case XSC_OP_WRITE_FIXED:
		return sqe->off == (u64)-1;
	default:
		return false;
	}
}

static bool xsc_rw_is_fixed(u8 opcode)
{
	return opcode == XSC_OP_READ_FIXED || opcode == XSC_OP_WRITE_FIXED;
}

static bool xsc_rw_is_vector(u8 opcode)
{
	return opcode == XSC_OP_READV || opcode == XSC_OP_WRITEV ||
	       opcode == XSC_OP_PREADV || opcode == XSC_OP_PWRITEV;
}

static int xsc_rw_import(struct xsc_req *req, struct xsc_rw *io)
{
	void __user *addr = u64_to_user_ptr(req->sqe.addr);
	ssize_t n;

	io->iov = NULL;
	if (xsc_rw_is_fixed(req->sqe.opcode)) {
		n = xsc_import_fixed(req, io->rw, &io->iter);
	} else if (xsc_rw_is_vector(req->sqe.opcode)) {
		io->iov = io->fast_iov;
		n = import_iovec(io->rw, addr, req->sqe.len, UIO_FASTIOV, &io->iov, &io->iter);
	} else {
		n = xsc_import_ubuf(io->rw, addr, req->sqe.len, &io->iter);
	}
	if (n < 0)
		return n;
	req->wanted = iov_iter_count(&io->iter);
	/* What earlier rounds moved; the vector may have changed, its owner's loss. */
	iov_iter_advance(&io->iter, min_t(u64, req->done, req->wanted));
	return 0;
}

/* What can be said before waiting for anything. */
static int xsc_rw_check(struct xsc_req *req)
{
	bool writes = xsc_rw_writes(req->sqe.opcode);
	struct file *file = req->file;

	if (!(file->f_mode & (writes ? FMODE_WRITE : FMODE_READ)))
		return -EBADF;
	if (!xsc_rw_at_position(&req->sqe)) {
		if (!(file->f_mode & (writes ? FMODE_PWRITE : FMODE_PREAD)))
			return -ESPIPE;
		if ((s64)req->sqe.off < 0)
			return -EINVAL;
	}
	/* Not RWF_NOWAIT: whoever waits on a ring does not block anyway. */
	if (req->sqe.rw_flags & ~(__force u32)(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_APPEND))
		return -EOPNOTSUPP;
	return 0;
}

static int xsc_rw_begin(struct xsc_req *req, struct xsc_rw *io)
{
	int res;

	io->file = req->file;
	io->rw = xsc_rw_writes(req->sqe.opcode) ? WRITE : READ;
	io->at_pos = xsc_rw_at_position(&req->sqe);
	io->locked_pos = false;
	init_sync_kiocb(&io->kiocb, io->file);
	res = xsc_kiocb_flags(&io->kiocb, (__force rwf_t)req->sqe.rw_flags, io->rw);
	if (res)
		return res;
	return xsc_rw_import(req, io);
}

/* The position is taken late and given back early: nothing waits while we have it. */
static void xsc_rw_lock_position(struct xsc_req *req, struct xsc_rw *io)
{
	struct file *file = io->file;

	if (!io->at_pos) {
		io->kiocb.ki_pos = req->sqe.off;
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

static void xsc_rw_unlock_position(struct xsc_rw *io, ssize_t res)
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
static ssize_t xsc_rw_once(struct xsc_req *req, struct xsc_rw *io, bool nowait)
{
	ssize_t res;

	xsc_rw_lock_position(req, io);
	if (nowait)
		io->kiocb.ki_flags |= IOCB_NOWAIT;
	if (io->rw == WRITE && io->file->f_op->write_iter)
		res = xsc_rw_write(io);
	else if (io->rw == READ && io->file->f_op->read_iter)
		res = vfs_iocb_iter_read(io->file, &io->kiocb, &io->iter);
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
static ssize_t xsc_rw_lightly(struct xsc_req *req, struct xsc_rw *io)
{
	bool pending = signal_pending(current);
	ssize_t res;

	if (pending)
		return xsc_rw_once(req, io, false);
	set_thread_flag(TIF_NOTIFY_SIGNAL);
	res = xsc_rw_once(req, io, false);
	xsc_uninterrupt();
	return res == -ERESTARTSYS || res == -EINTR ? -EAGAIN : res;
}

static ssize_t xsc_rw_attempt(struct xsc_req *req, bool nowait, bool lightly)
{
	struct xsc_ctx *ctx = req->ctx;
	struct xsc_rw io;
	ssize_t res;

	if (xsc_rw_is_fixed(req->sqe.opcode))
		down_read(&ctx->buf_sem);
	res = xsc_rw_begin(req, &io);
	if (!res) {
		res = lightly ? xsc_rw_lightly(req, &io) : xsc_rw_once(req, &io, nowait);
		kfree(io.iov);
	}
	if (xsc_rw_is_fixed(req->sqe.opcode))
		up_read(&ctx->buf_sem);
	return res;
}

/* Can only block, and only for a while. */
static int xsc_rw_blocking(struct xsc_req *req, bool sleep)
{
	bool lent = atomic_read(&req->ctx->nr_workers);
	ssize_t res;

	/* Without workers the caller's thread is the only one that can do it. */
	if (sleep || (!lent && S_ISREG(file_inode(req->file)->i_mode)))
		return xsc_rw_attempt(req, false, false);
	if (!lent || !(req->file->f_mode & FMODE_NOWAIT) || (req->sqe.flags & XSC_SQE_ASYNC))
		return XSC_BLOCKS;
	res = xsc_rw_attempt(req, true, false);
	return res == -EAGAIN || res == -EOPNOTSUPP ? XSC_BLOCKS : res;
}

/* A stream is written whole, as write(2) does; a datagram, or an event, is in one go anyway. */
static bool xsc_rw_goes_on(struct xsc_req *req, ssize_t res)
{
	if (res <= 0 || !S_ISFIFO(file_inode(req->file)->i_mode) ||
	    !xsc_rw_writes(req->sqe.opcode))
		return false;
	req->done += res;
	return req->done < req->wanted;
}

static int xsc_rw_result(struct xsc_req *req, ssize_t res)
{
	/* Bytes of earlier rounds count more than a late error. */
	return req->done && res < 0 ? req->done : req->done ? req->done : res;
}

static int xsc_rw_polled(struct xsc_req *req)
{
	struct file *file = req->file;
	bool socket = S_ISSOCK(file_inode(file)->i_mode);
	bool nowait = socket || (file->f_mode & FMODE_NOWAIT);
	bool writes = xsc_rw_writes(req->sqe.opcode);
	__poll_t events = writes ? EPOLLOUT | EPOLLWRNORM : EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
	ssize_t res;
	int parked;

	do {
		res = -EAGAIN;
		if (nowait || (vfs_poll(file, NULL) & (events | EPOLLERR | EPOLLHUP)))
			res = xsc_rw_attempt(req, nowait, !nowait);
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

	if (res)
		return res;
	if (!file_can_poll(file) || S_ISREG(file_inode(file)->i_mode))
		return xsc_rw_blocking(req, sleep);
	if (file->f_flags & O_NONBLOCK)
		return xsc_rw_attempt(req, false, false);
	return xsc_rw_polled(req);
}
