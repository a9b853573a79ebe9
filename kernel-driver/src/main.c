// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/xsc: the device, its module parameters, and its file operations.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/seccomp.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>

#include "xsc.h"

static int disabled;
module_param(disabled, int, 0644);
MODULE_PARM_DESC(disabled, "who may open a ring: 0 whoever may open the device, 1 only CAP_SYS_ADMIN or members of group, 2 nobody");

static int group = -1;
module_param(group, int, 0644);
MODULE_PARM_DESC(group, "id of the group whose members may open a ring with disabled=1; -1 none");

static bool allow_seccomp;
module_param(allow_seccomp, bool, 0644);
MODULE_PARM_DESC(allow_seccomp, "threads under a seccomp filter may use rings, though the filter does not see what is done through them");

unsigned int xsc_max_inflight = 65536;
module_param_named(max_inflight, xsc_max_inflight, uint, 0644);
MODULE_PARM_DESC(max_inflight, "operations of one ring that may be in flight: those beyond end with EAGAIN");

/* A filter sees ioctl() only, so a thread under one could get round it with a ring. */
static bool xsc_seccomp_refuses(void)
{
#ifdef CONFIG_SECCOMP
	return current->seccomp.mode != SECCOMP_MODE_DISABLED && !READ_ONCE(allow_seccomp);
#else
	return false;
#endif
}

static bool xsc_may_open(void)
{
	kgid_t gid = make_kgid(&init_user_ns, READ_ONCE(group));

	switch (READ_ONCE(disabled)) {
	case 0:
		return true;
	case 1:
		return capable(CAP_SYS_ADMIN) || (gid_valid(gid) && in_group_p(gid));
	default:
		return false;
	}
}

/* A ring works for the address space that opened it and for no other; 0 or -EPERM. */
int xsc_check_caller(struct xsc_ctx *ctx)
{
	if (current->mm != ctx->mm || in_compat_syscall() || xsc_seccomp_refuses())
		return -EPERM;
	return 0;
}

static int xsc_open(struct inode *inode, struct file *file)
{
	struct xsc_ctx *ctx;

	if (!xsc_may_open() || xsc_seccomp_refuses() || in_compat_syscall() || !current->mm)
		return -EPERM;
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return -ENOMEM;
	mutex_init(&ctx->submit_lock);
	spin_lock_init(&ctx->cq_lock);
	INIT_LIST_HEAD(&ctx->backlog);
	spin_lock_init(&ctx->efd_lock);
	spin_lock_init(&ctx->lock);
	INIT_LIST_HEAD(&ctx->active);
	INIT_LIST_HEAD(&ctx->work);
	INIT_LIST_HEAD(&ctx->defer);
	INIT_HLIST_HEAD(&ctx->actors);
	spin_lock_init(&ctx->ready_lock);
	spin_lock_init(&ctx->actor_lock);
	INIT_LIST_HEAD(&ctx->ready);
	init_waitqueue_head(&ctx->enter_wq);
	init_waitqueue_head(&ctx->worker_wq);
	init_waitqueue_head(&ctx->poll_wq);
	INIT_WORK(&ctx->notify_work, xsc_notify_work);
	mutex_init(&ctx->reg_lock);
	spin_lock_init(&ctx->file_lock);
	init_rwsem(&ctx->buf_sem);
	mutex_init(&ctx->group_lock);
	INIT_LIST_HEAD(&ctx->groups);
	xsc_actor_init(&ctx->own, ctx);
	xsc_allow_all(ctx);
	mmgrab(current->mm);
	ctx->mm = current->mm;
	ctx->owner = current->files;
	ctx->file = file;
	file->private_data = ctx;
	return stream_open(inode, file);
}

static int xsc_same_file(const void *file, struct file *candidate, unsigned int fd)
{
	return file == candidate;
}

/*
 * Called for every close() of a descriptor. When the owner's last one has gone,
 * everything in flight ends here, though mappings may keep the file open: so
 * after close() no operation touches user memory.
 */
static int xsc_flush(struct file *file, fl_owner_t id)
{
	struct xsc_ctx *ctx = file->private_data;

	if (id == ctx->owner && !iterate_fd(id, 0, xsc_same_file, file))
		xsc_shutdown(ctx);
	return 0;
}

