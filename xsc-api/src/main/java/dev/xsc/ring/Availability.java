// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

/**
 * Whether a kernel can be used here and, if not, why.
 *
 * @param available whether opening a ring would work
 * @param detail what was found: a description of the kernel, or the cause in one line
 * @param remedy what to do about it; empty if available
 */
public record Availability(boolean available, String detail, String remedy) {
  /** The kernel can be used. */
  public static Availability yes(String detail) {
    return new Availability(true, detail, "");
  }

  /** It cannot. */
  public static Availability no(String cause, String remedy) {
    return new Availability(false, cause, remedy);
  }

  @Override
  public String toString() {
    return available ? detail : detail + " (" + remedy + ")";
  }
}
