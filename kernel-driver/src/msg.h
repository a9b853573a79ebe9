/* SPDX-License-Identifier: GPL-2.0-only */
/* What sending and receiving share; see op_net.c. */
#ifndef XSC_MSG_H
#define XSC_MSG_H

#include <linux/net.h>
#include <linux/socket.h>
#include <linux/uio.h>

#include "xsc.h"

struct xsc_msg {
	struct socket *sock;
	struct msghdr hdr;
	struct sockaddr_storage name;
	struct iovec fast_iov[UIO_FASTIOV];
	struct iovec *iov;
	struct user_msghdr user;	/* of SENDMSG, RECVMSG */
	void *control;
	unsigned int flags;
};

int xsc_msg_begin(struct xsc_req *req, struct xsc_msg *m);
int xsc_msg_range(struct xsc_req *req, struct xsc_msg *m, int rw, u64 addr, u32 len);
int xsc_msg_import(struct xsc_req *req, struct xsc_msg *m, int rw);
int xsc_msg_outcome(struct xsc_req *req, struct xsc_msg *m, int res);
int xsc_msg_loop(struct xsc_req *req, __poll_t events, int (*attempt)(struct xsc_req *req));

#endif /* XSC_MSG_H */
