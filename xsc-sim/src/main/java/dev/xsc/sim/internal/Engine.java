// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.spi.RingMemory;
import dev.xsc.spi.XscAbi;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of one ring from taken entries to posted completions: chains, drains, waiting,
 * time-outs and cancels. It knows neither clock nor files but through its {@link Host} and {@link
 * Machine}, so it is the same in every mode.
 *
 * <p>Belongs to one thread, the engine's; {@link #owed()} and {@link #pressed()} may be called by
 * any.
 */
public final class Engine {
  /**
   * Most requests that wait at a time; further ones that would have to are told {@code -EAGAIN}.
   */
  static final int MAX_WAITING = 1 << 17;

  /** Most completions kept back before submissions are refused. */
  static final int MAX_BACKLOG = 1 << 16;

  /** How many completions may be posted before the ring's owner sees them. */
  private static final int PUBLISH_EVERY = 16;

  private final Host host;
  private final Machine machine;
  private final RequestPool pool;
  private final CompletionWriter completions;
  private final Registry registry;
  private final TimerQueue timers = new TimerQueue();
  private final DrainGate gate = new DrainGate();
  private final ArrayDeque<Request> startable = new ArrayDeque<>();

  /** Cancelled requests that have yet to be told. */
  private final ArrayDeque<Request> ending = new ArrayDeque<>();

  /**
   * Requests that go on when the ring's owner has prepared them, or copied their memory: see {@link
   * Bounce}.
   */
  private final Queue<Request> owed = new ConcurrentLinkedQueue<>();

  private final Waiting waiting = new Waiting();
  private int active;
  private int unpublished;
  private boolean pumping;
  private volatile int backlogged;

  /** An engine with nothing in flight. */
  Engine(Host host, Machine machine, RingMemory memory, RequestPool pool) {
    this.host = host;
    this.machine = machine;
    this.pool = pool;
    this.completions = new CompletionWriter(memory);
    this.registry = new Registry(machine.descriptors());
  }

  // ---- entry points, on the engine's thread

  /** Takes over a unit of work: an entry with all that is linked behind it. */
  public void deliver(Request unit) {
    if (gate.admits(unit, active)) {
      begin(unit);
    }
    pump();
  }

  /** Takes over everything that a queue offers; whether there was anything. */
  public boolean takeFrom(Taker taker) {
    int offered = pressed() ? 0 : taker.available();
    int left = offered;
    while (left > 0) {
      Request unit = taker.takeUnit(left);
      left -= Taker.length(unit);
      deliver(unit);
    }
    return offered > 0;
  }

  /** Something that somebody waits for may have happened to a file. */
  public void ready(WaitList list, int events) {
    List<Request> waiters = list.waiting();
    int blocked = 0;
    int i = 0;
    while (i < waiters.size()) {
      Request r = waiters.get(i);
      boolean polls = r.opcode == XscAbi.OP_POLL_ADD;
      boolean concerned =
          (r.events & events) != 0 || (events & (Posix.POLLERR | Posix.POLLHUP)) != 0;
      // After one of them has found nothing, those behind it would not either, and must not
      // overtake.
      if (!concerned || (!polls && (r.events & blocked) != 0)) {
        i++;
        continue;
      }
      r.hint = events;
      int result = r.row.handler().resume(this, r);
      if (result == Request.PENDING) {
        blocked |= polls ? 0 : r.events;
        i++;
      } else {
        waiters.remove(i);
        r.waitList = null;
        stopWaiting(r);
        complete(r, result);
      }
    }
    host.interest(list, list.union());
    pump();
  }

  /** A worker has done its part. */
  public void finished(Request r) {
    host.workEnded(r);
    stopWaiting(r);
    complete(r, r.workResult);
    pump();
  }

  /** Ends the timers whose time has come. */
  public void expire() {
    long next = timers.next();
    if (next == Long.MAX_VALUE) {
      return;
    }
    long now = host.now();
    for (Request r = timers.pollDue(now); r != null; r = timers.pollDue(now)) {
      TimeoutOps.expire(this, r);
    }
    pump();
  }

  /** When {@link #expire()} is to be called next; {@link Long#MAX_VALUE} for never. */
  public long nextDeadline() {
    return timers.next();
  }

