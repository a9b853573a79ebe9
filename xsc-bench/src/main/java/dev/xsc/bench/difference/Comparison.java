// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.difference;

import dev.xsc.ring.Errno;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Ring;
import dev.xsc.ring.RingOptions;
import dev.xsc.sim.Simulation;
import dev.xsc.sim.SimulationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes the same operations through a ring of the simulator and through one of a real kernel. What
 * is sent to the same machine arrives at once, mostly: a difference counts only if it is still
 * there when there is time for it after each step.
 */
public final class Comparison {
  /**
   * Milliseconds after each step, first and in further attempts: not so long that a packet that was
   * dropped is sent again in the course of a run.
   */
  private static final int[] PAUSES = {0, 3, 10};

  /** The same in the simulation, where it costs nothing. */
  private static final int SIMULATED_PAUSE = 5;

  private static final String CANNOT = " " + Errno.name(Errno.EOPNOTSUPP);

  private Comparison() {}

  /**
   * A difference.
   *
   * @param kernel the real one
   * @param subject what was compared
   * @param seed which run
   * @param before steps of which both said the same
   * @param real what the real kernel said of the next step
   * @param simulated what the simulator said of it
   */
  public record Difference(
      KernelKind kernel,
      Subject subject,
      long seed,
      List<String> before,
      String real,
      String simulated) {
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(subject).append(", seed ").append(seed).append(":\n");
      before.forEach(step -> text.append("  ").append(step).append('\n'));
      text.append("  ").append(real).append("  <- ").append(kernel.id()).append('\n');
      text.append("  ").append(simulated).append("  <- simulation\n");
      return text.toString();
    }
  }

  /**
   * Makes one run.
   *
   * @param kernel a real one, which must be available
   * @return the first difference, if there is one; what the real file system says it cannot do is
   *     none, and ends the comparison
   * @throws IOException if the kernel cannot be opened, or the folder for its files not be made
   */
  public static Optional<Difference> run(KernelKind kernel, Subject subject, long seed)
      throws IOException {
    if (kernel == KernelKind.SIMULATOR) {
      throw new IllegalArgumentException("simulator: compare it with xsc or io_uring");
    }
    List<String> simulated = simulated(subject, seed);
    Optional<Difference> found = Optional.empty();
    for (int pause : PAUSES) {
      found = difference(kernel, subject, seed, real(kernel, subject, seed, pause), simulated);
      if (found.isEmpty()) {
        return found;
      }
    }
    return found;
  }

  static Optional<Difference> difference(
      KernelKind kernel, Subject subject, long seed, List<String> real, List<String> simulated) {
    for (int i = 0; i < real.size(); i++) {
      if (!real.get(i).equals(simulated.get(i))) {
        if (real.get(i).endsWith(CANNOT)) {
          // Not every file system can do everything; what follows is bound to differ.
          return Optional.empty();
        }
        return Optional.of(
            new Difference(
                kernel, subject, seed, real.subList(0, i), real.get(i), simulated.get(i)));
      }
    }
    return Optional.empty();
  }

  static List<String> simulated(Subject subject, long seed) throws IOException {
    try (Simulation simulation =
            Simulation.open(SimulationOptions.DEFAULT.seed(seed).singleThreaded());
        Side side = new Side(Ring.open(simulation.host("a").ring().build()), SIMULATED_PAUSE)) {
      return steps(side, subject, "", seed);
    }
  }

  private static List<String> real(KernelKind kernel, Subject subject, long seed, int pause)
      throws IOException {
    Path folder = Files.createTempDirectory("xsc-compare");
    try (Side side = new Side(Ring.open(RingOptions.builder().kernel(kernel).build()), pause)) {
      return steps(side, subject, folder.toString(), seed);
    } finally {
      delete(folder);
    }
  }

  private static List<String> steps(Side side, Subject subject, String folder, long seed) {
    Sequence sequence = subject.begin(side, folder);
    Random random = new Random(seed);
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < subject.steps(); i++) {
      steps.add(sequence.step(new Random(random.nextLong())));
      side.pause();
    }
    return steps;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
