// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on names. Every look-up is the calling thread's: its root, working
 * directory, credentials and security label. Modules can look the last part of
 * a name up only relative to the working directory, so OPENAT, UNLINKAT and
 * RENAMEAT take AT_FDCWD or absolute names; others are -EOPNOTSUPP.
 */
#include <linux/dcache.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/security.h>

#include "xsc.h"

/* A name from user space; to be freed with __putname(). */
static char *xsc_name(u64 addr)
{
	char *name = __getname();
	long len;

	if (!name)
		return ERR_PTR(-ENOMEM);
	len = strncpy_from_user(name, u64_to_user_ptr(addr), PATH_MAX);
	if (len > 0 && len < PATH_MAX)
		return name;
	__putname(name);
	return ERR_PTR(len < 0 ? len : len ? -ENAMETOOLONG : -ENOENT);
}

static bool xsc_from_cwd(int dfd, const char *name)
{
	return dfd == AT_FDCWD || name[0] == '/';
}

/* ---- opening */

int xsc_op_open(struct xsc_req *req, bool sleep)
{
	int dfd = req->sqe.opcode == XSC_OP_OPEN ? AT_FDCWD : req->sqe.fd;
	int flags = req->sqe.open_flags;
	struct file *file;
	char *name;
	int fd;

	if (force_o_largefile())
		flags |= O_LARGEFILE;
	name = xsc_name(req->sqe.addr);
	if (IS_ERR(name))
		return PTR_ERR(name);
	fd = -EOPNOTSUPP;
	if (!xsc_from_cwd(dfd, name))
		goto out;
	fd = get_unused_fd_flags(flags);
	if (fd < 0)
		goto out;
	file = filp_open(name, flags, req->sqe.len);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		fd = PTR_ERR(file);
	} else {
		xsc_fsnotify_open(file);
		fd_install(fd, file);
	}
out:
	__putname(name);
	return fd;
}

/* ---- changing directories: as in fs/namei.c, with what of it modules may use */

struct xsc_parent {
	char *name;
	struct filename *filename;
	struct path path;
	struct qstr last;
};

static int xsc_parent_get(struct xsc_parent *p, int dfd, u64 addr, int not_normal)
{
	int res;

	p->name = xsc_name(addr);
	if (IS_ERR(p->name))
		return PTR_ERR(p->name);
	res = -EOPNOTSUPP;
	if (!xsc_from_cwd(dfd, p->name))
		goto fail;
	p->filename = getname_kernel(p->name);
	res = PTR_ERR(p->filename);
	if (IS_ERR(p->filename))
		goto fail;
	res = xsc_parent_lookup(p->filename, &p->path, &p->last, not_normal);
	if (!res)
		return 0;
	putname(p->filename);
fail:
	__putname(p->name);
	return res;
}

static void xsc_parent_put(struct xsc_parent *p)
{
	path_put(&p->path);
	putname(p->filename);
	__putname(p->name);
}

/* One attempt; @deleg: somebody has the file leased and must be asked first. */
static int xsc_unlink_in(struct xsc_parent *p, struct inode **deleg)
{
	struct inode *dir = p->path.dentry->d_inode;
	struct inode *inode = NULL;
	struct dentry *dentry;
	int res;

	inode_lock_nested(dir, I_MUTEX_PARENT);
	dentry = lookup_one_qstr_excl(&p->last, p->path.dentry, 0);
	res = PTR_ERR(dentry);
	if (IS_ERR(dentry))
		goto out;
	if (d_is_negative(dentry)) {
		res = -ENOENT;
	} else if (p->last.name[p->last.len]) {
		/* A slash at the end means a directory. */
		res = d_is_dir(dentry) ? -EISDIR : -ENOTDIR;
	} else {
		inode = d_inode(dentry);
		ihold(inode);
		res = security_path_unlink(&p->path, dentry);
		if (!res)
			res = vfs_unlink(xsc_idmap(&p->path), dir, dentry, deleg);
	}
	dput(dentry);
out:
	inode_unlock(dir);
	/* Truncates it, perhaps: not with the directory locked. */
	if (inode)
		iput(inode);
	return res;
}

int xsc_op_unlink(struct xsc_req *req, bool sleep)
{
	struct inode *deleg = NULL;
	struct xsc_parent p;
	int res;

	/* security_path_rmdir() is not exported, so directories are for rmdir(2). */
	if (req->sqe.op_flags)
		return req->sqe.op_flags == AT_REMOVEDIR ? -EOPNOTSUPP : -EINVAL;
	res = xsc_parent_get(&p, req->sqe.fd, req->sqe.addr, -EISDIR);
	if (res)
		return res;
	res = mnt_want_write(p.path.mnt);
	if (res)
		goto out;
	do {
		res = xsc_unlink_in(&p, &deleg);
	} while (deleg && !(res = break_deleg_wait(&deleg)));
	mnt_drop_write(p.path.mnt);
out:
	xsc_parent_put(&p);
	return res;
}

