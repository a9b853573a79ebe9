// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Pollable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A file over a channel in non-blocking mode, which the selectors of any number of rings may watch.
 * Any thread.
 */
abstract class LivePollable implements Pollable {
  private final List<LiveWaitList> watchers = new CopyOnWriteArrayList<>();

  /** What to register with a selector; another one after {@link #channelReplaced()}. */
  abstract SelectableChannel channel();

  /** The selector's operations for events of {@code poll(2)}, in the present state. */
  abstract int operations(int events);

  /** The list of a ring's requests, or null. */
  final @Nullable LiveWaitList watcher(LiveHost host) {
    for (LiveWaitList list : watchers) {
      if (list.host() == host) {
        return list;
      }
    }
    return null;
  }

  final void addWatcher(LiveWaitList list) {
    watchers.add(list);
  }

  final void removeWatcher(LiveWaitList list) {
    watchers.remove(list);
  }

  /** Has those who wait register with the new channel. */
  final void channelReplaced() {
    announce();
  }

  /**
   * Has those who wait try again: what they wait for may have come by another way than the channel.
   */
  final void announce() {
    for (LiveWaitList list : watchers) {
      list.host().watchAgain(list);
    }
  }

  @Override
  public void close() throws IOException {
    channel().close();
    // A selector holds on to a closed channel, and with it to the port, until it next selects.
    for (LiveWaitList list : watchers) {
      list.host().selectSoon();
    }
  }

  @Override
  public final void awaitClosed() {
    for (LiveWaitList list : watchers) {
      list.host().awaitSelect();
    }
  }
}
