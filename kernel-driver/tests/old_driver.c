// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays one of the first drivers over today's: a set-up that knows no flags and
 * tells nothing back, and no other ioctl. A JVM looks for the C library's
 * functions in libsyslookup.so, so with this in its place, and what it links to
 * behind it, Java code runs as it is.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/xsc.h>

static int set_up(int fd, const struct xsc_params *asked)
{
	struct xsc_params p;

	memset(&p, 0, sizeof(p));
	p.sq_entries = asked->sq_entries;
	p.cq_entries = asked->cq_entries;
	return syscall(SYS_ioctl, fd, XSC_IOC_SETUP, &p);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (_IOC_TYPE(request) != XSC_IOC_MAGIC)
		return syscall(SYS_ioctl, fd, request, argument);
	if (request == XSC_IOC_SETUP)
		return set_up(fd, argument);
	errno = EINVAL;
	return -1;
}
