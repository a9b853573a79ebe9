// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.Xsc;
import dev.xsc.bench.copy.CopyResult;
import dev.xsc.bench.copy.FileComparer;
import dev.xsc.bench.copy.FileCopier;
import dev.xsc.bench.copy.Progress;
import dev.xsc.bench.copy.Shape;
import dev.xsc.bench.demo.Contest;
import dev.xsc.bench.demo.CopyStep;
import dev.xsc.bench.demo.RandomReadStep;
import dev.xsc.bench.demo.SampleFile;
import dev.xsc.bench.demo.ServeStep;
import dev.xsc.bench.demo.TempFolder;
import dev.xsc.bench.info.KernelChoice;
import dev.xsc.bench.info.Machine;
import dev.xsc.bench.text.Sizes;
import dev.xsc.ring.KernelKind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code xsc demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Copies a large file through a ring, verifies it, serves it over HTTP to a real client,"
          + " checks what arrived, and says what each took, beside the same work done with plain"
          + " Java."
    })
final class DemoCommand implements Callable<Integer> {
  private static final Shape SHAPE = Shape.DEFAULT;

  /** Copies that exist at a time. */
  private static final int COPIES = 2;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file to use. Default: the largest one of the running Java, lib/modules.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    Path source = file == null ? SampleFile.find() : file;
    long size = Files.size(source);
    try (Interruption _ = Interruption.install();
        TempFolder folder = TempFolder.make(COPIES * size);
        Xsc xsc = common.open()) {
      introduce(xsc, source, size);
      Path copy = folder.file("copy");
      copy(xsc, source, copy, folder.file("round"));
      serve(xsc, copy);
      readAtRandom(xsc, copy);
      farewell();
    }
    return CommandLine.ExitCode.OK;
  }

  private void introduce(Xsc xsc, Path source, long size) {
    KernelChoice choice = KernelChoice.of(common.policy(), common.policySource());
    print("Machine  " + Machine.here());
    print("Kernel   " + xsc.capabilities().description());
    print("         " + xsc.kernel().id() + " is " + choice.reason());
    for (KernelKind other : KernelKind.values()) {
      if (other != xsc.kernel()) {
        print("         not " + other.id() + ": " + choice.reasonAgainst(other));
      }
    }
    print("File     " + source + ", " + Sizes.bytes(size));
  }

  private void copy(Xsc xsc, Path source, Path copy, Path round) throws IOException {
    print("");
    print(
        "1. Copy it through the ring: "
            + Sizes.bytes(SHAPE.block())
            + " blocks, "
            + SHAPE.depth()
            + " under way at once");
    CopyResult result = FileCopier.copy(xsc, source, copy, false, SHAPE, Progress.NONE);
    FileComparer.requireSame(xsc, source, copy, result.bytes(), SHAPE, Progress.NONE);
    print("   verified: " + Sizes.count(result.bytes(), "byte") + ", all the same");
    Contest.run("   ", new CopyStep(xsc, source, round, SHAPE).contenders()).forEach(this::print);
  }

  private void serve(Xsc xsc, Path copy) throws IOException {
    print("");
    print("2. Serve the copy over HTTP on loopback to java.net.http.HttpClient");
    try (ServeStep step = new ServeStep(xsc, copy)) {
      print("   verified: SHA-256 " + step.verify().substring(0, 16) + "... on both sides");
      Contest.run("   ", step.contenders()).forEach(this::print);
    }
    print("   The client is the same for both and runs on the same CPUs.");
  }

  private void readAtRandom(Xsc xsc, Path copy) throws IOException {
    print("");
    print(
        "3. Read "
            + Sizes.bytes(RandomReadStep.BLOCK)
            + " blocks at random, past the page cache: through the ring "
            + RandomReadStep.DEPTH
            + " under way at once");
    try {
      RandomReadStep step = new RandomReadStep(xsc, copy);
      Contest.run("   ", step.contenders()).forEach(this::print);
    } catch (FileSystemException | UnsupportedOperationException e) {
      print("   left out: " + ErrorText.of(e) + " (not every file system can)");
    }
  }

  private void farewell() {
    print("");
    print(
        "Times are medians. Entries are system calls of native kernels; for plain Java, calls of");
    print("read, write and transferTo, each of which makes at least one.");
    print("");
    print("Next: xsc info               what each kernel can do here");
    print("      xsc copy SRC DST       the copy, on your own files");
    print("      xsc http DIR           the server, on your own folder");
    print("      xsc ringtest           the conformance suite on this machine");
    print("      xsc bench              careful measurements instead of a demo's");
    print("      xsc demo --kernel simulator   all this without a native ring");
  }

  private void print(String line) {
    common.out().println(line);
    common.out().flush();
  }
}
