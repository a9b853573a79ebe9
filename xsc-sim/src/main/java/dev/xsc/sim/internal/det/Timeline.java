// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, and what is to happen in it. Time stands still while code runs, and moves to the
 * next event when nothing can run any more. Which of several events of one moment comes first is
 * decided by {@link Choices}.
 *
 * <p>One simulation's; used by whoever runs in it, one at a time. {@link #advance()} is the
 * scheduler's.
 */
@SuppressWarnings("ReferenceEquality") // an event is its identity
public final class Timeline {
  private static final long NOT_QUEUED = -1;

  private final Choices choices;
  private @Nullable Event[] heap = new Event[64];
  private int size;
  private long now;
  private long added;
  private long happened;

  /** Events of the present moment, in the order in which they were planned. */
  private @Nullable Event[] due = new Event[16];

  private int dueCount;

  /** Time that begins at this many nanoseconds. */
  public Timeline(Choices choices, long start) {
    this.choices = choices;
    now = start;
  }

  /**
   * Something that happens at a time. Can be planned again once it has happened or was cancelled,
   * so that what happens often needs no new object each time.
   */
  public abstract static class Event {
    private long at;
    private long order = NOT_QUEUED;
    private int index = -1;

    /** For subclasses. */
    protected Event() {}

    /** It happens now. Must not block. */
    protected abstract void happen();

    /** Whether it is still to come. */
    public final boolean planned() {
      return order != NOT_QUEUED;
    }

    /** When it happens, if it is {@link #planned()}. */
    public final long at() {
      return at;
    }
  }

  /** Nanoseconds. */
  public long now() {
    return now;
  }

  /** Events that have happened so far. */
  public long happened() {
    return happened;
  }

  /** Plans something; a time that has passed means now, after what is running. */
  public Event schedule(long at, Runnable what) {
    Event event = new Planned(what);
    schedule(at, event);
    return event;
  }

  /** Plans an event that is not {@link Event#planned()}. */
  public void schedule(long at, Event event) {
    if (event.planned()) {
      throw new IllegalStateException("event planned twice: for " + event.at + " and " + at);
    }
    event.at = Math.max(at, now);
    event.order = added++;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    up(size++, event);
  }

  /** Takes an event back; false if it has happened, or was taken back before. */
  public boolean cancel(Event event) {
    if (!event.planned()) {
      return false;
    }
    event.order = NOT_QUEUED;
    if (event.index >= 0) {
      removeAt(event.index);
    } else {
      removeDue(event);
    }
    return true;
  }

  /** When the next event happens; {@link Long#MAX_VALUE} if none is planned. */
  public long next() {
    return dueCount > 0 ? now : size == 0 ? Long.MAX_VALUE : at(0).at;
  }

  /**
   * Moves to the next event and lets it happen.
   *
   * @return false if there is none
   */
  public boolean advance() {
    if (dueCount == 0 && size == 0) {
      return false;
    }
    if (dueCount == 0) {
      now = at(0).at;
    }
    while (size > 0 && at(0).at <= now) {
      addDue(removeAt(0));
    }
    Event event = takeDue(choices.pick(Choice.EVENT_ORDER, dueCount));
    event.order = NOT_QUEUED;
    happened++;
    event.happen();
    return true;
  }

  /** Lets time pass in which nothing is planned; never back. */
  void moveTo(long time) {
    if (next() < time) {
      throw new IllegalStateException("time cannot jump over what is planned for " + next());
    }
    now = Math.max(now, time);
  }

  /** Forgets everything that is planned. */
  public void clear() {
    while (size > 0) {
      removeAt(0).order = NOT_QUEUED;
    }
    while (dueCount > 0) {
      takeDue(0).order = NOT_QUEUED;
    }
  }

  private void addDue(Event event) {
    if (dueCount == due.length) {
      due = Arrays.copyOf(due, 2 * dueCount);
    }
    due[dueCount++] = event;
  }

  private Event takeDue(int index) {
    Event event = present(due[index]);
    System.arraycopy(due, index + 1, due, index, --dueCount - index);
    due[dueCount] = null;
    return event;
  }

  private void removeDue(Event event) {
    for (int i = 0; i < dueCount; i++) {
      if (due[i] == event) {
        takeDue(i);
        return;
      }
    }
  }

  private Event removeAt(int index) {
    Event removed = at(index);
    removed.index = -1;
    Event last = at(--size);
    heap[size] = null;
    if (last != removed) {
      up(index, last);
      down(last.index, last);
    }
    return removed;
  }

  private void up(int index, Event event) {
    int i = index;
    while (i > 0 && before(event, at((i - 1) / 2))) {
      put(i, at((i - 1) / 2));
      i = (i - 1) / 2;
    }
    put(i, event);
  }

  private void down(int index, Event event) {
    int i = index;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && before(at(child + 1), at(child))) {
        child++;
      }
      if (!before(at(child), event)) {
        break;
      }
      put(i, at(child));
      i = child;
    }
    put(i, event);
  }

  private static boolean before(Event a, Event b) {
    return a.at != b.at ? a.at < b.at : a.order < b.order;
  }

  private void put(int index, Event event) {
    heap[index] = event;
    event.index = index;
  }

  private Event at(int index) {
    return present(heap[index]);
  }

  private static Event present(@Nullable Event event) {
    if (event == null) {
      throw new IllegalStateException("a timeline slot that should be filled is empty");
    }
    return event;
  }

  /** An event made of a lambda. */
  private static final class Planned extends Event {
    private final Runnable what;

    Planned(Runnable what) {
      this.what = what;
    }

    @Override
    protected void happen() {
      what.run();
    }
  }
}
