// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

import dev.xsc.FileStatus;
import dev.xsc.RingFile;
import dev.xsc.RingOpenOption;
import dev.xsc.Xsc;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Answers requests with the files below a folder, and nothing outside: neither by {@code ..}, nor
 * by a symbolic link. Whoever may write to the folder while it is served could still swap one for
 * the other between the check and the opening. Thread-safe.
 */
final class StaticFiles {
  private static final String INDEX = "index.html";
  private static final String GET = "GET";
  private static final String HEAD = "HEAD";

  private final Xsc xsc;
  private final Path root;

  /**
   * The files of a folder.
   *
   * @throws NotDirectoryException if it is none
   */
  StaticFiles(Xsc xsc, Path folder) throws IOException {
    this.xsc = xsc;
    this.root = folder.toRealPath();
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(folder.toString());
    }
  }

  /** The response, which the caller closes. */
  Response answer(Request request) throws RefusedException, IOException {
    if (!request.method().equals(GET) && !request.method().equals(HEAD)) {
      return Response.error(Status.METHOD_NOT_ALLOWED, "").field("Allow", GET + ", " + HEAD);
    }
    RequestPath path = RequestPath.parse(request.target());
    Path found = find(path);
    try {
      if (Files.isDirectory(found)) {
        return directory(request, path, found);
      }
      if (path.directory()) {
        throw notFound(path);
      }
      return file(request, path, found);
    } catch (NoSuchFileException e) {
      throw notFound(path);
    } catch (AccessDeniedException e) {
      throw forbidden(path);
    }
  }

  /** The file or directory that is meant, without any symbolic link left in its path. */
  private Path find(RequestPath path) throws IOException, RefusedException {
    try {
      Path wanted = root;
      for (String name : path.names()) {
        wanted = wanted.resolve(name);
      }
      Path real = wanted.toRealPath();
      if (real.startsWith(root)) {
        return real;
      }
    } catch (AccessDeniedException e) {
      throw forbidden(path);
    } catch (InvalidPathException | FileSystemException e) {
      // No path here, missing, below a file, a loop of links, a name that is too long.
      throw notFound(path);
    }
    throw notFound(path);
  }

  private Response directory(Request request, RequestPath path, Path directory)
      throws IOException, RefusedException {
    if (!path.directory()) {
      String link = path.asDirectoryLink();
      return Response.error(Status.MOVED_PERMANENTLY, link).field("Location", link);
    }
    Path index = directory.resolve(INDEX);
    if (Files.exists(index)) {
      Path real = index.toRealPath();
      if (real.startsWith(root)) {
        return file(request, path, real);
      }
    }
    return Response.text(Status.OK, MediaTypes.HTML, Listing.html(directory, path));
  }

  private Response file(Request request, RequestPath path, Path real)
      throws IOException, RefusedException {
    // Asked before it is opened: opening a named pipe would wait for its writer.
    if (!Files.isRegularFile(real)) {
      throw notFound(path);
    }
    RingFile file = xsc.openFile(real, StandardOpenOption.READ, RingOpenOption.NOFOLLOW);
    boolean handedOver = false;
    try {
      Response response = content(request, real, file);
      handedOver = response.body() instanceof Body.Part;
      return response;
    } finally {
      if (!handedOver) {
        file.close();
      }
    }
  }

  private static Response content(Request request, Path real, RingFile file) throws IOException {
    FileStatus status = file.status();
    Instant modified = status.modified().truncatedTo(ChronoUnit.SECONDS);
    if (request.fields().containsKey("if-modified-since") && unmodified(request, modified)) {
      return described(new Response(Status.NOT_MODIFIED, new Body.None()), real, modified);
    }
    Optional<ByteRange> range;
    try {
      range =
          rangeApplies(request, modified)
              ? ByteRange.parse(request.field("range"), status.size())
              : Optional.empty();
    } catch (RefusedException e) {
      return Response.error(e.status(), String.valueOf(e.getMessage()))
          .field("Content-Range", "bytes */" + status.size());
    }
    if (range.isEmpty()) {
      Body whole = new Body.Part(file, 0, status.size());
      return described(new Response(Status.OK, whole), real, modified);
    }
    ByteRange part = range.get();
    Body body = new Body.Part(file, part.first(), part.length());
    return described(new Response(Status.PARTIAL_CONTENT, body), real, modified)
        .field("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + status.size());
  }

  private static Response described(Response response, Path file, Instant modified) {
    return response
        .field("Content-Type", MediaTypes.of(file.toString()))
        .field("Last-Modified", HttpDate.format(modified))
        .field("Accept-Ranges", "bytes");
  }

  private static boolean unmodified(Request request, Instant modified) {
    return Optional.ofNullable(request.field("if-modified-since"))
        .flatMap(HttpDate::parse)
        .filter(since -> !modified.isAfter(since))
        .isPresent();
  }

  /** A range of a file that has changed since the client got the rest would be of no use. */
  private static boolean rangeApplies(Request request, Instant modified) {
    if (!request.method().equals(GET)) {
      return false;
    }
    return !request.fields().containsKey("if-range")
        || HttpDate.format(modified).equals(request.field("if-range"));
  }

  private static RefusedException forbidden(RequestPath path) {
    return new RefusedException(Status.FORBIDDEN, path.toString());
  }

  private static RefusedException notFound(RequestPath path) {
    return new RefusedException(Status.NOT_FOUND, path.toString());
  }
}
