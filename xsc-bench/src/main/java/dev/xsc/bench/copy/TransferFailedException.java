// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.copy;

import dev.xsc.RingFailure;
import java.nio.file.FileSystemException;

/** A read or write of a copy failed. */
final class TransferFailedException extends FileSystemException implements RingFailure {
  private static final long serialVersionUID = 1L;

  private final Detail detail;

  TransferFailedException(Detail detail) {
    super(detail.target(), null, detail.reason());
    this.detail = detail;
  }

  @Override
  public Detail detail() {
    return detail;
  }
}
