// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.live;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns the bytes of a path into a {@link Path}. Stateless. */
final class PathNames {
  private static final boolean SLASH = FileSystems.getDefault().getSeparator().equals("/");

  private PathNames() {}

  /** The file that a path names, seen from a directory; the working directory if that is null. */
  static Path resolve(@Nullable Path base, byte[] path) {
    boolean absolute = path[0] == '/';
    if (base == null || (absolute && SLASH)) {
      return path(path);
    }
    return base.resolve(path(path));
  }

  /** Whether the path says itself that it is one of a directory. */
  static boolean namesDirectory(byte[] path) {
    return path[path.length - 1] == '/';
  }

  private static Path path(byte[] path) {
    boolean plain = true;
    for (byte b : path) {
      plain &= b > 0;
    }
    String text = new String(path, StandardCharsets.UTF_8);
    if (plain || !SLASH) {
      return Path.of(text);
    }
    // Bytes go through a URI unchanged, whatever encoding the JVM believes file names to have.
    boolean absolute = path[0] == '/';
    StringBuilder uri = new StringBuilder("file://");
    if (!absolute) {
      uri.append('/');
    }
    for (byte b : path) {
      boolean unreserved =
          b == '/' || b == '.' || b == '-' || b == '_' || (Character.isLetterOrDigit(b) && b > 0);
      if (unreserved) {
        uri.append((char) b);
      } else {
        uri.append('%')
            .append(Character.forDigit(b >> 4 & 0xf, 16))
            .append(Character.forDigit(b & 0xf, 16));
      }
    }
    Path whole = Path.of(URI.create(uri.toString()));
    return absolute ? whole : whole.getRoot().relativize(whole);
  }
}
