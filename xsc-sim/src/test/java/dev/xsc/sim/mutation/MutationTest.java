// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bugs planted in the library are found by swarm mode, each within its number of seeds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MutationTest {
  private static final int CLEAN_SEEDS = 1000;

  static List<Mutation> mutations() {
    return List.of(
        new Mutation(
            "ring/SubmissionQueue",
            "an entry that the kernel has not taken is overwritten",
            "      if (tail - headSeen == capacity) {\n        return -1;",
            "      if (tail - headSeen > capacity) {\n        return -1;",
            50),
        new Mutation(
            "ring/Ring",
            "the number of entries to submit forgets those that were not taken before",
            "int toSubmit = sq.untaken();",
            "int toSubmit = fresh;",
            50),
        new Mutation(
            "internal/EventLoop",
            "an operation ends with the first of two completions",
            "operation.completionsDue = 2;",
            "operation.completionsDue = 1;",
            50),
        new Mutation(
            "internal/EventLoop",
            "the loop sleeps without being woken",
            "intake.prepareToSleep();",
            "",
            50),
        new Mutation(
            "internal/EventLoop",
            "a cancelled operation gives its memory back before it has ended",
            "next().cancel(inFlight.userData(operation)).userData(IGNORED);",
            "next().cancel(inFlight.userData(operation)).userData(IGNORED);"
                + " operation.settle(-Errno.ECANCELED);",
            50),
        new Mutation(
            "internal/EventLoop",
            "all time spans share one place",
            "timespecIndex = timespecIndex + 1 & settings.ring().entries() - 1;",
            "timespecIndex = 0;",
            50),
        new Mutation(
            "internal/EventLoop",
            "a permit is lost when the descriptor is closed",
            "      intake.givePermit();\n      throw new ClosedChannelException();",
            "      throw new ClosedChannelException();",
            50),
        new Mutation(
            "internal/InFlight",
            "a slot is free although its operation is in flight",
            "free[freeCount++] = slot;\n    size--;",
            "free[freeCount++] = Math.max(0, slot - 1);\n    size--;",
            50),
        new Mutation(
            "internal/Transfer",
            "the rest of a short transfer goes where it began",
            "offset < 0 ? offset : offset + moved",
            "offset",
            50),
        new Mutation(
            "internal/Transfer",
            "the rest of a short transfer is counted from the beginning",
            "moved += res;",
            "moved = res;",
            50),
        new Mutation(
            "internal/Operation",
            "an interrupted operation fails",
            "return res == -Errno.EINTR;",
            "return false;",
            50),
        new Mutation(
            "internal/Operation",
            "a cancel is said to have come too late when it has not",
            "case -Errno.ECANCELED -> CancelOutcome.CANCELLED;",
            "case -Errno.ECANCELED -> CancelOutcome.COMPLETED;",
            50),
        new Mutation(
            "internal/Handle",
            "closing leaves alone what is in flight",
            "      loop.cancelAll(this);\n",
            "",
            50),
        new Mutation(
            "internal/Handle",
            "a descriptor is closed under its last but one operation",
            "if (before - 1 == CLOSED) {",
            "if (before - 2 == CLOSED || before - 1 == CLOSED) {",
            50),
        new Mutation(
            "internal/BufferState",
            "a buffer with an operation in flight can be freed",
            "return COUNT.compareAndSet(this, 0, CLOSED);",
            "count = CLOSED;\n    return true;",
            50),
        new Mutation(
            "internal/MultishotReceive",
            "a buffer is given back to the kernel while the reader has it",
            "    sink.arrived(bytes, BufferGroup.bufferId(flags));",
            "    returned.add(BufferGroup.bufferId(flags));\n"
                + "    sink.arrived(bytes, BufferGroup.bufferId(flags));",
            50),
        new Mutation(
            "internal/MultishotReceive",
            "a receive that the kernel has ended early is not begun again",
            "return res > 0 || res == -Errno.ENOBUFS || super.again(res);",
            "return res == -Errno.ENOBUFS || super.again(res);",
            50));
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void everyMutationIsFound(Mutation mutation, @TempDir Path folder) throws Exception {
    String found = mutation.hunt(folder);
    assertNotEquals("", found, () -> mutation + ": not found in " + mutation.seeds() + " seeds");
  }

  @Test
  void withoutAMutationNothingIsFound(@TempDir Path empty)
      throws IOException, ReflectiveOperationException {
    assertEquals("", Mutation.hunt(empty, CLEAN_SEEDS));
  }
}
