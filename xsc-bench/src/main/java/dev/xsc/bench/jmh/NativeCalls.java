// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.jmh;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * System calls of the C library as downcalls, as cheap as the JDK makes them: errno is not even
 * kept. A critical one does not leave the Java state, so the garbage collector waits for it to end:
 * nothing that may block should be.
 */
@SuppressWarnings("restricted") // what this class is for
final class NativeCalls {
  static final MethodHandle GETPPID = find("getppid", FunctionDescriptor.of(JAVA_INT));
  static final MethodHandle GETPPID_CRITICAL =
      find("getppid", FunctionDescriptor.of(JAVA_INT), Linker.Option.critical(false));

  private static final FunctionDescriptor READ =
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);

  static final MethodHandle PREAD = find("pread", READ);
  static final MethodHandle PREAD_CRITICAL = find("pread", READ, Linker.Option.critical(false));

  static final MethodHandle OPEN =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("open"),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
              Linker.Option.firstVariadicArg(2));

  static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private NativeCalls() {}

  private static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }
}
