// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.sim.Search;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One run of a scenario: by seed, or by what a failing search printed. */
final class SimRun {
  @Option(names = "--seed", paramLabel = "N", description = "The run of this seed. Default: 0.")
  private @Nullable Long seed;

  @Option(
      names = "--run",
      paramLabel = "LINE",
      description = "The run that a failing search printed: 'seed=... faults=... script=...'.")
  private @Nullable String line;

  /** Makes the run. */
  Search.Run make(SimChoice choice) throws IOException {
    if (line != null && (seed != null || choice.saysFaults())) {
      throw choice.wrong("--run says seed and faults: leave out --seed, --faults and --swarm");
    }
    Search search = choice.search();
    if (line == null) {
      return search.replay(search.lineFor(seed == null ? 0 : seed));
    }
    try {
      return search.replay(line);
    } catch (IllegalArgumentException e) {
      throw choice.wrong("--run '" + line + "': " + e.getMessage());
    }
  }
}
