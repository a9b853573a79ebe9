// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The open descriptors of an event loop, which closes them when it ends. Thread-safe. */
final class OpenHandles {
  /** In the order of opening, so that simulations repeat. */
  private final Set<Handle> handles = new LinkedHashSet<>();

  private boolean ended;

  /** False if the loop has ended: the descriptor must be closed directly. */
  synchronized boolean add(Handle handle) {
    return !ended && handles.add(handle);
  }

  synchronized void remove(Handle handle) {
    handles.remove(handle);
  }

  /** Begins to close each that is open now. */
  void closeAll() {
    List<Handle> open;
    synchronized (this) {
      open = List.copyOf(handles);
    }
    open.forEach(Handle::beginClose);
  }

  /** Takes no more if there is none; false if there is one. */
  synchronized boolean endIfEmpty() {
    ended |= handles.isEmpty();
    return ended;
  }

  /** Takes no more. */
  synchronized void end() {
    ended = true;
  }
}
