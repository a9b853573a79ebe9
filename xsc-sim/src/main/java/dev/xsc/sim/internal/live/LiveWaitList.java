// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.WaitList;

/** A wait list of a live ring. Its own fields belong to the kernel thread. */
final class LiveWaitList extends WaitList {
  private final LiveHost host;
  private final LivePollable file;

  /** Events asked for. */
  int interest;

  /** Events announced and not yet delivered. */
  int announced;

  LiveWaitList(Engine engine, LivePollable file, LiveHost host) {
    super(engine, file);
    this.host = host;
    this.file = file;
  }

  LiveHost host() {
    return host;
  }

  @Override
  public LivePollable file() {
    return file;
  }
}
