// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.Xsc;
import dev.xsc.bench.http.HttpServer;
import dev.xsc.bench.info.Effort;
import dev.xsc.bench.text.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code xsc http}. */
@Command(
    name = "http",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Serves the files of a folder over HTTP/1.1, until Ctrl-C.")
final class HttpCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "DIR",
      description = "The folder; nothing outside is served, not even through symbolic links.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path folder;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Default: ${DEFAULT-VALUE}; 0 for any free one.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Default: ${DEFAULT-VALUE}, for this machine only; 0.0.0.0 for all others.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String host;

  @Option(names = "--log", description = "Print a line for each request.")
  private boolean log;

  @Override
  public Integer call() throws IOException {
    var address = Listening.at(common.commandLine(), host, port);
    Consumer<String> lines = log ? this::print : _ -> {};
    try (Interruption interruption = Interruption.install();
        Xsc xsc = common.open()) {
      HttpServer server = new HttpServer(xsc, address, folder, HttpServer.IDLE, lines);
      try (server) {
        print(
            "serving "
                + folder
                + " on http://"
                + Listening.print(server.address())
                + "/ through "
                + xsc.kernel().id()
                + "; Ctrl-C ends it");
        interruption.await(server.ended());
      }
      Effort effort = Effort.of(xsc);
      print(
          "served "
              + Sizes.count(server.requests(), "request")
              + " and "
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
