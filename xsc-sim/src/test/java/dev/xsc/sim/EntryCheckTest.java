// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.ring.Errno;
import dev.xsc.ring.RingOptions;
import dev.xsc.sim.RawRing.Cqe;
import dev.xsc.spi.SqeLayout;
import dev.xsc.spi.Words;
import dev.xsc.spi.XscAbi;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an entry says beyond what its operation knows. */
class EntryCheckTest {
  private static final int WRONG = -Errno.EINVAL;

  private RawRing ring;

  @BeforeEach
  void open() throws Exception {
    ring = new RawRing(RingOptions.builder().entries(8).build());
  }

  @AfterEach
  void close() {
    ring.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {53, 54, 100, 255})
  void anOperationThatTheAbiDoesNotNumberIsInvalid(int opcode) {
    ring.next(opcode, 1);
    assertEquals(WRONG, ring.run());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 10, 11, 14, 15, 19, 21, 26, 28})
  void anOperationThatIsOnlyNumberedIsNotSupported(int opcode) {
    ring.next(opcode, 1);
    assertEquals(-Errno.EOPNOTSUPP, ring.run());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        SqeLayout.IOPRIO,
        SqeLayout.FD,
        SqeLayout.OFF,
        SqeLayout.ADDR,
        SqeLayout.LEN,
        SqeLayout.OP_FLAGS,
        SqeLayout.BUF_INDEX,
        SqeLayout.PERSONALITY,
        SqeLayout.ADDR_LEN,
        SqeLayout.ADDR3,
        SqeLayout.RESERVED
      })
  void aFieldThatIsNotUsedMustBeZero(int field) {
    ring.next(XscAbi.OP_NOP, 1).u16(field, 1);
    assertEquals(WRONG, ring.run());
  }

  @ParameterizedTest
  @ValueSource(ints = {XscAbi.SQE_FIXED_FILE, XscAbi.SQE_BUFFER_SELECT, 0x80})
  void aFlagThatTheOperationDoesNotKnowIsInvalid(int flag) {
    ring.next(XscAbi.OP_NOP, 1).flags(flag);
    assertEquals(WRONG, ring.run());
  }

  @Test
  void aWrongEntryKeepsItsChainFromStarting() {
    ring.next(XscAbi.OP_NOP, 1).flags(XscAbi.SQE_LINK);
    ring.next(200, 2).flags(XscAbi.SQE_LINK);
    ring.next(XscAbi.OP_NOP, 3);
    ring.next(XscAbi.OP_NOP, 4);
    ring.submit();
    assertEquals("[1=ECANCELED, 2=EINVAL, 3=ECANCELED, 4=0]", ring.await(4).toString());
  }

  @Test
  void successCanBeSilentAndFailureCannot() {
    ring.next(XscAbi.OP_NOP, 1).flags(XscAbi.SQE_CQE_SKIP_SUCCESS);
    ring.next(XscAbi.OP_CLOSE, 2).fd(-1).flags(XscAbi.SQE_CQE_SKIP_SUCCESS);
    ring.next(XscAbi.OP_NOP, 3);
    ring.submit();
    assertEquals("[2=EBADF, 3=0]", ring.await(2).toString());
    ring.forget(1);
  }

  @Test
  void aTailTooFarAheadIsCutAndCounted() {
    for (int i = 0; i < 8; i++) {
      ring.next(XscAbi.OP_NOP, i);
    }
    int tail = ring.publish();
    Words.setRelease(ring.memory.sq().tail(), tail + 5);
    assertEquals(8, ring.kernel.enter(13, 8, 1_000_000_000, 0));
    List<Cqe> all = ring.reap();
    assertEquals(8, all.size(), all::toString);
    assertEquals(5, Words.getOpaque(ring.memory.sq().dropped()));
    assertEquals(tail + 5, Words.getAcquire(ring.memory.sq().head()));
  }

  @Test
  void whatIsWrittenToASlotAfterSubmissionChangesNothing() {
    ring.next(XscAbi.OP_NOP, 1);
    ring.submit();
    ring.memory.sq().entries().fill((byte) 0xff);
    assertEquals("[1=0]", ring.await(1).toString());
  }
}
