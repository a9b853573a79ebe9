// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.Fault;

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

        @Override
        public void begin(String where, long number, String what) {}

        @Override
        public void end(String where, long number, String what) {}

        @Override
        public void fault(Fault fault) {}
      };

  /** Whether anything is written: ask before making up a text. */
  boolean on();

  /**
   * Writes a line with the present time.
   *
   * @param where it happens, such as a host's name
   */
  void note(String where, String what);

  /**
   * Something begins that takes time.
   *
   * @param number of it, unique in this place
   */
  void begin(String where, long number, String what);

  /** It ends. */
  void end(String where, long number, String what);

  /** Something goes wrong, or differently, because the fault plan has it so. */
  void fault(Fault fault);
}