static int xsc_release(struct inode *inode, struct file *file)
{
	struct xsc_ctx *ctx = file->private_data;

	xsc_shutdown(ctx);
	/* Nothing can queue it any more: all requests are gone. */
	cancel_work_sync(&ctx->notify_work);
	xsc_actor_free(&ctx->own);
	xsc_free_ring(ctx);
	mmdrop(ctx->mm);
	kfree(ctx);
	return 0;
}

static void xsc_poll_work(struct callback_head *work)
{
	struct xsc_ctx *ctx = container_of(work, struct xsc_ctx, poll_work);
	struct file *file = ctx->file;

	clear_bit(0, &ctx->poll_work_queued);
	/* An exiting thread has no mm any more, so it is refused here. */
	if (!xsc_check_caller(ctx))
		xsc_consume(ctx);
	fput(file);
}

/*
 * Old clients submit by storing the tail and polling. The work is done on the
 * way to user mode, in the caller's context; a poll that waits is interrupted
 * for it and restarts by itself. One that does not wait need not be.
 */
static void xsc_poll_consume(struct xsc_ctx *ctx, bool waits)
{
	if (test_and_set_bit(0, &ctx->poll_work_queued))
		return;
	get_file(ctx->file);
	init_task_work(&ctx->poll_work, xsc_poll_work);
	if (task_work_add(current, &ctx->poll_work, waits ? TWA_SIGNAL : TWA_RESUME)) {
		clear_bit(0, &ctx->poll_work_queued);
		fput(ctx->file);
	}
}

static __poll_t xsc_poll(struct file *file, struct poll_table_struct *table)
{
	struct xsc_ctx *ctx = file->private_data;
	bool ready;

	/* Pairs with the release in xsc_setup(). */
	if (!smp_load_acquire(&ctx->ready_made) || current->mm != ctx->mm)
		return EPOLLERR;
	poll_wait(file, &ctx->poll_wq, table);
	/* Pairs with wq_has_sleeper() of those who post: we see their work, or they see us. */
	smp_mb();
	ready = !list_empty_careful(&ctx->ready);
	if (!atomic_read(&ctx->nr_workers) && (ready || xsc_sq_pending(ctx)) &&
	    !xsc_check_caller(ctx))
		xsc_poll_consume(ctx, !ready && !poll_does_not_wait(table));
	if (READ_ONCE(ctx->closing))
		return EPOLLERR | EPOLLHUP;
	return ready || xsc_cq_ready(ctx) ? EPOLLIN | EPOLLRDNORM : 0;
}

static ssize_t xsc_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct xsc_ctx *ctx = file->private_data;
	long res;

	res = xsc_check_caller(ctx);
	if (res)
		return res;
	/* Pairs with the release in xsc_setup(). */
	if (!smp_load_acquire(&ctx->ready_made))
		return -ENXIO;
	res = xsc_enter(ctx, U32_MAX, 0, 0);
	return res < 0 ? res : len;
}

/*
 * Each field is read once, without the checks of kernel memory that copying a
 * structure makes.
 */
static __always_inline long xsc_ioctl_enter(struct xsc_ctx *ctx,
					    const struct xsc_enter __user *arg)
{
	u32 to_submit, min_complete, flags, resv;
	u64 timeout_ns, resv2;

	/* Pairs with the release in xsc_setup(). */
	if (unlikely(!smp_load_acquire(&ctx->ready_made)))
		return -ENXIO;
	if (!user_read_access_begin(arg, sizeof(*arg)))
		return -EFAULT;
	unsafe_get_user(to_submit, &arg->to_submit, fault);
	unsafe_get_user(min_complete, &arg->min_complete, fault);
	unsafe_get_user(flags, &arg->flags, fault);
	unsafe_get_user(resv, &arg->resv, fault);
	unsafe_get_user(timeout_ns, &arg->timeout_ns, fault);
	unsafe_get_user(resv2, &arg->resv2, fault);
	user_read_access_end();
	if (unlikely(flags | resv | resv2))
		return -EINVAL;
	return xsc_enter(ctx, to_submit, min_complete, timeout_ns);
fault:
	user_read_access_end();
	return -EFAULT;
}

