// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Op;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Any operation that moves no caller's memory: opening, naming, connecting, waiting. */
public final class Command<T extends @Nullable Object> extends Operation<T> {
  /** Turns a result of 0 or more into the caller's value. */
  @FunctionalInterface
  public interface Result<T extends @Nullable Object> {
    /** The value. */
    T of(int res) throws IOException;
  }

  private final String target;
  private final Consumer<Sqe> filler;
  private final Result<T> mapper;
  private final @Nullable Scratch scratch;
  private @Nullable T value;
  private @Nullable IOException mappingFailure;

  /**
   * An operation.
   *
   * @param handle the descriptor it uses, if any
   * @param target for messages
   * @param scratch memory that the entry refers to, given back at the end
   * @param filler writes the entry, on the loop's thread
   * @param mapper makes the value, while the scratch memory is still there
   */
  public Command(
      EventLoop loop,
      Op op,
      @Nullable Handle handle,
      String target,
      @Nullable Scratch scratch,
      Consumer<Sqe> filler,
      Result<T> mapper) {
    super(loop, op, handle);
    this.target = target;
    this.scratch = scratch;
    this.filler = filler;
    this.mapper = mapper;
  }

  /** Has the kernel end the operation after this time; 0 for never. */
  public Command<T> within(long nanos) {
    timeoutNanos = nanos;
    return this;
  }

  /** A failed future: preparing the operation failed already. */
  public static <T extends @Nullable Object> Command<T> refused(
      EventLoop loop, Op op, String target, IOException failure) {
    Command<T> command =
        new Command<>(
            loop,
            op,
            null,
            target,
            null,
            _ -> {},
            _ -> {
              throw failure;
            });
    command.refuse(failure);
    return command;
  }

  @Override
  void fill(Sqe sqe) {
    filler.accept(sqe);
  }

  @Override
  void terminal(int res, int flags) {
    // A timer that has run out has done what was asked.
    super.terminal(op == Op.TIMEOUT && res == -Errno.ETIME ? 0 : res, flags);
  }

  @Override
  void settle(int res) {
    try {
      if (res >= 0) {
        value = mapper.of(res);
      }
    } catch (IOException e) {
      mappingFailure = e;
    } finally {
      if (scratch != null) {
        scratch.release();
      }
    }
  }

  @Override
  @SuppressWarnings("NullAway") // what the mapper returned, which is T
  T value(int res) throws IOException {
    if (mappingFailure != null) {
      throw mappingFailure;
    }
    return value;
  }

  @Override
  String target() {
    return target;
  }
}
