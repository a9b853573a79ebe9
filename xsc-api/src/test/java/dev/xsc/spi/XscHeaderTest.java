// SPDX-License-Identifier: Apache-2.0
package dev.xsc.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.CCompiler;
import dev.xsc.ring.CompletionHandler;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares each number of the Java side with what a C compiler makes of the driver's header. */
class XscHeaderTest {
  private static final Path HEADERS = Path.of("..", "kernel-driver", "include", "uapi");

  @TempDir Path folder;
  private CCompiler compiler;

  @BeforeEach
  void includeTheHeader() {
    compiler = new CCompiler(folder).headersIn(HEADERS).include("linux/xsc.h");
  }

  @Test
  void everyConstantOfXscAbiEqualsTheMacroOrEnumeratorOfItsName() throws Exception {
    Map<String, Long> java = new LinkedHashMap<>();
    for (Field field : XscAbi.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getType() == int.class) {
        java.put("XSC_" + field.getName(), (long) field.getInt(null));
      }
    }
    assertTrue(java.size() > 50, () -> "only " + java.size() + " constants found");
    assertEquals(java, compiler.evaluate(java.keySet()));
  }

  @Test
  void layoutsAgree() throws Exception {
    Map<String, Long> java = new LinkedHashMap<>();
    java.put("sizeof(struct xsc_sqe)", (long) SqeLayout.SIZE);
    java.put("offsetof(struct xsc_sqe, opcode)", (long) SqeLayout.OPCODE);
    java.put("offsetof(struct xsc_sqe, flags)", (long) SqeLayout.FLAGS);
    java.put("offsetof(struct xsc_sqe, ioprio)", (long) SqeLayout.IOPRIO);
    java.put("offsetof(struct xsc_sqe, fd)", (long) SqeLayout.FD);
    java.put("offsetof(struct xsc_sqe, off)", (long) SqeLayout.OFF);
    java.put("offsetof(struct xsc_sqe, addr2)", (long) SqeLayout.OFF);
    java.put("offsetof(struct xsc_sqe, addr)", (long) SqeLayout.ADDR);
    java.put("offsetof(struct xsc_sqe, len)", (long) SqeLayout.LEN);
    java.put("offsetof(struct xsc_sqe, op_flags)", (long) SqeLayout.OP_FLAGS);
    java.put("offsetof(struct xsc_sqe, user_data)", (long) SqeLayout.USER_DATA);
    java.put("offsetof(struct xsc_sqe, buf_index)", (long) SqeLayout.BUF_INDEX);
    java.put("offsetof(struct xsc_sqe, personality)", (long) SqeLayout.PERSONALITY);
    java.put("offsetof(struct xsc_sqe, addr_len)", (long) SqeLayout.ADDR_LEN);
    java.put("offsetof(struct xsc_sqe, addr3)", (long) SqeLayout.ADDR3);
    java.put("offsetof(struct xsc_sqe, resv)", (long) SqeLayout.RESERVED);
    java.put("sizeof(struct xsc_cqe)", (long) CqeLayout.SIZE);
    java.put("offsetof(struct xsc_cqe, user_data)", (long) CqeLayout.USER_DATA);
    java.put("offsetof(struct xsc_cqe, res)", (long) CqeLayout.RES);
    java.put("offsetof(struct xsc_cqe, flags)", (long) CqeLayout.FLAGS);
    java.put("sizeof(struct xsc_buf)", (long) BufferRingLayout.SIZE);
    java.put("offsetof(struct xsc_buf, addr)", (long) BufferRingLayout.ADDR);
    java.put("offsetof(struct xsc_buf, len)", (long) BufferRingLayout.LEN);
    java.put("offsetof(struct xsc_buf, bid)", (long) BufferRingLayout.BID);
    java.put("offsetof(struct xsc_buf, tail)", (long) BufferRingLayout.TAIL);
    java.put("XSC_CQE_MORE", (long) CompletionHandler.MORE);
    java.put("XSC_CQE_BUFFER", (long) CompletionHandler.BUFFER);
    assertEquals(java, compiler.evaluate(java.keySet()));
  }

  @Test
  void structuresHaveTheirAgreedSizes() throws Exception {
    Map<String, Long> agreed = new LinkedHashMap<>();
    agreed.put("sizeof(struct xsc_params)", 120L);
    agreed.put("offsetof(struct xsc_params, sq_off)", 40L);
    agreed.put("offsetof(struct xsc_params, cq_off)", 80L);
    agreed.put("sizeof(struct xsc_enter)", 32L);
    agreed.put("sizeof(struct xsc_probe)", 48L);
    assertEquals(agreed, compiler.evaluate(agreed.keySet()));
  }
}
