// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/**
 * Constants of Linux system calls that entries carry, the same over every kernel. Values from the
 * kernel's headers named in each part; those that differ between x86-64 and arm64 follow the
 * running machine.
 */
public final class Posix {
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

  // open(2) flags: include/uapi/asm-generic/fcntl.h; arm64 differs in four

  /** Read only. */
  public static final int O_RDONLY = 0;

  /** Write only. */
  public static final int O_WRONLY = 1;

  /** Read and write. */
  public static final int O_RDWR = 2;

  /** Create if missing. */
  public static final int O_CREAT = 0x40;

  /** Fail if it exists. */
  public static final int O_EXCL = 0x80;

  /** Cut to nothing. */
  public static final int O_TRUNC = 0x200;

  /** Write at the end. */
  public static final int O_APPEND = 0x400;

  /** Do not block. */
  public static final int O_NONBLOCK = 0x800;

  /** Each write is durable, data only. */
  public static final int O_DSYNC = 0x1000;

  /** Each write is durable. */
  public static final int O_SYNC = 0x101000;

  /** Close when a program is executed. */
  public static final int O_CLOEXEC = 0x80000;

  /** Past the page cache. */
  public static final int O_DIRECT = ARM ? 0x10000 : 0x4000;

  /** Only a directory. */
  public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;

  /** Fail on a symbolic link. */
  public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

  /** Unnamed file in a directory. */
  public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

  // *at(2): include/uapi/linux/fcntl.h, fs.h

  /** The working directory. */
  public static final int AT_FDCWD = -100;

  /** The link itself. */
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;

  /** Remove a directory. */
  public static final int AT_REMOVEDIR = 0x200;

  /** The descriptor itself. */
  public static final int AT_EMPTY_PATH = 0x1000;

  /** Fail if the target exists. */
  public static final int RENAME_NOREPLACE = 1;

  /** Swap the two. */
  public static final int RENAME_EXCHANGE = 2;

  // fallocate(2): include/uapi/linux/falloc.h

  /** Leave the size alone. */
  public static final int FALLOC_FL_KEEP_SIZE = 1;

  /** Make a hole; with KEEP_SIZE. */
  public static final int FALLOC_FL_PUNCH_HOLE = 2;

  /** Make it zeros. */
  public static final int FALLOC_FL_ZERO_RANGE = 0x10;

  // posix_fadvise(2): include/uapi/linux/fadvise.h

  /** No advice. */
  public static final int FADV_NORMAL = 0;

  /** Random access. */
  public static final int FADV_RANDOM = 1;

  /** Sequential access. */
  public static final int FADV_SEQUENTIAL = 2;

  /** Needed soon. */
  public static final int FADV_WILLNEED = 3;

  /** Not needed soon. */
  public static final int FADV_DONTNEED = 4;

  // sockets: include/linux/socket.h, include/linux/net.h, include/uapi/asm-generic/socket.h,
  // include/uapi/linux/tcp.h

  /** Byte stream. */
  public static final int SOCK_STREAM = 1;

  /** Datagrams. */
  public static final int SOCK_DGRAM = 2;

  /** Do not block. */
  public static final int SOCK_NONBLOCK = 0x800;

  /** Close when a program is executed. */
  public static final int SOCK_CLOEXEC = 0x80000;

  /** No more receiving. */
  public static final int SHUT_RD = 0;

  /** No more sending. */
  public static final int SHUT_WR = 1;

  /** Neither. */
  public static final int SHUT_RDWR = 2;

  /** Leave the data in the queue. */
  public static final int MSG_PEEK = 2;

  /** Do not block. */
  public static final int MSG_DONTWAIT = 0x40;

  /** Fill the buffer. */
  public static final int MSG_WAITALL = 0x100;

  /** No SIGPIPE. */
  public static final int MSG_NOSIGNAL = 0x4000;

  /** More data follows. */
  public static final int MSG_MORE = 0x8000;

  /** Options of every socket. */
  public static final int SOL_SOCKET = 1;

  /** Bind although old connections linger. */
  public static final int SO_REUSEADDR = 2;

  /** Take the pending error. */
  public static final int SO_ERROR = 4;

  /** Allow broadcast. */
  public static final int SO_BROADCAST = 6;

  /** Send buffer in bytes. */
  public static final int SO_SNDBUF = 7;

  /** Receive buffer in bytes. */
  public static final int SO_RCVBUF = 8;

  /** Probe idle connections. */
  public static final int SO_KEEPALIVE = 9;

  /** Wait, or reset, on close. */
  public static final int SO_LINGER = 13;

  /** Several sockets on one port. */
  public static final int SO_REUSEPORT = 15;

  /** Options of TCP. */
  public static final int IPPROTO_TCP = 6;

  /** Send small segments at once. */
  public static final int TCP_NODELAY = 1;

  // poll(2): include/uapi/asm-generic/poll.h

  /** Readable. */
  public static final int POLLIN = 1;

  /** Urgent data. */
  public static final int POLLPRI = 2;

  /** Writable. */
  public static final int POLLOUT = 4;

  /** Error. */
  public static final int POLLERR = 8;

  /** Hung up. */
  public static final int POLLHUP = 0x10;

  /** Not open. */
  public static final int POLLNVAL = 0x20;

  /** The peer will send no more. */
  public static final int POLLRDHUP = 0x2000;

  // file types in a mode: include/uapi/linux/stat.h

  /** Mask of the type. */
  public static final int S_IFMT = 0xf000;

  /** Regular file. */
  public static final int S_IFREG = 0x8000;

  /** Directory. */
  public static final int S_IFDIR = 0x4000;

  /** Pipe. */
  public static final int S_IFIFO = 0x1000;

  /** Character device. */
  public static final int S_IFCHR = 0x2000;

  /** Block device. */
  public static final int S_IFBLK = 0x6000;

  /** Symbolic link. */
  public static final int S_IFLNK = 0xa000;

  /** Socket. */
  public static final int S_IFSOCK = 0xc000;

  private Posix() {}
}
