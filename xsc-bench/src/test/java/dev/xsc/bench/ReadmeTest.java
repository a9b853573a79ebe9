// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.sim.Search;
import dev.xsc.sim.SimTestExtension;
import dev.xsc.sim.Simulation;
import dev.xsc.sim.SimulationFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The examples in README.md compile and do what it says; its commands exist; its links lead
 * somewhere.
 */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("(?m)^    \\./xsc (\\w+)");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  @TempDir Path folder;
  private String readme;

  @BeforeEach
  void read() throws IOException {
    readme = Files.readString(ROOT.resolve("README.md"));
  }

  @Test
  void theEchoServerEchoes() throws Exception {
    int port;
    try (ServerSocket probe = new ServerSocket(0)) {
      port = probe.getLocalPort();
    }
    List<String> blocks = javaBlocks();
    String main = blocks.get(0).replace("7777", Integer.toString(port));
    Method run = compile("EchoExample", main, blocks.get(1));
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread server =
        Thread.ofVirtual()
            .start(() -> {
              try {
                run.invoke(null);
              } catch (InvocationTargetException e) {
                ended.complete(e.getCause());
              } catch (ReflectiveOperationException e) {
                ended.complete(e);
              }
            });
    try (Socket client = connect(port, ended)) {
      byte[] text = "hello, ring".getBytes(StandardCharsets.UTF_8);
      client.getOutputStream().write(text);
      assertArrayEquals(text, client.getInputStream().readNBytes(text.length));
    }
    server.interrupt();
    assertInstanceOf(InterruptedIOException.class, ended.get(30, TimeUnit.SECONDS));
  }

  @Test
  void theFileExampleReadsTheFileTwice() throws Exception {
    Path file = Files.writeString(folder.resolve("name"), "ring\n");
    String main = javaBlocks().get(2).replace("/etc/hostname", file.toString());
    Method run = compile("FileExample", main, "");
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      run.invoke(null);
    } finally {
      System.setOut(before);
    }
    assertEquals("ring\nring\n", printed.toString(StandardCharsets.UTF_8));
  }

  @Test
  void theSimulatedTestPassesAndFindsAMissingSync() throws Exception {
    String example = javaBlocks().get(3);
    assertEquals(1000, simulated("SimExample", example).run());
    String broken = example.replaceFirst("file\\.force.*", "");
    SimulationFailure failure =
        assertThrows(SimulationFailure.class, simulated("BrokenExample", broken)::run);
    assertInstanceOf(AssertionError.class, failure.getCause());
  }

  private Search simulated(String name, String members) throws Exception {
    Class<?> type = compile(name, "", members).getDeclaringClass();
    Method test = type.getDeclaredMethod("whatWasSavedSurvivesAPowerCut", Simulation.class);
    return SimTestExtension.search(type, test);
  }

  @Test
  void everyCommandExists() throws IOException {
    List<String> ofTheLauncher =
        List.of("test", "format", "build", "runtime", "tools", "images", "image");
    String launcher = Files.readString(ROOT.resolve("xsc"));
    CommandLine commands = Main.commandLine();
    Matcher matcher = COMMAND.matcher(readme);
    int found = 0;
    while (matcher.find()) {
      String name = matcher.group(1);
      found++;
      assertTrue(
          ofTheLauncher.contains(name)
              ? launcher.contains("  " + name + ")")
              : commands.getSubcommands().containsKey(name),
          () -> "README names the command " + name + ", which does not exist");
    }
    assertTrue(found >= 8, "only " + found + " commands found in README");
  }

  @Test
  void everyLinkLeadsToAFile() {
    Matcher matcher = LINK.matcher(readme);
    while (matcher.find()) {
      Path target = ROOT.resolve(matcher.group(1));
      assertTrue(Files.exists(target), () -> "README links to " + target + ", which is not there");
    }
  }

  private List<String> javaBlocks() {
    List<String> blocks = JAVA.matcher(readme).results().map(block -> block.group(1)).toList();
    assertEquals(4, blocks.size());
    return blocks;
  }

  /**
   * Compiles {@code main} as the body of a method, beside other members, and returns the method.
   */
  private Method compile(String name, String main, String members) throws Exception {
    String source =
        """
        import static java.nio.file.StandardOpenOption.*;
        import static org.junit.jupiter.api.Assertions.assertTrue;

        import dev.xsc.*;
        import dev.xsc.sim.*;
        import java.io.IOException;
        import java.net.InetSocketAddress;
        import java.nio.ByteBuffer;
        import java.nio.file.Path;
        import java.time.Duration;
        import java.util.concurrent.CompletableFuture;
        import java.util.concurrent.atomic.AtomicBoolean;
        public class %s {
          public static void run() throws Exception {
        %s
          }
        %s
        }
        """
            .formatted(name, main, members);
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertTrue(compiled, messages::toString);
    }
    URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
    return loader.loadClass(name).getMethod("run");
  }

  /** Connects to a server that is just starting. */
  private static Socket connect(int port, CompletableFuture<Throwable> ended)
      throws IOException, InterruptedException, ExecutionException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        return new Socket(InetAddress.getLoopbackAddress(), port);
      } catch (ConnectException e) {
        if (ended.isDone()) {
          throw new IOException("the server ended", ended.get());
        }
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }
}
