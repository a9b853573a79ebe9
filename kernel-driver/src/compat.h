/* SPDX-License-Identifier: GPL-2.0-only */
/* Every difference between the kernels that the driver is built for: 6.1 to 6.12. */
#ifndef XSC_COMPAT_H
#define XSC_COMPAT_H

#include <linux/eventfd.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/task_work.h>
#include <linux/uio.h>
#include <linux/version.h>
#include <linux/wait.h>

/*
 * Kernels that zero all that lies on the stack do not zero this: for structures
 * that are set up by hand, in places where that counts.
 */
#if __has_attribute(uninitialized)
#define __xsc_uninitialized	__attribute__((uninitialized))
#else
#define __xsc_uninitialized
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#include <linux/filelock.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set, vm_flags_t clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}

#define xsc_idmap(path)		mnt_user_ns((path)->mnt)
#define xsc_rd_old_idmap	old_mnt_userns
#define xsc_rd_new_idmap	new_mnt_userns
#else
#define xsc_idmap(path)		mnt_idmap((path)->mnt)
#define xsc_rd_old_idmap	old_mnt_idmap
#define xsc_rd_new_idmap	new_mnt_idmap
#endif

static inline int xsc_import_ubuf(int rw, void __user *buf, size_t len, struct iov_iter *iter)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	if (len > MAX_RW_COUNT)
		len = MAX_RW_COUNT;
	if (unlikely(!access_ok(buf, len)))
		return -EFAULT;
	iov_iter_ubuf(iter, rw, buf, len);
	return 0;
#else
	return import_ubuf(rw, buf, len, iter);
#endif
}

/* What the iterator, of user memory, comes to next. */
static inline struct iovec xsc_iter_segment(struct iov_iter *iter)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	if (iter_is_ubuf(iter))
		return (struct iovec) {
			.iov_base = iter->ubuf + iter->iov_offset,
			.iov_len = iov_iter_count(iter),
		};
	return iov_iter_iovec(iter);
#else
	return (struct iovec) {
		.iov_base = iter_iov_addr(iter),
		.iov_len = min_t(size_t, iter_iov_len(iter), iov_iter_count(iter)),
	};
#endif
}

static inline int xsc_kiocb_flags(struct kiocb *kiocb, rwf_t flags, int rw)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
	return kiocb_set_rw_flags(kiocb, flags);
#else
	return kiocb_set_rw_flags(kiocb, flags, rw);
#endif
}

static inline void xsc_eventfd_signal(struct eventfd_ctx *ctx)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
	eventfd_signal(ctx, 1);
#else
	eventfd_signal(ctx);
#endif
}

/* One locked look-up and removal; the caller closes what it gets. */
static inline struct file *xsc_take_fd(unsigned int fd)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	return close_fd_get_file(fd);
#else
	return file_close_fd(fd);
#endif
}

static inline int xsc_user_path_at(int dfd, const char __user *name, unsigned int flags,
				   struct path *path)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	return user_path_at_empty(dfd, name, flags, path, NULL);
#else
	return user_path_at(dfd, name, flags, path);
#endif
}

/*
 * The folder that @name lies in, and its last part. @not_normal: what "." and
 * ".." and "/" are answered with.
 */
static inline int xsc_parent_lookup(struct filename *name, struct path *parent,
				    struct qstr *last, int not_normal)
{
#ifdef XSC_PARENT_LOOKUP_TELLS_TYPE
	int type;
	int res = vfs_path_parent_lookup(name, 0, parent, last, &type, NULL);

	if (!res && type != LAST_NORM) {
		path_put(parent);
		res = not_normal;
	}
	return res;
#else
	int res = vfs_path_parent_lookup(name, 0, parent, last, NULL);

	return res == -EINVAL ? not_normal : res;
#endif
}

/* Since 6.11 opening tells fsnotify by itself. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#include <linux/fsnotify.h>
#define xsc_fsnotify_open(file)	fsnotify_open(file)
#else
#define xsc_fsnotify_open(file)	do { } while (0)
#endif

/*
 * set_notify_signal() needs wake_up_state(), which modules do not have; but
 * default_wake_function() is the same with a wait entry around the task. Ends
 * an interruptible sleep of @task early. Any context.
 */
static inline void xsc_interrupt(struct task_struct *task)
{
	struct wait_queue_entry entry = { .private = task };

	if (test_and_set_tsk_thread_flag(task, TIF_NOTIFY_SIGNAL))
		return;
	if (!default_wake_function(&entry, TASK_INTERRUPTIBLE, 0, NULL))
		kick_process(task);
}

/*
 * Takes back what xsc_interrupt() did to the current task. Task work that was
 * added with TWA_SIGNAL in between keeps its signal: it is queued before the
 * flag is set, so either we see it here or the flag is set after our clearing.
 */
static inline void xsc_uninterrupt(void)
{
	clear_thread_flag(TIF_NOTIFY_SIGNAL);
	/* Pairs with the full barrier of test_and_set in xsc_interrupt(), set_notify_signal(). */
	smp_mb__after_atomic();
	if (task_work_pending(current))
		set_thread_flag(TIF_NOTIFY_SIGNAL);
}

#endif /* XSC_COMPAT_H */
