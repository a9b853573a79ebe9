// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.RingFailure;
import dev.xsc.ring.Errno;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Says in one line what went wrong, for people. */
final class ErrorText {
  /** Errors that people meet, for which Java has no exception of its own. */
  private static final Map<Integer, String> WORDS =
      Map.of(
          Errno.ENOSPC, "no space left on the device",
          Errno.EROFS, "read-only file system",
          Errno.EISDIR, "is a directory",
          Errno.EMFILE, "too many open files",
          Errno.EFBIG, "too large for the file system",
          Errno.EIO, "input/output error");

  private ErrorText() {}

  static String of(Throwable failure) {
    Throwable cause = innermost(failure);
    String text =
        switch (cause) {
          case NoSuchFileException e -> about(e, "no such file or directory");
          case AccessDeniedException e -> about(e, "permission denied");
          case FileAlreadyExistsException e -> about(e, "exists already");
          case NotDirectoryException e -> about(e, "not a directory");
          case RingFailure e when WORDS.containsKey(e.errno()) ->
              e.target() + ": " + WORDS.get(e.errno());
          case BindException e -> e.getMessage() + " (is it in use? choose another --port)";
          default -> cause.getMessage();
        };
    return oneLine(text == null || text.isBlank() ? cause.getClass().getSimpleName() : text);
  }

  /** The failure itself, without what merely carries it. */
  private static Throwable innermost(Throwable failure) {
    Throwable result = failure;
    while (result instanceof ExecutionException
        || result instanceof CompletionException
        || result instanceof UncheckedIOException) {
      Throwable cause = result.getCause();
      if (cause == null) {
        break;
      }
      result = cause;
    }
    return result;
  }

  private static @Nullable String about(FileSystemException failure, String what) {
    String file = failure.getFile();
    return file == null ? failure.getMessage() : file + ": " + what;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