  /** Begins a request that was held back by {@link Host#holds}. */
  public void letGo(Request r) {
    r.wait = Request.Wait.NOTHING;
    int result = issue(r);
    if (result != Request.PENDING) {
      stopWaiting(r);
      complete(r, result);
    }
    pump();
  }

  /** Shows posted completions to the ring's owner. */
  public void publish() {
    unpublished = 0;
    if (completions.publish()) {
      host.published();
    }
  }

  /** Whether completions are kept that are not in the queue. */
  public boolean keeps() {
    return backlogged > 0;
  }

  /** Moves kept completions to the queue as room allows. */
  public void flush() {
    completions.flush(!owed.isEmpty());
    backlogged = completions.backlogged();
    host.published();
  }

  /** Ends everything that can be ended: what waits, and what has not started. */
  void cancelAll() {
    for (Request unit = gate.remove(); unit != null; unit = gate.remove()) {
      active += Taker.length(unit);
      cancelChain(unit);
    }
    CancelOps.cancelAll(this);
    pump();
  }

  /** Goes on with requests for which the owner has done its part. */
  void settle(List<Request> served) {
    for (Request r : served) {
      if (r.bounce != null && r.bounce.ended()) {
        complete(r, r.result);
      } else {
        r.late = false;
        startable.add(r);
      }
    }
    pump();
    flush();
  }

  // ---- any thread

  /** Requests that have begun and not ended. Engine thread only. */
  public int active() {
    return active;
  }

  /** Requests that wait for the owner's part, then {@link #settle}. */
  public Queue<Request> owed() {
    return owed;
  }

  /** Whether so many completions are kept that no more work should be taken on. */
  boolean pressed() {
    return backlogged >= MAX_BACKLOG;
  }

  // ---- for operations

  Host host() {
    return host;
  }

  Machine machine() {
    return machine;
  }

  Registry registry() {
    return registry;
  }

  TimerQueue timers() {
    return timers;
  }

  @Nullable Request firstWaiting() {
    return waiting.first();
  }

  /** Hands a call to a worker. */
  void offload(Request r) {
    r.queueWork();
    r.deadline = host.now();
    host.offload(r);
  }

  /** Has a request wait for its file. */
  void park(Request r, int events) {
    r.wait = Request.Wait.READINESS;
    r.events = events;
    WaitList list = waitList(r.file());
    r.waitList = list;
    list.waiting().add(r);
    host.interest(list, list.union());
  }

  /** Whether earlier requests of this ring wait for one of the events. */
  boolean othersWait(OpenFile file, int events) {
    return file.waiters != null && (waitList(file).union() & events) != 0;
  }

  /** Whether a multishot request goes on after its next completion. */
  boolean goesOn(Request r) {
    return !completions.full() && !host.endsMultishot(r);
  }

  /** Posts a completion that is not the last of its request. */
  void postMore(Request r, int result, int cqeFlags) {
    post(r.userData, result, cqeFlags | XscAbi.CQE_MORE);
  }

  /**
   * Ends a request that waited and was cancelled, once the engine is through with what it is at.
   */
  void endCancelled(Request r) {
    stopWaiting(r);
    r.result = r.done > 0 ? r.done : -Errno.ECANCELED;
    // Whoever cancels is told first.
    ending.add(r);
  }

  /** Ends a timer whose time has come. */
  void endTimer(Request r) {
    stopWaiting(r);
    complete(r, -Errno.ETIME);
  }

  /** Posts the terminal completion, then starts or ends what is linked behind. */
  void complete(Request r, int result) {
    if (r.bounce != null && r.bounce.owes(result)) {
      owe(r, result);
      return;
    }
    boolean failed = r.row.handler().fails(r, result);
    Request next = r.next;
    end(r, result, failed);
    if (next == null) {
      return;
    }
    if (next.isLinkTimeout()) {
      Request timeout = next;
      next = timeout.next;
      if (!timeout.ended) {
        timers.remove(timeout);
        end(timeout, timeout.malformed ? timeout.error : -Errno.ECANCELED, true);
      }
    }
    if ((failed && !r.has(XscAbi.SQE_HARDLINK)) || r.malformed) {
      cancelChain(next);
    } else if (next != null) {
      next.late = true;
      startable.add(next);
    }
  }

