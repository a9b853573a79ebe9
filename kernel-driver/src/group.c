// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups of receive buffers. The ring of offered buffers is the user's own
 * memory and is read like any other: with checked copies, by a thread of the
 * process. Only the head is kept here.
 */
#include <linux/log2.h>
#include <linux/slab.h>

#include "xsc.h"

#define XSC_MAX_GROUP_ENTRIES	32768
#define XSC_MAX_GROUPS		1024

static struct xsc_group *xsc_find_group(struct xsc_ctx *ctx, u16 id)
{
	struct xsc_group *group;

	lockdep_assert_held(&ctx->group_lock);
	list_for_each_entry(group, &ctx->groups, node) {
		if (group->id == id)
			return group;
	}
	return NULL;
}

static bool xsc_bad_group(const struct xsc_buf_ring *arg)
{
	return arg->flags || arg->resv[0] || arg->resv[1] || arg->resv[2];
}

long xsc_register_group(struct xsc_ctx *ctx, const struct xsc_buf_ring *arg)
{
	struct xsc_group *group;
	long res = 0;

	if (xsc_bad_group(arg) || !arg->ring_addr || !PAGE_ALIGNED(arg->ring_addr) ||
	    !is_power_of_2(arg->ring_entries) || arg->ring_entries > XSC_MAX_GROUP_ENTRIES)
		return -EINVAL;
	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group)
		return -ENOMEM;
	group->addr = arg->ring_addr;
	group->entries = arg->ring_entries;
	group->id = arg->bgid;
	mutex_lock(&ctx->group_lock);
	if (READ_ONCE(ctx->closing))
		res = -ESHUTDOWN;
	else if (xsc_find_group(ctx, arg->bgid))
		res = -EEXIST;
	else if (ctx->nr_groups >= XSC_MAX_GROUPS)
		res = -ENOSPC;
	else
		list_add(&group->node, &ctx->groups);
	if (!res)
		ctx->nr_groups++;
	mutex_unlock(&ctx->group_lock);
	if (res)
		kfree(group);
	return res;
}

long xsc_unregister_group(struct xsc_ctx *ctx, const struct xsc_buf_ring *arg)
{
	struct xsc_group *group;

	if (xsc_bad_group(arg))
		return -EINVAL;
	mutex_lock(&ctx->group_lock);
	group = xsc_find_group(ctx, arg->bgid);
	if (group) {
		list_del(&group->node);
		ctx->nr_groups--;
	}
	mutex_unlock(&ctx->group_lock);
	if (!group)
		return -ENOENT;
	kfree(group);
	return 0;
}

void xsc_free_groups(struct xsc_ctx *ctx)
{
	struct xsc_group *group, *tmp;

	mutex_lock(&ctx->group_lock);
	list_for_each_entry_safe(group, tmp, &ctx->groups, node) {
		list_del(&group->node);
		kfree(group);
	}
	mutex_unlock(&ctx->group_lock);
}

/*
 * Finds a group and keeps others from taking its buffers. Held over one receive
 * that does not wait, so that a buffer is taken only if something came.
 */
struct xsc_group *xsc_group_lock(struct xsc_ctx *ctx, u16 id)
{
	struct xsc_group *group;

	mutex_lock(&ctx->group_lock);
	group = xsc_find_group(ctx, id);
	if (!group)
		mutex_unlock(&ctx->group_lock);
	return group;
}

void xsc_group_unlock(struct xsc_ctx *ctx)
{
	mutex_unlock(&ctx->group_lock);
}

/* The buffer whose turn it is; taking it is advancing head. 0 or -errno. */
int xsc_group_peek(struct xsc_group *group, struct xsc_buf *buf)
{
	struct xsc_buf __user *ring = u64_to_user_ptr(group->addr);
	u16 tail;

	if (get_user(tail, &ring[0].tail))
		return -EFAULT;
	if (tail == group->head)
		return -ENOBUFS;
	/* Pairs with the user side's store-release of tail: the slot is visible. */
	smp_rmb();
	if (copy_from_user(buf, &ring[group->head & (group->entries - 1)], sizeof(*buf)))
		return -EFAULT;
	return 0;
}
