// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.WaitList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;

/**
 * The selector of one kernel thread: which files it watches for whom, and what it has announced.
 * That thread only, except {@link #wakeup()}.
 */
final class Watch {
  private static final int READS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
  private static final int WRITES = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

  private final LiveHost host;
  private final Engine engine;
  private final Selector selector;
  private final ArrayDeque<LiveWaitList> announced = new ArrayDeque<>();
  private int watched;

  Watch(LiveHost host, Engine engine, Selector selector) {
    this.host = host;
    this.engine = engine;
    this.selector = selector;
  }

  LiveWaitList list(LivePollable file) {
    LiveWaitList list = file.watcher(host);
    if (list == null) {
      list = new LiveWaitList(engine, file, host);
      file.addWatcher(list);
    }
    return list;
  }

  /** Whether any event is waited for. */
  boolean watches() {
    return watched > 0;
  }

  void interest(WaitList any, int events) {
    LiveWaitList list = (LiveWaitList) any;
    if (list.interest != events) {
      watched += (events == 0 ? 0 : 1) - (list.interest == 0 ? 0 : 1);
      list.interest = events;
    }
    register(list);
  }

  /** Has everybody in the list try again. */
  void again(LiveWaitList list) {
    if (list.interest != 0) {
      register(list);
      announce(list, Posix.POLLERR);
    }
  }

  /** Tells the selector, which learns of it when it next selects. */
  void register(LiveWaitList list) {
    int operations = list.interest == 0 ? 0 : list.file().operations(list.interest);
    SelectionKey key = list.file().channel().keyFor(selector);
    try {
      if (key != null && key.isValid()) {
        if (key.interestOps() != operations) {
          key.interestOps(operations);
        }
      } else if (operations != 0) {
        list.file().channel().register(selector, operations, list);
      }
    } catch (ClosedChannelException _) {
      // Replaced at this moment by another thread, which will ask us to register again.
      announce(list, Posix.POLLERR);
    }
  }

  /**
   * Asks the selector.
   *
   * @param millis at most this long; negative without a limit, 0 not at all
   */
  void select(long millis) {
    try {
      if (millis == 0) {
        selector.selectNow(this::collect);
      } else {
        selector.select(this::collect, Math.max(millis, 0));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator's selector failed", e);
    }
  }

  /**
   * Only notes it: what follows may select again, which a selector does not allow while it
   * announces.
   */
  private void collect(SelectionKey key) {
    if (key.isValid()) {
      int ready = key.readyOps();
      announce(
          (LiveWaitList) key.attachment(),
          ((ready & READS) != 0 ? Posix.POLLIN : 0) | ((ready & WRITES) != 0 ? Posix.POLLOUT : 0));
    }
  }

  private void announce(LiveWaitList list, int events) {
    if (list.announced == 0) {
      announced.add(list);
    }
    list.announced |= events;
  }

  /** Tells the engine what was announced; whether there was anything. */
  boolean deliver() {
    // No more than there are now: some will be announced again at once.
    int count = announced.size();
    for (int i = 0; i < count; i++) {
      LiveWaitList list = announced.remove();
      int events = list.announced;
      list.announced = 0;
      engine.ready(list, events);
    }
    return count > 0;
  }

  void wakeup() {
    selector.wakeup();
  }

  void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      LiveWaitList list = (LiveWaitList) key.attachment();
      list.file().removeWatcher(list);
    }
    selector.close();
  }
}
