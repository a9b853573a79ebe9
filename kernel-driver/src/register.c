// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process makes known to its ring: files, buffers, an eventfd, and what
 * the ring may do. Changed under reg_lock; looked at under the lock named where
 * each is kept.
 */
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "xsc.h"

#define XSC_MAX_FILES		32768
#define XSC_MAX_BUFFERS		16384
#define XSC_MAX_BUFFER_SIZE	SZ_1G

/* ---- files: the table is under file_lock */

struct file *xsc_fixed_file(struct xsc_ctx *ctx, u32 index)
{
	struct file *file = NULL;

	spin_lock(&ctx->file_lock);
	if (index < ctx->nr_files)
		file = ctx->files[array_index_nospec(index, ctx->nr_files)];
	if (file)
		get_file(file);
	spin_unlock(&ctx->file_lock);
	return file;
}

static void xsc_put_files(struct file **files, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (files[i])
			fput(files[i]);
	}
	kvfree(files);
}

/* The files of an array of descriptors; a ring is none: it could end up holding itself. */
static int xsc_get_files(struct file **files, const __s32 __user *fds, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		__s32 fd;

		if (get_user(fd, &fds[i]))
			return -EFAULT;
		if (fd == -1)
			continue;
		files[i] = fget(fd);
		if (!files[i] || xsc_is_ring(files[i]))
			return -EBADF;
		cond_resched();
	}
	return 0;
}

static int xsc_swap_files(struct xsc_ctx *ctx, struct file **files, u32 offset, u32 nr)
{
	int res = -EINVAL;
	u32 i;

	spin_lock(&ctx->file_lock);
	if (offset <= ctx->nr_files && nr <= ctx->nr_files - offset) {
		for (i = 0; i < nr; i++)
			swap(ctx->files[offset + i], files[i]);
		res = 0;
	}
	spin_unlock(&ctx->file_lock);
	return res;
}

/* Without a table, makes one of @arg->nr entries; with one, replaces part of it. */
long xsc_register_files(struct xsc_ctx *ctx, const struct xsc_files_update *arg)
{
	struct file **files;
	long res;

	if (!arg->nr || arg->nr > XSC_MAX_FILES || arg->nr > rlimit(RLIMIT_NOFILE))
		return arg->nr ? -EMFILE : -EINVAL;
	files = kvcalloc(arg->nr, sizeof(*files), GFP_KERNEL_ACCOUNT);
	if (!files)
		return -ENOMEM;
	res = xsc_get_files(files, u64_to_user_ptr(arg->fds), arg->nr);
	mutex_lock(&ctx->reg_lock);
	if (!res && READ_ONCE(ctx->closing))
		res = -ESHUTDOWN;
	if (!res && ctx->files) {
		res = xsc_swap_files(ctx, files, arg->offset, arg->nr);
	} else if (!res) {
		res = arg->offset ? -ENXIO : 0;
		if (!res) {
			spin_lock(&ctx->file_lock);
			ctx->files = files;
			ctx->nr_files = arg->nr;
			spin_unlock(&ctx->file_lock);
			files = NULL;
		}
	}
	mutex_unlock(&ctx->reg_lock);
	/* What was replaced, or what could not be registered. */
	if (files)
		xsc_put_files(files, arg->nr);
	return res;
}

long xsc_unregister_files(struct xsc_ctx *ctx)
{
	struct file **files;
	unsigned int nr;

	mutex_lock(&ctx->reg_lock);
	spin_lock(&ctx->file_lock);
	files = ctx->files;
	nr = ctx->nr_files;
	ctx->files = NULL;
	ctx->nr_files = 0;
	spin_unlock(&ctx->file_lock);
	mutex_unlock(&ctx->reg_lock);
	if (!files)
		return -ENXIO;
	xsc_put_files(files, nr);
	return 0;
}

/* ---- buffers: the table is under buf_sem */

static void xsc_unpin(struct xsc_ctx *ctx, struct xsc_fixed_buf *buf)
{
	unsigned int i;

	for (i = 0; i < buf->nr_pages; i++)
		unpin_user_page(buf->bvec[i].bv_page);
	if (buf->nr_pages)
		account_locked_vm(ctx->mm, buf->nr_pages, false);
	kvfree(buf);
}

