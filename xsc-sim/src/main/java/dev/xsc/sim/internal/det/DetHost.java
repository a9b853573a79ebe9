// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.ring.Errno;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan.Limit;
import dev.xsc.sim.internal.Engine;
import dev.xsc.sim.internal.Host;
import dev.xsc.sim.internal.Pollable;
import dev.xsc.sim.internal.Request;
import dev.xsc.sim.internal.WaitList;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine of one ring stands on in simulated time. Everything that takes time is an event
 * of the timeline; nothing runs beside the caller.
 */
final class DetHost implements Host {
  /** Most bytes that a read gets without waiting for the disk. */
  private static final int CACHED = 1 << 16;

  private final World world;
  private final Faults faults;
  private final Timeline timeline;
  private final Tracer tracer;
  private final String name;
  private final @Nullable Custody custody;
  private final ArrayDeque<Step> idle = new ArrayDeque<>();
  private final List<Step> busy = new ArrayList<>();
  private final IdentityHashMap<SimPollable, Watch> watches = new IdentityHashMap<>();
  private final Timer timer = new Timer();
  private @Nullable Engine engine;
  private @Nullable Runnable onPublish;
  private long begun;

  /** Completions of multishot operations. */
  private long more;

  private boolean dead;

  DetHost(World world, String name) {
    this.world = world;
    this.name = name;
    faults = world.faults();
    timeline = world.timeline();
    tracer = world.tracer();
    custody = world.checks() ? new Custody(world.keepsOrigins()) : null;
  }

  void start(Engine engine, Runnable onPublish) {
    this.engine = engine;
    this.onPublish = onPublish;
  }

  String name() {
    return name;
  }

  int inFlight() {
    return engine == null ? 0 : engine.active();
  }

  private Engine engine() {
    Engine present = engine;
    if (present == null) {
      throw new IllegalStateException(name + " has no engine yet");
    }
    return present;
  }

  /** The engine was busy: shows what it has posted, and sees to its timers. */
  void settled() {
    Engine runs = engine();
    runs.publish();
    if (runs.keeps()) {
      // Nothing new is in the queue, but whoever waits can have what is kept.
      published();
    }
    long deadline = runs.nextDeadline();
    if (timer.planned() && timer.at() != deadline) {
      timeline.cancel(timer);
    }
    if (deadline != Long.MAX_VALUE && !timer.planned()) {
      timeline.schedule(deadline, timer);
    }
  }

  /** Ends the timers of the engine whose time has come. */
  private final class Timer extends Timeline.Event {
    @Override
    protected void happen() {
      engine().expire();
      settled();
    }
  }

  // ---- time

  @Override
  public long now() {
    return timeline.now();
  }

  @Override
  public void offload(Request r) {
    Step step = step(r, Step.WORK);
    step.in(latency(r));
  }

  private long latency(Request r) {
    long least = faults.limit(Limit.DISK_LATENCY_LEAST);
    if (r.callsDisk() && faults.strikes(Fault.DISK_SLOW)) {
      return world
          .choices()
          .between(Choice.DISK_LATENCY, least, faults.limit(Limit.DISK_LATENCY_TAIL));
    }
    return world
        .choices()
        .between(Choice.DISK_LATENCY, least, faults.limit(Limit.DISK_LATENCY_MOST));
  }

  @Override
  public void workEnded(Request r) {
    if (r.hostData instanceof Step step) {
      r.hostData = null;
      step.stop();
    }
  }

  @Override
  public boolean stopWork(Request r, long nanosSinceOffload) {
    return false;
  }

  // ---- faults of the ring

  @Override
  public int refusal(Request r) {
    if (r.opcode() == XscAbi.OP_CANCEL || r.opcode() == XscAbi.OP_CLOSE || r.isLinkTimeout()) {
      // A descriptor or an operation that could not be got rid of would teach nobody anything.
      return 0;
    }
    int errno = 0;
    if (faults.strikes(Fault.RING_NO_MEMORY)) {
      errno = Errno.ENOMEM;
    } else if (faults.strikes(Fault.RING_NO_PERMISSION)) {
      errno = Errno.EPERM;
    } else if (faults.strikes(Fault.RING_INTERRUPTED)) {
      errno = Errno.EINTR;
    } else if (r.hasFollowers() && faults.strikes(Fault.RING_BROKEN_LINK)) {
      errno = Errno.EIO;
    }
    return -errno;
  }

  @Override
  public boolean holds(Request r) {
    if (r.opcode() == XscAbi.OP_CANCEL || r.isLinkTimeout() || r.opcode() == XscAbi.OP_TIMEOUT) {
      return false;
    }
    if (r.opcode() != XscAbi.OP_CLOSE && faults.strikes(Fault.RING_STUCK)) {
      step(r, Step.STUCK);
      return true;
    }
    if (faults.strikes(Fault.RING_LATE_START)) {
      step(r, Step.HELD).in(delay());
      return true;
    }
    return false;
  }

  private long delay() {
    return world.choices().between(Choice.RING_DELAY, 0, faults.limit(Limit.RING_DELAY_MOST));
  }

  @Override
  public void forget(Request r) {
    workEnded(r);
  }

  @Override
  public boolean quick(Request r) {
    // What is small is in the page cache, unless a fault says that it is not.
    return r.writesMemory()
        && r.buffers().count() > 0
        && r.buffers().total() <= CACHED
        && !faults.strikes(Fault.DISK_SLOW);
  }

  @Override
  public boolean offloads(Request r) {
    return faults.strikes(Fault.RING_LATE_COMPLETION);
  }

