// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.bench.KernelsHere.OnEachKernel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpCommandTest {
  @TempDir Path folder;

  @OnEachKernel
  void aFolderIsServedUntilItIsStopped(String kernel) throws Exception {
    Files.writeString(folder.resolve("file.txt"), "content");
    Running server =
        new Running("http", folder.toString(), "--kernel", kernel, "--port", "0", "--log");
    URI uri = URI.create("http://127.0.0.1:" + server.port() + "/file.txt");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals("content", response.body());
    }
    Cli result = server.stop();
    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("GET /file.txt 200 7"), result::toString);
    assertTrue(result.out().contains("served 1 request and 7 B on 1 connection,"), result::out);
    assertEquals("", result.err());
  }

  @Test
  void whatIsNoFolderIsRefused() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Cli result = Cli.run("http", file.toString(), "--port", "0");
    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("file: not a directory"), result::toString);
    result = Cli.run("http", folder.resolve("none").toString(), "--port", "0");
    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("none: no such file or directory"), result::toString);
  }
}
