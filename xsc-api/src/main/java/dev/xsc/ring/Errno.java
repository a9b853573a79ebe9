// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/**
 * Linux error numbers, as completions carry them (negated) on every kernel and operating system.
 *
 * <p>Numbers: {@code include/uapi/asm-generic/errno-base.h} and {@code errno.h}; x86-64 and arm64
 * share them.
 */
public final class Errno {
  /** Not permitted. */
  public static final int EPERM = 1;

  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** Interrupted before anything was done. */
  public static final int EINTR = 4;

  /** Input or output error. */
  public static final int EIO = 5;

  /** No such device or address. */
  public static final int ENXIO = 6;

  /** Bad file descriptor. */
  public static final int EBADF = 9;

  /** Try again: the call would block. */
  public static final int EAGAIN = 11;

  /** Out of memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Bad address. */
  public static final int EFAULT = 14;

  /** Resource busy. */
  public static final int EBUSY = 16;

  /** File exists. */
  public static final int EEXIST = 17;

  /** Rename or link across file systems. */
  public static final int EXDEV = 18;

  /** No such device. */
  public static final int ENODEV = 19;

  /** Not a directory. */
  public static final int ENOTDIR = 20;

  /** Is a directory. */
  public static final int EISDIR = 21;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** Too many open files in the system. */
  public static final int ENFILE = 23;

  /** Too many open files in this process. */
  public static final int EMFILE = 24;

  /** File too large. */
  public static final int EFBIG = 27;

  /** No space left on the device. */
  public static final int ENOSPC = 28;

  /** Seek on a pipe or socket. */
  public static final int ESPIPE = 29;

  /** Read-only file system. */
  public static final int EROFS = 30;

  /** Pipe or connection without a reader. */
  public static final int EPIPE = 32;

  /** Name too long. */
  public static final int ENAMETOOLONG = 36;

  /** Function not implemented by this kernel. */
  public static final int ENOSYS = 38;

  /** Directory not empty. */
  public static final int ENOTEMPTY = 39;

  /** Too many symbolic links. */
  public static final int ELOOP = 40;

  /** Timer expired. */
  public static final int ETIME = 62;

  /** Value too large. */
  public static final int EOVERFLOW = 75;

  /** Not a socket. */
  public static final int ENOTSOCK = 88;

  /** Destination address required. */
  public static final int EDESTADDRREQ = 89;

  /** Message too long. */
  public static final int EMSGSIZE = 90;

  /** Protocol option not available. */
  public static final int ENOPROTOOPT = 92;

  /** Protocol not supported. */
  public static final int EPROTONOSUPPORT = 93;

  /** Operation not supported. */
  public static final int EOPNOTSUPP = 95;

  /** Address family not supported. */
  public static final int EAFNOSUPPORT = 97;

  /** Address in use. */
  public static final int EADDRINUSE = 98;

  /** Address not available. */
  public static final int EADDRNOTAVAIL = 99;

  /** Network unreachable. */
  public static final int ENETUNREACH = 101;

  /** Connection aborted. */
  public static final int ECONNABORTED = 103;

  /** Connection reset by the peer. */
  public static final int ECONNRESET = 104;

  /** No buffer space; with a buffer group: no buffer left. */
  public static final int ENOBUFS = 105;

  /** Already connected. */
  public static final int EISCONN = 106;

  /** Not connected. */
  public static final int ENOTCONN = 107;

  /** The object is shut down. */
  public static final int ESHUTDOWN = 108;

  /** Connection timed out. */
  public static final int ETIMEDOUT = 110;

  /** Connection refused. */
  public static final int ECONNREFUSED = 111;

  /** No route to the host. */
  public static final int EHOSTUNREACH = 113;

  /** Already in progress; a cancel that came too late to stop its target. */
  public static final int EALREADY = 114;

  /** In progress. */
  public static final int EINPROGRESS = 115;

  /** Cancelled. */
  public static final int ECANCELED = 125;

  /** All names, indexed by number; gaps are numbers that Linux does not use. */
  private static final String[] NAMES =
      """
      - EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY
      EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE
      EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST
      ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR
      ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD
      EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE
      EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE
      EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN
      ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL
      EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD
      ENOTRECOVERABLE ERFKILL EHWPOISON
      """
          .strip()
          .split("\\s+", -1);

  private Errno() {}

  /**
   * The symbolic name, such as {@code ENOENT}.
   *
   * @param errno a positive error number, or the negative result of a completion
   * @return the name, or {@code errno 999} for a number without one
   */
  public static String name(int errno) {
    int number = errno == Integer.MIN_VALUE ? 0 : Math.abs(errno);
    if (number < NAMES.length && !NAMES[number].equals("-")) {
      return NAMES[number];
    }
    return "errno " + number;
  }
}
