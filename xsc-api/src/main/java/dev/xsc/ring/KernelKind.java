// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import java.util.Locale;

/** The kernels that this library knows. */
public enum KernelKind {
  /** The XSC driver, {@code /dev/xsc}. */
  XSC("xsc"),
  /** Linux io_uring, from 5.15. */
  IO_URING("io_uring"),
  /** The kernel inside this process. */
  SIMULATOR("simulator");

  private final String id;

  KernelKind(String id) {
    this.id = id;
  }

  /** The name used on the command line and in the system property {@code dev.xsc.kernel}. */
  public String id() {
    return id;
  }

  /**
   * The kind with this {@link #id()}, ignoring case and the difference between {@code _} and {@code
   * -}.
   *
   * @throws IllegalArgumentException naming the kinds that exist
   */
  public static KernelKind of(String id) {
    String wanted = id.strip().toLowerCase(Locale.ROOT).replace('-', '_');
    for (KernelKind kind : values()) {
      if (kind.id.equals(wanted)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "unknown kernel '" + id + "': use xsc, io_uring or simulator");
  }
}
