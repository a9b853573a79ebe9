// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

/**
 * Where the parts of a simulated world write down what happens, in words. One simulation's; used by
 * whoever runs in it, one at a time.
 */
public interface Tracer {
  /** Writes nothing. */
  Tracer NONE =
      new Tracer() {
        @Override
        public boolean on() {
          return false;
        }

        @Override
        public void note(String where, String what) {}
      };

  /** Whether anything is written: ask before making up a text. */
  boolean on();

  /**
   * Writes a line with the present time.
   *
   * @param where it happens, such as a host's name
   */
  void note(String where, String what);
}
