// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages, sending them, and making sockets; receiving is in op_recv.c. Nothing
 * in either sleeps: a call that would is made with MSG_DONTWAIT and the request
 * parked. O_NONBLOCK on the socket changes nothing, as with io_uring;
 * MSG_DONTWAIT in the entry does.
 *
 * accept, connect, bind, listen and shutdown are not here: modules cannot call
 * them with their security hooks.
 */
#include <linux/file.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/sock.h>

#include "msg.h"

int xsc_msg_begin(struct xsc_req *req, struct xsc_msg *m)
{
	m->sock = sock_from_file(req->file);
	if (!m->sock)
		return -ENOTSOCK;
	memset(&m->hdr, 0, sizeof(m->hdr));
	m->iov = NULL;
	m->control = NULL;
	m->flags = req->sqe.msg_flags | MSG_DONTWAIT;
	return 0;
}

int xsc_msg_range(struct xsc_req *req, struct xsc_msg *m, int rw, u64 addr, u32 len)
{
	int res = xsc_import_ubuf(rw, u64_to_user_ptr(addr), len, &m->hdr.msg_iter);

	if (res)
		return res;
	req->wanted = iov_iter_count(&m->hdr.msg_iter);
	iov_iter_advance(&m->hdr.msg_iter, min_t(u64, req->done, req->wanted));
	return 0;
}

static int xsc_msg_to(struct xsc_msg *m, u64 addr, u32 len)
{
	if (len > sizeof(m->name))
		return -EINVAL;
	if (copy_from_user(&m->name, u64_to_user_ptr(addr), len))
		return -EFAULT;
	m->hdr.msg_name = &m->name;
	m->hdr.msg_namelen = len;
	return 0;
}

static void xsc_msg_end(struct xsc_msg *m)
{
	kfree(m->iov);
	if (m->control)
		sock_kfree_s(m->sock->sk, m->control, m->hdr.msg_controllen);
}

/* All of it, or what there is: a stream goes on until all is moved if it was asked to. */
static bool xsc_msg_all(struct xsc_req *req, struct xsc_msg *m)
{
	return (req->sqe.msg_flags & (MSG_WAITALL | MSG_PEEK)) == MSG_WAITALL &&
	       (m->sock->type == SOCK_STREAM || m->sock->type == SOCK_SEQPACKET);
}

/* The outcome of one attempt: a result, or -EAGAIN to wait. */
int xsc_msg_outcome(struct xsc_req *req, struct xsc_msg *m, int res)
{
	bool waits = !(req->sqe.msg_flags & MSG_DONTWAIT);

	if (xsc_msg_all(req, m)) {
		if (res > 0)
			xsc_moved(req, res);
		if (res > 0 && req->done < req->wanted && waits)
			return -EAGAIN;
		if (res == -EAGAIN && waits)
			return res;
		return req->done ? req->done : res;
	}
	return res;
}

/* Makes attempts until one has an outcome other than waiting, or the request waits. */
int xsc_msg_loop(struct xsc_req *req, __poll_t events, int (*attempt)(struct xsc_req *req))
{
	int res, parked;

	do {
		res = attempt(req);
		if (res != -EAGAIN || (req->sqe.msg_flags & MSG_DONTWAIT))
			return res;
		parked = xsc_park(req, events);
	} while (!parked);
	return parked == XSC_PENDING ? parked : req->done ? req->done : parked;
}

/* ---- sending */

static int xsc_send_once(struct xsc_req *req)
{
	struct xsc_msg m;
	int res;

	res = xsc_msg_begin(req, &m);
	if (res)
		return res;
	res = xsc_msg_range(req, &m, WRITE, req->sqe.addr, req->sqe.len);
	if (!res && req->sqe.opcode == XSC_OP_SENDTO && req->sqe.addr2)
		res = xsc_msg_to(&m, req->sqe.addr2, req->sqe.addr_len);
	if (res)
		return res;
	/* The thread that happens to do it is not the one to be told by a signal. */
	m.hdr.msg_flags = (m.flags & ~MSG_WAITALL) | MSG_NOSIGNAL;
	return xsc_msg_outcome(req, &m, sock_sendmsg(m.sock, &m.hdr));
}

