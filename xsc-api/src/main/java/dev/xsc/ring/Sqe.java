// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.SqeDialect;
import dev.xsc.spi.SqeLayout;
import dev.xsc.spi.XscAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One submission queue entry, as a flyweight over the ring's shared memory: {@link Ring#next()}
 * places it on a free slot, one method per operation fills all of it, and flags and {@link
 * #userData(long)} may follow. Nothing is allocated.
 *
 * <p>Belongs to the ring's owner thread. Every segment must be native, and must stay alive and
 * untouched from {@link Ring#submit()} until the operation's terminal completion. Methods throw
 * {@link UnsupportedOperationException} for an operation that {@link Capabilities} reports as
 * unsupported.
 */
@SuppressWarnings("EnumOrdinal") // opcodes come from an array, on the hot path
public final class Sqe {
  /** Offset that means "at the file position", and the only one for sockets and pipes. */
  public static final long AT_POSITION = -1;

  /**
   * Most bytes that one read or write moves: {@code MAX_RW_COUNT} of {@code include/linux/fs.h}.
   */
  public static final int MAX_LENGTH = 0x7ffff000;

  /**
   * First of the user data values, as unsigned numbers, that the library keeps for itself; {@code
   * 0xffff…} is the last.
   */
  public static final long RESERVED_USER_DATA = 0xffff_0000_0000_0000L;

  /** The slots are aligned to their size; the JVM need not check that at each store. */
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final MemorySegment slots;
  private final @Nullable Object @Nullable [] references;
  private final SqeDialect dialect;
  private final Capabilities capabilities;
  private final Emulation emulation;

  /** Both kinds of links. */
  private final int links;

  /** Whether the kernel takes paths that start at a directory's descriptor. */
  private final boolean directories;

  /** Opcode by {@link Op#ordinal()}: −1 where the operation is not native. */
  private final int[] opcodes;

  private long base;
  private int slot;
  private int flags;

  /** Non-null while the entry at hand is one that the library carries out. */
  private Emulation.@Nullable Emulated emulated;

  /**
   * Whether the entry at hand is to be submitted: it has been filled, and nothing about it was
   * refused.
   */
  private boolean filled;

  private boolean chained;

  /** While {@link #chained}: place and flags of the entry with the link. */
  private long chainEnd;

  private int chainEndFlags;

  /**
   * While {@link #chained}: whether the entry with the link is an emulated one, whose poll a time
   * limit can end, but whose end nothing else can wait for.
   */
  private boolean timeoutOnly;

  Sqe(
      MemorySegment slots,
      @Nullable Object @Nullable [] references,
      SqeDialect dialect,
      Capabilities capabilities,
      Emulation emulation) {
    this.slots = slots;
    this.references = references;
    this.dialect = dialect;
    this.capabilities = capabilities;
    this.emulation = emulation;
    links = dialect.link() | dialect.hardlink();
    directories = capabilities.support(Feature.DIRECTORIES) == Support.NATIVE;
    Op[] ops = Op.values();
    this.opcodes = new int[ops.length];
    for (Op op : ops) {
      opcodes[op.ordinal()] = capabilities.support(op) == Support.NATIVE ? dialect.opcode(op) : -1;
    }
  }

  /** Places this flyweight on a slot. */
  Sqe at(int slot) {
    this.slot = slot;
    base = (long) slot * SqeLayout.SIZE;
    flags = 0;
    if (emulated != null) {
      emulated = null;
    }
    return this;
  }

  // ---- file operations

  /** {@link Op#NOP}. */
  public Sqe nop() {
    return fill(opcodes[Op.NOP.ordinal()], 0, 0, 0, 0, 0, null);
  }

  /**
   * {@link Op#READ} into the whole segment, at most {@link #MAX_LENGTH} bytes; result: bytes read,
   * 0 at the end.
   *
   * @param offset in the file, or {@link #AT_POSITION}
   */
  public Sqe read(int fd, MemorySegment buffer, long offset) {
    requireWritable(buffer, "buffer");
    return transfer(Op.READ, fd, buffer, offset);
  }

  /** {@link Op#WRITE} of the whole segment; see {@link #read}. Result: bytes written. */
  public Sqe write(int fd, MemorySegment buffer, long offset) {
    return transfer(Op.WRITE, fd, buffer, offset);
  }

  /** {@link Op#READV}; see {@link #read}. */
  public Sqe readv(int fd, IoVec buffers, long offset) {
    return transfer(Op.READV, fd, buffers.requireWritable(), offset);
  }

  /** {@link Op#WRITEV}; see {@link #read}. */
  public Sqe writev(int fd, IoVec buffers, long offset) {
    return transfer(Op.WRITEV, fd, buffers, offset);
  }

  /**
   * {@link Op#READ_FIXED} into a segment that lies in registered buffer number {@code index}.
   *
   * @param index 0 to 65535, as in {@link Ring#registerBuffers}
   */
  public Sqe readFixed(int fd, MemorySegment buffer, long offset, int index) {
    requireWritable(buffer, "buffer");
    return fixed(Op.READ_FIXED, fd, buffer, offset, index);
  }

  /** {@link Op#WRITE_FIXED}; see {@link #readFixed}. */
  public Sqe writeFixed(int fd, MemorySegment buffer, long offset, int index) {
    return fixed(Op.WRITE_FIXED, fd, buffer, offset, index);
  }

  /**
   * {@link Op#OPENAT}; result: the descriptor.
   *
   * @param directory a descriptor, or {@link Posix#AT_FDCWD}
   * @param path NUL-terminated
   * @param openFlags {@code O_*} of {@link Posix}
   * @param mode permission bits of a file that is made
   */
  public Sqe openat(int directory, MemorySegment path, int openFlags, int mode) {
    requireNative(path, "path");
    if (directory != Posix.AT_FDCWD && !directories) {
      return emulate(Op.OPENAT, directory, openFlags, mode, path);
    }
    return fill(code(Op.OPENAT), directory, 0, path.address(), mode, openFlags, path);
  }

  /** {@link Op#CLOSE}. */
  public Sqe close(int fd) {
    return fill(code(Op.CLOSE), fd, 0, 0, 0, 0, null);
  }

  /** {@link Op#FSYNC} of data and metadata. */
  public Sqe fsync(int fd) {
    return fill(code(Op.FSYNC), fd, 0, 0, 0, 0, null);
  }

  /** {@link Op#FSYNC} of the data and of what is needed to read it back. */
  public Sqe fdatasync(int fd) {
    return fill(code(Op.FSYNC), fd, 0, 0, 0, XscAbi.FSYNC_DATASYNC, null);
  }

  /**
   * {@link Op#STATX}.
   *
   * @param directory a descriptor, or {@link Posix#AT_FDCWD}
   * @param path NUL-terminated; empty with {@link Posix#AT_EMPTY_PATH} for the descriptor itself
   * @param mask what is wanted, {@link Statx#BASIC}
   * @param out {@link Statx#SIZE} bytes
   */
  public Sqe statx(int directory, MemorySegment path, int statFlags, int mask, MemorySegment out) {
    requireNative(path, "path");
    requireSize(out, Statx.SIZE, "statx buffer");
    return fill(
        code(Op.STATX), directory, out.address(), path.address(), mask, statFlags, pair(path, out));
  }

  /** {@link Op#FALLOCATE}; {@code mode} as in {@link Posix}, 0 to allocate. */
  public Sqe fallocate(int fd, int mode, long offset, long length) {
    return fill(code(Op.FALLOCATE), fd, offset, length, mode, 0, null);
  }

  /** {@link Op#FTRUNCATE}. */
  public Sqe ftruncate(int fd, long length) {
    if (opcodes[Op.FTRUNCATE.ordinal()] < 0) {
      return emulate(Op.FTRUNCATE, fd, (int) (length >>> 32), (int) length, null);
    }
    return fill(opcodes[Op.FTRUNCATE.ordinal()], fd, length, 0, 0, 0, null);
  }

  /** {@link Op#FADVISE}; a length of 0 means to the end. */
  public Sqe fadvise(int fd, long offset, int length, int advice) {
    return fill(code(Op.FADVISE), fd, offset, 0, length, advice, null);
  }

  /** {@link Op#UNLINKAT}; {@link Posix#AT_REMOVEDIR} removes a directory. */
  public Sqe unlinkat(int directory, MemorySegment path, int unlinkFlags) {
    requireNative(path, "path");
    if ((directory != Posix.AT_FDCWD || unlinkFlags != 0) && !directories) {
      return emulate(Op.UNLINKAT, directory, unlinkFlags, 0, path);
    }
    return fill(code(Op.UNLINKAT), directory, 0, path.address(), 0, unlinkFlags, path);
  }

  /** {@link Op#RENAMEAT}; flags as {@link Posix#RENAME_NOREPLACE}. */
  public Sqe renameat(
      int fromDirectory, MemorySegment from, int toDirectory, MemorySegment to, int renameFlags) {
    requireNative(from, "from");
    requireNative(to, "to");
    if ((fromDirectory != Posix.AT_FDCWD || toDirectory != Posix.AT_FDCWD) && !directories) {
      return emulate(Op.RENAMEAT, fromDirectory, renameFlags, toDirectory, from, to);
    }
    return fill(
        code(Op.RENAMEAT),
        fromDirectory,
        to.address(),
        from.address(),
        toDirectory,
        renameFlags,
        pair(from, to));
  }

  /** {@link Op#MKDIRAT}. */
  public Sqe mkdirat(int directory, MemorySegment path, int mode) {
    requireNative(path, "path");
    return fill(code(Op.MKDIRAT), directory, 0, path.address(), mode, 0, path);
  }

  // ---- network operations

  /** {@link Op#SOCKET}; result: the descriptor. */
  public Sqe socket(int domain, int type, int protocol) {
    int opcode = opcodes[Op.SOCKET.ordinal()];
    if (opcode < 0) {
      return emulate(Op.SOCKET, domain, type, protocol, null);
    }
    return dialect.socketTypeInOff()
        ? fill(opcode, domain, type, 0, protocol, 0, null)
        : fill(opcode, domain, protocol, 0, type, 0, null);
  }

  /** {@link Op#BIND}; the address length is the segment's size. */
  public Sqe bind(int fd, MemorySegment address) {
    if (opcodes[Op.BIND.ordinal()] < 0) {
      return emulate(Op.BIND, fd, 0, 0, requireNative(address, "address"));
    }
    return withAddress(opcodes[Op.BIND.ordinal()], fd, address);
  }

  /** {@link Op#LISTEN}. */
  public Sqe listen(int fd, int backlog) {
    if (opcodes[Op.LISTEN.ordinal()] < 0) {
      return emulate(Op.LISTEN, fd, backlog, 0, null);
    }
    return fill(opcodes[Op.LISTEN.ordinal()], fd, 0, 0, backlog, 0, null);
  }

  /**
   * {@link Op#ACCEPT} of one connection; result: its descriptor. Flags: {@link Posix#SOCK_CLOEXEC}
   * and the like.
   */
  public Sqe accept(int fd, int acceptFlags) {
    if (opcodes[Op.ACCEPT.ordinal()] < 0) {
      return polled(PolledCall.accept(fd, null, null, acceptFlags), null, false);
    }
    return fill(code(Op.ACCEPT), fd, 0, 0, 0, acceptFlags, null);
  }

  /**
   * {@link Op#ACCEPT} that also returns the peer's address.
   *
   * @param address receives it, {@link SockAddr#MAX_SIZE} bytes
   * @param length u32: room on entry, the address's length afterwards
   */
  public Sqe accept(int fd, MemorySegment address, MemorySegment length, int acceptFlags) {
    requireSize(address, SockAddr.MAX_SIZE, "address");
    requireSize(length, Integer.BYTES, "address length");
    if (opcodes[Op.ACCEPT.ordinal()] < 0) {
      PolledCall call = PolledCall.accept(fd, address, length, acceptFlags);
      return polled(call, pair(address, length), false);
    }
    return fill(
        code(Op.ACCEPT),
        fd,
        length.address(),
        address.address(),
        0,
        acceptFlags,
        pair(address, length));
  }

  /**
   * {@link Op#ACCEPT} that goes on: a completion with {@link CompletionHandler#MORE} per
   * connection, until one without.
   */
  public Sqe acceptMultishot(int fd, int acceptFlags) {
    switch (capabilities.support(Feature.MULTISHOT_ACCEPT)) {
      case NATIVE -> {
        fill(code(Op.ACCEPT), fd, 0, 0, 0, acceptFlags, null);
        modifier(dialect.multishotAccept());
      }
      case EMULATED -> {
        if (opcodes[Op.ACCEPT.ordinal()] < 0) {
          return polled(PolledCall.accept(fd, null, null, acceptFlags), null, true);
        }
        fill(code(Op.ACCEPT), fd, 0, 0, 0, acceptFlags, null);
        rearm(Op.ACCEPT, fd, acceptFlags, null);
      }
      case UNSUPPORTED -> throw unsupported("multishot accept");
    }
    return this;
  }

  /** {@link Op#CONNECT}; the address length is the segment's size. */
  public Sqe connect(int fd, MemorySegment address) {
    if (opcodes[Op.CONNECT.ordinal()] < 0) {
      requireNative(address, "address");
      return polled(PolledCall.connect(fd, address), address, false);
    }
    return withAddress(code(Op.CONNECT), fd, address);
  }

  /** {@link Op#SEND} of the whole segment; result: bytes taken. */
  public Sqe send(int fd, MemorySegment buffer, int messageFlags) {
    return fill(
        code(Op.SEND),
        fd,
        0,
        requireNative(buffer, "buffer").address(),
        length(buffer),
        messageFlags,
        buffer);
  }

  /** {@link Op#RECV} into the segment; result: bytes received, 0 when the peer has closed. */
  public Sqe recv(int fd, MemorySegment buffer, int messageFlags) {
    requireWritable(buffer, "buffer");
    return fill(
        code(Op.RECV),
        fd,
        0,
        requireNative(buffer, "buffer").address(),
        length(buffer),
        messageFlags,
        buffer);
  }

  /**
   * {@link Op#RECV} once, into a buffer of the group that is chosen when data has arrived; {@code
   * -ENOBUFS} if the group has none left.
   */
  public Sqe recv(int fd, BufferGroup group, int messageFlags) {
    switch (capabilities.support(Feature.BUFFER_GROUPS)) {
      case NATIVE -> select(fd, group, messageFlags, 0);
      case EMULATED -> borrow(fd, group, messageFlags, false);
      case UNSUPPORTED -> throw unsupported("receiving into a buffer group");
    }
    return this;
  }

  /**
   * {@link Op#RECV} that goes on: a completion with {@link CompletionHandler#MORE} per arrival,
   * each in a buffer of the group, until one without. {@code -ENOBUFS} ends it when the group is
   * empty: recycle buffers and submit again.
   */
  public Sqe recvMultishot(int fd, BufferGroup group, int messageFlags) {
    switch (capabilities.support(Feature.MULTISHOT_RECV)) {
      case NATIVE -> select(fd, group, messageFlags, dialect.multishotRecv());
      case EMULATED -> {
        if (capabilities.support(Feature.BUFFER_GROUPS) == Support.NATIVE) {
          select(fd, group, messageFlags, 0);
          rearm(Op.RECV, fd, messageFlags, group);
        } else {
          borrow(fd, group, messageFlags, true);
        }
      }
      case UNSUPPORTED -> throw unsupported("multishot receive");
    }
    return this;
  }

  /** {@link Op#SENDMSG}; result: bytes taken. */
  public Sqe sendmsg(int fd, MsgHdr message, int messageFlags) {
    return fill(code(Op.SENDMSG), fd, 0, message.header().address(), 0, messageFlags, message);
  }

  /** {@link Op#RECVMSG}; result: bytes received. */
  public Sqe recvmsg(int fd, MsgHdr message, int messageFlags) {
    message.buffers().requireWritable();
    return fill(code(Op.RECVMSG), fd, 0, message.header().address(), 0, messageFlags, message);
  }

  /**
   * {@link Op#SHUTDOWN}; {@link Posix#SHUT_RD}, {@link Posix#SHUT_WR} or {@link Posix#SHUT_RDWR}.
   */
  public Sqe shutdown(int fd, int how) {
    if (opcodes[Op.SHUTDOWN.ordinal()] < 0) {
      return emulate(Op.SHUTDOWN, fd, how, 0, null);
    }
    return fill(code(Op.SHUTDOWN), fd, 0, 0, how, 0, null);
  }

  // ---- waiting and ending

  /** {@link Op#POLL_ADD}, once; result: the ready events. Events as {@link Posix#POLLIN}. */
  public Sqe pollAdd(int fd, int events) {
    return fill(code(Op.POLL_ADD), fd, 0, 0, 0, events, null);
  }

  /**
   * {@link Op#TIMEOUT} of the monotonic clock; result: {@code -ETIME}, or {@code -ECANCELED} if
   * cancelled.
   *
   * @param timespec {@code {s64 seconds, s64 nanoseconds}} ({@link Timespec}), read when the kernel
   *     takes the entry: during {@link Ring#submit()}, or some time later on a kernel that polls
   */
  public Sqe timeout(MemorySegment timespec, boolean absolute) {
    return timer(Op.TIMEOUT, timespec, absolute);
  }

  /**
   * {@link Op#LINK_TIMEOUT} for the entry before, which must carry {@link #link()}. See {@link
   * #timeout}.
   */
  public Sqe linkTimeout(MemorySegment timespec, boolean absolute) {
    return timer(Op.LINK_TIMEOUT, timespec, absolute);
  }

  /**
   * {@link Op#CANCEL} of one operation with this user data; result: 0, {@code -ENOENT} if there is
   * none, or {@code -EALREADY} if it was too late to stop it. The target has its own completion in
   * each case.
   */
  public Sqe cancel(long target) {
    return fill(code(Op.CANCEL), 0, 0, emulation.targetOf(target), 0, 0, null);
  }

  /** {@link Op#CANCEL} of every operation on a descriptor; result: how many. */
  public Sqe cancelFd(int fd) {
    if (!capabilities.has(Feature.CANCEL_FD)) {
      throw unsupported("cancel by descriptor");
    }
    emulation.stopFd(fd);
    return fill(code(Op.CANCEL), fd, 0, 0, 0, XscAbi.CANCEL_FD | XscAbi.CANCEL_ALL, null);
  }

  /**
   * {@link Op#CANCEL} of everything in flight on this ring; result: how many, which may count what
   * the library has in flight to hear of {@link Ring#wakeup()}.
   */
  public Sqe cancelAny() {
    if (!capabilities.has(Feature.CANCEL_ANY)) {
      throw unsupported("cancel of everything");
    }
    emulation.stopAll();
    return fill(code(Op.CANCEL), 0, 0, 0, 0, XscAbi.CANCEL_ANY | XscAbi.CANCEL_ALL, null);
  }

  // ---- modifiers of the entry just filled

  /**
   * What the completion will carry.
   *
   * @throws IllegalArgumentException for a value that the library keeps for itself
   */
  public Sqe userData(long value) {
    if (Long.compareUnsigned(value, RESERVED_USER_DATA) >= 0) {
      refuse();
      throw new IllegalArgumentException(
          "user data 0x"
              + Long.toHexString(value)
              + " is reserved: use values below 0xffff000000000000");
    }
    if (emulated != null) {
      emulated.userData = value;
    } else {
      slots.set(LONG, base + SqeLayout.USER_DATA, value);
    }
    return this;
  }

  /**
   * The next entry starts only if this one succeeds; a failure or a short transfer cancels the
   * chain's rest.
   */
  public Sqe link() {
    return flag(dialect.link(), "link");
  }

  /** The next entry starts when this one has ended, whatever the result. */
  public Sqe hardlink() {
    return flag(dialect.hardlink(), "hardlink");
  }

  /**
   * Start when all earlier entries have ended. Later ones start no sooner than this one does;
   * whether they also wait for its end depends on the kernel (Linux 6.1 starts them beside it), so
   * link or drain what must come after it.
   */
  public Sqe drain() {
    return flag(dialect.drain(), "drain");
  }

  /** Do not try in the submitting thread. */
  public Sqe async() {
    return flag(dialect.async(), "async");
  }

  /** The descriptor is an index into {@link Ring#registerFiles}. */
  public Sqe fixedFile() {
    return flag(dialect.fixedFile(), "fixedFile");
  }

  // ---- inside

  /** An entry for the library itself, whose user data lies in the reserved range. */
  void internalUserData(long value) {
    slots.set(LONG, base + SqeLayout.USER_DATA, value);
  }

  /** Whether the entry at hand is to be submitted; true once for each. */
  boolean takeFilled() {
    if (!filled) {
      return false;
    }
    filled = false;
    chained = (flags & links) != 0;
    if (chained) {
      chainEnd = base;
      chainEndFlags = flags;
      timeoutOnly = emulated != null;
    }
    return true;
  }

  /** Whether the next entry would follow a link. */
  boolean chained() {
    return chained;
  }

  /**
   * The batch ends here, and chains with it: not left to the kernel, whose thread may take this
   * batch and the next one together.
   */
  void endBatch() {
    if (chained) {
      slots.set(BYTE, chainEnd + SqeLayout.FLAGS, (byte) (chainEndFlags & ~links));
      chained = false;
    }
  }

  /** Takes the entry at hand back, before an exception about it. */
  private void refuse() {
    filled = false;
    if (emulated != null) {
      emulation.withdraw(emulated);
      emulated = null;
    }
  }

  /** Whether the entry at hand is drained. */
  boolean drained() {
    return (flags & dialect.drain()) != 0;
  }

  private Sqe transfer(Op op, int fd, MemorySegment buffer, long offset) {
    long address = requireNative(buffer, "buffer").address();
    int length = length(buffer);
    if (offset < 0) {
      return fill(streamCode(op, offset), fd, dialect.streamOffset(), address, length, 0, buffer);
    }
    return fill(code(op), fd, offset, address, length, 0, buffer);
  }

  private Sqe transfer(Op op, int fd, IoVec buffers, long offset) {
    long address = buffers.array().address();
    int count = buffers.count();
    if (offset < 0) {
      return fill(streamCode(op, offset), fd, dialect.streamOffset(), address, count, 0, buffers);
    }
    return fill(code(op), fd, offset, address, count, 0, buffers);
  }

  private Sqe fixed(Op op, int fd, MemorySegment buffer, long offset, int index) {
    if (index < 0 || index > 0xffff) {
      throw new IllegalArgumentException("registered buffer " + index + ": must be 0 to 65535");
    }
    long at = offset < 0 ? -1 : offset;
    fill(code(op), fd, at, requireNative(buffer, "buffer").address(), length(buffer), 0, buffer);
    slots.set(LONG, base + SqeLayout.BUF_INDEX, index);
    return this;
  }

  private Sqe withAddress(int opcode, int fd, MemorySegment address) {
    requireNative(address, "address");
    long size = address.byteSize();
    return dialect.addressLengthInOff()
        ? fill(opcode, fd, size, address.address(), 0, 0, address)
        : fill(opcode, fd, 0, address.address(), (int) size, 0, address);
  }

  private Sqe timer(Op op, MemorySegment timespec, boolean absolute) {
    requireSize(timespec, Timespec.SIZE, "timespec");
    int timeoutFlags = absolute ? XscAbi.TIMEOUT_ABS : 0;
    return fill(code(op), 0, 0, timespec.address(), dialect.timeoutLen(), timeoutFlags, timespec);
  }

  private void select(int fd, BufferGroup group, int messageFlags, int modifier) {
    fill(code(Op.RECV), fd, 0, 0, 0, messageFlags, null);
    slots.set(LONG, base + SqeLayout.BUF_INDEX, group.number());
    modifier(modifier);
    flag(dialect.bufferSelect(), "selecting a buffer");
  }

  /** Receives into a buffer that the library takes from the group now. */
  private void borrow(int fd, BufferGroup group, int messageFlags, boolean goesOn) {
    requireUnchained("receiving into a buffer group");
    emulated = emulation.receive(fd, group, messageFlags, goesOn);
    fillReceive(emulated);
  }

  /** Writes the receive of an emulated group, or a NOP that will report {@code -ENOBUFS}. */
  void fillReceive(Emulation.Emulated receive) {
    if (receive.takeBuffer()) {
      MemorySegment buffer = receive.buffer();
      fill(code(Op.RECV), receive.fd, 0, buffer.address(), length(buffer), receive.flags, buffer);
    } else {
      nop();
    }
    internalUserData(receive.tag());
  }

  /** Writes the next round of an emulated multishot operation. */
  void fillAgain(Emulation.Emulated multishot) {
    BufferGroup group = multishot.group;
    PolledCall call = multishot.polled;
    if (call != null) {
      fill(code(Op.POLL_ADD), call.fd(), 0, 0, 0, call.events(), null);
    } else if (multishot.op == Op.ACCEPT) {
      fill(code(Op.ACCEPT), multishot.fd, 0, 0, 0, multishot.flags, null);
    } else if (group != null && multishot.borrows) {
      fillReceive(multishot);
      return;
    } else if (group != null) {
      select(multishot.fd, group, multishot.flags, 0);
    }
    if (multishot.fixedFile) {
      flag(dialect.fixedFile(), "fixedFile");
    }
    internalUserData(multishot.tag());
  }

  /** A poll that {@link Emulation} tries to make unnecessary when the batch is submitted. */
  private Sqe polled(PolledCall call, @Nullable Object reference, boolean goesOn) {
    if (capabilities.support(call.op()) == Support.UNSUPPORTED) {
      throw unsupported(call.op().name());
    }
    requireUnchained(call.op().name());
    fill(code(Op.POLL_ADD), call.fd(), 0, 0, 0, call.events(), reference);
    emulated = emulation.polled(call, slot, goesOn);
    internalUserData(emulated.tag());
    return this;
  }

  /** Turns an entry that has not been submitted into a NOP; its flags and user data stay. */
  void overwriteWithNop(int which) {
    long at = (long) which * SqeLayout.SIZE;
    slots.set(BYTE, at + SqeLayout.OPCODE, (byte) opcodes[Op.NOP.ordinal()]);
    slots.set(ValueLayout.JAVA_INT, at + SqeLayout.FD, 0);
    slots.set(LONG, at + SqeLayout.LEN, 0);
  }

  private void rearm(Op op, int fd, int operationFlags, @Nullable BufferGroup group) {
    requireUnchained("multishot " + op);
    emulated = emulation.multishot(op, fd, operationFlags, group);
    internalUserData(emulated.tag());
  }

  private Sqe emulate(Op op, int a, int b, int c, @Nullable MemorySegment memory) {
    return emulate(op, a, b, c, memory, null);
  }

  private Sqe emulate(
      Op op,
      int a,
      int b,
      int c,
      @Nullable MemorySegment memory,
      @Nullable MemorySegment secondMemory) {
    if (capabilities.support(op) == Support.UNSUPPORTED) {
      throw unsupported(op.name());
    }
    requireUnchained(op.name());
    nop();
    emulated = emulation.call(op, a, b, c, memory, secondMemory);
    internalUserData(emulated.tag());
    return this;
  }

  private void requireUnchained(String what) {
    if (chained) {
      refuse();
      throw new UnsupportedOperationException(
          what
              + " is emulated on "
              + capabilities.description()
              + " and cannot follow a link: submit it by itself");
    }
  }

  /** Sets a flag, by the bit that the kernel has for it; 0 if it has none. */
  private Sqe flag(int bit, String name) {
    if (bit == 0) {
      refuse();
      throw unsupported(name);
    }
    if (chained && timeoutOnly && (bit & links) != 0) {
      refuse();
      throw new UnsupportedOperationException(
          "what is before this time limit is emulated on "
              + capabilities.description()
              + ": nothing can be linked behind it");
    }
    if (emulated != null && bit != dialect.bufferSelect() && bit != dialect.async()) {
      Op op = emulated.op;
      if (emulated.polled != null && (bit & links) != 0) {
        return set(bit);
      }
      if (bit != dialect.fixedFile()
          || emulated.polled != null
          || (op != Op.ACCEPT && op != Op.RECV)) {
        refuse();
        throw new UnsupportedOperationException(
            op
                + " is emulated on "
                + capabilities.description()
                + " and takes no link, drain or registered file: submit it by itself");
      }
      emulated.fixedFile = true;
    }
    return set(bit);
  }

  private Sqe set(int bit) {
    flags |= bit;
    slots.set(BYTE, base + SqeLayout.FLAGS, (byte) flags);
    return this;
  }

  private void modifier(int ioprio) {
    slots.set(ValueLayout.JAVA_SHORT, base + SqeLayout.IOPRIO, (short) ioprio);
  }

  /**
   * Everything that an entry may have, in six stores, so that nothing of the slot's previous entry
   * remains. Nobody ever writes the last 16 bytes of a slot, which are zero from the beginning.
   */
  private Sqe fill(
      int opcode, int fd, long off, long addr, int len, int opFlags, @Nullable Object reference) {
    if (chained && timeoutOnly && opcode != opcodes[Op.LINK_TIMEOUT.ordinal()]) {
      throw new UnsupportedOperationException(
          "the operation before is emulated on "
              + capabilities.description()
              + ": nothing but a time limit can be linked behind it");
    }
    MemorySegment s = slots;
    long at = base;
    s.set(LONG, at + SqeLayout.OPCODE, opcode | (long) fd << 32);
    s.set(LONG, at + SqeLayout.OFF, off);
    s.set(LONG, at + SqeLayout.ADDR, addr);
    s.set(LONG, at + SqeLayout.LEN, Integer.toUnsignedLong(len) | (long) opFlags << 32);
    s.set(LONG, at + SqeLayout.USER_DATA, 0);
    s.set(LONG, at + SqeLayout.BUF_INDEX, 0);
    if (references != null) {
      references[slot] = reference;
    }
    filled = true;
    return this;
  }

  private @Nullable Object pair(MemorySegment first, MemorySegment second) {
    return references == null ? null : new MemorySegment[] {first, second};
  }

  private int code(Op op) {
    int opcode = opcodes[op.ordinal()];
    if (opcode < 0) {
      throw unsupported(op.name());
    }
    return opcode;
  }

  private int streamCode(Op op, long offset) {
    if (offset != AT_POSITION) {
      throw new IllegalArgumentException(
          "offset " + offset + ": must be 0 or more, or -1 for the file position");
    }
    code(op);
    return dialect.streamOpcode(op);
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        what
            + " is not available on "
            + capabilities.description()
            + ": ask Capabilities before use");
  }

  private static int length(MemorySegment buffer) {
    long size = buffer.byteSize();
    if (size > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "buffer of "
              + size
              + " bytes: one operation moves at most "
              + MAX_LENGTH
              + ", use a slice");
    }
    return (int) size;
  }

  static void requireWritable(MemorySegment segment, String what) {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException(
          what + " of " + segment.byteSize() + " bytes is read-only: nothing can be read into it");
    }
  }

  static MemorySegment requireNative(MemorySegment segment, String what) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          what
              + " lies on the Java heap, where a kernel cannot reach it: allocate it from an"
              + " Arena");
    }
    return segment;
  }

  private static void requireSize(MemorySegment segment, long size, String what) {
    requireNative(segment, what);
    if (segment.byteSize() < size) {
      throw new IllegalArgumentException(
          what + " has " + segment.byteSize() + " bytes: needs at least " + size);
    }
  }
}
