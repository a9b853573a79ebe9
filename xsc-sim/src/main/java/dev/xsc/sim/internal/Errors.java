// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The error number that stands for an exception. NIO keeps the number of the system call to itself,
 * so where the exception's class says too little, its text decides. Stateless.
 */
public final class Errors {
  private static final System.Logger LOG = System.getLogger("dev.xsc.sim");

  // include/uapi/asm-generic/errno.h: numbers that Errno has names for, and no constants.
  private static final int ETXTBSY = 26;
  private static final int EDQUOT = 122;

  /** What {@code strerror} says, and Windows where it has words of its own; first match counts. */
  private static final Map<String, Integer> BY_TEXT = new LinkedHashMap<>();

  static {
    text(Errno.ENOSPC, "no space left", "not enough space on the disk");
    text(EDQUOT, "quota exceeded");
    text(Errno.ECONNRESET, "reset", "forcibly closed", "aborted by the software");
    text(Errno.EPIPE, "broken pipe", "pipe is being closed", "pipe has been ended");
    text(Errno.ECONNREFUSED, "refused");
    text(
        Errno.EADDRINUSE,
        "address already in use",
        "address in use",
        "only one usage of each socket");
    text(
        Errno.EADDRNOTAVAIL,
        "cannot assign requested",
        "can't assign requested",
        "not valid in its context");
    text(Errno.EACCES, "permission denied", "access is denied");
    text(Errno.EPERM, "operation not permitted");
    text(Errno.ENOTEMPTY, "directory not empty", "directory is not empty");
    text(Errno.ENOTDIR, "not a directory", "directory name is invalid");
    text(Errno.EISDIR, "is a directory");
    text(Errno.ENAMETOOLONG, "file name too long", "path too long", "unix domain path too long");
    text(Errno.ELOOP, "too many levels", "nofollow_links");
    text(Errno.EROFS, "read-only file system");
    text(Errno.EXDEV, "cross-device", "invalid cross");
    text(Errno.EMFILE, "too many open files");
    text(Errno.EFBIG, "file too large");
    text(Errno.EMSGSIZE, "message too long");
    text(Errno.ENETUNREACH, "network is unreachable", "unreachable network");
    text(Errno.EHOSTUNREACH, "no route to host", "unreachable host");
    text(Errno.ETIMEDOUT, "timed out");
    text(Errno.ENXIO, "no such device or address");
    text(Errno.ENODEV, "no such device");
    text(Errno.ENOENT, "no such file", "cannot find the");
    text(Errno.EBUSY, "resource busy", "being used by another process");
    text(Errno.ESPIPE, "illegal seek");
    text(
        Errno.EINVAL,
        "invalid argument",
        "must be a multiple",
        "not a multiple",
        "misaligned",
        "not aligned");
    text(Errno.ENOBUFS, "no buffer space");
    text(Errno.EOPNOTSUPP, "not supported");
    text(Errno.EBADF, "bad file descriptor");
    text(Errno.ENOTCONN, "not connected");
    text(ETXTBSY, "text file busy");
  }

  private Errors() {}

  private static void text(int errno, String... parts) {
    for (String part : parts) {
      BY_TEXT.put(part, errno);
    }
  }

  /**
   * The positive error number for a failed operation; one that no table knows is logged and becomes
   * {@code EIO}.
   */
  public static int errno(Throwable failure) {
    int known =
        switch (failure) {
          case ErrnoException e -> e.errno();
          case FileSystemException e -> ofFile(e);
          case SocketException e -> ofSocket(e);
          case IOException e -> ofStream(e);
          case IllegalStateException e -> ofState(e);
          case WrongThreadException _ -> Errno.EFAULT;
          case IndexOutOfBoundsException _ -> Errno.EFAULT;
          case OutOfMemoryError _ -> Errno.ENOMEM;
          case UnresolvedAddressException _ -> Errno.EINVAL;
          case UnsupportedAddressTypeException _ -> Errno.EAFNOSUPPORT;
          case InvalidPathException _ -> Errno.EINVAL;
          case ReadOnlyFileSystemException _ -> Errno.EROFS;
          case UnsupportedOperationException _ -> Errno.EOPNOTSUPP;
          case IllegalArgumentException _ -> Errno.EINVAL;
          default -> 0;
        };
    if (known != 0) {
      return known;
    }
    LOG.log(Level.WARNING, "reported as EIO, for want of a better error number", failure);
    return Errno.EIO;
  }

  private static int ofFile(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> Errno.ENOENT;
      case AccessDeniedException _ -> Errno.EACCES;
      case FileAlreadyExistsException _ -> Errno.EEXIST;
      case DirectoryNotEmptyException _ -> Errno.ENOTEMPTY;
      case NotDirectoryException _ -> Errno.ENOTDIR;
      case NotLinkException _ -> Errno.EINVAL;
      case FileSystemLoopException _ -> Errno.ELOOP;
      case AtomicMoveNotSupportedException _ -> Errno.EXDEV;
      default -> ofText(e.getReason());
    };
  }

  private static int ofSocket(SocketException e) {
    int byText = ofText(e.getMessage());
    if (byText != 0) {
      return byText;
    }
    return switch (e) {
      case BindException _ -> Errno.EADDRINUSE;
      case PortUnreachableException _ -> Errno.ECONNREFUSED;
      case ConnectException _ -> Errno.ECONNREFUSED;
      case NoRouteToHostException _ -> Errno.EHOSTUNREACH;
      default -> 0;
    };
  }

  private static int ofStream(IOException e) {
    return switch (e) {
      case ClosedByInterruptException _ -> Errno.ECANCELED;
      case ClosedChannelException _ -> Errno.EBADF;
      default -> ofText(e.getMessage());
    };
  }

  private static int ofState(IllegalStateException e) {
    return switch (e) {
      case NotYetConnectedException _ -> Errno.ENOTCONN;
      case AlreadyConnectedException _ -> Errno.EISCONN;
      case ConnectionPendingException _ -> Errno.EALREADY;
      case AlreadyBoundException _ -> Errno.EINVAL;
      case NotYetBoundException _ -> Errno.EINVAL;
      case NonReadableChannelException _ -> Errno.EBADF;
      case NonWritableChannelException _ -> Errno.EBADF;
      // What a segment whose arena was closed throws.
      default -> Errno.EFAULT;
    };
  }

  private static int ofText(@Nullable String text) {
    if (text != null) {
      String lower = text.toLowerCase(Locale.ROOT);
      for (Map.Entry<String, Integer> entry : BY_TEXT.entrySet()) {
        if (lower.contains(entry.getKey())) {
          return entry.getValue();
        }
      }
    }
    return 0;
  }
}
