// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.info;

import java.util.List;

/**
 * Everything that {@code xsc info} says.
 *
 * @param version of this program
 * @param machine it runs on
 * @param choice of a kernel
 * @param kernels all of them
 */
public record Report(
    String version, Machine machine, KernelChoice choice, List<KernelReport> kernels) {
  /** Copies. */
  public Report {
    kernels = List.copyOf(kernels);
  }

  /** Asks the machine and every kernel. */
  public static Report of(String version, KernelChoice choice) {
    List<KernelReport> kernels =
        choice.availability().entrySet().stream()
            .map(entry -> KernelReport.of(entry.getKey(), entry.getValue()))
            .toList();
    return new Report(version, Machine.here(), choice, kernels);
  }
}