static int xsc_pin_pages(struct xsc_fixed_buf *buf, struct page **pages)
{
	unsigned long start = buf->addr & PAGE_MASK;
	unsigned int got = 0, i;
	u64 left = buf->len;
	int n;

	while (got < buf->nr_pages) {
		n = pin_user_pages_fast(start + (unsigned long)got * PAGE_SIZE,
					buf->nr_pages - got, FOLL_WRITE | FOLL_LONGTERM,
					pages + got);
		if (n <= 0) {
			unpin_user_pages(pages, got);
			return n < 0 ? n : -EFAULT;
		}
		got += n;
	}
	for (i = 0; i < got; i++) {
		unsigned int offset = i ? 0 : offset_in_page(buf->addr);
		unsigned int len = min_t(u64, left, PAGE_SIZE - offset);

		buf->bvec[i].bv_page = pages[i];
		buf->bvec[i].bv_offset = offset;
		buf->bvec[i].bv_len = len;
		left -= len;
	}
	return 0;
}

static struct xsc_fixed_buf *xsc_pin(struct xsc_ctx *ctx, const struct iovec *iov)
{
	u64 addr = (unsigned long)iov->iov_base;
	struct xsc_fixed_buf *buf;
	struct page **pages;
	unsigned int nr;
	u64 end;
	int res;

