// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.Taker;
import dev.xsc.spi.Environment;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;

/**
 * How a kernel thread takes submissions by itself, so that submitting needs no call. Kernel thread
 * only.
 */
final class Polling {
  private final Taker taker;
  private final MemorySegment flagsWord;
  private final long idleNanos;
  private long lastTaken;

  /**
   * Polling that begins now.
   *
   * @param flagsWord of the submission queue
   * @param idleNanos how long to spin without work
   */
  Polling(Taker taker, MemorySegment flagsWord, long idleNanos, long now) {
    this.taker = taker;
    this.flagsWord = flagsWord;
    this.idleNanos = idleNanos;
    lastTaken = now;
  }

  boolean take(Engine engine, Environment environment) {
    if (!engine.takeFrom(taker)) {
      return false;
    }
    lastTaken = environment.nanoTime();
    return true;
  }

  /** Whether it is too early to sleep. */
  boolean spins(long now) {
    return now - lastTaken < idleNanos;
  }

  boolean ready() {
    return taker.ready();
  }

  /** Asks for the doorbell; {@link #ready()} must be asked once more after this. */
  void announceSleep() {
    // Fully ordered. Pairs with the user side's full barrier between its store of tail and its load
    // of this word: one of
    // the two sides sees the other.
    Words.orVolatile(flagsWord, XscAbi.SQ_NEED_WAKEUP);
  }

  void retractSleep() {
    Words.andVolatile(flagsWord, ~XscAbi.SQ_NEED_WAKEUP);
  }
}
