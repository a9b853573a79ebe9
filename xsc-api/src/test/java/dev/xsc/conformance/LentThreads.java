// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.ring.Sqe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that is watched from outside, by {@code kernel-driver/tests/jvm.sh}: it holds rings of
 * the XSC driver, with two threads lent to each and a read in flight that does not end, and does
 * what the lines of its standard input say. It never closes a ring.
 */
public final class LentThreads {
  private static final int THREADS = 2;
  private static final int IDLE_MILLIS = 20;
  private static final int BATCH = 100;
  private static final int EXIT_CODE = 3;

  private LentThreads() {}

  /**
   * Opens the rings, says {@code ready}, and reads commands: {@code work}, {@code return} from this
   * method, {@code exit} the process with 3.
   *
   * @param args the number of rings
   */
  public static void main(String[] args) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("ending")));
    List<Ring> rings = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(args[0]); i++) {
      rings.add(open());
    }
    System.out.println("ready");
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String command = commands.readLine(); command != null; command = commands.readLine()) {
      switch (command) {
        case "work" -> {
          rings.forEach(LentThreads::work);
          System.out.println("worked");
        }
        case "return" -> {
          return;
        }
        case "exit" -> System.exit(EXIT_CODE);
        default -> throw new IllegalArgumentException("no such command: " + command);
      }
    }
  }

  private static Ring open() throws IOException {
    Ring ring =
        Ring.open(
            RingOptions.builder()
                .kernel(KernelKind.XSC)
                .submissionPolling(IDLE_MILLIS)
                .pollingThreads(THREADS)
                .build());
    // Memory that the kernel may write to for as long as the process lives.
    MemorySegment pipe = Arena.global().allocate(2 * Integer.BYTES, Integer.BYTES);
    if (ring.calls().pipe(pipe, Posix.O_CLOEXEC) < 0) {
      throw new IOException("no pipe");
    }
    int end = pipe.get(ValueLayout.JAVA_INT, 0);
    ring.next().read(end, Arena.global().allocate(1), Sqe.AT_POSITION).userData(0);
    ring.submit();
    return ring;
  }

  private static void work(Ring ring) {
    for (int i = 0; i < BATCH; i++) {
      ring.next().nop().userData(1);
    }
    int[] ended = {0};
    while (ended[0] < BATCH) {
      ring.submitAndWait(1);
      ring.reap((_, _, _) -> ended[0]++);
    }
  }
}