static int xsc_may_rename(struct xsc_parent *from, struct dentry *old, struct xsc_parent *to,
			  struct dentry *new, struct dentry *trap, unsigned int flags)
{
	bool exchange = flags & RENAME_EXCHANGE;

	if (d_is_negative(old) || (exchange && d_is_negative(new)))
		return -ENOENT;
	if ((flags & RENAME_NOREPLACE) && d_is_positive(new))
		return -EEXIST;
	if (exchange && !d_is_dir(new) && to->last.name[to->last.len])
		return -ENOTDIR;
	if (!d_is_dir(old) && (from->last.name[from->last.len] ||
			       (!exchange && to->last.name[to->last.len])))
		return -ENOTDIR;
	/* Neither may be an ancestor of the other. */
	if (old == trap)
		return -EINVAL;
	if (new == trap)
		return exchange ? -EINVAL : -ENOTEMPTY;
	return security_path_rename(&from->path, old, &to->path, new, flags);
}

static int xsc_rename_in(struct xsc_parent *from, struct xsc_parent *to, unsigned int flags,
			 struct inode **deleg)
{
	struct dentry *trap, *old, *new;
	struct renamedata rd = {};
	int res;

	trap = lock_rename(to->path.dentry, from->path.dentry);
	if (IS_ERR(trap))
		return PTR_ERR(trap);
	old = lookup_one_qstr_excl(&from->last, from->path.dentry, 0);
	res = PTR_ERR(old);
	if (IS_ERR(old))
		goto out;
	new = lookup_one_qstr_excl(&to->last, to->path.dentry,
				   flags & RENAME_EXCHANGE ? 0 : LOOKUP_RENAME_TARGET);
	res = PTR_ERR(new);
	if (IS_ERR(new))
		goto out_old;
	res = xsc_may_rename(from, old, to, new, trap, flags);
	if (!res) {
		rd.old_dir = from->path.dentry->d_inode;
		rd.old_dentry = old;
		rd.xsc_rd_old_idmap = xsc_idmap(&from->path);
		rd.new_dir = to->path.dentry->d_inode;
		rd.new_dentry = new;
		rd.xsc_rd_new_idmap = xsc_idmap(&to->path);
		rd.delegated_inode = deleg;
		rd.flags = flags;
		res = vfs_rename(&rd);
	}
	dput(new);
out_old:
	dput(old);
out:
	unlock_rename(to->path.dentry, from->path.dentry);
	return res;
}

int xsc_op_rename(struct xsc_req *req, bool sleep)
{
	unsigned int flags = req->sqe.op_flags;
	struct xsc_parent from, to;
	struct inode *deleg = NULL;
	int res;

	if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) ||
	    ((flags & RENAME_EXCHANGE) && (flags & (RENAME_NOREPLACE | RENAME_WHITEOUT))))
		return -EINVAL;
	res = xsc_parent_get(&from, req->sqe.fd, req->sqe.addr, -EBUSY);
	if (res)
		return res;
	res = xsc_parent_get(&to, (s32)req->sqe.len, req->sqe.addr2,
			     flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY);
	if (res)
		goto out_from;
	res = -EXDEV;
	if (from.path.mnt != to.path.mnt)
		goto out;
	res = mnt_want_write(from.path.mnt);
	if (res)
		goto out;
	do {
		res = xsc_rename_in(&from, &to, flags, &deleg);
	} while (deleg && !(res = break_deleg_wait(&deleg)));
	mnt_drop_write(from.path.mnt);
out:
	xsc_parent_put(&to);
out_from:
	xsc_parent_put(&from);
	return res;
}

int xsc_op_mkdir(struct xsc_req *req, bool sleep)
{
	umode_t mode = req->sqe.len, masked;
	struct dentry *dentry;
	struct path path;
	int res;

	dentry = user_path_create(req->sqe.fd, u64_to_user_ptr(req->sqe.addr), &path,
				  LOOKUP_DIRECTORY);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	/* The hook sees what vfs_mkdir() makes of it: with POSIX ACLs the umask comes later. */
	masked = IS_POSIXACL(path.dentry->d_inode) ? mode : mode & ~current_umask();
	res = security_path_mkdir(&path, dentry, masked);
	if (!res)
		res = vfs_mkdir(xsc_idmap(&path), path.dentry->d_inode, dentry, mode);
	done_path_create(&path, dentry);
	return res;
}
