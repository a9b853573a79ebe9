// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * The decisions of one run that were not plain: for each stream, which of its decisions in order,
 * and what was decided. What is not in it is plain. Written as {@code STREAM:3=1+17=2;STREAM:0=5}.
 */
public final class Script {
  /** For each stream: positions, ascending, and values, by turns. */
  private final long[][] streams;

  private Script(long[][] streams) {
    this.streams = streams;
  }

  /** A script that was collected. */
  static Script of(List<List<long[]>> decisions) {
    long[][] streams = new long[Choices.STREAMS][];
    for (int stream = 0; stream < streams.length; stream++) {
      List<long[]> all = decisions.get(stream);
      streams[stream] = new long[2 * all.size()];
      for (int i = 0; i < all.size(); i++) {
        streams[stream][2 * i] = all.get(i)[0];
        streams[stream][2 * i + 1] = all.get(i)[1];
      }
    }
    return new Script(streams);
  }

  /** Reads what {@link #toString()} writes. */
  public static Script parse(String text) {
    long[][] streams = new long[Choices.STREAMS][];
    Arrays.fill(streams, new long[0]);
    List<String> names = Choices.names();
    for (String part : text.isBlank() ? new String[0] : text.strip().split(";", -1)) {
      int colon = part.indexOf(':');
      int stream = colon < 0 ? -1 : names.indexOf(part.substring(0, colon));
      if (stream < 0) {
        throw new IllegalArgumentException("script part '" + part + "': unknown stream");
      }
      streams[stream] =
          Arrays.stream(part.substring(colon + 1).split("[+=]", -1))
              .mapToLong(Long::parseLong)
              .toArray();
    }
    return new Script(streams);
  }

  /** Decisions that are not plain. */
  public int size() {
    int size = 0;
    for (long[] stream : streams) {
      size += stream.length / 2;
    }
    return size;
  }

  /** How many streams there are. */
  public int streams() {
    return streams.length;
  }

  /** Decisions of one stream that are not plain. */
  public int size(int stream) {
    return streams[stream].length / 2;
  }

  /** What one of them is. */
  public long value(int stream, int index) {
    return streams[stream][2 * index + 1];
  }

  /** Positions and values of one stream, by turns. */
  long[] stream(int stream) {
    return streams[stream];
  }

  /** This script with decisions {@code from} to {@code to} of a stream plain. */
  public Script without(int stream, int from, int to) {
    long[] old = streams[stream];
    long[] fewer = new long[old.length - 2 * (to - from)];
    System.arraycopy(old, 0, fewer, 0, 2 * from);
    System.arraycopy(old, 2 * to, fewer, 2 * from, old.length - 2 * to);
    return with(stream, fewer);
  }

  /** This script with another value for one decision. */
  public Script changed(int stream, int index, long value) {
    long[] changed = streams[stream].clone();
    changed[2 * index + 1] = value;
    return with(stream, changed);
  }

  private Script with(int stream, long[] decisions) {
    long[][] copy = streams.clone();
    copy[stream] = decisions;
    return new Script(copy);
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (int stream = 0; stream < streams.length; stream++) {
      if (streams[stream].length > 0) {
        StringJoiner decisions = new StringJoiner("+", Choices.name(stream) + ":", "");
        for (int i = 0; i < streams[stream].length; i += 2) {
          decisions.add(streams[stream][i] + "=" + streams[stream][i + 1]);
        }
        parts.add(decisions.toString());
      }
    }
    return String.join(";", parts);
  }
}
