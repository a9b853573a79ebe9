// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receiving, also into buffers of a group and again and again.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "msg.h"

/* Receives of a multishot that may follow each other before others have their turn. */
#define XSC_BURST	32

static int xsc_put_name(struct xsc_msg *m, void __user *name, int room, int __user *length)
{
	int len = m->hdr.msg_namelen;

	if (room < 0)
		return -EINVAL;
	if (room > len)
		room = len;
	if (room && copy_to_user(name, &m->name, room))
		return -EFAULT;
	return put_user(len, length);
}

static int xsc_recv_name(struct xsc_req *req, struct xsc_msg *m)
{
	int __user *length = u64_to_user_ptr(req->sqe.addr3);
	int room;

	if (req->sqe.opcode != XSC_OP_RECVFROM || !req->sqe.addr2)
		return 0;
	if (get_user(room, length))
		return -EFAULT;
	return xsc_put_name(m, u64_to_user_ptr(req->sqe.addr2), room, length);
}

static int xsc_recv_into(struct xsc_req *req, u64 addr, u32 len)
{
	struct xsc_msg m;
	int res, name;

	res = xsc_msg_begin(req, &m);
	if (res)
		return res;
	res = xsc_msg_range(req, &m, READ, addr, len);
	if (res)
		return res;
	if (req->sqe.opcode == XSC_OP_RECVFROM && req->sqe.addr2)
		m.hdr.msg_name = &m.name;
	res = sock_recvmsg(m.sock, &m.hdr, m.flags & ~MSG_WAITALL);
	if (res >= 0) {
		name = xsc_recv_name(req, &m);
		if (name)
			return name;
	}
	return xsc_msg_outcome(req, &m, res);
}

static int xsc_recv_once(struct xsc_req *req)
{
	return xsc_recv_into(req, req->sqe.addr, req->sqe.len);
}

/* Would a receive find something, if only an error or the end? */
static bool xsc_has_data(struct xsc_req *req)
{
	return vfs_poll(req->file, NULL) & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP);
}

/* Into a buffer of a group, which is taken only if something came. */
static int xsc_recv_select(struct xsc_req *req)
{
	struct xsc_ctx *ctx = req->ctx;
	struct xsc_group *group;
	struct xsc_buf buf;
	int res;

	group = xsc_group_lock(ctx, req->sqe.buf_index);
	if (!group)
		return -ENOBUFS;
	res = xsc_group_peek(group, &buf);
	/* One that has received waits for data first: the buffers may be back by then. */
	if (res == -ENOBUFS && req->is.again && !xsc_has_data(req))
		res = -EAGAIN;
	if (!res) {
		u32 len = buf.len;

		if (req->sqe.len && req->sqe.len < len)
			len = req->sqe.len;
		req->done = 0;
		res = xsc_recv_into(req, buf.addr, len);
	}
	if (res > 0) {
		group->head++;
		req->is.again = true;
		req->cflags = XSC_CQE_BUFFER | (u32)buf.bid << XSC_CQE_BUFFER_SHIFT;
	}
	xsc_group_unlock(ctx);
	return res;
}

static int xsc_recv_multishot(struct xsc_req *req)
{
	int res, n, parked;

	do {
		for (n = 0; n < XSC_BURST; n++) {
			req->cflags = 0;
			res = xsc_recv_select(req);
			if (res <= 0)
				break;
			/* Without room for one more it is the last: the user asks again. */
			if (!xsc_post_more(req, res, req->cflags))
				return res;
			req->spins = 0;
		}
		req->cflags = 0;
		req->done = 0;
		if (n == XSC_BURST)
			return xsc_yield(req);
		if (res != -EAGAIN || (req->sqe.msg_flags & MSG_DONTWAIT))
			return res;
		parked = xsc_park(req, EPOLLIN | EPOLLRDNORM | EPOLLRDHUP);
	} while (!parked);
	return parked;
}

int xsc_op_recv(struct xsc_req *req, bool sleep)
{
	__poll_t events = EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;

	if (!(req->sqe.flags & XSC_SQE_BUFFER_SELECT))
		return xsc_msg_loop(req, events, xsc_recv_once);
	if (req->sqe.ioprio & XSC_RECV_MULTISHOT) {
		if (req->sqe.msg_flags & (MSG_WAITALL | MSG_PEEK))
			return -EINVAL;
		return xsc_recv_multishot(req);
	}
	return xsc_msg_loop(req, events, xsc_recv_select);
}

static int xsc_put_msghdr(struct xsc_req *req, struct xsc_msg *m, void __user *control)
{
	struct user_msghdr __user *u = u64_to_user_ptr(req->sqe.addr);
	int res;

	if (m->user.msg_name) {
		res = xsc_put_name(m, m->user.msg_name, m->user.msg_namelen, &u->msg_namelen);
		if (res)
			return res;
	}
	if (put_user(m->hdr.msg_flags & ~MSG_CMSG_COMPAT, &u->msg_flags))
		return -EFAULT;
	return put_user((unsigned long)m->hdr.msg_control_user - (unsigned long)control,
			&u->msg_controllen);
}

static int xsc_recvmsg_once(struct xsc_req *req)
{
	void __user *control;
	struct xsc_msg m;
	int res, put;

	res = xsc_msg_begin(req, &m);
	if (res)
		return res;
	res = xsc_msg_import(req, &m, READ);
	if (res)
		return res;
	control = (void __user *)m.user.msg_control;
	m.hdr.msg_control_is_user = true;
	m.hdr.msg_control_user = control;
	m.hdr.msg_controllen = m.user.msg_controllen;
	if (m.user.msg_name)
		m.hdr.msg_name = &m.name;
	/* put_cmsg() and the passing of descriptors look at it. */
	m.hdr.msg_flags = m.flags & MSG_CMSG_CLOEXEC;
	res = sock_recvmsg(m.sock, &m.hdr, m.flags & ~MSG_WAITALL);
	if (res >= 0) {
		put = xsc_put_msghdr(req, &m, control);
		if (put)
			res = put;
	}
	res = xsc_msg_outcome(req, &m, res);
	kfree(m.iov);
	return res;
}

int xsc_op_recvmsg(struct xsc_req *req, bool sleep)
{
	__poll_t events = EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;

	/* The error queue is announced as an error, which is always waited for. */
	if (req->sqe.msg_flags & MSG_ERRQUEUE)
		events = 0;
	return xsc_msg_loop(req, events, xsc_recvmsg_once);
}
