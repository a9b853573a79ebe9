// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.Host;
import dev.xsc.sim.internal.Pollable;
import dev.xsc.sim.internal.Request;
import dev.xsc.sim.internal.WaitList;
import dev.xsc.spi.Environment;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Selector;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the engine of one live ring stands on. The kernel thread's, except where it says otherwise.
 */
final class LiveHost implements Host {
  private static final long STUCK = 100_000_000;

  private final Environment environment;
  private final Mailbox mailbox;
  private final Workers workers;
  private final Selector selector;
  private final IdentityHashMap<Request, Offloaded> offloaded = new IdentityHashMap<>();
  private volatile @Nullable Watch watch;
  private volatile @Nullable OwnerGate gate;

  LiveHost(Environment environment, Mailbox mailbox, Workers workers, Selector selector) {
    this.environment = environment;
    this.mailbox = mailbox;
    this.workers = workers;
    this.selector = selector;
  }

  /** Before the kernel thread starts. */
  Watch start(Engine engine, OwnerGate gate) {
    this.gate = gate;
    Watch created = new Watch(this, engine, selector);
    watch = created;
    return created;
  }

  @Override
  public long now() {
    return environment.nanoTime();
  }

  @Override
  public void offload(Request r) {
    Offloaded call = new Offloaded(r, mailbox, workers);
    offloaded.put(r, call);
    if (!workers.execute(call)) {
      throw new IllegalStateException(r + " was started after the ring's workers were stopped");
    }
  }

  @Override
  public void workEnded(Request r) {
    offloaded.remove(r);
  }

  @Override
  public boolean stopWork(Request r, long nanosSinceOffload) {
    Offloaded call = offloaded.get(r);
    if (call == null) {
      return false;
    }
    if (r.opensFile()) {
      // An open that takes this long waits for the other end of a FIFO, and nothing in Java ends
      // that.
      return nanosSinceOffload > STUCK && call.abandon();
    }
    if (r.object() instanceof LiveFifo) {
      call.interrupt();
    }
    return false;
  }

  @Override
  public WaitList waitList(Pollable file) {
    return watch().list((LivePollable) file);
  }

  @Override
  public void interest(WaitList list, int events) {
    watch().interest(list, events);
  }

  @Override
  public void pollableClosed() {
    watch().select(0);
  }

  /**
   * Any thread: confined segments belong to the thread that made them, and so does nothing else.
   */
  @Override
  public boolean reaches(MemorySegment memory) {
    Thread thread = mailbox.thread();
    return thread == null || memory.isAccessibleBy(thread);
  }

  @Override
  public void published() {
    OwnerGate owner = gate;
    if (owner != null) {
      owner.published();
    }
  }

  /** Any thread: has those who wait try again, and then wait for the file's present channel. */
  void watchAgain(LiveWaitList list) {
    mailbox.act(() -> watch().again(list));
  }

  /** Any thread: a closed channel waits for our selector to let go of it. */
  void selectSoon() {
    if (!Thread.currentThread().equals(mailbox.thread())) {
      mailbox.act(() -> watch().select(0));
    }
  }

  /** Any thread but a kernel's: waits until our selector has let go of closed channels. */
  void awaitSelect() {
    Rendezvous rendezvous = new Rendezvous(() -> watch().select(0));
    if (mailbox.act(rendezvous)) {
      rendezvous.await(environment);
    }
  }

  private Watch watch() {
    Watch present = watch;
    if (present == null) {
      throw new IllegalStateException("the kernel thread has not been started");
    }
    return present;
  }
}
