// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static dev.xsc.conformance.ring.Results.assertResult;
import static dev.xsc.ring.Sqe.AT_POSITION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.World;
import dev.xsc.ring.Ring;
import dev.xsc.ring.Sqe;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The thread that a ring belongs to. */
class OwnerTest extends RingTest {
  private static Throwable thrownElsewhere(Thread.Builder builder, Runnable call)
      throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        builder.start(() -> {
          try {
            call.run();
          } catch (RuntimeException e) {
            thrown.set(e);
          }
        });
    thread.join();
    return thrown.get();
  }

  @Test
  void anotherThreadIsRefusedAndBothAreNamed() throws InterruptedException {
    Ring raw = ring.ring();
    List<Runnable> calls =
        List.of(
            raw::next,
            raw::nextOrNull,
            raw::room,
            raw::submit,
            () -> raw.submitAndWait(0),
            () -> raw.reap((_, _, _) -> {}),
            raw::ready,
            raw::inFlight,
            raw::close);
    for (Runnable call : calls) {
      Throwable thrown = thrownElsewhere(World.thread().name("stranger"), call);
      String message = assertInstanceOf(IllegalStateException.class, thrown).getMessage();
      assertTrue(message.contains("stranger"), message);
      assertTrue(message.contains(Thread.currentThread().getName()), message);
    }
    assertResult(0, ring.run(Sqe::nop));
  }

  @Test
  void anotherThreadMayLook() throws InterruptedException {
    Ring raw = ring.ring();
    ring.run(Sqe::nop);
    AtomicReference<String> text = new AtomicReference<>();
    Throwable thrown =
        thrownElsewhere(
            World.thread(),
            () -> {
              text.set(raw.toString() + raw.stats() + raw.capabilities() + raw.kernel());
              raw.calls();
            });
    assertNull(thrown);
    assertTrue(text.get().contains("inFlight="), text.get());
  }

  @Test
  void aVirtualThreadCannotOpenARing() throws InterruptedException {
    World.requireReal("its threads are virtual and own rings");
    Throwable thrown = thrownElsewhere(Thread.ofVirtual(), this::openRaw);
    String message = assertInstanceOf(IllegalStateException.class, thrown).getMessage();
    assertTrue(message.contains("platform thread"), message);
  }

  @Test
  void anInterruptedWaitLosesNothing() {
    Pipe pipe = pipe();
    int fd = file("file");
    Thread owner = Thread.currentThread();
    AtomicBoolean done = new AtomicBoolean();
    Thread interrupter =
        World.thread()
            .start(() -> {
              while (!done.get()) {
                owner.interrupt();
                World.spin();
              }
            });
    boolean interrupted = false;
    try {
      while (!owner.isInterrupted()) {
        World.spin();
      }
      transferWords(pipe, fd);
      interrupted = owner.isInterrupted();
    } finally {
      done.set(true);
      while (interrupter.isAlive()) {
        // Joining would throw because of the last interrupt.
        World.spin();
      }
      Thread.interrupted();
    }
    assertTrue(interrupted, "a wait is no interruption point: the status stays for whoever looks");
    assertEquals(1200, contentOf("file").length);
  }

  private void transferWords(Pipe pipe, int fd) {
    MemorySegment buffer = memory(4);
    MemorySegment word = memory("data");
    for (int i = 0; i < 300; i++) {
      long read = ring.submit(sqe -> sqe.read(pipe.read(), buffer, AT_POSITION));
      int offset = 4 * i;
      long write = ring.submit(sqe -> sqe.write(fd, word, offset));
      ring.ring().submitAndWait(1, 100_000);
      assertResult(4, ring.run(sqe -> sqe.write(pipe.write(), word, AT_POSITION)));
      assertResult(4, ring.result(read));
      assertResult(4, ring.result(write));
    }
  }

  @Test
  void aWaitOfAnInterruptedThreadStillWaits() {
    Pipe pipe = pipe();
    ring.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    Thread.currentThread().interrupt();
    try {
      long before = ring.ring().stats().enters();
      ring.expectNothing(Duration.ofMillis(100));
      assertTrue(ring.ring().stats().enters() - before < 50, ring.ring().stats()::toString);
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void toStringTellsHeadsTailsAndWhatIsPending() {
    Pipe pipe = pipe();
    ring.submit(sqe -> sqe.read(pipe.read(), memory(4), AT_POSITION));
    String text = ring.ring().toString();
    assertTrue(text.contains("inFlight=1"), text);
    assertTrue(text.contains("head=") && text.contains("tail="), text);
  }
}
