// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

/**
 * Numbers of {@code include/uapi/linux/xsc.h} that only setting up and entering a ring needs; the
 * rest is in {@link dev.xsc.spi.XscAbi}. A test compares each with what a C compiler makes of the
 * macro, or of the field of the structure, that it is named after.
 */
final class XscDeviceAbi {
  static final long OFF_SQ_RING = 0;
  static final long OFF_CQ_RING = 0x10000000L;
  static final long OFF_SQES = 0x20000000L;
  static final long OFF_CQES = 0x30000000L;

  static final int SETUP_CACHELINE = 1;
  static final int SETUP_CLAMP = 1 << 1;

  static final int FEAT_OFFSETS = 1;
  static final int FEAT_ENTER = 1 << 1;
  static final int FEAT_WORKERS = 1 << 2;
  static final int FEAT_NODROP = 1 << 3;
  static final int FEAT_PROBE = 1 << 4;

  static final int IOC_SETUP = 0xc0787800;
  static final int IOC_REGISTER_FILES = 0x40107801;
  static final int IOC_UNREGISTER_FILES = 0x7802;
  static final int IOC_ENTER = 0x40207803;
  static final int IOC_WORKER = 0x40107804;
  static final int IOC_REGISTER_BUFFERS = 0x40107805;
  static final int IOC_UNREGISTER_BUFFERS = 0x7806;
  static final int IOC_PROBE = 0x80307809;
  static final int IOC_STOP_WORKERS = 0x780b;
  static final int IOC_REGISTER_BUF_RING = 0x4028780c;
  static final int IOC_UNREGISTER_BUF_RING = 0x4028780d;
  static final int IOC_CANCEL_ALL = 0x780e;

  /** {@code struct xsc_params}. */
  static final class Params {
    static final int SIZE = 120;
    static final int SQ_ENTRIES = 0;
    static final int CQ_ENTRIES = 4;
    static final int FLAGS = 8;
    static final int FEATURES = 20;
    static final int SQ_OFF = 40;
    static final int CQ_OFF = 80;

    private Params() {}
  }

  /** {@code struct xsc_sqring_offsets}. */
  static final class SqringOffsets {
    static final int HEAD = 0;
    static final int TAIL = 4;
    static final int FLAGS = 16;
    static final int DROPPED = 20;

    private SqringOffsets() {}
  }

  /** {@code struct xsc_cqring_offsets}. */
  static final class CqringOffsets {
    static final int HEAD = 0;
    static final int TAIL = 4;
    static final int OVERFLOW = 16;

    private CqringOffsets() {}
  }

  /** {@code struct xsc_enter}. */
  static final class Enter {
    static final int SIZE = 32;
    static final int TO_SUBMIT = 0;
    static final int MIN_COMPLETE = 4;
    static final int TIMEOUT_NS = 16;

    private Enter() {}
  }

  /** {@code struct xsc_worker}. */
  static final class Worker {
    static final int SIZE = 16;
    static final int CPU = 4;
    static final int IDLE_US = 8;

    private Worker() {}
  }

  /** {@code struct xsc_files_update}. */
  static final class FilesUpdate {
    static final int SIZE = 16;
    static final int OFFSET = 0;
    static final int NR = 4;
    static final int FDS = 8;

    private FilesUpdate() {}
  }

  /** {@code struct xsc_buffers}. */
  static final class Buffers {
    static final int SIZE = 16;
    static final int IOVECS = 0;
    static final int NR = 8;

    private Buffers() {}
  }

  /** {@code struct xsc_probe}. */
  static final class Probe {
    static final int SIZE = 48;
    static final int ABI = 0;
    static final int OPS = 16;

    private Probe() {}
  }

  /** {@code struct xsc_buf_ring}. */
  static final class BufRing {
    static final int SIZE = 40;
    static final int RING_ADDR = 0;
    static final int RING_ENTRIES = 8;
    static final int BGID = 12;

    private BufRing() {}
  }

  private XscDeviceAbi() {}
}
