// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.measure;

import java.util.Map;
import java.util.TreeMap;

/**
 * What was measured of one benchmark with one set of parameters.
 *
 * @param benchmark class and method, as in {@code RingBenchmark.nop}
 * @param parameters of the benchmark, by name
 * @param java nanoseconds per operation, one sample an iteration
 * @param c the same of the C program, each taken beside the one of {@code java}; or none
 * @param hopefulC the same of the C program when it asks to wait only when it must; or none
 * @param bytes allocated per operation, one sample an iteration
 */
public record Measurement(
    String benchmark,
    Map<String, String> parameters,
    Samples java,
    Samples c,
    Samples hopefulC,
    Samples bytes) {
  public Measurement {
    parameters = new TreeMap<>(parameters);
  }

  /** Whether both are of the same thing. */
  boolean isOf(Measurement other) {
    return benchmark.equals(other.benchmark) && parameters.equals(other.parameters);
  }

  /** This one's samples, then the other's. */
  Measurement and(Measurement other) {
    return new Measurement(
        benchmark,
        parameters,
        java.and(other.java),
        c.and(other.c),
        hopefulC.and(other.hopefulC),
        bytes.and(other.bytes));
  }

  /** How fast Java is, relative to C: 1 if equal, less if slower. One value per pair of samples. */
  public Samples ofC() {
    return c.dividedBy(java);
  }

  /** {@link #ofC()}, relative to the C program that asks to wait only when it must. */
  public Samples ofHopefulC() {
    return hopefulC.dividedBy(java);
  }

  /** The number that a parameter is. */
  int number(String parameter) {
    String value = parameters.get(parameter);
    if (value == null) {
      throw new IllegalArgumentException(benchmark + " has no parameter " + parameter);
    }
    return Integer.parseInt(value);
  }
}
