// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.http;

/**
 * A request that is answered with an error. It costs no stack trace: clients provoke it at will.
 */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Status status;

  RefusedException(Status status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  Status status() {
    return status;
  }
}
