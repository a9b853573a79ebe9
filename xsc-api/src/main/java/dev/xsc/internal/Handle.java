// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.RingFuture;
import dev.xsc.ring.Op;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open descriptor, its event loop, and how many operations use it. The descriptor's number is
 * given back to the kernel only when none does, since the number may be reused at once.
 *
 * <p>{@link #enter()} may be called from any thread, the rest as noted.
 */
public final class Handle {
  private static final int CLOSED = 1 << 31;
  private static final VarHandle USERS;

  static {
    try {
      USERS = MethodHandles.lookup().findVarHandle(Handle.class, "users", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final EventLoop loop;
  private final int fd;
  private final String name;

  /** Operations begun and not ended; with {@link #CLOSED} no more can begin. */
  private volatile int users;

  /** First of the operations in flight, linked through the operations. Loop thread. */
  private @Nullable Operation<?> first;

  /**
   * Operations on other descriptors, maybe of other loops, that use this one too; in the order of
   * coming, so that simulations repeat.
   */
  private final Set<Operation<?>> guests = Collections.synchronizedSet(new LinkedHashSet<>());

  /** What watches that it is closed. */
  private volatile Leaks.Tracked tracked = Leaks.UNTRACKED;

  /** The operation that closes the descriptor. Set before {@link #CLOSED}. */
  private volatile @Nullable CloseOperation closing;

  /**
   * A descriptor.
   *
   * @param name path or address, for messages
   */
  public Handle(EventLoop loop, int fd, String name) {
    this.loop = loop;
    this.fd = fd;
    this.name = name;
    if (!loop.opened(this)) {
      CloseOperation done = new CloseOperation(loop, fd, name);
      closing = done;
      users = CLOSED;
      done.end(loop.ring().calls().close(fd));
    }
  }

  /** Names the record that ends when this descriptor is closed, by whomever. */
  public void closes(Leaks.Tracked channel) {
    tracked = channel;
    if (isClosed()) {
      channel.close();
    }
  }

  /** The loop that all its operations go through. */
  public EventLoop loop() {
    return loop;
  }

  /** The descriptor. */
  public int fd() {
    return fd;
  }

  /** Whether closing has begun. */
  public boolean isClosed() {
    return (users & CLOSED) != 0;
  }

  /** Counts a user; false if the descriptor is closed or being closed. */
  boolean enter() {
    int now;
    do {
      now = users;
      if ((now & CLOSED) != 0) {
        return false;
      }
    } while (!USERS.compareAndSet(this, now, now + 1));
    return true;
  }

  /** One user less. Any thread. Whoever leaves a closed descriptor last has it closed. */
  void leave() {
    int before = (int) USERS.getAndAdd(this, -1);
    if (before - 1 == CLOSED) {
      loop.descriptorUnused(this);
    }
  }

  /** {@link #enter()} for an operation that belongs to another descriptor. Any thread. */
  boolean enterAsGuest(Operation<?> operation) {
    if (!enter()) {
      return false;
    }
    guests.add(operation);
    // Closing sets the flag, then looks at the guests: one of the two sees the other.
    if (isClosed()) {
      operation.loop.closeUnder(operation);
    }
    return true;
  }

  /** {@link #leave()} for such an operation. */
  void leaveAsGuest(Operation<?> operation) {
    guests.remove(operation);
    leave();
  }

  /**
   * Forbids new users, cancels what is in flight, and closes the descriptor when that has ended.
   * Any thread.
   *
   * @return completes when the descriptor is closed; the same for every caller
   */
  public RingFuture<@Nullable Void> closeAsync() {
    return beginClose(new CloseOperation(loop, fd, name));
  }

  /**
   * {@link #closeAsync()}, and waits for it unless somebody else has begun already. Any thread but
   * the loop's.
   */
  public void close() throws IOException {
    loop.requireOtherThread(Op.CLOSE);
    CloseOperation operation = new CloseOperation(loop, fd, name);
    operation.waitHere();
    if (beginClose(operation) == operation) {
      operation.awaitEnd();
    }
  }

  /** {@link #closeAsync()} for whom its end does not matter. */
  void beginClose() {
    var _ = beginClose(new CloseOperation(loop, fd, name));
  }

  private CloseOperation beginClose(CloseOperation operation) {
    int before;
    synchronized (this) {
      CloseOperation already = closing;
      if (already != null) {
        return already;
      }
      closing = operation;
      before = (int) USERS.getAndBitwiseOr(this, CLOSED);
    }
    // From here on without a lock: loops are called, which may call other handles.
    tracked.close();
    if (before == 0) {
      loop.descriptorUnused(this);
    } else {
      loop.cancelAll(this);
      List.copyOf(guests).forEach(guest -> guest.loop.closeUnder(guest));
    }
    return operation;
  }

  /** The operation that closes. */
  CloseOperation closing() {
    CloseOperation operation = closing;
    if (operation == null) {
      throw new IllegalStateException(this + " is not being closed");
    }
    return operation;
  }

  // ---- loop thread

  @Nullable Operation<?> first() {
    return first;
  }

  void link(Operation<?> operation) {
    operation.next = first;
    if (first != null) {
      first.previous = operation;
    }
    first = operation;
  }

  void unlink(Operation<?> operation) {
    if (operation.previous == null) {
      first = operation.next;
    } else {
      operation.previous.next = operation.next;
    }
    if (operation.next != null) {
      operation.next.previous = operation.previous;
    }
    operation.previous = null;
    operation.next = null;
  }

  @Override
  public String toString() {
    return name;
  }
}