  /** Posts the terminal completion of a request that nothing depends on any more. */
  void end(Request r, int result, boolean failed) {
    r.ended = true;
    active--;
    host.ended(r, result);
    release(r);
    if (failed || !r.has(XscAbi.SQE_CQE_SKIP_SUCCESS)) {
      post(r.userData, result, r.cqeFlags);
    }
    if (!r.lingered && r.next == null && r.victim == null && r.bounce == null) {
      pool.give(r);
    }
  }

  // ---- inside

  private void begin(Request unit) {
    active += Taker.length(unit);
    startable.add(unit);
  }

  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (true) {
        Request r = startable.poll();
        if (r != null) {
          start(r);
          continue;
        }
        Request cancelled = ending.poll();
        if (cancelled != null) {
          complete(cancelled, cancelled.result);
          continue;
        }
        Request unit = gate.next(active);
        if (unit == null) {
          break;
        }
        unit.late = true;
        begin(unit);
      }
    } finally {
      pumping = false;
    }
  }

  private static boolean awaitsOwner(Request r) {
    Request next = r.next;
    boolean timeout = next != null && next.isLinkTimeout() && next.unprepared;
    return r.unprepared || timeout || (r.late && r.bounce != null);
  }

  private void owe(Request r, int result) {
    r.result = result;
    owed.add(r);
    // Has the owner enter, even if it only looks whether anything is complete.
    completions.announceKept();
    host.published();
  }

  private void start(Request r) {
    if (r.error == 0 && awaitsOwner(r)) {
      owe(r, 0);
      return;
    }
    int result = r.error != 0 ? r.error : beginOrHold(r);
    if (result != Request.PENDING) {
      complete(r, result);
      return;
    }
    r.lingered = true;
    waiting.add(r);
    Request next = r.next;
    if (next != null && next.isLinkTimeout() && next.error == 0) {
      TimeoutOps.arm(this, next);
    }
  }

  private int beginOrHold(Request r) {
    host.begun(r);
    int refusal = host.refusal(r);
    if (refusal != 0) {
      return refusal;
    }
    if (host.holds(r)) {
      r.wait = Request.Wait.HOST;
      return Request.PENDING;
    }
    return issue(r);
  }

  private int issue(Request r) {
    if (waiting.size() >= MAX_WAITING && r.opcode != XscAbi.OP_CANCEL) {
      return -Errno.EAGAIN;
    }
    if (r.row.uses(OpRow.FILE)) {
      r.file = registry.hold(r);
      if (r.file == null) {
        return -Errno.EBADF;
      }
    }
    try {
      return r.row.handler().issue(this, r);
    } catch (RuntimeException | Error e) {
      // A fault of the simulator, which the submitter is told of rather than left to wait.
      return -Errors.errno(e);
    }
  }

  private void stopWaiting(Request r) {
    r.wait = Request.Wait.NOTHING;
    waiting.remove(r);
  }

  private void cancelChain(@Nullable Request first) {
    Request r = first;
    while (r != null) {
      Request next = r.next;
      end(r, r.malformed ? r.error : -Errno.ECANCELED, true);
      r = next;
    }
  }

  private void release(Request r) {
    OpenFile file = r.file;
    if (file != null) {
      r.file = null;
      releaseFile(file);
    }
  }

  /** Gives a share of a file back. */
  void releaseFile(OpenFile file) {
    if (file.release() && file.object() instanceof Pollable) {
      host.pollableClosed();
    }
  }

  private void post(long userData, int result, int flags) {
    completions.post(userData, result, flags, host.overflows());
    int kept = completions.backlogged();
    if (kept != backlogged) {
      backlogged = kept;
    }
    if (++unpublished >= PUBLISH_EVERY) {
      publish();
    }
  }

  private WaitList waitList(OpenFile file) {
    WaitList list = file.waiters;
    if (list == null || list.engine() != this) {
      list = host.waitList((Pollable) file.object());
      file.waiters = list;
    }
    return list;
  }
}
