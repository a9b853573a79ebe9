// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/PID/fdinfo: what a ring is at. No kernel address, no pending wait. Also
 * where the trace points are made.
 */
#include <linux/seq_file.h>

#include "xsc.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

void xsc_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct xsc_ctx *ctx = file->private_data;

	/* Pairs with the release in xsc_setup(). */
	if (!smp_load_acquire(&ctx->ready_made)) {
		seq_puts(m, "setup:\tno\n");
		return;
	}
	seq_printf(m, "sq_entries:\t%u\n", ctx->sq_entries);
	seq_printf(m, "sq_head:\t%u\n", READ_ONCE(ctx->sq_head));
	seq_printf(m, "sq_tail:\t%u\n", READ_ONCE(*ctx->sq_tail_word));
	seq_printf(m, "cq_entries:\t%u\n", ctx->cq_entries);
	seq_printf(m, "cq_head:\t%u\n", READ_ONCE(*ctx->cq_head_word));
	seq_printf(m, "cq_tail:\t%u\n", READ_ONCE(ctx->cq_tail));
	seq_printf(m, "in_flight:\t%u\n", READ_ONCE(ctx->started) - READ_ONCE(ctx->completed));
	seq_printf(m, "waiting:\t%u\n", READ_ONCE(ctx->nr_active));
	seq_printf(m, "backlog:\t%u\n", READ_ONCE(ctx->nr_backlog));
	seq_printf(m, "overflowed:\t%llu\n", READ_ONCE(ctx->nr_overflowed));
	seq_printf(m, "parked:\t%lld\n", atomic64_read(&ctx->nr_parked));
	seq_printf(m, "entered:\t%lld\n", atomic64_read(&ctx->nr_entered));
	seq_printf(m, "workers:\t%d\n", atomic_read(&ctx->nr_workers));
	seq_printf(m, "polling:\t%d\n", atomic_read(&ctx->nr_polling));
	seq_printf(m, "files:\t%u\n", READ_ONCE(ctx->nr_files));
	seq_printf(m, "buffers:\t%u\n", READ_ONCE(ctx->nr_bufs));
}