int xsc_op_send(struct xsc_req *req, bool sleep)
{
	if (req->sqe.opcode == XSC_OP_SENDTO && !req->sqe.addr2 && req->sqe.addr_len)
		return -EINVAL;
	return xsc_msg_loop(req, EPOLLOUT | EPOLLWRNORM, xsc_send_once);
}

int xsc_msg_import(struct xsc_req *req, struct xsc_msg *m, int rw)
{
	ssize_t n;

	if (copy_from_user(&m->user, u64_to_user_ptr(req->sqe.addr), sizeof(m->user)))
		return -EFAULT;
	if (m->user.msg_iovlen > UIO_MAXIOV)
		return -EMSGSIZE;
	if (m->user.msg_namelen < 0)
		return -EINVAL;
	m->iov = m->fast_iov;
	n = import_iovec(rw, m->user.msg_iov, m->user.msg_iovlen, UIO_FASTIOV, &m->iov,
			 &m->hdr.msg_iter);
	if (n < 0) {
		m->iov = NULL;
		return n;
	}
	req->wanted = n;
	iov_iter_advance(&m->hdr.msg_iter, min_t(u64, req->done, req->wanted));
	return 0;
}

/* Ancillary data is copied once; descriptors in it are those of the calling thread. */
static int xsc_msg_control(struct xsc_msg *m)
{
	size_t len = m->user.msg_controllen;

	if (!len)
		return 0;
	if (len > INT_MAX)
		return -ENOBUFS;
	m->control = sock_kmalloc(m->sock->sk, len, GFP_KERNEL);
	if (!m->control)
		return -ENOBUFS;
	m->hdr.msg_controllen = len;
	if (copy_from_user(m->control, (void __user *)m->user.msg_control, len))
		return -EFAULT;
	m->hdr.msg_control = m->control;
	m->hdr.msg_control_is_user = false;
	return 0;
}

static int xsc_sendmsg_once(struct xsc_req *req)
{
	struct xsc_msg m;
	int res;

	res = xsc_msg_begin(req, &m);
	if (res)
		return res;
	res = xsc_msg_import(req, &m, WRITE);
	if (!res && m.user.msg_name && m.user.msg_namelen)
		res = xsc_msg_to(&m, (unsigned long)m.user.msg_name, m.user.msg_namelen);
	/* Once: what was sent with the first bytes is not sent again with the rest. */
	if (!res && !req->done)
		res = xsc_msg_control(&m);
	if (!res) {
		m.hdr.msg_flags = (m.flags & ~MSG_WAITALL) | MSG_NOSIGNAL;
		res = xsc_msg_outcome(req, &m, sock_sendmsg(m.sock, &m.hdr));
	}
	xsc_msg_end(&m);
	return res;
}

int xsc_op_sendmsg(struct xsc_req *req, bool sleep)
{
	return xsc_msg_loop(req, EPOLLOUT | EPOLLWRNORM, xsc_sendmsg_once);
}

/* ---- making one */

int xsc_op_socket(struct xsc_req *req, bool sleep)
{
	int type = req->sqe.len & SOCK_TYPE_MASK;
	int flags = req->sqe.len & ~SOCK_TYPE_MASK;
	struct socket *sock;
	struct file *file;
	int fd, res;

	BUILD_BUG_ON(SOCK_NONBLOCK != O_NONBLOCK || SOCK_CLOEXEC != O_CLOEXEC);
	if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK))
		return -EINVAL;
	fd = get_unused_fd_flags(flags & SOCK_CLOEXEC);
	if (fd < 0)
		return fd;
	res = sock_create(req->sqe.fd, type, (int)req->sqe.off, &sock);
	if (res < 0) {
		put_unused_fd(fd);
		return res;
	}
	/* Releases the socket if it fails. */
	file = sock_alloc_file(sock, flags & O_NONBLOCK, NULL);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}
