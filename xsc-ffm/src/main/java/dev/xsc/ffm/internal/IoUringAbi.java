// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import dev.xsc.ring.Op;
import dev.xsc.spi.SqeDialect;

/**
 * Numbers of the io_uring ABI, from {@code include/uapi/linux/io_uring.h} (names there in capitals,
 * prefix {@code IORING_}) and {@code include/uapi/asm-generic/unistd.h}. The system call numbers
 * are those of every architecture that Linux added since 2019, x86-64 and arm64 among them.
 */
final class IoUringAbi {
  static final long SYS_SETUP = 425;
  static final long SYS_ENTER = 426;
  static final long SYS_REGISTER = 427;

  // struct io_uring_params
  static final int PARAMS_SIZE = 120;
  static final int PARAMS_SQ_ENTRIES = 0;
  static final int PARAMS_CQ_ENTRIES = 4;
  static final int PARAMS_FLAGS = 8;
  static final int PARAMS_SQ_THREAD_IDLE = 16;
  static final int PARAMS_FEATURES = 20;
  static final int PARAMS_SQ_OFF = 40;
  static final int PARAMS_CQ_OFF = 80;

  // struct io_sqring_offsets, io_cqring_offsets: index of the u32
  static final int SQ_HEAD = 0;
  static final int SQ_TAIL = 1;
  static final int SQ_FLAGS = 4;
  static final int SQ_DROPPED = 5;
  static final int SQ_ARRAY = 6;
  static final int CQ_HEAD = 0;
  static final int CQ_TAIL = 1;
  static final int CQ_OVERFLOW = 4;
  static final int CQ_CQES = 5;

  static final int SETUP_SQPOLL = 1 << 1;
  static final int SETUP_CQSIZE = 1 << 3;
  static final int SETUP_CLAMP = 1 << 4;
  static final int SETUP_SUBMIT_ALL = 1 << 7;
  static final int SETUP_COOP_TASKRUN = 1 << 8;
  static final int SETUP_TASKRUN_FLAG = 1 << 9;
  static final int SETUP_SINGLE_ISSUER = 1 << 12;
  static final int SETUP_DEFER_TASKRUN = 1 << 13;
  static final int SETUP_NO_SQARRAY = 1 << 16;

  static final int FEAT_SINGLE_MMAP = 1;
  static final int FEAT_NODROP = 1 << 1;
  static final int FEAT_SUBMIT_STABLE = 1 << 2;
  static final int FEAT_RW_CUR_POS = 1 << 3;
  static final int FEAT_FAST_POLL = 1 << 5;
  static final int FEAT_EXT_ARG = 1 << 8;

  static final int ENTER_GETEVENTS = 1;
  static final int ENTER_SQ_WAKEUP = 1 << 1;
  static final int ENTER_EXT_ARG = 1 << 3;
  static final int ENTER_REGISTERED_RING = 1 << 4;

  static final long OFF_SQ_RING = 0;
  static final long OFF_CQ_RING = 0x8000000L;
  static final long OFF_SQES = 0x10000000L;

  static final int REGISTER_BUFFERS = 0;
  static final int UNREGISTER_BUFFERS = 1;
  static final int REGISTER_FILES = 2;
  static final int UNREGISTER_FILES = 3;
  static final int REGISTER_FILES_UPDATE = 6;
  static final int REGISTER_PROBE = 8;
  static final int REGISTER_RING_FDS = 20;
  static final int UNREGISTER_RING_FDS = 21;
  static final int REGISTER_PBUF_RING = 22;
  static final int UNREGISTER_PBUF_RING = 23;
  static final int REGISTER_SYNC_CANCEL = 24;

  // struct io_uring_sync_cancel_reg
  static final int SYNC_CANCEL_SIZE = 64;
  static final int SYNC_CANCEL_FLAGS = 12;

  // struct io_uring_rsrc_update
  static final int RSRC_UPDATE_SIZE = 16;
  static final int RSRC_UPDATE_OFFSET = 0;
  static final int RSRC_UPDATE_DATA = 8;

  // struct io_uring_buf_reg
  static final int BUF_REG_SIZE = 40;
  static final int BUF_REG_RING_ADDR = 0;
  static final int BUF_REG_RING_ENTRIES = 8;
  static final int BUF_REG_BGID = 12;

  // struct io_uring_getevents_arg
  static final int GETEVENTS_ARG_SIZE = 24;
  static final int GETEVENTS_ARG_TS = 16;

  static final int ASYNC_CANCEL_ALL = 1;
  static final int ASYNC_CANCEL_ANY = 1 << 2;

  // struct io_uring_probe: ops_len @1, then 8 bytes an operation from @16 with its flags @2
  static final int PROBE_OPS = 256;
  static final int PROBE_OPS_LEN = 1;
  static final int PROBE_FIRST = 16;
  static final int PROBE_ENTRY = 8;
  static final int PROBE_ENTRY_FLAGS = 2;
  static final int PROBE_SUPPORTED = 1;

  /** Came with 5.19, as did multishot accept, cancel by descriptor and buffer rings. */
  static final int OP_SOCKET = 45;

  /** Came with 6.0, as did multishot receive. */
  static final int OP_SEND_ZC = 47;

  static final SqeDialect DIALECT =
      SqeDialect.builder()
          .op(Op.NOP, 0)
          .op(Op.READV, 1, 1)
          .op(Op.WRITEV, 2, 2)
          .op(Op.FSYNC, 3)
          .op(Op.READ_FIXED, 4)
          .op(Op.WRITE_FIXED, 5)
          .op(Op.POLL_ADD, 6)
          .op(Op.SENDMSG, 9)
          .op(Op.RECVMSG, 10)
          .op(Op.TIMEOUT, 11)
          .op(Op.ACCEPT, 13)
          .op(Op.CANCEL, 14)
          .op(Op.LINK_TIMEOUT, 15)
          .op(Op.CONNECT, 16)
          .op(Op.FALLOCATE, 17)
          .op(Op.OPENAT, 18)
          .op(Op.CLOSE, 19)
          .op(Op.STATX, 21)
          .op(Op.READ, 22, 22)
          .op(Op.WRITE, 23, 23)
          .op(Op.FADVISE, 24)
          .op(Op.SEND, 26)
          .op(Op.RECV, 27)
          .op(Op.SHUTDOWN, 34)
          .op(Op.RENAMEAT, 35)
          .op(Op.UNLINKAT, 36)
          .op(Op.MKDIRAT, 37)
          .op(Op.SOCKET, OP_SOCKET)
          .op(Op.FTRUNCATE, 55)
          .op(Op.BIND, 56)
          .op(Op.LISTEN, 57)
          .streamOffset(-1)
          .orderFlags(1 << 2, 1 << 3, 1 << 1)
          .targetFlags(1 << 4, 1, 1 << 5)
          .multishot(1, 1 << 1)
          .timeoutLen(1)
          .socketFieldsInOff()
          .build();

  private IoUringAbi() {}
}
