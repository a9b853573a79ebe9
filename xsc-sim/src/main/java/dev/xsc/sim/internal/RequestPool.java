// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal;

/**
 * Requests to be used again, so that taking entries allocates nothing. One thread takes, one gives
 * back; they may be the same.
 */
final class RequestPool {
  private final Handover<Request> free;

  RequestPool(int capacity) {
    free = new Handover<>(capacity);
  }

  Request take() {
    Request r = free.poll();
    if (r == null) {
      return new Request();
    }
    r.reset();
    return r;
  }

  /** Only a request that no queue, worker or event can name any more. */
  void give(Request r) {
    // A full pool leaves it to the garbage collector.
    free.offer(r);
  }
}
