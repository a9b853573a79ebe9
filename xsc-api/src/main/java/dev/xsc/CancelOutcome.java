// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

/** What came of a request to end an operation early. */
public enum CancelOutcome {
  /**
   * It was ended and did nothing, or nothing more than an earlier completion of the same operation
   * reported.
   */
  CANCELLED,
  /** It had completed first; its future has the result. */
  COMPLETED,
  /** It was interrupted while it ran: whether it took effect is not known. */
  UNKNOWN
}