static long xsc_ioctl_arg(struct xsc_ctx *ctx, unsigned int cmd, void __user *arg)
{
	union {
		struct xsc_files_update files;
		struct xsc_worker worker;
		struct xsc_buffers buffers;
		struct xsc_restrict restrict_;
		struct xsc_buf_ring group;
		__s32 fd;
	} u;

	if (copy_from_user(&u, arg, _IOC_SIZE(cmd)))
		return -EFAULT;
	switch (cmd) {
	case XSC_IOC_WORKER:
		return xsc_worker(ctx, &u.worker);
	case XSC_IOC_REGISTER_FILES:
		return xsc_register_files(ctx, &u.files);
	case XSC_IOC_REGISTER_BUFFERS:
		return xsc_register_buffers(ctx, &u.buffers);
	case XSC_IOC_REGISTER_EVENTFD:
		return xsc_register_eventfd(ctx, u.fd);
	case XSC_IOC_RESTRICT:
		return xsc_restrict(ctx, &u.restrict_);
	case XSC_IOC_REGISTER_BUF_RING:
		return xsc_register_group(ctx, &u.group);
	case XSC_IOC_UNREGISTER_BUF_RING:
		return xsc_unregister_group(ctx, &u.group);
	default:
		return -ENOTTY;
	}
}

static noinline long xsc_do_ioctl(struct xsc_ctx *ctx, unsigned int cmd, void __user *arg)
{
	/* Pairs with the release in xsc_setup(). */
	bool made = smp_load_acquire(&ctx->ready_made);

	switch (cmd) {
	case XSC_IOC_SETUP:
		return xsc_setup(ctx, arg);
	case XSC_IOC_PROBE:
		return xsc_probe(ctx, arg);
	}
	if (!made)
		return -ENXIO;
	switch (cmd) {
	case XSC_IOC_UNREGISTER_FILES:
		return xsc_unregister_files(ctx);
	case XSC_IOC_UNREGISTER_BUFFERS:
		return xsc_unregister_buffers(ctx);
	case XSC_IOC_UNREGISTER_EVENTFD:
		return xsc_unregister_eventfd(ctx);
	case XSC_IOC_STOP_WORKERS:
		xsc_stop_workers(ctx);
		return 0;
	case XSC_IOC_CANCEL_ALL:
		/* Unlike a CANCEL that is submitted, not held back by a drained entry. */
		xsc_cancel_everything(ctx);
		return 0;
	case XSC_IOC_WORKER:
	case XSC_IOC_REGISTER_FILES:
	case XSC_IOC_REGISTER_BUFFERS:
	case XSC_IOC_REGISTER_EVENTFD:
	case XSC_IOC_RESTRICT:
	case XSC_IOC_REGISTER_BUF_RING:
	case XSC_IOC_UNREGISTER_BUF_RING:
		return xsc_ioctl_arg(ctx, cmd, arg);
	default:
		return -ENOTTY;
	}
}

static long xsc_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct xsc_ctx *ctx = file->private_data;
	long res = xsc_check_caller(ctx);

	if (res)
		return res;
	/*
	 * In a process of one thread the system call only borrows the descriptor's
	 * reference, and CLOSE run in here could drop that one.
	 */
	get_file(file);
	if (likely(cmd == XSC_IOC_ENTER))
		res = xsc_ioctl_enter(ctx, (void __user *)arg);
	else
		res = xsc_do_ioctl(ctx, cmd, (void __user *)arg);
	fput(file);
	return res;
}

const struct file_operations xsc_fops = {
	.owner		= THIS_MODULE,
	.open		= xsc_open,
	.flush		= xsc_flush,
	.release	= xsc_release,
	.mmap		= xsc_mmap,
	.poll		= xsc_poll,
	.write		= xsc_write,
	.unlocked_ioctl	= xsc_ioctl,
	.show_fdinfo	= xsc_show_fdinfo,
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	.llseek		= no_llseek,
#endif
};

static struct miscdevice xsc_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xsc",
	.fops	= &xsc_fops,
	.mode	= 0600,
};

static int __init xsc_init(void)
{
	int res;

	xsc_submit_init();
	res = xsc_req_init();
	if (res)
		return res;
	res = misc_register(&xsc_device);
	if (res)
		xsc_req_exit();
	return res;
}

static void __exit xsc_exit(void)
{
	misc_deregister(&xsc_device);
	xsc_req_exit();
}

module_init(xsc_init);
module_exit(xsc_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("XSC: asynchronous system calls over shared memory rings");
