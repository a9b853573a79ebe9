// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A call that finds a file by name, starting from a directory. May take long, so a worker makes it.
 */
abstract class PathCall extends Call {
  private static final int SLASH = '/';

  @Override
  public int prepare(Request r) {
    Object path = References.path(r.reference, r.addr);
    if (path instanceof Integer error) {
      return error;
    }
    r.operand = path;
    return 0;
  }

  @Override
  int resolve(Engine engine, Request r) {
    r.machine = engine.machine();
    byte[] path = path(r);
    int error = check(r.machine, r.fd, path);
    if (error == 0) {
      r.base = base(r.machine, r.fd, path);
    }
    return error;
  }

  @Override
  boolean slow(Request r) {
    return true;
  }

  @Override
  final int run(Request r) throws IOException {
    return run(r, r.machine(), path(r));
  }

  /** Makes the call; paths start at {@link Request#base}. */
  abstract int run(Request r, Machine machine, byte[] path) throws IOException;

  static byte[] path(Request r) {
    return (byte[]) r.operand();
  }

  /** Whether a path can start at a descriptor: 0, or a negated errno. */
  static int check(Machine machine, int fd, byte[] path) {
    if (path.length == 0) {
      return -Errno.ENOENT;
    }
    if (path[0] == SLASH || fd == Posix.AT_FDCWD) {
      return 0;
    }
    OpenFile file = machine.descriptors().get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    return file.object() instanceof DirectoryFile ? 0 : -Errno.ENOTDIR;
  }

  /**
   * The directory that a path starts at, after {@link #check}; null for the working directory or
   * none.
   */
  static @Nullable DirectoryFile base(Machine machine, int fd, byte[] path) {
    OpenFile file = path[0] == SLASH || fd == Posix.AT_FDCWD ? null : machine.descriptors().get(fd);
    return file != null && file.object() instanceof DirectoryFile directory ? directory : null;
  }
}
