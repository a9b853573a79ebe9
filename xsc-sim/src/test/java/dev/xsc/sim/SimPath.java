// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path of a {@link SimFileSystem}; names are put together as on the machine itself. */
final class SimPath implements Path {
  private final SimFileSystem system;
  private final Path inner;

  SimPath(SimFileSystem system, Path inner) {
    this.system = system;
    this.inner = inner;
  }

  private @Nullable SimPath of(@Nullable Path path) {
    return path == null ? null : new SimPath(system, path);
  }

  private static Path inner(Path path) {
    return path instanceof SimPath sim ? sim.inner : path;
  }

  @Override
  public FileSystem getFileSystem() {
    return system;
  }

  @Override
  public boolean isAbsolute() {
    return inner.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return of(inner.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return of(inner.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return of(inner.getParent());
  }

  @Override
  public int getNameCount() {
    return inner.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return new SimPath(system, inner.getName(index));
  }

  @Override
  public Path subpath(int begin, int end) {
    return new SimPath(system, inner.subpath(begin, end));
  }

  @Override
  public boolean startsWith(Path other) {
    return inner.startsWith(inner(other));
  }

  @Override
  public boolean endsWith(Path other) {
    return inner.endsWith(inner(other));
  }

  @Override
  public Path normalize() {
    return new SimPath(system, inner.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return new SimPath(system, inner.resolve(inner(other)));
  }

  @Override
  public Path relativize(Path other) {
    return new SimPath(system, inner.relativize(inner(other)));
  }

  @Override
  public URI toUri() {
    return URI.create("sim://" + toAbsolutePath());
  }

  @Override
  public Path toAbsolutePath() {
    return new SimPath(system, Path.of("/").resolve(inner));
  }

  @Override
  public Path toRealPath(LinkOption... options) {
    return toAbsolutePath().normalize();
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("a simulated disk cannot be watched");
  }

  @Override
  public int compareTo(Path other) {
    return inner.compareTo(inner(other));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SimPath path && path.system == system && path.inner.equals(inner);
  }

  @Override
  public int hashCode() {
    return inner.hashCode();
  }

  @Override
  public String toString() {
    return inner.toString();
  }
}
