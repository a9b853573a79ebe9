// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.Xsc;
import dev.xsc.bench.copy.CopyResult;
import dev.xsc.bench.copy.FileComparer;
import dev.xsc.bench.copy.FileCopier;
import dev.xsc.bench.copy.Progress;
import dev.xsc.bench.copy.ProgressBar;
import dev.xsc.bench.copy.Shape;
import dev.xsc.bench.text.Sizes;
import dev.xsc.bench.text.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code xsc copy}. */
@Command(
    name = "copy",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Copies a file through a ring, many blocks at a time. Holes stay holes.",
      "A failed or interrupted copy leaves nothing behind, and with --force the old file."
    })
final class CopyCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "SRC", description = "A regular file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path source;

  @Parameters(index = "1", paramLabel = "DST", description = "The file to make.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path target;

  @Option(names = "--force", description = "Replace DST if it exists.")
  private boolean force;

  @Option(names = "--verify", description = "Read both again and compare.")
  private boolean verify;

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      defaultValue = "256K",
      converter = SizeConverter.class,
      description = "Bytes per read and write. Default: ${DEFAULT-VALUE}.")
  private int blockSize;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "32",
      description = "Blocks under way at once. Default: ${DEFAULT-VALUE}.")
  private int depth;

  @Option(
      names = "--no-progress",
      description = "No progress bar. Without a terminal there is none anyway.")
  private boolean noProgress;

  @Override
  public Integer call() throws IOException {
    Shape shape = shape();
    try (Interruption _ = Interruption.install();
        Xsc xsc = common.open()) {
      CopyResult result =
          watched(progress -> FileCopier.copy(xsc, source, target, force, shape, progress));
      print(summary(result, xsc.kernel().id()));
      if (result.left() > 0) {
        warnOfGrowth(result);
      }
      if (verify) {
        long bytes = result.bytes();
        watched(progress -> {
          FileComparer.requireSame(xsc, source, target, bytes, shape, progress);
          return result;
        });
        print("verified: the same " + Sizes.count(bytes, "byte"));
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private interface Work {
    CopyResult run(Progress progress) throws IOException;
  }

  /** Does it with a progress bar, if anybody is there to watch it. */
  private CopyResult watched(Work work) throws IOException {
    if (noProgress || !Terminal.showsErrors()) {
      return work.run(Progress.NONE);
    }
    try (ProgressBar bar = new ProgressBar(common.err())) {
      return work.run(bar);
    }
  }

  private void print(String line) {
    common.out().println(line);
    common.out().flush();
  }

  private Shape shape() {
    try {
      return new Shape(blockSize, depth);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(common.commandLine(), e.getMessage(), e);
    }
  }

  private static String summary(CopyResult result, String kernel) {
    String holes = result.holes() == 0 ? "" : " (" + Sizes.bytes(result.holes()) + " of it holes)";
    return "copied "
        + Sizes.bytes(result.bytes())
        + holes
        + " in "
        + Sizes.time(result.nanos())
        + ", "
        + Sizes.rate(result.bytes(), result.nanos())
        + "; "
        + Sizes.count(result.effort().operations(), "operation")
        + ", "
        + Sizes.perOperation(result.effort().entries(), result.effort().operations())
        + " kernel entries each, "
        + kernel;
  }

  private void warnOfGrowth(CopyResult result) {
    common
        .err()
        .println(
            "xsc copy: "
                + source
                + " has grown by "
                + Sizes.count(result.left(), "byte")
                + " since the copy began; they are not in it");
    common.err().flush();
  }
}
