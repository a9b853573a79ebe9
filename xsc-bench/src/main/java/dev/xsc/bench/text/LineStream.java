// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Hands on what is printed, line by line. Thread-safe, as streams for printing are. */
public final class LineStream extends PrintStream {
  /** A stream whose lines go there, without their ends. */
  public LineStream(Consumer<String> lines) {
    super(new Lines(lines), true, StandardCharsets.UTF_8);
  }

  private static final class Lines extends OutputStream {
    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(Consumer<String> lines) {
      this.lines = lines;
    }

    @Override
    public synchronized void write(int b) {
      if (b == '\n') {
        emit();
      } else {
        line.write(b);
      }
    }

    @Override
    public synchronized void close() {
      if (line.size() > 0) {
        emit();
      }
    }

    private void emit() {
      lines.accept(line.toString(StandardCharsets.UTF_8));
      line.reset();
    }
  }
}
