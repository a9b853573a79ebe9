// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests of one ring that wait for one file, the longest waiting first. The {@link Host} makes
 * one when a file is first waited for, perhaps as a subclass that knows more, and keeps it as long
 * as it can announce events. Engine thread only.
 */
public class WaitList {
  private final Engine engine;
  private final Pollable file;
  private final List<Request> waiting = new ArrayList<>(2);

  /** An empty list. */
  public WaitList(Engine engine, Pollable file) {
    this.engine = engine;
    this.file = file;
  }

  /** Whose requests these are. */
  public Engine engine() {
    return engine;
  }

  /** What they wait for. */
  public Pollable file() {
    return file;
  }

  List<Request> waiting() {
    return waiting;
  }

  /** All events that somebody waits for. */
  int union() {
    int union = 0;
    for (int i = 0; i < waiting.size(); i++) {
      union |= waiting.get(i).events;
    }
    return union;
  }
}
