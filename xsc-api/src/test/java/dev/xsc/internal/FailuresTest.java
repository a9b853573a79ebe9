// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static final Map<Integer, Class<? extends IOException>> FILES =
      Map.of(
          Errno.ENOENT, NoSuchFileException.class,
          Errno.EEXIST, FileAlreadyExistsException.class,
          Errno.EACCES, AccessDeniedException.class,
          Errno.EPERM, AccessDeniedException.class,
          Errno.ENOTEMPTY, DirectoryNotEmptyException.class,
          Errno.ENOTDIR, NotDirectoryException.class,
          Errno.ELOOP, FileSystemLoopException.class);

  private static final Map<Integer, Class<? extends IOException>> SOCKETS =
      Map.of(
          Errno.ECONNREFUSED, ConnectException.class,
          Errno.EHOSTUNREACH, NoRouteToHostException.class,
          Errno.ENETUNREACH, NoRouteToHostException.class,
          Errno.EADDRINUSE, BindException.class,
          Errno.EADDRNOTAVAIL, BindException.class,
          Errno.ETIMEDOUT, SocketTimeoutException.class);

  @Test
  void everyErrorNumberHasTheClassThatJavaHasForIt() {
    for (int errno = 1; errno <= 133; errno++) {
      IOException file = Failures.of(errno, Op.OPENAT, "/some/path");
      check(file, FILES.getOrDefault(errno, FileSystemException.class), errno, Op.OPENAT);
      IOException socket = Failures.of(errno, Op.CONNECT, "/some/path");
      check(socket, SOCKETS.getOrDefault(errno, SocketException.class), errno, Op.CONNECT);
    }
  }

  private static void check(
      IOException failure, Class<? extends IOException> type, int errno, Op op) {
    assertInstanceOf(type, failure);
    if (type == FileSystemException.class || type == SocketException.class) {
      assertEquals(type, failure.getClass().getSuperclass());
    }
    RingFailure known = assertInstanceOf(RingFailure.class, failure);
    assertEquals(new RingFailure.Detail(errno, op, "/some/path"), known.detail());
    assertTrue(failure.getMessage().contains("/some/path"), failure::toString);
  }

  @Test
  void aTimeLimitIsATimeout() {
    IOException late = Failures.timedOut(Op.RECV, "peer");
    assertInstanceOf(SocketTimeoutException.class, late);
    assertEquals(Errno.ETIMEDOUT, assertInstanceOf(RingFailure.class, late).errno());
  }

  @Test
  void commonErrorsSayWhatToDo() {
    assertEquals(
        "f: EMFILE (too many open files in this process: raise 'ulimit -n') from OPENAT",
        Failures.of(Errno.EMFILE, Op.OPENAT, "f").getMessage());
    assertEquals(
        "a: ENFILE (too many open files in the system: raise sysctl fs.file-max) from ACCEPT",
        Failures.of(Errno.ENFILE, Op.ACCEPT, "a").getMessage());
    assertEquals("f: ENOENT from OPENAT", Failures.of(Errno.ENOENT, Op.OPENAT, "f").getMessage());
  }
}
