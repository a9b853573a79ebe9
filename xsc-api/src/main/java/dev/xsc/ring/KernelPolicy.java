// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which kernel to use: the first of a preferred order that is available here.
 *
 * @param order at least one kind, each once
 */
public record KernelPolicy(List<KernelKind> order) {
  /**
   * System property with a kernel's name, or several in order of preference, separated by commas.
   */
  public static final String PROPERTY = "dev.xsc.kernel";

  /** Checks and copies. */
  public KernelPolicy {
    order = List.copyOf(order);
    if (order.isEmpty() || order.stream().distinct().count() != order.size()) {
      throw new IllegalArgumentException(
          "kernel order " + order + ": name at least one kernel, each once");
    }
  }

  /** This kernel, or an error. */
  public static KernelPolicy only(KernelKind kind) {
    return new KernelPolicy(List.of(kind));
  }

  /** The first of these that is available. */
  public static KernelPolicy prefer(KernelKind... order) {
    return new KernelPolicy(List.of(order));
  }

  /** What the property {@value #PROPERTY} says, else xsc, io_uring, simulator. */
  public static KernelPolicy systemDefault() {
    String property = System.getProperty(PROPERTY);
    return property == null || property.isBlank()
        ? prefer(KernelKind.XSC, KernelKind.IO_URING, KernelKind.SIMULATOR)
        : parse(property);
  }

  /**
   * Reads {@code io_uring} or {@code xsc,io_uring,simulator}.
   *
   * @throws IllegalArgumentException naming the kinds that exist
   */
  public static KernelPolicy parse(String text) {
    List<KernelKind> order = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      order.add(KernelKind.of(part));
    }
    return new KernelPolicy(order);
  }

  @Override
  public String toString() {
    return order.stream().map(KernelKind::id).collect(Collectors.joining(","));
  }
}
