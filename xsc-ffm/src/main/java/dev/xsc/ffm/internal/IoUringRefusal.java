// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import dev.xsc.ring.Availability;
import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why io_uring cannot be used here, in one line with its remedy. */
final class IoUringRefusal {
  private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");
  private static final Path STATUS = Path.of("/proc/self/status");

  private IoUringRefusal() {}

  /** The refusal of {@code io_uring_setup} with this errno. */
  static KernelException of(int errno, RingOptions options) {
    Availability why = explain(errno, options);
    return new KernelException(errno, why.detail(), why.remedy());
  }

  static KernelException tooOld(int missingFeatures) {
    Availability why =
        oldKernel("features 0x" + Integer.toHexString(missingFeatures) + " are missing");
    return new KernelException(0, why.detail(), why.remedy());
  }

  private static Availability explain(int errno, RingOptions options) {
    return switch (errno) {
      case Errno.ENOSYS ->
          Availability.no(
              "io_uring_setup is not there: kernel built without CONFIG_IO_URING, older than 5.1,"
                  + " or a sandbox hides it",
              "use a kernel from 5.15 on, outside such a sandbox");
      case Errno.EPERM, Errno.EACCES -> refusedByPolicy();
      case Errno.ENOMEM ->
          Availability.no(
              "not enough lockable memory for " + options.entries() + " entries (RLIMIT_MEMLOCK)",
              "raise it with 'ulimit -l', or open fewer or smaller rings");
      case Errno.EMFILE ->
          Availability.no("too many open files", "raise the limit with 'ulimit -n'");
      case Errno.EINVAL -> oldKernel("set-up flags were refused");
      default -> Availability.no("io_uring_setup failed", "see io_uring_setup(2)");
    };
  }

  private static Availability oldKernel(String what) {
    return Availability.no(
        "Linux " + System.getProperty("os.version") + " is too old: " + what,
        "use a kernel from 5.15 on");
  }

  private static Availability refusedByPolicy() {
    String sysctl = firstLine(SYSCTL);
    if (sysctl.equals("2")) {
      return Availability.no(
          "kernel.io_uring_disabled=2", "as root: sysctl kernel.io_uring_disabled=0");
    }
    if (sysctl.equals("1")) {
      return Availability.no(
          "kernel.io_uring_disabled=1 and this process is neither privileged nor in"
              + " kernel.io_uring_group",
          "as root: sysctl kernel.io_uring_disabled=0, or add the user to that group");
    }
    if (underSeccompFilter()) {
      return Availability.no(
          "seccomp, e.g. a container's default profile",
          "run the container with a profile that allows io_uring_setup, io_uring_enter and"
              + " io_uring_register");
    }
    return Availability.no(
        "a security module or limit forbids it",
        "allow io_uring for this process (SELinux, AppArmor, BPF LSM)");
  }

  private static boolean underSeccompFilter() {
    try (var lines = Files.lines(STATUS)) {
      return lines.anyMatch(line -> line.startsWith("Seccomp:") && line.strip().endsWith("2"));
    } catch (IOException e) {
      // Without procfs the cause stays unknown, and the general remedy is given.
      return false;
    }
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      // The sysctl exists from 6.6 on.
      return "";
    }
  }
}
