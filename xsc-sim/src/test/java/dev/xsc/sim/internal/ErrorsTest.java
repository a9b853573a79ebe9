// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorsTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("f"), Errno.ENOENT),
        Arguments.of(new AccessDeniedException("f"), Errno.EACCES),
        Arguments.of(new DirectoryNotEmptyException("f"), Errno.ENOTEMPTY),
        Arguments.of(new FileSystemException("f", null, "Not a directory"), Errno.ENOTDIR),
        Arguments.of(new FileSystemException("f", null, "Operation not permitted"), Errno.EPERM),
        Arguments.of(new FileSystemException("f", null, "Read-only file system"), Errno.EROFS),
        Arguments.of(new IOException("No space left on device"), Errno.ENOSPC),
        Arguments.of(new IOException("Broken pipe"), Errno.EPIPE),
        Arguments.of(new IOException("Connection reset by peer"), Errno.ECONNRESET),
        Arguments.of(new SocketException("Connection reset"), Errno.ECONNRESET),
        Arguments.of(new ConnectException("Connection refused"), Errno.ECONNREFUSED),
        Arguments.of(new ConnectException("Connection timed out"), Errno.ETIMEDOUT),
        Arguments.of(new BindException("Address already in use"), Errno.EADDRINUSE),
        Arguments.of(new BindException("Cannot assign requested address"), Errno.EADDRNOTAVAIL),
        Arguments.of(new BindException("Permission denied"), Errno.EACCES),
        Arguments.of(new NotYetConnectedException(), Errno.ENOTCONN),
        Arguments.of(new ClosedChannelException(), Errno.EBADF),
        Arguments.of(new UnsupportedAddressTypeException(), Errno.EAFNOSUPPORT),
        Arguments.of(new IllegalStateException("Already closed"), Errno.EFAULT),
        Arguments.of(new ErrnoException(Errno.EXDEV), Errno.EXDEV));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureHasItsNumber(Throwable failure, int errno) {
    assertEquals(Errno.name(errno), Errno.name(Errors.errno(failure)));
  }
}
