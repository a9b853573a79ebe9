// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.RingFailure;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Makes the exception for an error number: the class that Java has for it, with {@link RingFailure}
 * added. The only place where such exceptions are made.
 */
public final class Failures {
  private Failures() {}

  /**
   * The exception for a failed operation.
   *
   * @param errno positive
   * @param target path, address or descriptor
   */
  public static IOException of(int errno, Op op, String target) {
    RingFailure.Detail detail = new RingFailure.Detail(errno, op, target);
    return switch (op) {
      case SOCKET, BIND, LISTEN, ACCEPT, CONNECT, SEND, RECV, SENDMSG, RECVMSG, SHUTDOWN ->
          socket(detail);
      default -> file(detail);
    };
  }

  /** An operation on a socket did not end within its time. */
  public static IOException timedOut(Op op, String target) {
    return new TimedOut(new RingFailure.Detail(Errno.ETIMEDOUT, op, target));
  }

  private static IOException file(RingFailure.Detail d) {
    return switch (d.errno()) {
      case Errno.ENOENT -> new NoSuchFile(d);
      case Errno.EEXIST -> new FileExists(d);
      case Errno.EACCES, Errno.EPERM -> new Denied(d);
      case Errno.ENOTEMPTY -> new NotEmpty(d);
      case Errno.ENOTDIR -> new NotDirectory(d);
      case Errno.ELOOP -> new Loop(d);
      default -> new FileFailed(d);
    };
  }

  private static IOException socket(RingFailure.Detail d) {
    return switch (d.errno()) {
      case Errno.ECONNREFUSED -> new ConnectRefused(d);
      case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> new NoRoute(d);
      case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL -> new BindFailed(d);
      case Errno.ETIMEDOUT -> new TimedOut(d);
      default -> new SocketFailed(d);
    };
  }

  private static String message(RingFailure.Detail d) {
    return d.target() + ": " + d.reason();
  }

  private static final class NoSuchFile extends NoSuchFileException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    NoSuchFile(Detail d) {
      super(d.target(), null, d.reason());
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class FileExists extends FileAlreadyExistsException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    FileExists(Detail d) {
      super(d.target(), null, d.reason());
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class Denied extends AccessDeniedException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    Denied(Detail d) {
      super(d.target(), null, d.reason());
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class NotEmpty extends DirectoryNotEmptyException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    NotEmpty(Detail d) {
      super(d.target());
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class NotDirectory extends NotDirectoryException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    NotDirectory(Detail d) {
      super(d.target());
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class Loop extends FileSystemLoopException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    Loop(Detail d) {
      super(d.target());
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class FileFailed extends FileSystemException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    FileFailed(Detail d) {
      super(d.target(), null, d.reason());
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class ConnectRefused extends ConnectException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    ConnectRefused(Detail d) {
      super(message(d));
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class NoRoute extends NoRouteToHostException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    NoRoute(Detail d) {
      super(message(d));
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class BindFailed extends BindException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    BindFailed(Detail d) {
      super(message(d));
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class TimedOut extends SocketTimeoutException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    TimedOut(Detail d) {
      super(message(d));
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }

  private static final class SocketFailed extends SocketException implements RingFailure {
    private static final long serialVersionUID = 1L;
    private final Detail detail;

    SocketFailed(Detail d) {
      super(message(d));
      detail = d;
    }

    @Override
    public Detail detail() {
      return detail;
    }
  }
}
