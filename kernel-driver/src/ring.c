// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ring memory: made by SETUP, mapped by mmap, freed at release.
 *
 * Pages are charged to the memory cgroup of whoever sets the ring up. A page
 * lives as long as the driver or any mapping holds it, so nothing that user
 * space unmaps, or does not, can leave a pointer to freed memory.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "xsc.h"

static void xsc_free_region(struct xsc_region *r)
{
	unsigned int i;

	if (r->addr)
		vunmap(r->addr);
	for (i = 0; i < r->nr_pages; i++)
		__free_page(r->pages[i]);
	kfree(r->pages);
	memset(r, 0, sizeof(*r));
}

static int xsc_alloc_region(struct xsc_region *r, size_t size)
{
	unsigned int n = DIV_ROUND_UP(size, PAGE_SIZE);

	r->pages = kcalloc(n, sizeof(*r->pages), GFP_KERNEL_ACCOUNT);
	if (!r->pages)
		return -ENOMEM;
	for (; r->nr_pages < n; r->nr_pages++) {
		struct page *page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);

		if (!page)
			return -ENOMEM;
		r->pages[r->nr_pages] = page;
	}
	r->size = (size_t)n * PAGE_SIZE;
	r->addr = vmap(r->pages, n, VM_MAP, PAGE_KERNEL);
	return r->addr ? 0 : -ENOMEM;
}

void xsc_free_ring(struct xsc_ctx *ctx)
{
	int i;

	for (i = 0; i < XSC_REGIONS; i++)
		xsc_free_region(&ctx->region[i]);
}

/* The compact layout is the one that clients assume which know no offsets. */
static void xsc_layout(struct xsc_params *p)
{
	bool lines = p->flags & XSC_SETUP_CACHELINE;

	p->sq_off = (struct xsc_sqring_offsets) {
		.head = 0,
		.tail = lines ? 64 : 4,
		.ring_mask = lines ? 128 : 8,
		.ring_entries = lines ? 132 : 12,
		.flags = lines ? 8 : 16,
		.dropped = lines ? 12 : 20,
	};
	p->cq_off = (struct xsc_cqring_offsets) {
		.head = 0,
		.tail = lines ? 64 : 4,
		.ring_mask = lines ? 128 : 8,
		.ring_entries = lines ? 132 : 12,
		.overflow = lines ? 68 : 16,
	};
}

static int xsc_check_params(struct xsc_params *p)
{
	if (p->flags & ~(XSC_SETUP_CACHELINE | XSC_SETUP_CLAMP))
		return -EINVAL;
	if (p->resv[0] || p->resv[1] || p->resv[2])
		return -EINVAL;
	if (xsc_ring_sizes(&p->sq_entries, &p->cq_entries, p->flags & XSC_SETUP_CLAMP,
			   XSC_DEFAULT_SQ_ENTRIES, XSC_MAX_SQ_ENTRIES, XSC_MAX_CQ_ENTRIES))
		return -EINVAL;
	return 0;
}

static void xsc_publish_ring(struct xsc_ctx *ctx, const struct xsc_params *p)
{
	void *sq = ctx->region[XSC_SQ_RING].addr;
	void *cq = ctx->region[XSC_CQ_RING].addr;

	/* For the reader's convenience; the driver itself uses its own copies only. */
	*(u32 *)(sq + p->sq_off.ring_mask) = p->sq_entries - 1;
	*(u32 *)(sq + p->sq_off.ring_entries) = p->sq_entries;
	*(u32 *)(cq + p->cq_off.ring_mask) = p->cq_entries - 1;
	*(u32 *)(cq + p->cq_off.ring_entries) = p->cq_entries;

	ctx->params = *p;
	ctx->sq_entries = p->sq_entries;
	ctx->cq_entries = p->cq_entries;
	ctx->sq_head_word = sq + p->sq_off.head;
	ctx->sq_tail_word = sq + p->sq_off.tail;
	ctx->sq_flags_word = sq + p->sq_off.flags;
	ctx->sq_dropped_word = sq + p->sq_off.dropped;
	ctx->cq_head_word = cq + p->cq_off.head;
	ctx->cq_tail_word = cq + p->cq_off.tail;
	ctx->sqes = ctx->region[XSC_SQES].addr;
	ctx->cqes = ctx->region[XSC_CQES].addr;
}