  @Override
  public boolean endsMultishot(Request r) {
    more++;
    return faults.strikes(Fault.RING_EARLY_MULTISHOT_END);
  }

  @Override
  public boolean overflows() {
    return faults.strikes(Fault.RING_OVERFLOW);
  }

  /** Begins what {@link Fault#RING_STUCK} has kept. */
  void letStuckGo() {
    for (Step step : List.copyOf(busy)) {
      if (step.kind == Step.STUCK) {
        step.kind = Step.HELD;
        step.in(0);
      }
    }
  }

  // ---- waiting for files

  @Override
  public WaitList waitList(Pollable file) {
    if (!(file instanceof SimPollable pollable)) {
      throw new IllegalStateException(file + " does not belong to a simulated world");
    }
    Watch known = watches.get(pollable);
    return known == null ? new Watch(engine(), pollable) : known;
  }

  @Override
  public void interest(WaitList list, int events) {
    Watch watch = (Watch) list;
    if (events == 0) {
      watches.remove(watch.pollable);
      watch.pollable.unwatch(watch);
      timeline.cancel(watch.news);
    } else {
      watches.put(watch.pollable, watch);
      watch.pollable.watch(watch);
      if (watch.moreSeen != more) {
        // A multishot operation may have left some for its next turn.
        watch.moreSeen = more;
        watch.announced(events);
      }
    }
  }

  @Override
  public void pollableClosed() {}

  @Override
  public boolean reaches(MemorySegment memory) {
    // Completions come while any thread runs, or none.
    return memory.isAccessibleBy(NOBODY);
  }

  /** A thread that owns no memory, so that what it can reach belongs to none alone. */
  private static final Thread NOBODY = Thread.ofPlatform().unstarted(() -> {});

  // ---- what happens to requests

  @Override
  public void begun(Request r) {
    r.hostNumber = ++begun;
    if (tracer.on()) {
      tracer.begin(name, begun, describe(r));
    }
    if (custody != null) {
      custody.lend(r, timeline.now());
    }
  }

  @Override
  public void ended(Request r, int result) {
    if (tracer.on()) {
      tracer.end(name, r.hostNumber, describe(r) + " = " + outcome(result));
    }
    if (custody != null) {
      CustodyError misuse = custody.giveBack(r, result);
      if (misuse != null) {
        world.fail(misuse);
      }
    }
  }

  private static String describe(Request r) {
    StringBuilder text = new StringBuilder(48);
    text.append(r.name()).append(" #").append(Long.toHexString(r.userData()));
    if (r.fd() != 0) {
      text.append(" fd=").append(r.fd());
    }
    if (r.buffers().total() > 0) {
      text.append(" bytes=").append(r.buffers().total());
    }
    return text.toString();
  }

  private static String outcome(int result) {
    return result < 0 ? Errno.name(-result) : Integer.toString(result);
  }

  @Override
  public void published() {
    Runnable told = onPublish;
    if (told != null) {
      told.run();
    }
  }

  /** The machine has lost power: nothing that was planned happens any more. */
  void die() {
    dead = true;
    timeline.cancel(timer);
    for (Step step : List.copyOf(busy)) {
      timeline.cancel(step);
    }
    busy.clear();
    for (Watch watch : List.copyOf(watches.values())) {
      watch.pollable.unwatch(watch);
      timeline.cancel(watch.news);
    }
    watches.clear();
    onPublish = null;
  }

  private Step step(Request r, int kind) {
    Step step = idle.isEmpty() ? new Step() : idle.pop();
    step.request = r;
    step.kind = kind;
    step.position = busy.size();
    busy.add(step);
    r.hostData = step;
    return step;
  }

  /** The next thing to do for one request. */
  private final class Step extends Timeline.Event {
    static final int WORK = 0;
    static final int WORKED = 1;
    static final int HELD = 2;
    static final int STUCK = 3;

    @Nullable Request request;
    int kind;
    int position;

    void in(long nanos) {
      timeline.schedule(timeline.now() + nanos, this);
    }

    void stop() {
      timeline.cancel(this);
      request = null;
      Step last = busy.removeLast();
      if (last != this) {
        busy.set(position, last);
        last.position = position;
      }
      idle.push(this);
    }

    @Override
    protected void happen() {
      Request r = request;
      if (r == null || dead) {
        return;
      }
      Engine runs = engine();
      switch (kind) {
        case HELD -> {
          workEnded(r);
          runs.letGo(r);
        }
        case WORK -> {
          if (!r.claimWork()) {
            return;
          }
          r.work();
          if (faults.strikes(Fault.RING_LATE_COMPLETION)) {
            kind = WORKED;
            in(delay());
            return;
          }
          runs.finished(r);
        }
        case WORKED -> runs.finished(r);
        default -> throw new IllegalStateException("step of kind " + kind);
      }
      settled();
    }
  }

  /** Requests that wait for a file, and the news of it that has come. */
  private final class Watch extends WaitList implements SimPollable.Watcher {
    final SimPollable pollable;
    final News news = new News(this);
    long moreSeen;

    Watch(Engine engine, SimPollable pollable) {
      super(engine, pollable);
      this.pollable = pollable;
    }

    @Override
    public void announced(int events) {
      news.events |= events;
      if (!news.planned()) {
        timeline.schedule(timeline.now(), news);
      }
    }
  }

  /** Tells the engine what was announced. */
  private final class News extends Timeline.Event {
    private final Watch watch;
    private int events;

    News(Watch watch) {
      this.watch = watch;
    }

    @Override
    protected void happen() {
      int told = events;
      events = 0;
      if (!dead) {
        engine().ready(watch, told);
        settled();
      }
    }
  }
}
