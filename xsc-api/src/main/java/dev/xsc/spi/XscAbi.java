// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import dev.xsc.ring.Op;

/**
 * Numbers of the XSC ring ABI. The authority is {@code kernel-driver/include/uapi/linux/xsc.h}; a
 * test compiles that header and compares every constant of this class with the one of the same name
 * there (prefix {@code XSC_}).
 */
public final class XscAbi {
  /** {@code sq.flags}: whoever consumes the queue sleeps; ring the doorbell. */
  public static final int SQ_NEED_WAKEUP = 1;

  /** {@code sq.flags}: completions wait in the kernel for room in the queue. */
  public static final int SQ_CQ_OVERFLOW = 1 << 1;

  /** {@code sq.flags}: operations became ready and wait for the kernel to be entered. */
  public static final int SQ_TASKRUN = 1 << 2;

  /** Most submission queue entries. */
  public static final int MAX_SQ_ENTRIES = 4096;

  /** Most completion queue entries. */
  public static final int MAX_CQ_ENTRIES = 8192;

  /** Entry flag: link. */
  public static final int SQE_LINK = 1;

  /** Entry flag: drain. */
  public static final int SQE_DRAIN = 1 << 1;

  /** Entry flag: never try inline. */
  public static final int SQE_ASYNC = 1 << 2;

  /** Entry flag: registered descriptor. */
  public static final int SQE_FIXED_FILE = 1 << 3;

  /** Entry flag: hard link. */
  public static final int SQE_HARDLINK = 1 << 4;

  /** Entry flag: no completion on success. */
  public static final int SQE_CQE_SKIP_SUCCESS = 1 << 5;

  /** Entry flag: take the buffer from group {@code buf_index}. */
  public static final int SQE_BUFFER_SELECT = 1 << 6;

  /** Completion flag: {@code flags >> 16} is the id of the buffer that was filled. */
  public static final int CQE_BUFFER = 1;

  /** Completion flag: more completions of this submission follow. */
  public static final int CQE_MORE = 1 << 1;

  /** {@code ioprio} of ACCEPT. */
  public static final int ACCEPT_MULTISHOT = 1;

  /** {@code ioprio} of RECV. */
  public static final int RECV_MULTISHOT = 1;

  /** {@code fsync_flags}. */
  public static final int FSYNC_DATASYNC = 1;

  /** {@code timeout_flags}. */
  public static final int TIMEOUT_ABS = 1;

  /** {@code cancel_flags}: every match, not just one. */
  public static final int CANCEL_ALL = 1;

  /** {@code cancel_flags}: match by descriptor. */
  public static final int CANCEL_FD = 1 << 1;

  /** {@code cancel_flags}: match everything. */
  public static final int CANCEL_ANY = 1 << 2;

  /** Operation. */
  public static final int OP_NOP = 0;

  /** Operation at the file position. */
  public static final int OP_READ = 1;

  /** Operation at the file position. */
  public static final int OP_WRITE = 2;

  /** Operation. */
  public static final int OP_CLOSE = 4;

  /** Operation. */
  public static final int OP_FSYNC = 5;

  /** Operation at the file position. */
  public static final int OP_READV = 6;

  /** Operation at the file position. */
  public static final int OP_WRITEV = 7;

  /** Operation. */
  public static final int OP_PREAD = 8;

  /** Operation. */
  public static final int OP_PWRITE = 9;

  /** Operation. */
  public static final int OP_ACCEPT = 12;

  /** Operation. */
  public static final int OP_CONNECT = 13;

  /** Operation. */
  public static final int OP_SOCKET = 29;

  /** Operation. */
  public static final int OP_BIND = 30;

  /** Operation. */
  public static final int OP_LISTEN = 31;

  /** Operation. */
  public static final int OP_OPENAT = 32;

  /** Operation. */
  public static final int OP_STATX = 33;

  /** Operation. */
  public static final int OP_PREADV = 34;

  /** Operation. */
  public static final int OP_PWRITEV = 35;

  /** Operation. */
  public static final int OP_POLL_ADD = 36;

  /** Operation. */
  public static final int OP_TIMEOUT = 37;

  /** Operation. */
  public static final int OP_CANCEL = 38;

  /** Operation. */
  public static final int OP_LINK_TIMEOUT = 39;

  /** Operation. */
  public static final int OP_FALLOCATE = 40;

  /** Operation. */
  public static final int OP_UNLINKAT = 41;

  /** Operation. */
  public static final int OP_RENAMEAT = 42;

  /** Operation. */
  public static final int OP_MKDIRAT = 43;

  /** Operation. */
  public static final int OP_FTRUNCATE = 44;

  /** Operation. */
  public static final int OP_SHUTDOWN = 45;

  /** Operation. */
  public static final int OP_SENDMSG = 46;

  /** Operation. */
  public static final int OP_RECVMSG = 47;

  /** Operation. */
  public static final int OP_READ_FIXED = 48;

  /** Operation. */
  public static final int OP_WRITE_FIXED = 49;

  /** Operation. */
  public static final int OP_FADVISE = 50;

  /** Operation. */
  public static final int OP_SEND = 51;

  /** Operation. */
  public static final int OP_RECV = 52;

  private XscAbi() {}

  static SqeDialect dialect() {
    return SqeDialect.builder()
        .op(Op.NOP, OP_NOP)
        .op(Op.READ, OP_PREAD, OP_READ)
        .op(Op.WRITE, OP_PWRITE, OP_WRITE)
        .op(Op.READV, OP_PREADV, OP_READV)
        .op(Op.WRITEV, OP_PWRITEV, OP_WRITEV)
        .op(Op.READ_FIXED, OP_READ_FIXED)
        .op(Op.WRITE_FIXED, OP_WRITE_FIXED)
        .op(Op.OPENAT, OP_OPENAT)
        .op(Op.CLOSE, OP_CLOSE)
        .op(Op.FSYNC, OP_FSYNC)
        .op(Op.STATX, OP_STATX)
        .op(Op.FALLOCATE, OP_FALLOCATE)
        .op(Op.FTRUNCATE, OP_FTRUNCATE)
        .op(Op.FADVISE, OP_FADVISE)
        .op(Op.UNLINKAT, OP_UNLINKAT)
        .op(Op.RENAMEAT, OP_RENAMEAT)
        .op(Op.MKDIRAT, OP_MKDIRAT)
        .op(Op.SOCKET, OP_SOCKET)
        .op(Op.BIND, OP_BIND)
        .op(Op.LISTEN, OP_LISTEN)
        .op(Op.ACCEPT, OP_ACCEPT)
        .op(Op.CONNECT, OP_CONNECT)
        .op(Op.SEND, OP_SEND)
        .op(Op.RECV, OP_RECV)
        .op(Op.SENDMSG, OP_SENDMSG)
        .op(Op.RECVMSG, OP_RECVMSG)
        .op(Op.SHUTDOWN, OP_SHUTDOWN)
        .op(Op.POLL_ADD, OP_POLL_ADD)
        .op(Op.TIMEOUT, OP_TIMEOUT)
        .op(Op.LINK_TIMEOUT, OP_LINK_TIMEOUT)
        .op(Op.CANCEL, OP_CANCEL)
        .orderFlags(SQE_LINK, SQE_HARDLINK, SQE_DRAIN)
        .targetFlags(SQE_ASYNC, SQE_FIXED_FILE, SQE_BUFFER_SELECT)
        .multishot(ACCEPT_MULTISHOT, RECV_MULTISHOT)
        .build();
  }
}
