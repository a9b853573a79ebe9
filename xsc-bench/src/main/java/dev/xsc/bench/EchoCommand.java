// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.Xsc;
import dev.xsc.bench.info.Effort;
import dev.xsc.bench.server.EchoServer;
import dev.xsc.bench.text.Sizes;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code xsc echo}. */
@Command(
    name = "echo",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A TCP server that sends every byte back, until Ctrl-C.")
final class EchoCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7777",
      description = "Default: ${DEFAULT-VALUE}; 0 for any free one.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Default: ${DEFAULT-VALUE}, for this machine only; 0.0.0.0 for all others.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String host;

  @Override
  public Integer call() throws IOException {
    var address = Listening.at(common.commandLine(), host, port);
    try (Interruption interruption = Interruption.install();
        Xsc xsc = common.open()) {
      EchoServer server = new EchoServer(xsc, address);
      try (server) {
        print(
            "echo on "
                + Listening.print(server.address())
                + " through "
                + xsc.kernel().id()
                + "; Ctrl-C ends it");
        interruption.await(server.ended());
      }
      Effort effort = Effort.of(xsc);
      print(
          "echoed "
              + Sizes.bytes(server.bytes())
              + " on "
              + Sizes.count(server.connections(), "connection")
              + ", "
              + Sizes.count(effort.entries())
              + " kernel entries for "
              + Sizes.count(effort.operations(), "operation"));
    }
    return CommandLine.ExitCode.OK;
  }

  private void print(String line) {
    common.out().println(line);
    common.out().flush();
  }
}
