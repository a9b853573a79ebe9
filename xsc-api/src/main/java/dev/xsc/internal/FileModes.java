// SPDX-License-Identifier: Apache-2.0
package dev.xsc.internal;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Translates Java's file attributes to permission bits, before the process's umask. */
public final class FileModes {
  private static final String PERMISSIONS = "posix:permissions";

  private FileModes() {}

  /**
   * The bits.
   *
   * @param otherwise bits if no attribute says
   * @throws UnsupportedOperationException for an attribute other than those of {@link
   *     java.nio.file.attribute.PosixFilePermissions#asFileAttribute}
   */
  public static int of(int otherwise, FileAttribute<?>... attributes) {
    int mode = otherwise;
    for (FileAttribute<?> attribute : attributes) {
      if (!attribute.name().equals(PERMISSIONS) || !(attribute.value() instanceof Set<?> set)) {
        throw new UnsupportedOperationException(
            "file attribute " + attribute.name() + " is not supported: only " + PERMISSIONS);
      }
      mode = 0;
      for (Object permission : set) {
        mode |= bit((PosixFilePermission) permission);
      }
    }
    return mode;
  }

  private static int bit(PosixFilePermission permission) {
    return switch (permission) {
      case OWNER_READ -> 0400;
      case OWNER_WRITE -> 0200;
      case OWNER_EXECUTE -> 0100;
      case GROUP_READ -> 0040;
      case GROUP_WRITE -> 0020;
      case GROUP_EXECUTE -> 0010;
      case OTHERS_READ -> 0004;
      case OTHERS_WRITE -> 0002;
      case OTHERS_EXECUTE -> 0001;
    };
  }
}
