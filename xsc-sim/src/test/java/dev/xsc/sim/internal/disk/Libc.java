// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls of this machine's kernel, to compare with. Results are negated errno values. */
final class Libc {
  private static final MethodHandle SYSCALL = syscallHandle();

  private Libc() {}

  @SuppressWarnings("restricted")
  private static MethodHandle syscallHandle() {
    Linker linker = Linker.nativeLinker();
    MemoryLayout[] arguments = {JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG};
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(JAVA_LONG, arguments),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  /** Makes a system call; segments stand for their addresses. */
  static long call(int number, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long[] all = new long[5];
      for (int i = 0; i < arguments.length; i++) {
        all[i] =
            switch (arguments[i]) {
              case MemorySegment segment -> segment.address();
              case byte[] path -> {
                MemorySegment text = arena.allocate(path.length + 1L);
                MemorySegment.copy(path, 0, text, JAVA_BYTE, 0, path.length);
                yield text.address();
              }
              case Number value -> value.longValue();
              default -> throw new IllegalArgumentException("argument " + arguments[i]);
            };
      }
      long result =
          (long) SYSCALL.invokeExact(state, (long) number, all[0], all[1], all[2], all[3], all[4]);
      return result == -1 ? -state.get(JAVA_INT, 0) : result;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
