// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Errno;

/** What common error numbers mean, and what to do, in a few words for messages. */
public final class ErrnoWords {
  private ErrnoWords() {}

  /** As in {@code EMFILE (too many open files in this process: raise 'ulimit -n')}. */
  public static String describe(int errno) {
    String words = words(errno);
    return words.isEmpty() ? Errno.name(errno) : Errno.name(errno) + " (" + words + ")";
  }

  private static String words(int errno) {
    return switch (errno) {
      case Errno.EMFILE -> "too many open files in this process: raise 'ulimit -n'";
      case Errno.ENFILE -> "too many open files in the system: raise sysctl fs.file-max";
      case Errno.ENOSPC -> "no space left on the device";
      case Errno.EROFS -> "read-only file system";
      case Errno.EIO -> "the device failed";
      case Errno.EISDIR -> "it is a directory";
      case Errno.EXDEV -> "not on one file system";
      case Errno.EINVAL -> "invalid argument";
      case Errno.EBADF -> "not open, or not for this";
      case Errno.ENOMEM -> "the kernel is out of memory";
      case Errno.ENOBUFS -> "no buffer space";
      case Errno.ENAMETOOLONG -> "name too long";
      case Errno.ECONNRESET -> "connection reset by the peer";
      case Errno.EPIPE -> "the peer reads no more";
      case Errno.ENOTCONN -> "not connected";
      case Errno.ECONNREFUSED -> "nobody listens there";
      case Errno.ETIMEDOUT -> "no answer in time";
      case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> "no route there";
      case Errno.EADDRINUSE -> "address in use";
      case Errno.EADDRNOTAVAIL -> "no such address here";
      case Errno.EACCES, Errno.EPERM -> "not allowed";
      default -> "";
    };
  }
}
