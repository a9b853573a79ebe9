// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.internal.DirectoryFile;
import dev.xsc.sim.internal.Disk;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileObject;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.det.Choice;
import dev.xsc.sim.internal.det.Faults;
import dev.xsc.sim.internal.det.Timeline;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A disk with a file system, in memory. Everything has two states: what programs see (page cache
 * and names), and what the medium holds.
 *
 * <h2>What makes content durable</h2>
 *
 * {@code fsync} and {@code fdatasync} make a file's content and size durable, and so does each
 * write through {@code O_DSYNC} for what it wrote. Until then each page that was written may have
 * reached the medium or not, in any order or in that of the writes ({@link
 * Fault#CRASH_REORDERED_WRITES}), as a whole or only some of its sectors ({@link
 * Fault#CRASH_TORN_SECTORS}); also an earlier version of it, since the kernel may write back at any
 * time. A sector is never torn inside, which drives guarantee. A size that grew may have grown on
 * the medium or not; pages that it covers and that did not get there are zeros, never old content
 * of other files. Removal of content (truncation, holes) keeps its order with what follows in the
 * same file. {@code O_DIRECT} writes reach the medium's own cache, which a power cut empties.
 *
 * <p>What is durable of names is what {@link DiskOptions.Names} says.
 *
 * <h2>Faults, and whether a correct program has to survive them</h2>
 *
 * <ul>
 *   <li>Yes: short reads and writes, slow calls, ENOSPC, and all that a power cut leaves.
 *   <li>Yes, by failing cleanly: EIO from a read, a write or a sync. After a sync that failed its
 *       pages count as written, as on Linux: the next sync succeeds without them, and they may
 *       vanish from the page cache at any time. Each open file is told once.
 *   <li>Only if it is to survive broken hardware, by checksums and copies: lost writes, misdirected
 *       writes, bit rot.
 * </ul>
 *
 * <p>One machine's, for one mount: {@link #powerCut()} ends it, {@link #recover()} gives the next.
 */
public final class SimDisk implements Disk {
  private static final int ACCESS_MODE = 3;
  private static final int UMASK = 022;
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  /** {@code O_PATH} of {@code include/uapi/asm-generic/fcntl.h}: no object here is like it. */
  private static final int O_PATH = 0x200000;

  private final Volume volume;
  private final int mount;

  /** An empty disk with one folder, the root, which is also the working directory. */
  public SimDisk(Timeline time, Faults faults, DiskOptions options, PagePool pool) {
    this(new Volume(time, faults, options, pool));
  }

  private SimDisk(Volume volume) {
    this.volume = volume;
    mount = volume.mount;
  }

  Volume volume() {
    return volume;
  }

  // ---- power

  /** Whether the machine is on: false after {@link #powerCut()}. */
  public boolean mounted() {
    return volume.mount == mount;
  }

  void requireMounted() throws ErrnoException {
    if (!mounted()) {
      throw new ErrnoException(Errno.EIO);
    }
  }

  /** Cuts the power: decides what the medium holds, and ends this mount with all its open files. */
  public void powerCut() {
    if (!mounted()) {
      throw new IllegalStateException("the power has been cut already: use recover()");
    }
    Recovery.cut(volume);
  }

  /** Mounts what {@link #powerCut()} has left. */
  public SimDisk recover() {
    if (mounted()) {
      throw new IllegalStateException("the power has not been cut: use powerCut() first");
    }
    return new SimDisk(volume);
  }

  /** Gives all memory back to the pool; the disk must not be used any more. */
  public void discard() {
    Recovery.discard(volume);
  }

  /** Nanoseconds that the next call takes; decided at each call. */
  public long latency() {
    long most = volume.faults.limit(FaultPlan.Limit.DISK_LATENCY_MOST);
    boolean slow = volume.strikes(Fault.DISK_SLOW);
    return slow
        ? volume
            .choices()
            .between(
                Choice.DISK_LATENCY, most, volume.faults.limit(FaultPlan.Limit.DISK_LATENCY_TAIL))
        : volume
            .choices()
            .between(
                Choice.DISK_LATENCY, volume.faults.limit(FaultPlan.Limit.DISK_LATENCY_LEAST), most);
  }

  // ---- system calls

  @Override
  public FileObject open(@Nullable DirectoryFile base, byte[] path, int flags, int mode)
      throws ErrnoException {
    int access = flags & ACCESS_MODE;
    if ((flags & O_PATH) != 0) {
      throw new ErrnoException(Errno.EOPNOTSUPP);
    }
    if (access == ACCESS_MODE) {
      throw new ErrnoException(Errno.EINVAL);
    }
    boolean create = (flags & Posix.O_CREAT) != 0;
    if (create && (flags & Posix.O_DIRECTORY) != 0) {
      throw new ErrnoException(Errno.EINVAL);
    }
    boolean temporary = (flags & Posix.O_TMPFILE) == Posix.O_TMPFILE;
    if (temporary && access == Posix.O_RDONLY) {
      throw new ErrnoException(Errno.EINVAL);
    }
    Walk walk = walk(base, path);
    if (temporary) {
      return openTemporary(walk, flags, mode);
    }
    if (create && walk.slash) {
      throw new ErrnoException(Errno.EISDIR);
    }
    boolean exclusive = create && (flags & Posix.O_EXCL) != 0;
    boolean follow = !exclusive && ((flags & Posix.O_NOFOLLOW) == 0 || walk.slash);
    Inode found = follow ? walk.followed() : walk.found();
    if (found == null) {
      if (!create) {
        throw new ErrnoException(Errno.ENOENT);
      }
      RegularFile file = new RegularFile(volume, permissions(mode));
      add(walk, file);
      return new SimFile(this, file, flags);
    }
    if (exclusive) {
      throw new ErrnoException(Errno.EEXIST);
    }
    return openFound(walk, found, flags, access);
  }

  private FileObject openFound(Walk walk, Inode found, int flags, int access)
      throws ErrnoException {
    switch (found) {
      case Folder folder -> {
        if (access != Posix.O_RDONLY || (flags & (Posix.O_CREAT | Posix.O_TRUNC)) != 0) {
          throw new ErrnoException(Errno.EISDIR);
        }
        walk.require(folder, READ);
        return new SimFolder(this, folder);
      }
      case RegularFile file -> {
        if ((flags & Posix.O_DIRECTORY) != 0 || walk.slash) {
          throw new ErrnoException(Errno.ENOTDIR);
        }
        walk.require(file, access == Posix.O_RDONLY ? READ : access == Posix.O_WRONLY ? WRITE : 6);
        if ((flags & Posix.O_TRUNC) != 0) {
          walk.require(file, WRITE);
          file.resize(0);
        }
        return new SimFile(this, file, flags);
      }
      case SymbolicLink _ ->
          throw new ErrnoException((flags & Posix.O_DIRECTORY) != 0 ? Errno.ENOTDIR : Errno.ELOOP);
      case SocketFile _ ->
          throw new ErrnoException(
              (flags & Posix.O_DIRECTORY) != 0 || walk.slash ? Errno.ENOTDIR : Errno.ENXIO);
    }
  }

  private FileObject openTemporary(Walk walk, int flags, int mode) throws ErrnoException {
    Inode found = walk.followed();
    if (!(found instanceof Folder folder)) {
      throw new ErrnoException(found == null ? Errno.ENOENT : Errno.ENOTDIR);
    }
    walk.require(folder, WRITE | EXECUTE);
    volume.requireRoom();
    return new SimFile(this, new RegularFile(volume, permissions(mode)), flags);
  }

  @Override
  public void stat(
      @Nullable DirectoryFile base, byte @Nullable [] path, boolean followLink, FileStat to)
      throws ErrnoException {
    requireMounted();
    if (path == null) {
      volume.root.stat(to, volume.options.uid());
      return;
    }
    Walk walk = walk(base, path);
    Inode found = followLink || walk.slash ? walk.followed() : walk.found();
    if (found == null) {
      throw new ErrnoException(Errno.ENOENT);
    }
    if (walk.slash && !(found instanceof Folder)) {
      throw new ErrnoException(Errno.ENOTDIR);
    }
    found.stat(to, volume.options.uid());
  }

  @Override
  public void unlink(@Nullable DirectoryFile base, byte[] path, boolean directory)
      throws ErrnoException {
    Names.unlink(volume, walk(base, path), directory);
  }

  @Override
  public void rename(
      @Nullable DirectoryFile fromBase,
      byte[] from,
      @Nullable DirectoryFile toBase,
      byte[] to,
      int flags)
      throws ErrnoException {
    Names.rename(volume, walk(fromBase, from), walk(toBase, to), flags);
  }

  @Override
  public void makeDirectory(@Nullable DirectoryFile base, byte[] path, int mode)
      throws ErrnoException {
    Walk walk = walk(base, path);
    if (!walk.named() || walk.found() != null) {
      throw new ErrnoException(Errno.EEXIST);
    }
    add(walk, new Folder(volume.newInode(), permissions(mode), volume.time.now()));
  }

  // ---- what has no ring operation

  /** {@code symlink(2)}. */
  public void makeLink(byte[] path, byte[] target) throws ErrnoException {
    Walk walk = walk(null, path);
    if (!walk.named() || walk.found() != null) {
      throw new ErrnoException(Errno.EEXIST);
    }
    add(walk, new SymbolicLink(volume.newInode(), text(target), volume.time.now()));
  }

  /** {@code chmod(2)}; durable at once. */
  public void setPermissions(byte[] path, int permissions) throws ErrnoException {
    Inode found = walk(null, path).followed();
    if (found == null) {
      throw new ErrnoException(Errno.ENOENT);
    }
    found.mode = (found.mode & Posix.S_IFMT) | permissions;
  }

  /** What {@code bind(2)} makes of a local socket's path; EADDRINUSE if there is something. */
  public SocketFile makeSocket(byte[] path) throws ErrnoException {
    Walk walk = walk(null, path);
    if (!walk.named() || walk.found() != null) {
      throw new ErrnoException(Errno.EADDRINUSE);
    }
    SocketFile socket = new SocketFile(volume.newInode(), permissions(0777), volume.time.now());
    add(walk, socket);
    return socket;
  }

  /** What {@code connect(2)} finds there; ECONNREFUSED if it is no socket. */
  public SocketFile findSocket(byte[] path) throws ErrnoException {
    Inode found = walk(null, path).followed();
    if (found == null) {
      throw new ErrnoException(Errno.ENOENT);
    }
    if (!(found instanceof SocketFile socket)) {
      throw new ErrnoException(Errno.ECONNREFUSED);
    }
    return socket;
  }

  /** Names in a folder, sorted. */
  public String[] list(byte[] path) throws ErrnoException {
    Inode found = walk(null, path).followed();
    if (!(found instanceof Folder folder)) {
      throw new ErrnoException(found == null ? Errno.ENOENT : Errno.ENOTDIR);
    }
    return folder.entries.keySet().toArray(String[]::new);
  }

  // ---- inside

  private Walk walk(@Nullable DirectoryFile base, byte[] path) throws ErrnoException {
    requireMounted();
    Folder start = volume.root;
    if (base instanceof SimFolder open) {
      if (!open.belongsTo(this)) {
        throw new ErrnoException(Errno.EIO);
      }
      start = open.folder();
    }
    return new Walk(volume, start, text(path));
  }

  private void add(Walk walk, Inode inode) throws ErrnoException {
    Names.add(volume, walk, inode);
  }

  private static int permissions(int mode) {
    return mode & 07777 & ~UMASK;
  }

  /** Names are bytes; this keeps each as a character. */
  private static String text(byte[] path) {
    return new String(path, StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "simulated disk, " + volume.usedPages() + " pages used, mount " + mount;
  }
}