	if (!iov->iov_len || iov->iov_len > XSC_MAX_BUFFER_SIZE)
		return ERR_PTR(-EFAULT);
	if (check_add_overflow(addr, (u64)iov->iov_len, &end) || end > ULONG_MAX - PAGE_SIZE)
		return ERR_PTR(-EOVERFLOW);
	nr = (PAGE_ALIGN(end) - (addr & PAGE_MASK)) >> PAGE_SHIFT;
	buf = kvzalloc(struct_size(buf, bvec, nr), GFP_KERNEL_ACCOUNT);
	pages = kvcalloc(nr, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	res = -ENOMEM;
	if (!buf || !pages)
		goto fail;
	buf->addr = addr;
	buf->len = iov->iov_len;
	buf->nr_pages = nr;
	res = account_locked_vm(ctx->mm, nr, true);
	if (res)
		goto fail;
	res = xsc_pin_pages(buf, pages);
	if (res) {
		account_locked_vm(ctx->mm, nr, false);
		goto fail;
	}
	kvfree(pages);
	return buf;
fail:
	kvfree(pages);
	kvfree(buf);
	return ERR_PTR(res);
}

static void xsc_free_bufs(struct xsc_ctx *ctx, struct xsc_fixed_buf **bufs, unsigned int nr)
{
	while (nr--)
		xsc_unpin(ctx, bufs[nr]);
	kvfree(bufs);
}

long xsc_register_buffers(struct xsc_ctx *ctx, const struct xsc_buffers *arg)
{
	const struct iovec __user *iovs = u64_to_user_ptr(arg->iovecs);
	struct xsc_fixed_buf **bufs;
	long res = 0;
	u32 i;

	if (!arg->nr || arg->nr > XSC_MAX_BUFFERS || arg->resv)
		return -EINVAL;
	bufs = kvcalloc(arg->nr, sizeof(*bufs), GFP_KERNEL_ACCOUNT);
	if (!bufs)
		return -ENOMEM;
	for (i = 0; i < arg->nr; i++) {
		struct iovec iov;

		if (fatal_signal_pending(current)) {
			res = -EINTR;
			break;
		}
		if (copy_from_user(&iov, &iovs[i], sizeof(iov))) {
			res = -EFAULT;
			break;
		}
		bufs[i] = xsc_pin(ctx, &iov);
		if (IS_ERR(bufs[i])) {
			res = PTR_ERR(bufs[i]);
			break;
		}
		cond_resched();
	}
	down_write(&ctx->buf_sem);
	if (!res && READ_ONCE(ctx->closing))
		res = -ESHUTDOWN;
	if (!res && ctx->bufs)
		res = -EBUSY;
	if (!res) {
		ctx->bufs = bufs;
		ctx->nr_bufs = arg->nr;
	}
	up_write(&ctx->buf_sem);
	if (res)
		xsc_free_bufs(ctx, bufs, i);
	return res;
}

long xsc_unregister_buffers(struct xsc_ctx *ctx)
{
	struct xsc_fixed_buf **bufs;
	unsigned int nr;

	/* Waits for those who transfer. */
	down_write(&ctx->buf_sem);
	bufs = ctx->bufs;
	nr = ctx->nr_bufs;
	ctx->bufs = NULL;
	ctx->nr_bufs = 0;
	up_write(&ctx->buf_sem);
	if (!bufs)
		return -ENXIO;
	xsc_free_bufs(ctx, bufs, nr);
	return 0;
}

/* With buf_sem held for reading, until the transfer is over. */
int xsc_import_fixed(struct xsc_req *req, int rw, struct iov_iter *iter)
{
	struct xsc_ctx *ctx = req->ctx;
	struct xsc_fixed_buf *buf;
	u64 addr = req->sqe.addr;
	u32 len = min_t(u32, req->sqe.len, MAX_RW_COUNT);
	u64 end;

	lockdep_assert_held_read(&ctx->buf_sem);
	if (req->sqe.buf_index >= ctx->nr_bufs)
		return -EFAULT;
	buf = ctx->bufs[array_index_nospec(req->sqe.buf_index, ctx->nr_bufs)];
	if (check_add_overflow(addr, (u64)req->sqe.len, &end) || addr < buf->addr ||
	    end > buf->addr + buf->len)
		return -EFAULT;
	/* The iterator walks over the pages before the part that is meant. */
	iov_iter_bvec(iter, rw, buf->bvec, buf->nr_pages, addr - buf->addr + len);
	iov_iter_advance(iter, addr - buf->addr);
	return 0;
}

/* ---- eventfd: under efd_lock */

long xsc_register_eventfd(struct xsc_ctx *ctx, int fd)
{
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(fd);
	long res = 0;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	spin_lock(&ctx->efd_lock);
	if (ctx->eventfd)
		res = -EBUSY;
	else if (READ_ONCE(ctx->closing))
		res = -ESHUTDOWN;
	else
		WRITE_ONCE(ctx->eventfd, eventfd);
	spin_unlock(&ctx->efd_lock);
	if (res)
		eventfd_ctx_put(eventfd);
	return res;
}

long xsc_unregister_eventfd(struct xsc_ctx *ctx)
{
	struct eventfd_ctx *eventfd;

	spin_lock(&ctx->efd_lock);
	eventfd = ctx->eventfd;
	WRITE_ONCE(ctx->eventfd, NULL);
	spin_unlock(&ctx->efd_lock);
	if (!eventfd)
		return -ENXIO;
	eventfd_ctx_put(eventfd);
	return 0;
}

/* ---- what works here, and what is allowed */

void xsc_allow_all(struct xsc_ctx *ctx)
{
	int i;

	ctx->permitted = U64_MAX;
	ctx->allowed = 0;
	for (i = 0; i < XSC_OP_LAST; i++) {
		if (xsc_ops[i].issue)
			ctx->allowed |= BIT_ULL(i);
	}
}

long xsc_probe(struct xsc_ctx *ctx, struct xsc_probe __user *arg)
{
	struct xsc_probe probe = {
		.abi = XSC_ABI_VERSION,
		.features = XSC_FEAT_OFFSETS | XSC_FEAT_ENTER | XSC_FEAT_WORKERS |
			    XSC_FEAT_NODROP | XSC_FEAT_PROBE,
		.max_entries = XSC_MAX_SQ_ENTRIES,
		.nr_ops = XSC_OP_LAST,
	};
	int i;

	for (i = 0; i < XSC_OP_LAST; i++) {
		if (xsc_ops[i].issue)
			probe.ops[i / 64] |= BIT_ULL(i % 64);
	}
	return copy_to_user(arg, &probe, sizeof(probe)) ? -EFAULT : 0;
}

/* One way: what was forbidden stays so. */
long xsc_restrict(struct xsc_ctx *ctx, const struct xsc_restrict *arg)
{
	long res = 0;

	/* There are no operations yet that the rest of the bits could stand for. */
	BUILD_BUG_ON(XSC_OP_LAST > BITS_PER_TYPE(arg->allowed_ops[0]));
	if (arg->flags || arg->resv)
		return -EINVAL;
	mutex_lock(&ctx->submit_lock);
	if (ctx->started) {
		res = -EBUSY;
	} else {
		ctx->permitted &= arg->allowed_ops[0];
		ctx->allowed &= arg->allowed_ops[0];
	}
	mutex_unlock(&ctx->submit_lock);
	return res;
}
