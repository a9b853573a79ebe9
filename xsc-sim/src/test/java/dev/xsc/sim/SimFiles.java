// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.ring.Errno;
import dev.xsc.ring.Posix;
import dev.xsc.sim.internal.DiskFile;
import dev.xsc.sim.internal.ErrnoException;
import dev.xsc.sim.internal.FileStat;
import dev.xsc.sim.internal.disk.SimDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.spi.FileSystemProvider;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls of {@code java.nio.file} as calls to a simulated disk; those that tests need. */
@SuppressWarnings("EnumOrdinal") // permissions are in the order of their bits
final class SimFiles extends FileSystemProvider {
  private final SimHost host;

  SimFiles(SimHost host) {
    this.host = host;
  }

  private SimDisk disk() {
    return host.disk();
  }

  private static byte[] name(Path path) {
    return path.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A name of the disk, a character for each byte, as text. */
  private static String decoded(String name) {
    return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static IOException translated(ErrnoException e, Path path) {
    return switch (e.errno()) {
      case Errno.ENOENT -> new NoSuchFileException(path.toString());
      case Errno.EEXIST -> new FileAlreadyExistsException(path.toString());
      case Errno.ENOTEMPTY -> new DirectoryNotEmptyException(path.toString());
      default -> new FileSystemException(path.toString(), null, e.getMessage());
    };
  }

  private interface Call<T extends @Nullable Object> {
    T run() throws IOException;
  }

  private static <T extends @Nullable Object> T call(Path path, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (ErrnoException e) {
      throw translated(e, path);
    }
  }

  @Override
  public String getScheme() {
    return "sim";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("made with a simulation only");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("made with a simulation only");
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("made with a simulation only");
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    boolean write = options.contains(StandardOpenOption.WRITE);
    int flags =
        (write ? Posix.O_RDWR : Posix.O_RDONLY)
            | (options.contains(StandardOpenOption.CREATE) ? Posix.O_CREAT : 0)
            | (options.contains(StandardOpenOption.CREATE_NEW) ? Posix.O_CREAT | Posix.O_EXCL : 0)
            | (options.contains(StandardOpenOption.TRUNCATE_EXISTING) && write ? Posix.O_TRUNC : 0);
    DiskFile file = (DiskFile) call(path, () -> disk().open(null, name(path), flags, 0666));
    return new Channel(file);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    String[] names = call(path, () -> disk().list(name(path)));
    List<Path> entries = Stream.of(names).map(SimFiles::decoded).map(path::resolve).toList();
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return entries.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    call(
        path,
        () -> {
          disk().makeDirectory(null, name(path), 0777);
          return null;
        });
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    call(
        link,
        () -> {
          disk().makeLink(name(link), target.toString().getBytes(StandardCharsets.UTF_8));
          return null;
        });
  }

  @Override
  public void delete(Path path) throws IOException {
    boolean directory = stat(path, false).isDirectory();
    call(
        path,
        () -> {
          disk().unlink(null, name(path), directory);
          return null;
        });
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw new UnsupportedOperationException("copy");
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    call(
        source,
        () -> {
          disk().rename(null, name(source), null, name(target), 0);
          return null;
        });
  }

  @Override
  public boolean isSameFile(Path a, Path b) {
    return a.equals(b);
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw new UnsupportedOperationException("getFileStore");
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    stat(path, true);
  }

  private Attributes stat(Path path, boolean follow) throws IOException {
    FileStat stat = new FileStat();
    call(
        path,
        () -> {
          disk().stat(null, name(path), follow, stat);
          return null;
        });
    return new Attributes(stat);
  }

  private static boolean follows(LinkOption... options) {
    return options.length == 0;
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return type.isAssignableFrom(View.class) ? type.cast(new View(path, follows(options))) : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return type.cast(stat(path, follows(options)));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    Attributes found = stat(path, follows(options));
    Map<String, Object> all = new HashMap<>();
    all.put("ino", found.stat.inode);
    all.put("nlink", found.stat.links);
    all.put("uid", found.stat.uid);
    all.put("gid", found.stat.gid);
    all.put("ctime", FileTime.from(found.stat.changed));
    all.put("lastAccessTime", found.lastAccessTime());
    all.put("lastModifiedTime", found.lastModifiedTime());
    all.put("size", found.size());
    all.keySet().retainAll(Set.of(names.substring(names.indexOf(':') + 1).split(",", -1)));
    return all;
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options) {
    throw new UnsupportedOperationException(name);
  }

  /** An open file with a position. */
  private static final class Channel implements SeekableByteChannel {
    private final DiskFile file;
    private long position;
    private boolean open = true;

    Channel(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      int n = file.read(MemorySegment.ofBuffer(to), position);
      position += n;
      to.position(to.position() + n);
      return n == 0 ? -1 : n;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      int n = file.write(MemorySegment.ofBuffer(from), position);
      position += n;
      from.position(from.position() + n);
      return n;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
      position = newPosition;
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      file.truncate(size);
      return this;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() throws IOException {
      if (open) {
        open = false;
        file.close();
      }
    }
  }

  private final class View implements PosixFileAttributeView {
    private final Path path;
    private final boolean follow;

    View(Path path, boolean follow) {
      this.path = path;
      this.follow = follow;
    }

    @Override
    public String name() {
      return "posix";
    }

    @Override
    public PosixFileAttributes readAttributes() throws IOException {
      return stat(path, follow);
    }

    @Override
    public void setTimes(
        @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created) {
      throw new UnsupportedOperationException("setTimes");
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
      int mode = 0;
      for (PosixFilePermission permission : permissions) {
        mode |= 0400 >> permission.ordinal();
      }
      int bits = mode;
      call(
          path,
          () -> {
            disk().setPermissions(SimFiles.name(path), bits);
            return null;
          });
    }

    @Override
    public UserPrincipal getOwner() {
      throw new UnsupportedOperationException("getOwner");
    }

    @Override
    public void setOwner(UserPrincipal owner) {
      throw new UnsupportedOperationException("setOwner");
    }

    @Override
    public void setGroup(GroupPrincipal group) {
      throw new UnsupportedOperationException("setGroup");
    }
  }

  private record Attributes(FileStat stat) implements PosixFileAttributes {
    private boolean is(int type) {
      return (stat.mode & Posix.S_IFMT) == type;
    }

    @Override
    public FileTime lastModifiedTime() {
      return FileTime.from(stat.modified);
    }

    @Override
    public FileTime lastAccessTime() {
      return FileTime.from(stat.accessed);
    }

    @Override
    public FileTime creationTime() {
      return lastModifiedTime();
    }

    @Override
    public boolean isRegularFile() {
      return is(0100000);
    }

    @Override
    public boolean isDirectory() {
      return is(0040000);
    }

    @Override
    public boolean isSymbolicLink() {
      return is(0120000);
    }

    @Override
    public boolean isOther() {
      return !isRegularFile() && !isDirectory() && !isSymbolicLink();
    }

    @Override
    public long size() {
      return stat.size;
    }

    @Override
    public Object fileKey() {
      return stat.inode;
    }

    @Override
    public UserPrincipal owner() {
      throw new UnsupportedOperationException("owner");
    }

    @Override
    public GroupPrincipal group() {
      throw new UnsupportedOperationException("group");
    }

    @Override
    public Set<PosixFilePermission> permissions() {
      Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
      for (PosixFilePermission permission : PosixFilePermission.values()) {
        if ((stat.mode & 0400 >> permission.ordinal()) != 0) {
          permissions.add(permission);
        }
      }
      return permissions;
    }
  }
}
