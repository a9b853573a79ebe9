// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.disk;

import dev.xsc.ring.Errno;
import dev.xsc.sim.internal.ErrnoException;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a path leads: the folder of its last part, and that part. Names are bytes, kept as
 * characters of the same number. Made for one call.
 */
final class Walk {
  private static final int MOST_LINKS = 40;
  private static final int LONGEST_NAME = 255;
  private static final int EXECUTE = 1;

  /** Folder that the last part is in. */
  Folder parent;

  /** The last part; empty for the root. */
  String last = "";

  /** Whether the path ends with a slash, and so says that it names a directory. */
  boolean slash;

  private final Volume volume;
  private int links;

  Walk(Volume volume, Folder start, String path) throws ErrnoException {
    this.volume = volume;
    parent = start;
    go(start, path);
  }

  /** Whether the last part is a name of its own, not {@code .}, {@code ..} or the root. */
  boolean named() {
    return !last.isEmpty() && !last.equals(".") && !last.equals("..");
  }

  /** What the last part names; null if there is nothing. */
  @Nullable Inode found() throws ErrnoException {
    return lookup(parent, last);
  }

  /** As {@link #found()}, and goes on to what a link points to. */
  @Nullable Inode followed() throws ErrnoException {
    Inode found = found();
    while (found instanceof SymbolicLink link) {
      boolean wasSlash = slash;
      go(parent, follow(link));
      slash |= wasSlash;
      found = found();
    }
    return found;
  }

  private void go(Folder start, String path) throws ErrnoException {
    Folder at = start;
    String rest = path;
    if (path.startsWith("/")) {
      at = volume.root;
    }
    while (true) {
      int from = skip(rest, 0);
      int to = rest.indexOf('/', from);
      if (to < 0) {
        to = rest.length();
      }
      int next = skip(rest, to);
      String name = rest.substring(from, to);
      if (next == rest.length()) {
        parent = at;
        last = name;
        slash = to < rest.length();
        return;
      }
      Inode inode = lookup(at, name);
      rest = rest.substring(next);
      switch (inode) {
        case Folder folder -> at = folder;
        case SymbolicLink link -> {
          String target = follow(link);
          if (target.startsWith("/")) {
            at = volume.root;
          }
          rest = target + "/" + rest;
        }
        case null -> throw new ErrnoException(Errno.ENOENT);
        default -> throw new ErrnoException(Errno.ENOTDIR);
      }
    }
  }

  private String follow(SymbolicLink link) throws ErrnoException {
    if (++links > MOST_LINKS) {
      throw new ErrnoException(Errno.ELOOP);
    }
    return link.target;
  }

  private @Nullable Inode lookup(Folder folder, String name) throws ErrnoException {
    require(folder, EXECUTE);
    if (name.isEmpty() || name.equals(".")) {
      return folder;
    }
    if (name.equals("..")) {
      Folder up = folder.parent;
      return up == null ? folder : up;
    }
    if (name.length() > LONGEST_NAME) {
      throw new ErrnoException(Errno.ENAMETOOLONG);
    }
    return folder.entries.get(name);
  }

  /** EACCES unless the owner's permissions include these; there is only one owner. */
  void require(Inode inode, int permissions) throws ErrnoException {
    if (volume.options.uid() != 0 && (inode.mode >> 6 & permissions) != permissions) {
      throw new ErrnoException(Errno.EACCES);
    }
  }

  private static int skip(String path, int from) {
    int at = from;
    while (at < path.length() && path.charAt(at) == '/') {
      at++;
    }
    return at;
  }
}