int xsc_setup(struct xsc_ctx *ctx, struct xsc_params __user *arg)
{
	struct xsc_params p;
	int res;

	BUILD_BUG_ON(sizeof(struct xsc_params) != 120);
	BUILD_BUG_ON(sizeof(struct xsc_sqe) != 64);
	BUILD_BUG_ON(sizeof(struct xsc_cqe) != 16);

	if (copy_from_user(&p, arg, sizeof(p)))
		return -EFAULT;
	mutex_lock(&ctx->reg_lock);
	res = -EBUSY;
	if (ctx->ready_made)
		goto out;
	res = xsc_check_params(&p);
	if (res)
		goto out;
	xsc_layout(&p);
	p.features = XSC_FEAT_OFFSETS | XSC_FEAT_ENTER | XSC_FEAT_WORKERS | XSC_FEAT_NODROP |
		     XSC_FEAT_PROBE;
	res = xsc_alloc_region(&ctx->region[XSC_SQ_RING], PAGE_SIZE);
	if (!res)
		res = xsc_alloc_region(&ctx->region[XSC_CQ_RING], PAGE_SIZE);
	if (!res)
		res = xsc_alloc_region(&ctx->region[XSC_SQES],
				       p.sq_entries * sizeof(struct xsc_sqe));
	if (!res)
		res = xsc_alloc_region(&ctx->region[XSC_CQES],
				       p.cq_entries * sizeof(struct xsc_cqe));
	if (!res && copy_to_user(arg, &p, sizeof(p)))
		res = -EFAULT;
	if (res) {
		xsc_free_ring(ctx);
		goto out;
	}
	xsc_publish_ring(ctx, &p);
	/* Pairs with the acquire loads of ready_made: the ring is whole when it is seen. */
	smp_store_release(&ctx->ready_made, true);
out:
	mutex_unlock(&ctx->reg_lock);
	return res;
}

static vm_fault_t xsc_fault(struct vm_fault *vmf)
{
	struct xsc_region *r = vmf->vma->vm_private_data;
	unsigned long offset = (vmf->address & PAGE_MASK) - vmf->vma->vm_start;
	struct page *page;

	/* A mapping may have been split: then vm_pgoff says where this part begins. */
	offset += (vmf->vma->vm_pgoff << PAGE_SHIFT) & (XSC_OFF_CQ_RING - 1);
	if (offset >= r->size)
		return VM_FAULT_SIGBUS;
	page = r->pages[offset >> PAGE_SHIFT];
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct xsc_vm_ops = {
	.fault = xsc_fault,
};

int xsc_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct xsc_ctx *ctx = file->private_data;
	unsigned long long offset = (unsigned long long)vma->vm_pgoff << PAGE_SHIFT;
	unsigned long long index = offset / XSC_OFF_CQ_RING;

	if (xsc_check_caller(ctx))
		return -EPERM;
	/* Pairs with the release in xsc_setup(). */
	if (!smp_load_acquire(&ctx->ready_made))
		return -ENXIO;
	if (offset % XSC_OFF_CQ_RING || index >= XSC_REGIONS ||
	    vma->vm_end - vma->vm_start > ctx->region[index].size)
		return -EINVAL;
	if (!(vma->vm_flags & VM_SHARED) || (vma->vm_flags & VM_EXEC))
		return -EINVAL;
	vm_flags_mod(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	vma->vm_private_data = &ctx->region[index];
	vma->vm_ops = &xsc_vm_ops;
	return 0;
}
