// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a file is like: STAT, LSTAT, FSTAT, STATX.
 */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/stat.h>

#include "xsc.h"

static int xsc_put_stat(struct kstat *stat, u64 addr)
{
	struct stat tmp;

	memset(&tmp, 0, sizeof(tmp));
	tmp.st_dev = new_encode_dev(stat->dev);
	tmp.st_ino = stat->ino;
	tmp.st_mode = stat->mode;
	tmp.st_nlink = stat->nlink;
	tmp.st_uid = from_kuid_munged(current_user_ns(), stat->uid);
	tmp.st_gid = from_kgid_munged(current_user_ns(), stat->gid);
	tmp.st_rdev = new_encode_dev(stat->rdev);
	tmp.st_size = stat->size;
	tmp.st_blksize = stat->blksize;
	tmp.st_blocks = stat->blocks;
	tmp.st_atime = stat->atime.tv_sec;
	tmp.st_atime_nsec = stat->atime.tv_nsec;
	tmp.st_mtime = stat->mtime.tv_sec;
	tmp.st_mtime_nsec = stat->mtime.tv_nsec;
	tmp.st_ctime = stat->ctime.tv_sec;
	tmp.st_ctime_nsec = stat->ctime.tv_nsec;
	return copy_to_user(u64_to_user_ptr(addr), &tmp, sizeof(tmp)) ? -EFAULT : 0;
}

static int xsc_put_statx(struct kstat *stat, u64 addr)
{
	struct statx tmp;

	memset(&tmp, 0, sizeof(tmp));
	tmp.stx_mask = stat->result_mask;
	tmp.stx_blksize = stat->blksize;
	tmp.stx_attributes = stat->attributes;
	tmp.stx_attributes_mask = stat->attributes_mask;
	tmp.stx_nlink = stat->nlink;
	tmp.stx_uid = from_kuid_munged(current_user_ns(), stat->uid);
	tmp.stx_gid = from_kgid_munged(current_user_ns(), stat->gid);
	tmp.stx_mode = stat->mode;
	tmp.stx_ino = stat->ino;
	tmp.stx_size = stat->size;
	tmp.stx_blocks = stat->blocks;
	tmp.stx_atime.tv_sec = stat->atime.tv_sec;
	tmp.stx_atime.tv_nsec = stat->atime.tv_nsec;
	tmp.stx_btime.tv_sec = stat->btime.tv_sec;
	tmp.stx_btime.tv_nsec = stat->btime.tv_nsec;
	tmp.stx_ctime.tv_sec = stat->ctime.tv_sec;
	tmp.stx_ctime.tv_nsec = stat->ctime.tv_nsec;
	tmp.stx_mtime.tv_sec = stat->mtime.tv_sec;
	tmp.stx_mtime.tv_nsec = stat->mtime.tv_nsec;
	tmp.stx_rdev_major = MAJOR(stat->rdev);
	tmp.stx_rdev_minor = MINOR(stat->rdev);
	tmp.stx_dev_major = MAJOR(stat->dev);
	tmp.stx_dev_minor = MINOR(stat->dev);
	tmp.stx_dio_mem_align = stat->dio_mem_align;
	tmp.stx_dio_offset_align = stat->dio_offset_align;
	return copy_to_user(u64_to_user_ptr(addr), &tmp, sizeof(tmp)) ? -EFAULT : 0;
}

static int xsc_stat_at(int dfd, u64 name, unsigned int flags, u32 mask, struct kstat *stat)
{
	unsigned int lookup = 0;
	struct path path;
	int res;

	if (!(flags & AT_SYMLINK_NOFOLLOW))
		lookup |= LOOKUP_FOLLOW;
	if (!(flags & AT_NO_AUTOMOUNT))
		lookup |= LOOKUP_AUTOMOUNT;
	if (flags & AT_EMPTY_PATH)
		lookup |= LOOKUP_EMPTY;
	do {
		res = xsc_user_path_at(dfd, u64_to_user_ptr(name), lookup, &path);
		if (res)
			return res;
		res = vfs_getattr(&path, stat, mask, flags);
		if (path.mnt->mnt_root == path.dentry)
			stat->attributes |= STATX_ATTR_MOUNT_ROOT;
		stat->attributes_mask |= STATX_ATTR_MOUNT_ROOT;
		path_put(&path);
		if (!retry_estale(res, lookup))
			return res;
		lookup |= LOOKUP_REVAL;
	} while (true);
}

int xsc_op_stat(struct xsc_req *req, bool sleep)
{
	unsigned int flags = AT_NO_AUTOMOUNT;
	struct kstat stat;
	int res;

	if (req->sqe.opcode == XSC_OP_LSTAT)
		flags |= AT_SYMLINK_NOFOLLOW;
	res = xsc_stat_at(AT_FDCWD, req->sqe.addr, flags, STATX_BASIC_STATS, &stat);
	return res ? res : xsc_put_stat(&stat, req->sqe.addr2);
}

int xsc_op_fstat(struct xsc_req *req, bool sleep)
{
	struct kstat stat;
	int res;

	res = vfs_getattr(&req->file->f_path, &stat, STATX_BASIC_STATS, 0);
	return res ? res : xsc_put_stat(&stat, req->sqe.addr);
}

int xsc_op_statx(struct xsc_req *req, bool sleep)
{
	unsigned int flags = req->sqe.statx_flags;
	u32 mask = req->sqe.len;
	struct kstat stat;
	int res;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	if ((mask & STATX__RESERVED) || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	memset(&stat, 0, sizeof(stat));
	res = xsc_stat_at(req->sqe.fd, req->sqe.addr, flags, mask, &stat);
	return res ? res : xsc_put_statx(&stat, req->sqe.off);
}
