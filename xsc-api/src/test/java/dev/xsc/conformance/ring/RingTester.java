// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance.ring;

import static org.junit.jupiter.api.Assertions.fail;

import dev.xsc.conformance.KernelUnderTest;
import dev.xsc.conformance.World;
import dev.xsc.ring.Errno;
import dev.xsc.ring.Feature;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Sqe;
import dev.xsc.spi.KernelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A ring that hands out user data by itself and keeps what completes. Each wait has a time limit.
 * Every submission must end exactly once: a completion for one that has ended, or was never made,
 * fails the test at once; one that does not end, at the latest on closing.
 */
final class RingTester implements AutoCloseable {
  private static final Duration PATIENCE = KernelUnderTest.get().patience();
  private static final long SLICE_NANOS = 500_000_000;

  private final Ring ring;
  private final Set<Long> open = new LinkedHashSet<>();
  private final Deque<Cqe> arrived = new ArrayDeque<>();
  private long lastId;
  private boolean closed;

  private RingTester(Ring ring) {
    this.ring = ring;
  }

  static RingTester open(RingOptions options) {
    try {
      return new RingTester(Ring.open(options));
    } catch (KernelException e) {
      throw new AssertionError("no ring", e);
    }
  }

  static RingTester withDefaults() {
    return open(KernelUnderTest.get().options().build());
  }

  /** What is tested. Completions that it is asked for directly do not come here. */
  Ring ring() {
    return ring;
  }

  // ---- submitting

  /** Fills the next entry; its user data is the returned id. */
  long fill(Consumer<Sqe> operation) {
    long id = ++lastId;
    Sqe sqe = ring.next();
    operation.accept(sqe);
    sqe.userData(id);
    open.add(id);
    return id;
  }

  /** Fills an entry and submits. */
  long submit(Consumer<Sqe> operation) {
    long id = fill(operation);
    ring.submit();
    return id;
  }

  /** Submits an entry and waits for its completion; returns the result. */
  int run(Consumer<Sqe> operation) {
    return await(submit(operation)).result();
  }

  // ---- waiting

  /** The next completion of this submission, which may already be there. */
  Cqe await(long id) {
    waitUntil(() -> arrived.stream().anyMatch(cqe -> cqe.userData() == id), "completion of " + id);
    for (Iterator<Cqe> each = arrived.iterator(); each.hasNext(); ) {
      Cqe cqe = each.next();
      if (cqe.userData() == id) {
        each.remove();
        return cqe;
      }
    }
    throw new AssertionError("unreachable");
  }

  int result(long id) {
    return await(id).result();
  }

  /** The next completions, in their order. */
  List<Cqe> await(int count) {
    waitUntil(() -> arrived.size() >= count, count + " completions");
    List<Cqe> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(arrived.remove());
    }
    return taken;
  }

  /** All completions, in their order, until nothing that was submitted here is open. */
  List<Cqe> awaitAll() {
    waitUntil(open::isEmpty, "everything");
    List<Cqe> all = List.copyOf(arrived);
    arrived.clear();
    return all;
  }

  /** Results in the order of submission, once all of these have ended. */
  int[] results(long... ids) {
    int[] results = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      results[i] = result(ids[i]);
    }
    return results;
  }

  /** Fails if anything completes within this time. */
  void expectNothing(Duration time) {
    long end = World.nanoTime() + time.toNanos();
    while (arrived.isEmpty() && end - World.nanoTime() > 0) {
      step(end - World.nanoTime());
    }
    if (!arrived.isEmpty()) {
      fail("nothing should have completed, but " + arrived);
    }
  }

  /** Ids whose terminal completion has not come. */
  Set<Long> pending() {
    return open;
  }

  /** Takes what is there without waiting. */
  void poll() {
    ring.submitAndWait(0, 0);
    ring.reap(this::arrive);
  }

  /** Waits, in turns of the ring, until a condition holds. */
  void waitUntil(BooleanSupplier condition, String what) {
    long end = World.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      long left = end - World.nanoTime();
      if (left <= 0) {
        fail(
            "no %s within %s: open %s, arrived %s, %s"
                .formatted(what, PATIENCE, open.size() > 20 ? open.size() : open, arrived, ring));
      }
      step(Math.min(left, SLICE_NANOS));
    }
  }

  private void step(long nanos) {
    ring.submitAndWait(1, nanos);
    ring.reap(this::arrive);
  }

  private void arrive(long userData, int result, int flags) {
    Cqe cqe = new Cqe(userData, result, flags);
    boolean wasOpen = cqe.more() ? open.contains(userData) : open.remove(userData);
    if (!wasOpen) {
      fail(cqe + " is not for anything in flight: it ended before or was never submitted, " + ring);
    }
    arrived.add(cqe);
  }

  // ---- ending

  /** Cancels what is open and takes its completions. */
  void cancelAll() {
    long end = World.nanoTime() + PATIENCE.toNanos();
    while (!open.isEmpty()) {
      if (end - World.nanoTime() < 0) {
        fail("does not end after a cancel: " + open + ", " + ring);
      }
      for (long target : List.copyOf(open)) {
        run(sqe -> sqe.cancel(target));
      }
      // Cancelled operations may still be on their way.
      step(1_000_000);
    }
  }

  /** Closes the ring; returns what completed meanwhile. Everything must have ended then. */
  List<Cqe> closeRing() {
    closed = true;
    ring.close(this::arrive);
    if (!open.isEmpty()) {
      fail("closed, but not ended: " + open);
    }
    return List.copyOf(arrived);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (!ring.capabilities().has(Feature.CANCEL_ANY)) {
      cancelAll();
    }
    closeRing();
  }

  /** Whether this is what a cancelled operation completes with. */
  static boolean cancelled(int result) {
    return result == -Errno.ECANCELED;
  }
}
