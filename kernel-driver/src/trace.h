/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xsc

#if !defined(XSC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XSC_TRACE_H

#include <linux/tracepoint.h>

#include "xsc.h"

TRACE_EVENT(xsc_submit,
	TP_PROTO(const struct xsc_req *req),
	TP_ARGS(req),
	TP_STRUCT__entry(
		__field(void *, ring)
		__field(u64, user_data)
		__field(u8, opcode)
		__field(u8, flags)
		__field(s32, fd)
	),
	TP_fast_assign(
		__entry->ring = req->ctx;
		__entry->user_data = req->sqe.user_data;
		__entry->opcode = req->sqe.opcode;
		__entry->flags = req->sqe.flags;
		__entry->fd = req->sqe.fd;
	),
	TP_printk("ring=%p user_data=0x%llx op=%u flags=0x%x fd=%d", __entry->ring,
		  __entry->user_data, __entry->opcode, __entry->flags, __entry->fd)
);

TRACE_EVENT(xsc_complete,
	TP_PROTO(const struct xsc_req *req, int res, u32 flags),
	TP_ARGS(req, res, flags),
	TP_STRUCT__entry(
		__field(void *, ring)
		__field(u64, user_data)
		__field(u8, opcode)
		__field(int, res)
		__field(u32, flags)
	),
	TP_fast_assign(
		__entry->ring = req->ctx;
		__entry->user_data = req->sqe.user_data;
		__entry->opcode = req->sqe.opcode;
		__entry->res = res;
		__entry->flags = flags;
	),
	TP_printk("ring=%p user_data=0x%llx op=%u res=%d flags=0x%x", __entry->ring,
		  __entry->user_data, __entry->opcode, __entry->res, __entry->flags)
);

TRACE_EVENT(xsc_park,
	TP_PROTO(void *ring, u64 user_data, u32 events),
	TP_ARGS(ring, user_data, events),
	TP_STRUCT__entry(
		__field(void *, ring)
		__field(u64, user_data)
		__field(u32, events)
	),
	TP_fast_assign(
		__entry->ring = ring;
		__entry->user_data = user_data;
		__entry->events = events;
	),
	TP_printk("ring=%p user_data=0x%llx events=0x%x", __entry->ring, __entry->user_data,
		  __entry->events)
);

TRACE_EVENT(xsc_worker,
	TP_PROTO(void *ring, int workers, bool enters),
	TP_ARGS(ring, workers, enters),
	TP_STRUCT__entry(
		__field(void *, ring)
		__field(int, workers)
		__field(bool, enters)
	),
	TP_fast_assign(
		__entry->ring = ring;
		__entry->workers = workers;
		__entry->enters = enters;
	),
	TP_printk("ring=%p workers=%d %s", __entry->ring, __entry->workers,
		  __entry->enters ? "in" : "out")
);

#endif /* XSC_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
