// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on open files other than reading and writing.
 */
#include <linux/file.h>
#include <linux/fs.h>

#include "xsc.h"

int xsc_op_fsync(struct xsc_req *req, bool sleep)
{
	return vfs_fsync(req->file, req->sqe.fsync_flags & XSC_FSYNC_DATASYNC);
}

int xsc_op_fallocate(struct xsc_req *req, bool sleep)
{
	return vfs_fallocate(req->file, req->sqe.len, req->sqe.off, req->sqe.addr);
}

int xsc_op_fadvise(struct xsc_req *req, bool sleep)
{
	return vfs_fadvise(req->file, req->sqe.off, req->sqe.len, req->sqe.op_flags);
}

/*
 * The kernel's own ftruncate() is out of reach, and with it its security hook;
 * vfs_truncate() has that of truncate(). It also asks for the right to write to
 * the inode, so it may refuse what ftruncate() allows (-EACCES), never the
 * other way round.
 */
int xsc_op_ftruncate(struct xsc_req *req, bool sleep)
{
	struct inode *inode = file_inode(req->file);
	loff_t length = req->sqe.off;

	if (length < 0 || !S_ISREG(inode->i_mode) || !(req->file->f_mode & FMODE_WRITE))
		return -EINVAL;
	if (!(req->file->f_flags & O_LARGEFILE) && length > MAX_NON_LFS)
		return -EINVAL;
	return vfs_truncate(&req->file->f_path, length);
}

int xsc_op_close(struct xsc_req *req, bool sleep)
{
	struct file *file;

	/* Looking first is a courtesy: closing a ring here would be harmless, too. */
	file = fget_raw(req->sqe.fd);
	if (!file)
		return -EBADF;
	if (xsc_is_ring(file)) {
		fput(file);
		return -EBADF;
	}
	fput(file);
	file = xsc_take_fd(req->sqe.fd);
	if (!file)
		return -EBADF;
	return filp_close(file, current->files);
}
