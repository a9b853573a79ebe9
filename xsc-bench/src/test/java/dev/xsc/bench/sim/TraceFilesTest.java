// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xsc.bench.StrictJson;
import dev.xsc.sim.Search;
import dev.xsc.sim.Trace;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that a run's trace becomes: the page, also in a browser, and what viewers open. */
class TraceFilesTest {
  private static final String LINE =
      "seed=3 faults=THREAD_PREEMPTED=0.3,CRASH_LOST_WRITE=0.5,DISK_SHORT_WRITE=0.5";
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  private static Trace trace;

  @TempDir Path folder;

  @BeforeAll
  static void run() throws IOException {
    Search.Run run = new Scenarios(null).find("log").replay(LINE);
    trace = run.trace();
    assertTrue(trace.text().contains(" ! DISK_SHORT_WRITE"), trace::text);
    assertTrue(trace.text().contains("power cut"), trace::text);
  }

  // ---- the page

  @Test
  void thePageHasEveryEventAsItIsInTheText() {
    Map<?, ?> data = data(trace.html("a title"));
    assertEquals("a title", data.get("title"));
    List<?> places = (List<?>) data.get("places");
    StringBuilder text = new StringBuilder();
    for (Object each : (List<?>) data.get("events")) {
      List<?> event = (List<?>) each;
      long at = ((Double) event.get(0)).longValue();
      text.append("%d.%09d ".formatted(at / 1_000_000_000, at % 1_000_000_000))
          .append(places.get(((Double) event.get(1)).intValue()))
          .append(Map.of("b", " > ", "e", " < ", "f", " ! ", "n", "   ").get(event.get(2)))
          .append(event.get(4))
          .append('\n');
    }
    assertEquals(trace.text(), text.toString());
  }

  @Test
  void thePageAsksNobodyForAnything() {
    String page = trace.html("title");
    String withoutNamespace = page.replace("http://www.w3.org/2000/svg", "");
    assertFalse(
        Pattern.compile("(?i)https?:|//[a-z]+\\.|\\bsrc=|<link|@import|url\\(|fetch\\(")
            .matcher(withoutNamespace)
            .find(),
        page);
    assertTrue(page.contains("default-src 'none'"), "a policy that would stop it");
  }

  @Test
  void whatLooksLikeMarkupIsText() {
    String page = trace.html("</script><b>&\"title\"\\\n</title><i>second line");
    assertEquals("</script><b>&\"title\"\\\n</title><i>second line", data(page).get("title"));
    assertTrue(page.contains("<title>&lt;/script&gt;&lt;b&gt;&amp;\"title\"\\</title>"), page);
    assertEquals(count("<script", page), count("</script>", page));
  }

  @Test
  void everyElementIsClosed() {
    String page = trace.html("title");
    String markup = page.replaceAll("(?s)<(script|style)[^>]*>.*?</\\1>", "");
    List<String> open = new ArrayList<>();
    Matcher tag = Pattern.compile("<(/?)([a-z0-9]+)[^>]*?(/?)>").matcher(markup);
    Set<String> empty = Set.of("meta", "input");
    while (tag.find()) {
      if (!tag.group(1).isEmpty()) {
        assertEquals(open.removeLast(), tag.group(2));
      } else if (tag.group(3).isEmpty() && !empty.contains(tag.group(2))) {
        open.add(tag.group(2));
      }
    }
    assertEquals(List.of(), open);
  }

  @Test
  void aBrowserDrawsABarForEachOperationAndAMarkForEachFault() throws Exception {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no chromium on the PATH: the page was not drawn");
    Path page = Files.writeString(folder.resolve("trace.html"), trace.html("title"));
    String drawn = dump(browser.orElseThrow(), page);
    String line = drawn.substring(drawn.indexOf("<svg id=\"line\""));
    line = line.substring(0, line.indexOf("</svg>"));
    String text = trace.text();
    assertEquals(count(" > ", text), count("class=\"op ", line), line);
    assertEquals(count(" ! ", text), count("class=\"fault\"", line), line);
    assertEquals(rings().size(), count("class=\"name\"", line), line);
    assertTrue(line.contains("db: power cut 1"), line);
    String list = drawn.substring(drawn.indexOf("<tbody"), drawn.indexOf("</tbody>"));
    assertEquals(Math.min(500, trace.size()), count("<tr", list), "rows of the list");
  }

  private static Set<String> rings() {
    Set<String> rings = new HashSet<>();
    Matcher matcher = Pattern.compile("(?m)^\\S+ (\\S+) > ").matcher(trace.text());
    while (matcher.find()) {
      rings.add(matcher.group(1));
    }
    return rings;
  }

  private static Optional<Path> browser() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .flatMap(part ->
            List.of("chromium", "chromium-browser").stream().map(name -> Path.of(part, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The page as it is after its script has run. */
  private String dump(Path browser, Path page) throws Exception {
    Path output = folder.resolve("dump");
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless",
                "--no-sandbox", // as root, it refuses to run with one; the page is our own
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=1280,800",
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("the browser did not end");
    }
    assertEquals(0, process.exitValue());
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  // ---- the trace event format

  @Test
  void viewersGetWhatTheTraceEventFormatAsksFor() {
    Map<?, ?> json = (Map<?, ?>) StrictJson.parse(trace.chromeJson());
    assertEquals("ns", json.get("displayTimeUnit"));
    Set<Object> named = new HashSet<>();
    Map<Object, Map<?, ?>> begun = new HashMap<>();
    int events = 0;
    double last = 0;
    for (Object each : (List<?>) json.get("traceEvents")) {
      Map<?, ?> event = (Map<?, ?>) each;
      assertEquals(0.0, event.get("tid"), event::toString);
      if (event.get("ph").equals("M")) {
        assertEquals("process_name", event.get("name"));
        assertTrue(named.add(event.get("pid")), "named once: " + event);
        continue;
      }
      events++;
      assertTrue(named.contains(event.get("pid")), "of a process with a name: " + event);
      assertEquals("sim", event.get("cat"));
      double micros = (Double) event.get("ts");
      assertTrue(micros >= last, "in order: " + event);
      last = micros;
      switch ((String) event.get("ph")) {
        case "i" -> assertEquals("p", event.get("s"));
        case "b" -> assertEquals(null, begun.put(event.get("id"), event), "begins once");
        case "e" -> {
          Map<?, ?> begin = begun.remove(event.get("id"));
          assertTrue(begin != null, "begun before it ends: " + event);
          assertEquals(begin.get("name"), event.get("name"));
          assertEquals(begin.get("pid"), event.get("pid"));
        }
        default -> throw new AssertionError("phase of " + event);
      }
    }
    assertEquals(trace.size(), events);
    String end = trace.text().lines().toList().getLast().split(" ", 2)[0];
    assertEquals(Double.parseDouble(end) * 1e6, last, 0.001, "microseconds");
  }

  private static Map<?, ?> data(String page) {
    Matcher matcher = DATA.matcher(page);
    assertTrue(matcher.find(), page);
    return (Map<?, ?>) StrictJson.parse(matcher.group(1));
  }

  private static int count(String what, String text) {
    return text.split(Pattern.quote(what), -1).length - 1;
  }
}
