// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.spi.SystemCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * System calls on a machine's descriptors outside the ring. Any thread.
 *
 * <p>Calls that an interrupt of the caller could end half-way, closing the file, are made on
 * another thread.
 */
final class SimCalls implements SystemCalls {
  private static final int PIPE_FLAGS = Posix.O_CLOEXEC | Posix.O_NONBLOCK | Posix.O_DIRECT;
  private static final int OPTION_ROOM = 8;

  private final Machine machine;
  private final Driver driver;

  SimCalls(Machine machine, Driver driver) {
    this.machine = machine;
    this.driver = driver;
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    return run(() -> NetOps.socket(machine, domain, type, protocol));
  }

  @Override
  public int bind(int fd, MemorySegment address) {
    return onSocket(
        fd,
        socket -> {
          Object where = References.address(address, address.byteSize());
          if (where instanceof Integer error) {
            return error;
          }
          socket.bind((SocketAddress) where);
          return 0;
        });
  }

  @Override
  public int listen(int fd, int backlog) {
    return onSocket(
        fd,
        socket -> {
          socket.listen(backlog);
          return 0;
        });
  }

  @Override
  public int getsockname(int fd, MemorySegment address, MemorySegment length) {
    return onSocket(fd, socket -> name(socket, socket.localAddress(), address, length));
  }

  @Override
  public int getpeername(int fd, MemorySegment address, MemorySegment length) {
    return onSocket(fd, socket -> name(socket, socket.peerAddress(), address, length));
  }

  private static int name(
      SocketObject socket,
      @Nullable SocketAddress name,
      MemorySegment address,
      MemorySegment length) {
    int room = length.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    if (room < 0) {
      return -Errno.EINVAL;
    }
    MemorySegment to = address.asSlice(0, Math.min(room, address.byteSize()));
    length.set(
        ValueLayout.JAVA_INT_UNALIGNED, 0, References.writeAddress(name, socket.domain(), to));
    return 0;
  }

  @Override
  public int setsockopt(int fd, int level, int option, MemorySegment value) {
    return onSocket(
        fd,
        socket -> {
          if (value.byteSize() < Integer.BYTES) {
            return -Errno.EINVAL;
          }
          socket.setOption(level, option, value);
          return 0;
        });
  }

  @Override
  public int getsockopt(int fd, int level, int option, MemorySegment value) {
    return onSocket(
        fd,
        socket -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(OPTION_ROOM, OPTION_ROOM);
            int length = socket.getOption(level, option, whole);
            MemorySegment.copy(whole, 0, value, 0, Math.min(length, value.byteSize()));
            return 0;
          }
        });
  }

  @Override
  public int ftruncate(int fd, long length) {
    return onFile(fd, file -> FileOps.truncate(file, length));
  }

  @Override
  public int close(int fd) {
    OpenFile file = machine.descriptors().remove(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    if (file.release() && file.object() instanceof Pollable pollable) {
      pollable.awaitClosed();
    }
    return 0;
  }

  @Override
  public int pipe(MemorySegment fds, int flags) {
    if ((flags & ~PIPE_FLAGS) != 0) {
      return -Errno.EINVAL;
    }
    return run(() -> {
      Network.Pipe pipe = machine.network().pipe();
      OpenFile source = new OpenFile(pipe.source(), Posix.O_RDONLY | (flags & Posix.O_NONBLOCK));
      OpenFile sink = new OpenFile(pipe.sink(), Posix.O_WRONLY | (flags & Posix.O_NONBLOCK));
      int first = machine.descriptors().install(source);
      int second = first < 0 ? first : machine.descriptors().install(sink);
      if (second < 0) {
        source.release();
        sink.release();
        if (first >= 0) {
          machine.descriptors().remove(first);
        }
        return second;
      }
      fds.set(ValueLayout.JAVA_INT_UNALIGNED, 0, first);
      fds.set(ValueLayout.JAVA_INT_UNALIGNED, Integer.BYTES, second);
      return 0;
    });
  }

  @Override
  public int read(int fd, MemorySegment buffer) {
    return transfer(fd, buffer, false);
  }

  @Override
  public int write(int fd, MemorySegment buffer) {
    return transfer(fd, buffer, true);
  }

  private int transfer(int fd, MemorySegment buffer, boolean write) {
    OpenFile file = machine.descriptors().hold(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    try {
      MemorySegment memory = buffer;
      boolean copied = !driver.host().reaches(buffer);
      if (copied) {
        memory =
            Arena.ofAuto().allocate(Math.max(1, buffer.byteSize())).asSlice(0, buffer.byteSize());
        memory.copyFrom(buffer);
      }
      Buffers buffers = Buffers.of(memory);
      int result = driver.perform(() -> run(() -> RwOps.stream(file, buffers, write)));
      while (result == -Errno.EAGAIN && !file.nonBlocking()) {
        driver.pause();
        result = driver.perform(() -> run(() -> RwOps.stream(file, buffers, write)));
      }
      if (!write && result > 0 && copied) {
        MemorySegment.copy(memory, 0, buffer, 0, result);
      }
      return result;
    } finally {
      file.release();
    }
  }

  private interface Action {
    int run() throws IOException;
  }

  private interface FileAction {
    int run(OpenFile file) throws IOException;
  }

  private interface SocketAction {
    int run(SocketObject socket) throws IOException;
  }

  private static int run(Action action) {
    try {
      return action.run();
    } catch (IOException | RuntimeException e) {
      return -Errors.errno(e);
    }
  }

  private int onFile(int fd, FileAction action) {
    OpenFile file = machine.descriptors().hold(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    try {
      return driver.perform(() -> run(() -> action.run(file)));
    } finally {
      file.release();
    }
  }

  private int onSocket(int fd, SocketAction action) {
    OpenFile file = machine.descriptors().hold(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    try {
      return file.object() instanceof SocketObject socket
          ? run(() -> action.run(socket))
          : -Errno.ENOTSOCK;
    } finally {
      file.release();
    }
  }
}
