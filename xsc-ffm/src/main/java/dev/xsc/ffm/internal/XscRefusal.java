// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import dev.xsc.ring.Availability;
import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.spi.KernelException;

/** Why {@code /dev/xsc} cannot be used here, in one line with its remedy. */
final class XscRefusal {
  private XscRefusal() {}

  /** The refusal of {@code open(2)}. */
  static KernelException ofOpen(int errno) {
    return exception(
        errno,
        switch (errno) {
          case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV ->
              Availability.no("no device /dev/xsc", "load the driver: modprobe xsc");
          case Errno.EACCES ->
              Availability.no(
                  "no permission to open /dev/xsc",
                  "as root: usermod -aG xsc USER, then log in again; or chmod the device");
          case Errno.EPERM ->
              Availability.no(
                  "the driver refuses this process: its parameter disabled, or a seccomp filter,"
                      + " e.g. a container's default profile",
                  "look at /sys/module/xsc/parameters/disabled and allow_seccomp");
          case Errno.EMFILE, Errno.ENFILE ->
              Availability.no("too many open files", "raise the limit with 'ulimit -n'");
          default -> Availability.no("opening /dev/xsc failed", "see the kernel log: dmesg");
        });
  }

  /** The refusal of {@code XSC_IOC_SETUP}. */
  static KernelException ofSetup(int errno, RingOptions options) {
    String wanted = options.entries() + " and " + options.completionEntries() + " entries";
    return exception(
        errno,
        switch (errno) {
          case Errno.ENOMEM ->
              Availability.no(
                  "no memory for " + wanted + " in this control group",
                  "open fewer or smaller rings, or raise the group's limit");
          case Errno.EINVAL ->
              Availability.no(
                  "the driver refuses " + wanted, "load the driver that belongs to this release");
          default -> Availability.no("setting a ring up failed", "see the kernel log: dmesg");
        });
  }

  /** A driver without what a ring needs here. */
  static KernelException tooOld(int missingFeatures) {
    return exception(
        0,
        Availability.no(
            "the driver is too old: features 0x"
                + Integer.toHexString(missingFeatures)
                + " are missing",
            "load the driver that belongs to this release"));
  }

  /** One of the first drivers, and another kernel might do. */
  static KernelException oldDriver() {
    return exception(
        0,
        Availability.no(
            "the driver is one of the first, which lack almost everything",
            "load the driver that belongs to this release; or name this kernel alone, to use what"
                + " there is"));
  }

  private static KernelException exception(int errno, Availability why) {
    return new KernelException(errno, why.detail(), why.remedy());
  }
}
