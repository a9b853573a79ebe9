// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one ring has registered: files, memory and groups of receive buffers. Engine thread only.
 */
final class Registry {
  private static final int MAX_FILES = 1 << 15;
  private static final int MAX_BUFFERS = 1 << 14;

  private final Descriptors descriptors;
  private final Map<Integer, BufferRing> groups = new HashMap<>();
  private @Nullable OpenFile @Nullable [] files;
  private List<MemorySegment> buffers = List.of();

  Registry(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  // ---- files

  /** The file that an entry names, with a share for it, or null. */
  @Nullable OpenFile hold(Request r) {
    if (!r.has(XscAbi.SQE_FIXED_FILE)) {
      return descriptors.hold(r.fd);
    }
    OpenFile file = registered(r.fd);
    return file != null && file.hold() ? file : null;
  }

  /** The file that an entry names, without a share; only to be compared. */
  @Nullable OpenFile peek(Request r) {
    return r.has(XscAbi.SQE_FIXED_FILE) ? registered(r.fd) : descriptors.get(r.fd);
  }

  private @Nullable OpenFile registered(int index) {
    @Nullable OpenFile[] table = files;
    return table != null && index >= 0 && index < table.length ? table[index] : null;
  }

  /** Replaces the table; the shares of the old one are given back by the engine. */
  void registerFiles(Engine engine, int[] fds) throws KernelException {
    if (fds.length == 0 || fds.length > MAX_FILES) {
      throw new KernelException(
          Errno.EINVAL, "registering " + fds.length + " files: 1 to " + MAX_FILES + " can be");
    }
    @Nullable OpenFile[] fresh = hold(engine, fds);
    forgetFiles(engine);
    files = fresh;
  }

  void updateFiles(Engine engine, int offset, int[] fds) throws KernelException {
    @Nullable OpenFile[] table = files;
    if (table == null) {
      throw new KernelException(
          Errno.ENXIO, "updating registered files: none are, register a table first");
    }
    if (offset < 0 || fds.length > table.length - offset) {
      throw new KernelException(
          Errno.EINVAL,
          "updating "
              + fds.length
              + " files from "
              + offset
              + " on: the table has "
              + table.length);
    }
    @Nullable OpenFile[] fresh = hold(engine, fds);
    for (int i = 0; i < fresh.length; i++) {
      OpenFile old = table[offset + i];
      table[offset + i] = fresh[i];
      if (old != null) {
        engine.releaseFile(old);
      }
    }
  }

  void unregisterFiles(Engine engine) throws KernelException {
    if (files == null) {
      throw new KernelException(Errno.ENXIO, "forgetting registered files: none are");
    }
    forgetFiles(engine);
  }

  private void forgetFiles(Engine engine) {
    @Nullable OpenFile[] old = files;
    files = null;
    if (old != null) {
      releaseAll(engine, old);
    }
  }

  private @Nullable OpenFile[] hold(Engine engine, int[] fds) throws KernelException {
    @Nullable OpenFile[] held = new OpenFile[fds.length];
    for (int i = 0; i < fds.length; i++) {
      held[i] = fds[i] == -1 ? null : descriptors.hold(fds[i]);
      if (fds[i] != -1 && held[i] == null) {
        releaseAll(engine, held);
        throw new KernelException(
            Errno.EBADF,
            "registering descriptor " + fds[i] + " at " + i + ": it is not open, -1 leaves a hole");
      }
    }
    return held;
  }

  private static void releaseAll(Engine engine, @Nullable OpenFile[] table) {
    for (OpenFile file : table) {
      if (file != null) {
        engine.releaseFile(file);
      }
    }
  }

  // ---- memory

  void registerBuffers(List<MemorySegment> segments) throws KernelException {
    if (segments.isEmpty() || segments.size() > MAX_BUFFERS) {
      throw new KernelException(
          Errno.EINVAL,
          "registering " + segments.size() + " buffers: 1 to " + MAX_BUFFERS + " can be");
    }
    buffers = List.copyOf(segments);
  }

  void unregisterBuffers() throws KernelException {
    if (buffers.isEmpty()) {
      throw new KernelException(Errno.ENXIO, "forgetting registered buffers: none are");
    }
    buffers = List.of();
  }

  /** The part of a registered buffer at this address; null if it does not lie within. */
  @Nullable MemorySegment fixed(int index, long address, int length) {
    return index < buffers.size() ? slice(buffers.get(index), address, length) : null;
  }

  /** The part of a segment at this address, or null if it does not lie within. */
  static @Nullable MemorySegment slice(MemorySegment whole, long address, int length) {
    long offset = address - whole.address();
    boolean within = length >= 0 && offset >= 0 && offset <= whole.byteSize() - length;
    return within ? whole.asSlice(offset, length) : null;
  }

  // ---- groups of receive buffers

  MemorySegment registerGroup(int number, int entries, MemorySegment memory)
      throws KernelException {
    if (groups.containsKey(number)) {
      throw new KernelException(
          Errno.EEXIST, "buffer group " + number + " exists: unregister it first");
    }
    BufferRing ring = new BufferRing(entries, memory);
    groups.put(number, ring);
    return ring.shared();
  }

  void unregisterGroup(int number) throws KernelException {
    BufferRing ring = groups.remove(number);
    if (ring == null) {
      throw new KernelException(Errno.ENOENT, "buffer group " + number + " is not registered");
    }
    ring.close();
  }

  @Nullable BufferRing group(int number) {
    return groups.get(number);
  }

  /** Gives everything back. */
  void clear(Engine engine) {
    forgetFiles(engine);
    buffers = List.of();
    groups.values().forEach(BufferRing::close);
    groups.clear();
  }
}
