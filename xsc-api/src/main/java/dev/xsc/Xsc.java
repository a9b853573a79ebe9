// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import dev.xsc.internal.Command;
import dev.xsc.internal.EventLoop;
import dev.xsc.internal.FileModes;
import dev.xsc.internal.Handle;
import dev.xsc.internal.OpenFlags;
import dev.xsc.internal.Scratch;
import dev.xsc.internal.SocketNames;
import dev.xsc.ring.Capabilities;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.Op;
import dev.xsc.ring.Posix;
import dev.xsc.ring.SockAddr;
import dev.xsc.ring.Sqe;
import dev.xsc.ring.Statx;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.CopyOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ring-based I/O: event loops, each a thread with a ring, and what is opened on them. A program
 * needs one. Thread-safe.
 *
 * <p>Blocking methods are meant for virtual threads, which they park without pinning their carrier;
 * platform threads work too. An interrupt of the waiting thread cancels the operation: the method
 * throws {@link InterruptedIOException}, or returns normally with the interrupt status set if the
 * operation had completed first.
 */
public final class Xsc implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.xsc");
  private static final AtomicInteger INSTANCES = new AtomicInteger();

  /** Permission bits of new files, before the process's umask. */
  private static final int NEW_FILE_MODE = 0666;

  /** Bit of the mask of what is known, of {@code include/uapi/linux/stat.h}. */
  private static final int STATX_BLOCKS = 0x400;

  private static final int NEW_DIRECTORY_MODE = 0777;
  private static final int DEFAULT_BACKLOG = 1024;

  private final XscOptions options;
  private final List<EventLoop> loops = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final boolean checked;

  private Xsc(XscOptions options) throws IOException {
    this.options = options;
    Executor callbacks =
        options.callbacks() == null ? options.ring().environment()::startTask : options.callbacks();
    var settings =
        new EventLoop.Settings(
            options.ring(),
            options.maxOperations(),
            options.waitForRoom(),
            callbacks,
            options.callbacksOnEventLoop());
    String name = "xsc-" + INSTANCES.incrementAndGet() + "-loop-";
    try {
      for (int i = 0; i < options.eventLoops(); i++) {
        loops.add(EventLoop.start(name + i, settings));
      }
    } catch (IOException | RuntimeException e) {
      loops.forEach(EventLoop::close);
      throw e;
    }
    checked = options.checkedOn(kernel());
    LOG.log(Level.DEBUG, "{0} event loop(s) on {1}", loops.size(), capabilities().description());
  }

  /** Opens with {@link XscOptions#DEFAULT}. */
  public static Xsc open() throws IOException {
    return open(XscOptions.DEFAULT);
  }

  /**
   * Opens the first available kernel of the options' policy.
   *
   * @throws dev.xsc.spi.KernelException if none is available, with the cause and remedy of each
   */
  public static Xsc open(XscOptions options) throws IOException {
    return new Xsc(options);
  }

  // ---- files

  /**
   * Opens a file.
   *
   * @param openOptions of {@link java.nio.file.StandardOpenOption} and {@link RingOpenOption}; none
   *     means reading
   */
  public RingFile openFile(Path path, OpenOption... openOptions) throws IOException {
    return openFile(path, Set.copyOf(Arrays.asList(openOptions)));
  }

  /**
   * Opens a file.
   *
   * @param openOptions of {@link java.nio.file.StandardOpenOption} and {@link RingOpenOption}; none
   *     means reading
   * @param attributes of a file that is created: permissions as of {@link
   *     java.nio.file.attribute.PosixFilePermissions#asFileAttribute}, which the process's umask
   *     narrows; none means {@code rw-rw-rw-}
   * @throws UnsupportedOperationException for an option or attribute that has no meaning here
   */
  public RingFile openFile(
      Path path, Set<? extends OpenOption> openOptions, FileAttribute<?>... attributes)
      throws IOException {
    return opening(path, openOptions, attributes).awaitValue();
  }

  /** {@link #openFile(Path, OpenOption...)} without blocking. */
  public RingFuture<RingFile> openFileAsync(Path path, OpenOption... openOptions) {
    return openFileAsync(path, Set.copyOf(Arrays.asList(openOptions)));
  }

  /** {@link #openFile(Path, Set, FileAttribute...)} without blocking. */
  public RingFuture<RingFile> openFileAsync(
      Path path, Set<? extends OpenOption> openOptions, FileAttribute<?>... attributes) {
    return submit(() -> opening(path, openOptions, attributes), path, Op.OPENAT);
  }

  /** What the kernel says of a file; symbolic links are followed. */
  public FileStatus status(Path path) throws IOException {
    return statusOf(path).awaitValue();
  }

  /** {@link #status} without blocking. */
  public RingFuture<FileStatus> statusAsync(Path path) {
    return submit(() -> statusOf(path), path, Op.STATX);
  }

  /** Deletes a file, or an empty directory. */
  public void delete(Path path) throws IOException {
    boolean directory = isDirectory(path);
    paths(
            Op.UNLINKAT,
            path,
            null,
            (sqe, name, _) ->
                sqe.unlinkat(Posix.AT_FDCWD, name, directory ? Posix.AT_REMOVEDIR : 0))
        .awaitResult();
  }

  /**
   * Renames a file or directory; both paths must be on one file system. Always atomic: whoever
   * looks sees it under one of the two names, never half done.
   *
   * @param options as in {@link java.nio.file.Files#move}: without {@link
   *     StandardCopyOption#REPLACE_EXISTING} or {@link StandardCopyOption#ATOMIC_MOVE} a target
   *     that exists is an error
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws UnsupportedOperationException for another option
   */
  public void rename(Path from, Path to, CopyOption... options) throws IOException {
    int flags = OpenFlags.rename(options);
    paths(
            Op.RENAMEAT,
            from,
            to,
            (sqe, a, b) -> sqe.renameat(Posix.AT_FDCWD, a, Posix.AT_FDCWD, b, flags))
        .awaitResult();
  }

  /**
   * Makes a directory.
   *
   * @param attributes its permissions, as in {@link #openFile(Path, Set, FileAttribute...)}; none
   *     means {@code rwxrwxrwx}
   */
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    int mode = FileModes.of(NEW_DIRECTORY_MODE, attributes);
    paths(Op.MKDIRAT, path, null, (sqe, name, _) -> sqe.mkdirat(Posix.AT_FDCWD, name, mode))
        .awaitResult();
  }

  // ---- sockets

  /**
   * Connects a byte stream to an {@link java.net.InetSocketAddress} or a {@link
   * UnixDomainSocketAddress}.
   */
  public RingSocket connect(SocketAddress address) throws IOException {
    return connect(address, Duration.ZERO);
  }

  /**
   * {@link #connect(SocketAddress)} that gives up after a time.
   *
   * @param time zero for no bound
   */
  public RingSocket connect(SocketAddress address, Duration time) throws IOException {
    Handle handle = socket(address, Posix.SOCK_STREAM);
    try {
      Scratch scratch = new Scratch();
      MemorySegment name = scratch.allocate(SockAddr.MAX_SIZE, 8);
      MemorySegment sized =
          name.asSlice(0, SockAddr.write(address, SockAddr.family(address), name));
      new Command<@Nullable Void>(
              handle.loop(),
              Op.CONNECT,
              handle,
              address.toString(),
              scratch,
              sqe -> sqe.connect(handle.fd(), sized),
              _ -> null)
          .within(nanos(time))
          .awaitResult();
      return new RingSocket(this, handle);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, handle);
      throw e;
    }
  }

  /** {@link #connect(SocketAddress)} on a thread of its own; cancelling the future ends it. */
  public CompletableFuture<RingSocket> connectAsync(SocketAddress address) {
    return async(() -> connect(address));
  }

  /** Listens for connections, with a backlog of 1024. */
  public RingServerSocket listen(SocketAddress address) throws IOException {
    return listen(address, DEFAULT_BACKLOG);
  }

  /**
   * Listens for connections at an {@link java.net.InetSocketAddress} (port 0 for any) or a {@link
   * UnixDomainSocketAddress}.
   *
   * @param backlog connections that may wait to be accepted
   */
  public RingServerSocket listen(SocketAddress address, int backlog) throws IOException {
    Handle handle = socket(address, Posix.SOCK_STREAM);
    try {
      if (!(address instanceof UnixDomainSocketAddress)) {
        SocketNames.setOption(handle, StandardSocketOptions.SO_REUSEADDR, true);
      }
      bind(handle, address);
      new Command<@Nullable Void>(
              handle.loop(),
              Op.LISTEN,
              handle,
              address.toString(),
              null,
              sqe -> sqe.listen(handle.fd(), backlog),
              _ -> null)
          .awaitResult();
      return new RingServerSocket(this, handle);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, handle);
      throw e;
    }
  }

  /** Opens a UDP socket bound to this {@link java.net.InetSocketAddress}; port 0 for any. */
  public RingDatagramSocket bindDatagram(SocketAddress address) throws IOException {
    Handle handle = socket(address, Posix.SOCK_DGRAM);
    try {
      bind(handle, address);
      return new RingDatagramSocket(this, handle, SockAddr.family(address));
    } catch (IOException | RuntimeException e) {
      closeAfter(e, handle);
      throw e;
    }
  }

  // ---- timers

  /** Completes after this time, by the ring's clock. */
  public RingFuture<@Nullable Void> timer(Duration time) {
    return timing(time).submit();
  }

  /** Waits this long; an interrupt ends it with {@link InterruptedIOException}. */
  public void sleep(Duration time) throws IOException {
    timing(time).awaitResult();
  }

  // ---- the runtime

  /** An arena for buffers, in checked mode if this Xsc is. */
  public IoArena openArena() {
    return IoArena.open(checked, options.ring().environment());
  }

  /** The kernel in use. */
  public KernelKind kernel() {
    return loops.getFirst().ring().kernel();
  }

  /** What that kernel can do. */
  public Capabilities capabilities() {
    return loops.getFirst().ring().capabilities();
  }

  /** Counters since opening. */
  public XscStats stats() {
    return new XscStats(loops.stream().map(EventLoop::stats).toList());
  }

  /**
   * Ends everything: refuses new operations, cancels those under way and waits for their
   * completion, closes what is open.
   */
  @Override
  public void close() {
    loops.forEach(EventLoop::close);
  }

  @Override
  public String toString() {
    return "Xsc["
        + capabilities().description()
        + ", "
        + loops.size()
        + " loop(s), options "
        + options.maxOperations()
        + " operations each]";
  }

  // ---- for this package

  boolean checked() {
    return checked;
  }

  /** Whether what is dropped without being closed is reported. */
  boolean reportsLeaks() {
    return checked && !options.ring().environment().mayLosePower();
  }

  EventLoop nextLoop() {
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  static long nanos(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time of " + time + ": must be zero or more");
    }
    return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : time.toNanos();
  }

  /** Runs a blocking composition on a thread of its own; cancelling the future interrupts it. */
  <T> CompletableFuture<T> async(Callable<T> body) {
    Task<T> task = new Task<>(body);
    options.ring().environment().startTask(task);
    return task;
  }

  Command<FileStatus> statusOf(RingFile file) {
    Scratch scratch = new Scratch();
    MemorySegment empty = scratch.allocateFrom("");
    MemorySegment out = scratch.allocate(Statx.SIZE, 8);
    int fd = file.descriptor();
    return new Command<>(
        file.handle.loop(),
        Op.STATX,
        file.handle,
        file.handle.toString(),
        scratch,
        sqe -> sqe.statx(fd, empty, Posix.AT_EMPTY_PATH, Statx.BASIC, out),
        _ -> status(out));
  }

  // ---- inside

  private Command<RingFile> opening(
      Path path, Set<? extends OpenOption> openOptions, FileAttribute<?>... attributes)
      throws IOException {
    int flags = OpenFlags.of(openOptions);
    int mode = FileModes.of(NEW_FILE_MODE, attributes);
    EventLoop loop = nextLoop();
    Scratch scratch = new Scratch();
    MemorySegment name = scratch.path(Op.OPENAT, path.toString());
    return new Command<>(
        loop,
        Op.OPENAT,
        null,
        path.toString(),
        scratch,
        sqe -> sqe.openat(Posix.AT_FDCWD, name, flags, mode),
        fd -> new RingFile(this, new Handle(loop, fd, path.toString())));
  }

  private Command<FileStatus> statusOf(Path path) throws IOException {
    Scratch scratch = new Scratch();
    MemorySegment name = scratch.path(Op.STATX, path.toString());
    MemorySegment out = scratch.allocate(Statx.SIZE, 8);
    return new Command<>(
        nextLoop(),
        Op.STATX,
        null,
        path.toString(),
        scratch,
        sqe -> sqe.statx(Posix.AT_FDCWD, name, 0, Statx.BASIC, out),
        _ -> status(out));
  }

  private boolean isDirectory(Path path) throws IOException {
    Scratch scratch = new Scratch();
    MemorySegment name = scratch.path(Op.STATX, path.toString());
    MemorySegment out = scratch.allocate(Statx.SIZE, 8);
    return new Command<>(
            nextLoop(),
            Op.STATX,
            null,
            path.toString(),
            scratch,
            sqe -> sqe.statx(Posix.AT_FDCWD, name, Posix.AT_SYMLINK_NOFOLLOW, Statx.BASIC, out),
            _ -> status(out))
        .awaitValue()
        .isDirectory();
  }

  private static FileStatus status(MemorySegment statx) {
    return new FileStatus(
        Statx.size(statx),
        Statx.mode(statx),
        Statx.inode(statx),
        knowsBlocks(statx) ? Statx.blocks(statx) : -1,
        Statx.time(statx, Statx.MTIME));
  }

  private static boolean knowsBlocks(MemorySegment statx) {
    return (statx.get(ValueLayout.JAVA_INT_UNALIGNED, Statx.MASK) & STATX_BLOCKS) != 0;
  }

  private interface PathFiller {
    void fill(Sqe sqe, MemorySegment first, MemorySegment second);
  }

  private Command<@Nullable Void> paths(Op op, Path first, @Nullable Path second, PathFiller filler)
      throws IOException {
    Scratch scratch = new Scratch();
    MemorySegment a = scratch.path(op, first.toString());
    MemorySegment b = second == null ? MemorySegment.NULL : scratch.path(op, second.toString());
    String target = second == null ? first.toString() : first + " -> " + second;
    return new Command<>(
        nextLoop(), op, null, target, scratch, sqe -> filler.fill(sqe, a, b), _ -> null);
  }

  private Handle socket(SocketAddress address, int type) throws IOException {
    int family = SockAddr.family(address);
    EventLoop loop = nextLoop();
    return new Command<>(
            loop,
            Op.SOCKET,
            null,
            address.toString(),
            null,
            sqe -> sqe.socket(family, type | Posix.SOCK_CLOEXEC, 0),
            fd -> new Handle(loop, fd, address.toString()))
        .awaitValue();
  }

  private static void bind(Handle handle, SocketAddress address) throws IOException {
    Scratch scratch = new Scratch();
    MemorySegment name = scratch.allocate(SockAddr.MAX_SIZE, 8);
    MemorySegment sized = name.asSlice(0, SockAddr.write(address, SockAddr.family(address), name));
    new Command<@Nullable Void>(
            handle.loop(),
            Op.BIND,
            handle,
            address.toString(),
            scratch,
            sqe -> sqe.bind(handle.fd(), sized),
            _ -> null)
        .awaitResult();
  }

  private static void closeAfter(Exception failure, Handle handle) {
    try {
      handle.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private Command<@Nullable Void> timing(Duration time) {
    long nanos = nanos(time);
    EventLoop loop = nextLoop();
    return new Command<>(
        loop,
        Op.TIMEOUT,
        null,
        "timer of " + time,
        null,
        sqe -> sqe.timeout(loop.timespec(nanos), false),
        _ -> null);
  }

  private interface Preparation<T> {
    Command<T> make() throws IOException;
  }

  private <T> RingFuture<T> submit(Preparation<T> preparation, Path path, Op op) {
    try {
      return preparation.make().submit();
    } catch (IOException e) {
      return Command.<T>refused(nextLoop(), op, path.toString(), e);
    }
  }

  private static final class Task<T> extends CompletableFuture<T> implements Runnable {
    private final Callable<T> body;
    private @Nullable Thread runner;
    private boolean cancelled;

    Task(Callable<T> body) {
      this.body = body;
    }

    @Override
    public void run() {
      synchronized (this) {
        if (cancelled) {
          return;
        }
        runner = Thread.currentThread();
      }
      try {
        complete(body.call());
      } catch (InterruptedIOException e) {
        completeExceptionally(cancelled ? new CancellationException(e.getMessage()) : e);
      } catch (Exception e) {
        completeExceptionally(e);
      } finally {
        synchronized (this) {
          runner = null;
        }
      }
    }

    /** Interrupts the work, which ends when the operation that it waits for has. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      synchronized (this) {
        cancelled = true;
        if (runner != null) {
          runner.interrupt();
          return isCancelled();
        }
      }
      return super.cancel(mayInterruptIfRunning);
    }
  }
}
