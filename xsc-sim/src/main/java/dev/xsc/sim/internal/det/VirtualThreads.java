// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * The few things inside {@code java.lang.VirtualThread} that a scheduler of ours needs, and that
 * have no public name in JDK 25: to be given threads, to know which thread a continuation belongs
 * to, to have one try a monitor again, and to end one for good. Everything is looked up once;
 * without {@code --add-opens} nothing here works, and {@link #refusal()} says so.
 */
final class VirtualThreads {
  static final String FLAG = "--add-opens=java.base/java.lang=ALL-UNNAMED";

  // Values of VirtualThread.state.
  private static final int BLOCKED = 13;
  private static final int UNBLOCKED = 14;
  private static final int WAIT = 16;
  private static final int TIMED_WAIT = 18;
  private static final int TERMINATED = 99;

  private static final @Nullable Access ACCESS;
  private static final String REFUSAL;

  static {
    Access access = null;
    String refusal = "";
    try {
      access = Access.open();
    } catch (ReflectiveOperationException | RuntimeException e) {
      refusal = e.toString();
    }
    ACCESS = access;
    REFUSAL = refusal;
  }

  private VirtualThreads() {}

  /** Why threads cannot be scheduled, with the remedy; empty if they can. */
  static String refusal() {
    return REFUSAL.isEmpty()
        ? ""
        : "threads cannot run under the simulator's scheduler: start the test JVM with "
            + FLAG
            + " (cause: "
            + REFUSAL
            + ")";
  }

  private static Access access() {
    if (ACCESS == null) {
      throw new IllegalStateException(refusal());
    }
    return ACCESS;
  }

  /** An unstarted thread that the pool runs; threads that it makes will be run by the same. */
  static Thread make(ForkJoinPool scheduler, String name, Runnable body) {
    try {
      return (Thread) access().constructor.invoke((Executor) scheduler, name, 0, body);
    } catch (Throwable e) {
      throw failure("making thread " + name, e);
    }
  }

  /** The thread that a task given to the scheduler belongs to; null for a task of another kind. */
  static @Nullable Thread threadOf(Runnable continuation) {
    return access().owners.get(continuation.getClass()) instanceof MethodHandle owner
        ? owner(owner, continuation)
        : null;
  }

  private static Thread owner(MethodHandle getter, Runnable continuation) {
    try {
      return (Thread) getter.invoke(continuation);
    } catch (Throwable e) {
      throw failure("finding the thread of " + continuation, e);
    }
  }

  /** Whether it waits for a monitor, or in {@code Object.wait}. */
  static boolean atMonitor(Thread thread) {
    int state = (int) access().state.getVolatile(thread);
    return state == BLOCKED || state == UNBLOCKED || state == WAIT || state == TIMED_WAIT;
  }

  /** Whether it waits to enter a monitor, and may try whether that is free. */
  static boolean mayEnter(Thread thread) {
    int state = (int) access().state.getVolatile(thread);
    return state == BLOCKED || state == UNBLOCKED;
  }

  /** Whether it would try to enter a monitor if it was continued now. */
  static boolean tries(Thread thread) {
    return (int) access().state.getVolatile(thread) == UNBLOCKED;
  }

  /** Lets a thread that {@link #mayEnter} try; if the monitor is not free, it blocks again. */
  static void letTry(Thread thread) {
    try {
      access().unblock.invoke(thread);
    } catch (Throwable e) {
      throw failure("letting " + thread + " try a monitor", e);
    }
  }

  /** Whether it has ended, or was ended. */
  static boolean ended(Thread thread) {
    return (int) access().state.getVolatile(thread) == TERMINATED;
  }

  /**
   * Ends a thread that is not running, as a power cut would: nothing of it runs any more, no
   * finally clause either. Who waits for its end is told.
   *
   * <p>The JVM keeps a thread that waits for a monitor until it has got it, which this one never
   * will; so that it does not keep the whole simulation with it, what it leads to is cut off.
   */
  static void end(Thread thread) {
    Access access = access();
    if (ended(thread)) {
      return;
    }
    boolean kept = atMonitor(thread);
    try {
      access.afterDone.invoke(thread, true);
      if (kept) {
        access.scheduler.set(thread, null);
        access.continuation.set(thread, null);
      }
    } catch (Throwable e) {
      throw failure("ending " + thread, e);
    }
  }

  private static IllegalStateException failure(String what, Throwable cause) {
    return new IllegalStateException(what + " failed in this JDK", cause);
  }

  /** What was looked up. */
  private record Access(
      MethodHandle constructor,
      MethodHandle afterDone,
      MethodHandle unblock,
      VarHandle state,
      Field scheduler,
      Field continuation,
      ClassValue<Object> owners) {

    static Access open() throws ReflectiveOperationException {
      Class<?> type = Class.forName("java.lang.VirtualThread");
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      MethodType shape =
          MethodType.methodType(
              void.class, Executor.class, String.class, int.class, Runnable.class);
      return new Access(
          lookup.findConstructor(type, shape),
          lookup.findVirtual(type, "afterDone", MethodType.methodType(void.class, boolean.class)),
          lookup.findVirtual(type, "unblock", MethodType.methodType(void.class)),
          lookup.findVarHandle(type, "state", int.class),
          settable(type, "scheduler"),
          settable(type, "cont"),
          new Owners(type, lookup));
    }
  }

  /** A field that is final, which only reflection can set. */
  private static Field settable(Class<?> type, String name) throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** For each class of task, how to get at the thread that it captured, or the class itself. */
  private static final class Owners extends ClassValue<Object> {
    private final Class<?> type;
    private final MethodHandles.Lookup lookup;

    Owners(Class<?> type, MethodHandles.Lookup lookup) {
      this.type = type;
      this.lookup = lookup;
    }

    @Override
    protected Object computeValue(Class<?> task) {
      for (Field field : task.getDeclaredFields()) {
        if (field.getType() == type) {
          try {
            field.setAccessible(true);
            return lookup.unreflectGetter(field);
          } catch (IllegalAccessException e) {
            throw failure("looking into " + task, e);
          }
        }
      }
      return task;
    }
  }
}
