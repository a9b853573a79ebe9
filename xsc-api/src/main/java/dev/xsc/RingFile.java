// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Command;
import dev.xsc.internal.FileTransfer;
import dev.xsc.internal.Handle;
import dev.xsc.internal.Loan;
import dev.xsc.internal.Transfer;
import dev.xsc.internal.VectoredTransfer;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.Sqe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open file; made by {@link Xsc#openFile}. All reads and writes name their position, so any
 * number may be under way at once.
 *
 * <p>Memory: an {@link IoBuffer} or a direct {@link ByteBuffer} is used in place, as is a native
 * {@link MemorySegment}, whose owner must keep it alive until the operation has ended; heap memory
 * is copied.
 */
public final class RingFile extends RingChannel {
  /** What {@link #advise} may say of the accesses to come. */
  public enum Advice {
    /** Nothing in particular. */
    NORMAL(Posix.FADV_NORMAL),
    /** At random. */
    RANDOM(Posix.FADV_RANDOM),
    /** In order. */
    SEQUENTIAL(Posix.FADV_SEQUENTIAL),
    /** Soon. */
    WILL_NEED(Posix.FADV_WILLNEED),
    /** Not soon. */
    DONT_NEED(Posix.FADV_DONTNEED);

    private final int number;

    Advice(int number) {
      this.number = number;
    }
  }

  RingFile(Xsc xsc, Handle handle) {
    super(xsc, handle);
  }

  /**
   * Reads up to the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @return bytes read, −1 at the end of the file
   */
  public int read(IoBuffer buffer, long position) throws IOException {
    return transfer(Op.READ, buffer.loan(), position, false).transfer();
  }

  /**
   * {@link #read(IoBuffer, long)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> readAsync(IoBuffer buffer, long position) {
    return transfer(Op.READ, buffer.loan(), position, false).submit();
  }

  /**
   * Reads until the buffer is full from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @throws java.io.EOFException at the end of the file
   */
  public void readFully(IoBuffer buffer, long position) throws IOException {
    transfer(Op.READ, buffer.loan(), position, true).transfer();
  }

  /**
   * {@link #readFully(IoBuffer, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> readFullyAsync(IoBuffer buffer, long position) {
    return transfer(Op.READ, buffer.loan(), position, true).submit();
  }

  /**
   * Writes up to the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @return bytes written
   */
  public int write(IoBuffer buffer, long position) throws IOException {
    return transfer(Op.WRITE, buffer.loan(), position, false).transfer();
  }

  /**
   * {@link #write(IoBuffer, long)} without blocking; the buffer is lent until the future completes.
   */
  public RingFuture<Integer> writeAsync(IoBuffer buffer, long position) {
    return transfer(Op.WRITE, buffer.loan(), position, false).submit();
  }

  /**
   * Writes the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   */
  public void writeFully(IoBuffer buffer, long position) throws IOException {
    transfer(Op.WRITE, buffer.loan(), position, true).transfer();
  }

  /**
   * {@link #writeFully(IoBuffer, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeFullyAsync(IoBuffer buffer, long position) {
    return transfer(Op.WRITE, buffer.loan(), position, true).submit();
  }

  /**
   * Reads up to the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @return bytes read, −1 at the end of the file
   */
  public int read(ByteBuffer buffer, long position) throws IOException {
    return transfer(Op.READ, lend(buffer, true), position, false).transfer();
  }

  /**
   * {@link #read(ByteBuffer, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> readAsync(ByteBuffer buffer, long position) {
    return transfer(Op.READ, lend(buffer, true), position, false).submit();
  }

  /**
   * Reads until the buffer is full from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @throws java.io.EOFException at the end of the file
   */
  public void readFully(ByteBuffer buffer, long position) throws IOException {
    transfer(Op.READ, lend(buffer, true), position, true).transfer();
  }

  /**
   * {@link #readFully(ByteBuffer, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> readFullyAsync(ByteBuffer buffer, long position) {
    return transfer(Op.READ, lend(buffer, true), position, true).submit();
  }

  /**
   * Writes up to the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @return bytes written
   */
  public int write(ByteBuffer buffer, long position) throws IOException {
    return transfer(Op.WRITE, lend(buffer, false), position, false).transfer();
  }

  /**
   * {@link #write(ByteBuffer, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeAsync(ByteBuffer buffer, long position) {
    return transfer(Op.WRITE, lend(buffer, false), position, false).submit();
  }

  /**
   * Writes the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   */
  public void writeFully(ByteBuffer buffer, long position) throws IOException {
    transfer(Op.WRITE, lend(buffer, false), position, true).transfer();
  }

  /**
   * {@link #writeFully(ByteBuffer, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeFullyAsync(ByteBuffer buffer, long position) {
    return transfer(Op.WRITE, lend(buffer, false), position, true).submit();
  }

  /**
   * Reads up to the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @return bytes read, −1 at the end of the file
   */
  public int read(MemorySegment buffer, long position) throws IOException {
    return transfer(Op.READ, lend(buffer, true), position, false).transfer();
  }

  /**
   * {@link #read(MemorySegment, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> readAsync(MemorySegment buffer, long position) {
    return transfer(Op.READ, lend(buffer, true), position, false).submit();
  }

  /**
   * Reads until the buffer is full from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @throws java.io.EOFException at the end of the file
   */
  public void readFully(MemorySegment buffer, long position) throws IOException {
    transfer(Op.READ, lend(buffer, true), position, true).transfer();
  }

  /**
   * {@link #readFully(MemorySegment, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> readFullyAsync(MemorySegment buffer, long position) {
    return transfer(Op.READ, lend(buffer, true), position, true).submit();
  }

  /**
   * Writes up to the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   * @return bytes written
   */
  public int write(MemorySegment buffer, long position) throws IOException {
    return transfer(Op.WRITE, lend(buffer, false), position, false).transfer();
  }

  /**
   * {@link #write(MemorySegment, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeAsync(MemorySegment buffer, long position) {
    return transfer(Op.WRITE, lend(buffer, false), position, false).submit();
  }

  /**
   * Writes the whole buffer from this position on; blocks the calling thread.
   *
   * @param position in the file, 0 or more
   */
  public void writeFully(MemorySegment buffer, long position) throws IOException {
    transfer(Op.WRITE, lend(buffer, false), position, true).transfer();
  }

  /**
   * {@link #writeFully(MemorySegment, long)} without blocking; the buffer is lent until the future
   * completes.
   */
  public RingFuture<Integer> writeFullyAsync(MemorySegment buffer, long position) {
    return transfer(Op.WRITE, lend(buffer, false), position, true).submit();
  }

  /**
   * Reads into several buffers, one after the other, with one call of the kernel.
   *
   * @param buffers 1 to {@link dev.xsc.ring.IoVec#MAX}
   * @param position in the file, 0 or more
   * @return bytes read, −1 at the end of the file
   */
  public long readv(List<IoBuffer> buffers, long position) throws IOException {
    return vectored(Op.READV, buffers, position).transfer();
  }

  /** {@link #readv} without blocking. */
  public RingFuture<Long> readvAsync(List<IoBuffer> buffers, long position) {
    return vectored(Op.READV, buffers, position).submit();
  }

  /**
   * Writes several buffers, one after the other, with one call of the kernel.
   *
   * @param buffers 1 to {@link dev.xsc.ring.IoVec#MAX}
   * @param position in the file, 0 or more
   * @return bytes written
   */
  public long writev(List<IoBuffer> buffers, long position) throws IOException {
    return vectored(Op.WRITEV, buffers, position).transfer();
  }

  /** {@link #writev} without blocking. */
  public RingFuture<Long> writevAsync(List<IoBuffer> buffers, long position) {
    return vectored(Op.WRITEV, buffers, position).submit();
  }

  /**
   * Waits until what was written is on the device.
   *
   * @param metadata false for the data and what is needed to read it back, as {@code fdatasync(2)}
   */
  public void force(boolean metadata) throws IOException {
    sync(metadata).awaitResult();
  }

  /** {@link #force} without blocking. */
  public RingFuture<@Nullable Void> forceAsync(boolean metadata) {
    return sync(metadata).submit();
  }

  /** Size in bytes. */
  public long size() throws IOException {
    return status().size();
  }

  /** What the kernel says of the file. */
  public FileStatus status() throws IOException {
    return xsc.statusOf(this).awaitValue();
  }

  /** {@link #status()} without blocking. */
  public RingFuture<FileStatus> statusAsync() {
    return xsc.statusOf(this).submit();
  }

  /** Cuts the file to this size, or extends it with zeros. */
  public void truncate(long size) throws IOException {
    resize(size).awaitResult();
  }

  /** {@link #truncate} without blocking. */
  public RingFuture<@Nullable Void> truncateAsync(long size) {
    return resize(size).submit();
  }

  /** Makes sure that this range has room on the device; the file grows if need be. */
  public void allocate(long position, long length) throws IOException {
    command(Op.FALLOCATE, sqe -> sqe.fallocate(handle.fd(), 0, position, length)).awaitResult();
  }

  /**
   * Tells the kernel how this range will be used.
   *
   * @param length in bytes, 0 for the rest of the file
   */
  public void advise(long position, int length, Advice advice) throws IOException {
    command(Op.FADVISE, sqe -> sqe.fadvise(handle.fd(), position, length, advice.number))
        .awaitResult();
  }

  /**
   * Sends a part of the file to a socket, piece by piece on the socket's event loop; blocks the
   * calling thread until all is sent. {@link RingSocket#writeTimeout} bounds each piece.
   *
   * @param position in the file, 0 or more
   * @param count bytes, 0 or more
   * @return bytes sent, fewer than {@code count} only at the end of the file
   */
  public long transferTo(long position, long count, RingSocket target) throws IOException {
    return transfer(position, count, target).awaitValue();
  }

  /** {@link #transferTo} without blocking. */
  public RingFuture<Long> transferToAsync(long position, long count, RingSocket target) {
    return transfer(position, count, target).submit();
  }

  private FileTransfer transfer(long position, long count, RingSocket target) {
    return new FileTransfer(
        handle, target.handle, checkPosition(position), count, target.writeNanos());
  }

  /** What all ways to read and write come to. */
  private Transfer transfer(Op op, Loan loan, long position, boolean fully) {
    return new Transfer(op, handle, loan, checkPosition(position), fully, 0);
  }

  private VectoredTransfer vectored(Op op, List<IoBuffer> buffers, long position) {
    return VectoredTransfer.of(op, handle, loans(buffers), checkPosition(position));
  }

  private Command<@Nullable Void> sync(boolean metadata) {
    return command(
        Op.FSYNC,
        sqe -> {
          if (metadata) {
            sqe.fsync(handle.fd());
          } else {
            sqe.fdatasync(handle.fd());
          }
        });
  }

  private Command<@Nullable Void> resize(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("size " + size + ": must be 0 or more");
    }
    return command(Op.FTRUNCATE, sqe -> sqe.ftruncate(handle.fd(), size));
  }

  private Command<@Nullable Void> command(Op op, Consumer<Sqe> filler) {
    return new Command<>(handle.loop(), op, handle, handle.toString(), null, filler, _ -> null);
  }

  private static long checkPosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + ": must be 0 or more");
    }
    return position;
  }
}
