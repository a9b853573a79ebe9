// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.Xsc;
import dev.xsc.bench.KernelsHere;
import dev.xsc.bench.KernelsHere.OnEachKernel;
import dev.xsc.bench.copy.TestFiles;
import dev.xsc.bench.http.RawClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {
  private static final Instant MODIFIED = Instant.parse("2024-02-29T12:34:56.789Z");
  private static final String MODIFIED_DATE = "Thu, 29 Feb 2024 12:34:56 GMT";

  @TempDir Path folder;
  private Path root;

  /** What a test does with a server. */
  private interface Body {
    void run(int port) throws Exception;
  }

  @BeforeEach
  void files() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.setLastModifiedTime(
        Files.writeString(root.resolve("hello.txt"), "Hello, ring!\n"), FileTime.from(MODIFIED));
    Files.writeString(root.resolve("a & b <c>.html"), "<p>odd");
    Files.write(root.resolve("empty"), new byte[0]);
    Path inner = Files.createDirectories(root.resolve("sub/inner"));
    Files.writeString(inner.resolve("index.html"), "<h1>index");
    Files.writeString(root.resolve("sub/fil\u00e9.json"), "{}");
  }

  private void serving(String kernel, Body body) throws Exception {
    serving(kernel, Duration.ofSeconds(60), body);
  }

  private void serving(String kernel, Duration idle, Body body) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Xsc xsc = KernelsHere.open(kernel);
        HttpServer server = new HttpServer(xsc, any, root, idle, _ -> {})) {
      body.run(server.address().getPort());
    }
  }

  // ---- what is served

  @OnEachKernel
  void aFileIsServedWithItsFields(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            Answer answer = client.get("/hello.txt");
            assertEquals(200, answer.status());
            assertEquals("Hello, ring!\n", answer.text());
            assertEquals("13", answer.field("content-length"));
            assertEquals("text/plain; charset=utf-8", answer.field("content-type"));
            assertEquals(MODIFIED_DATE, answer.field("last-modified"));
            assertEquals("bytes", answer.field("accept-ranges"));
            assertEquals("keep-alive", answer.field("connection"));
            assertTrue(answer.field("date").endsWith(" GMT"));
          }
        });
  }

  @OnEachKernel
  void headHasTheFieldsOfGetAndNoBody(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            for (String target : List.of("/hello.txt", "/", "/missing", "/empty")) {
              Answer got = client.get(target);
              Answer head = client.ask("HEAD", target);
              assertEquals(got.status(), head.status());
              assertEquals(got.field("content-length"), head.field("content-length"));
              assertEquals(got.field("content-type"), head.field("content-type"));
            }
          }
        });
  }

  @OnEachKernel
  void anEmptyFileIsServed(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            Answer answer = client.get("/empty");
            assertEquals(200, answer.status());
            assertEquals("0", answer.field("content-length"));
            assertEquals("application/octet-stream", answer.field("content-type"));
            assertEquals(200, client.get("/hello.txt").status());
          }
        });
  }

  @OnEachKernel
  void aDirectoryIsItsIndexOrAListing(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            Answer index = client.get("/sub/inner/");
            assertEquals("<h1>index", index.text());
            assertEquals("text/html; charset=utf-8", index.field("content-type"));
            String listing = client.get("/").text();
            assertTrue(listing.contains("href=\"./sub/\">sub/<"), listing);
            assertTrue(
                listing.contains(
                    "href=\"./a%20&amp;%20b%20%3Cc%3E.html\">a &amp; b &lt;c&gt;.html<"),
                listing);
            assertFalse(listing.contains("href=\"../\""), listing);
            assertTrue(client.get("/sub/").text().contains("href=\"../\""));
          }
        });
  }

  @OnEachKernel
  void aDirectoryWithoutItsSlashIsRedirected(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            assertEquals("/sub/inner/", client.get("/sub/inner").field("location"));
            Answer answer = client.get("//sub");
            assertEquals(301, answer.status());
            assertEquals("/sub/", answer.field("location"));
          }
        });
  }

  @OnEachKernel
  void namesAreDecoded(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            assertEquals("<p>odd", client.get("/a%20%26%20b%20%3Cc%3e.html").text());
            assertEquals("Hello, ring!\n", client.get("/%68ello.txt?query=%zz").text());
            assertEquals("Hello, ring!\n", client.get("http://any/hello.txt").text());
            assertEquals("Hello, ring!\n", client.get("/.//./hello.txt").text());
            assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "file names");
            assertEquals("{}", client.get("/sub/fil%C3%A9.json").text());
            assertEquals("{}", client.get("/sub/fil\u00c3\u00a9.json").text());
          }
        });
  }

  @OnEachKernel
  void aBigFileArrivesWhole(String kernel) throws Exception {
    byte[] big = TestFiles.bytes((5 << 20) + 12_345);
    Files.write(root.resolve("big.bin"), big);
    serving(
        kernel,
        port -> {
          try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + "/big.bin");
            for (int i = 0; i < 3; i++) {
              HttpResponse<byte[]> response =
                  client.send(
                      HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
              assertEquals(200, response.statusCode());
              assertArrayEquals(big, response.body());
            }
          }
        });
  }

  // ---- ranges and conditions

  @OnEachKernel
  void aPartOfAFileIsServed(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            part(client, "bytes=0-0", "H", "bytes 0-0/13");
            part(client, "bytes=7-", "ring!\n", "bytes 7-12/13");
            part(client, "bytes=-6", "ring!\n", "bytes 7-12/13");
            part(client, "bytes=-99", "Hello, ring!\n", "bytes 0-12/13");
            part(client, "bytes=7-10", "ring", "bytes 7-10/13");
            part(client, "bytes=7-999999999999", "ring!\n", "bytes 7-12/13");
          }
        });
  }

  private static void part(RawClient client, String range, String text, String contentRange)
      throws IOException {
    Answer answer = client.get("/hello.txt", "Range: " + range);
    assertEquals(206, answer.status());
    assertEquals(text, answer.text());
    assertEquals(contentRange, answer.field("content-range"));
  }

  @OnEachKernel
  void rangesThatMakeNoSenseAreIgnored(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            for (String range :
                List.of(
                    "bytes=",
                    "bytes=-",
                    "Bytes=-",
                    "bytes= - ",
                    "bytes=5-2",
                    "bytes=0-1,3-4",
                    "bytes=x-y",
                    "lines=1-2",
                    "bytes=1-99999999999999999999",
                    "")) {
              Answer answer = client.get("/hello.txt", "Range: " + range);
              assertEquals(200, answer.status(), range);
              assertEquals("Hello, ring!\n", answer.text());
            }
            assertEquals(
                200, client.get("/hello.txt", "Range: bytes=0-0", "Range: bytes=1-1").status());
          }
        });
  }

  @OnEachKernel
  void rangesOutsideAreRefused(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            Answer answer = client.get("/hello.txt", "Range: bytes=13-");
            assertEquals(416, answer.status());
            assertEquals("bytes */13", answer.field("content-range"));
            assertEquals(416, client.get("/hello.txt", "Range: bytes=-0").status());
            assertEquals(416, client.get("/empty", "Range: bytes=0-").status());
            assertEquals(416, client.get("/empty", "Range: bytes=-5").status());
          }
        });
  }

  @OnEachKernel
  void whatTheClientHasIsNotSentAgain(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            Answer same = client.get("/hello.txt", "If-Modified-Since: " + MODIFIED_DATE);
            assertEquals(304, same.status());
            assertNull(same.field("content-length"));
            String before = "If-Modified-Since: Wed, 28 Feb 2024 12:34:56 GMT";
            assertEquals(200, client.get("/hello.txt", before).status());
            assertEquals(200, client.get("/hello.txt", "If-Modified-Since: today").status());
            String range = "Range: bytes=0-0";
            assertEquals(
                206, client.get("/hello.txt", range, "If-Range: " + MODIFIED_DATE).status());
            assertEquals(200, client.get("/hello.txt", range, "If-Range: \"tag\"").status());
          }
        });
  }

  // ---- what is refused

  @OnEachKernel
  void nothingOutsideIsServed(String kernel) throws Exception {
    Files.createSymbolicLink(root.resolve("link.txt"), folder.resolve("secret.txt"));
    Files.createSymbolicLink(root.resolve("up"), folder);
    Files.createSymbolicLink(root.resolve("inside.txt"), root.resolve("hello.txt"));
    Path evil = Files.createDirectory(root.resolve("evil"));
    Files.createSymbolicLink(evil.resolve("index.html"), folder.resolve("secret.txt"));
    // A folder beside the root whose name begins with the root's.
    Files.createDirectory(folder.resolve("root-beside"));
    Files.writeString(folder.resolve("root-beside/secret.txt"), "secret");
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            for (String target :
                List.of(
                    "/../secret.txt",
                    "/sub/../../secret.txt",
                    "/%2e%2e/secret.txt",
                    "/%2E%2E%2Fsecret.txt",
                    "/..%2fsecret.txt",
                    "/sub/..%2f..%2fsecret.txt",
                    "/..%5csecret.txt",
                    "/..\\secret.txt",
                    "/%252e%252e/secret.txt",
                    "/.../secret.txt",
                    "/../root-beside/secret.txt",
                    "//etc/passwd",
                    "/%2fetc%2fpasswd",
                    "/hello.txt%00.html",
                    "/link.txt",
                    "/up/secret.txt",
                    "/up/",
                    "/evil/index.html",
                    "http://x/../secret.txt",
                    "http://x/%2e%2e/secret.txt")) {
              Answer answer = client.get(target);
              assertTrue(
                  answer.status() == 400 || answer.status() == 404,
                  () -> target + ": " + answer.status());
              assertFalse(answer.text().equals("secret"), target);
            }
            assertFalse(client.get("/evil/").text().contains("secret\n"));
            assertEquals("Hello, ring!\n", client.get("/inside.txt").text());
          }
        });
  }

  @OnEachKernel
  void whatIsNotThereIsNotFound(String kernel) throws Exception {
    Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            for (String target :
                List.of(
                    "/missing",
                    "/hello.txt/",
                    "/hello.txt/more",
                    "/loop",
                    "/index.html/",
                    "/" + "x".repeat(300))) {
              assertEquals(404, client.get(target).status(), target);
            }
          }
        });
  }

  @OnEachKernel
  void aNamedPipeIsNotFoundAndStopsNobody(String kernel) throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
    assumeTrue(mkfifo.waitFor() == 0, "no named pipes here");
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            assertEquals(404, client.get("/pipe").status());
            assertEquals(200, client.get("/hello.txt").status());
          }
        });
  }

  @OnEachKernel
  void otherMethodsAreRefused(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            for (String method : List.of("DELETE", "OPTIONS", "get", "BREW")) {
              Answer answer = client.ask(method, "/hello.txt");
              assertEquals(405, answer.status(), method);
              assertEquals("GET, HEAD", answer.field("allow"));
            }
            assertEquals(200, client.get("/hello.txt").status());
          }
        });
  }

  @OnEachKernel
  void aBodyIsNotTakenForARequest(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          String smuggled = "GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n";
          for (String field :
              List.of(
                  "Content-Length: " + smuggled.length(),
                  "Content-Length: +1",
                  "Transfer-Encoding: chunked")) {
            try (RawClient client = new RawClient(port)) {
              client.send("POST / HTTP/1.1\r\nHost: x\r\n" + field + "\r\n\r\n" + smuggled);
              Answer answer = client.answer(true);
              assertEquals(405, answer.status());
              assertEquals("close", answer.field("connection"));
              assertTrue(client.isEnded());
            }
          }
        });
  }

  @OnEachKernel
  void malformedRequestsAreRefusedAndEndTheConnection(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          for (String request :
              List.of(
                  "nonsense\r\n\r\n",
                  "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
                  "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
                  "GET /\r\n\r\n",
                  "GET / HTTP/one\r\nHost: x\r\n\r\n",
                  "GET / HTTP/1.1\r\n\r\n",
                  "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                  "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
                  "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
                  "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                  "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
                  "GET / HTTP/1.1\nHost: x\n\n",
                  "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
                  "G\u00e9T / HTTP/1.1\r\nHost: x\r\n\r\n")) {
            try (RawClient client = new RawClient(port)) {
              Answer answer = client.send(request).answer(true);
              assertEquals(400, answer.status(), request);
              assertEquals("close", answer.field("connection"));
              assertTrue(client.isEnded());
            }
          }
          try (RawClient client = new RawClient(port)) {
            client.send("GET / HTTP/2.0\r\nHost: x\r\n\r\n");
            assertEquals(505, client.answer(true).status());
          }
        });
  }

  @OnEachKernel
  void malformedPathsAreRefused(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            for (String target : List.of("*", "hello.txt", "/%", "/%4", "/%zz", "/%ff", "/a#b")) {
              assertEquals(400, client.get(target).status(), target);
            }
          }
        });
  }

  @OnEachKernel
  void aHeadThatIsTooLongIsRefused(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            client.send("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertEquals(414, client.answer(true).status());
            assertTrue(client.isEnded());
          }
          try (RawClient client = new RawClient(port)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(10_000) + "\r\n\r\n");
            assertEquals(431, client.answer(true).status());
            assertTrue(client.isEnded());
          }
        });
  }

  // ---- connections

  @OnEachKernel
  void aConnectionServesRequestAfterRequest(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            for (int i = 0; i < 100; i++) {
              assertEquals(13, client.get("/hello.txt").body().length);
            }
            client.endOutput();
            assertTrue(client.isEnded());
          }
        });
  }

  @OnEachKernel
  void requestsThatComeTogetherOrInPiecesAreAllAnswered(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          String request = "GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n";
          try (RawClient client = new RawClient(port)) {
            client.send("\r\n\r\n" + request.repeat(20));
            for (int i = 0; i < 20; i++) {
              assertEquals("Hello, ring!\n", client.answer(true).text());
            }
            for (int i = 0; i < request.length(); i++) {
              client.send(request.substring(i, i + 1));
            }
            assertEquals("Hello, ring!\n", client.answer(true).text());
          }
        });
  }

  @OnEachKernel
  void aConnectionEndsWhenTheClientSaysSo(String kernel) throws Exception {
    serving(
        kernel,
        port -> {
          try (RawClient client = new RawClient(port)) {
            Answer answer = client.get("/hello.txt", "Connection: foo, Close");
            assertEquals("close", answer.field("connection"));
            assertTrue(client.isEnded());
          }
          try (RawClient client = new RawClient(port)) {
            client.send("GET /hello.txt HTTP/1.0\r\n\r\n");
            assertEquals("Hello, ring!\n", client.answer(true).text());
            assertTrue(client.isEnded());
          }
          try (RawClient client = new RawClient(port)) {
            client.send("GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertEquals("keep-alive", client.answer(true).field("connection"));
            assertEquals(200, client.get("/hello.txt").status());
          }
        });
  }

  @OnEachKernel
  void anIdleConnectionIsClosed(String kernel) throws Exception {
    serving(
        kernel,
        Duration.ofMillis(200),
        port -> {
          try (RawClient client = new RawClient(port)) {
            assertEquals(200, client.get("/hello.txt").status());
            assertTrue(client.isEnded());
          }
          try (RawClient client = new RawClient(port)) {
            client.send("GET /hello.txt HT");
            assertEquals(408, client.answer(true).status());
            assertTrue(client.isEnded());
          }
        });
  }

  @OnEachKernel
  void clientsThatLeaveInTheMiddleDisturbNobody(String kernel) throws Exception {
    Files.write(root.resolve("big.bin"), TestFiles.bytes(8 << 20));
    serving(
        kernel,
        port -> {
          for (int i = 0; i < 10; i++) {
            RawClient client = new RawClient(port);
            client.send("GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n");
            if (i % 2 == 0) {
              client.reset();
            } else {
              client.close();
            }
          }
          try (RawClient client = new RawClient(port)) {
            assertEquals(200, client.get("/hello.txt").status());
          }
        });
  }

  @OnEachKernel
  void fiftyClientsAtOnceGetWhatTheyAskFor(String kernel) throws Exception {
    byte[] content = TestFiles.bytes(300_000);
    Files.write(root.resolve("content.bin"), content);
    serving(
        kernel,
        port -> {
          List<Callable<Void>> clients = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            int first = i * 1000;
            clients.add(() -> {
              try (RawClient client = new RawClient(port)) {
                for (int round = 0; round < 5; round++) {
                  assertArrayEquals(content, client.get("/content.bin").body());
                  String range = "Range: bytes=" + first + "-" + (first + 99_999);
                  assertArrayEquals(
                      Arrays.copyOfRange(content, first, first + 100_000),
                      client.get("/content.bin", range).body());
                  assertEquals(404, client.get("/missing").status());
                }
              }
              return null;
            });
          }
          try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> client : threads.invokeAll(clients)) {
              client.get();
            }
          }
        });
  }

  @OnEachKernel
  void closingEndsConnections(String kernel) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    serving(
        kernel,
        port -> {
          for (int i = 0; i < 20; i++) {
            RawClient client = new RawClient(port);
            clients.add(client);
            client.get("/hello.txt");
          }
        });
    for (RawClient client : clients) {
      assertTrue(client.isEnded());
      client.close();
    }
  }
}
