// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ffm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.xsc.conformance.CCompiler;
import dev.xsc.ring.Op;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the numbers of {@link IoUringAbi} with what a C compiler makes of this machine's header.
 */
class IoUringAbiTest {
  /** Newer than Linux 6.1, whose header is the oldest that the tests meet. */
  private static final Set<Op> NEWER = EnumSet.of(Op.FTRUNCATE, Op.BIND, Op.LISTEN);

  /** Expressions for the constants that are not a macro or an enumerator of their name. */
  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("SYS_SETUP", "SYS_io_uring_setup"),
          Map.entry("SYS_ENTER", "SYS_io_uring_enter"),
          Map.entry("SYS_REGISTER", "SYS_io_uring_register"),
          Map.entry("SQ_HEAD", word("sqring", "head")),
          Map.entry("SQ_TAIL", word("sqring", "tail")),
          Map.entry("SQ_FLAGS", word("sqring", "flags")),
          Map.entry("SQ_DROPPED", word("sqring", "dropped")),
          Map.entry("SQ_ARRAY", word("sqring", "array")),
          Map.entry("CQ_HEAD", word("cqring", "head")),
          Map.entry("CQ_TAIL", word("cqring", "tail")),
          Map.entry("CQ_OVERFLOW", word("cqring", "overflow")),
          Map.entry("CQ_CQES", word("cqring", "cqes")),
          // The count is the library's choice: as many as an opcode has values.
          Map.entry("PROBE_OPS", "1 << 8 * sizeof(((struct io_uring_probe *)0)->last_op)"),
          Map.entry("PROBE_OPS_LEN", "offsetof(struct io_uring_probe, ops_len)"),
          Map.entry("PROBE_FIRST", "offsetof(struct io_uring_probe, ops)"),
          Map.entry("PROBE_ENTRY", "sizeof(struct io_uring_probe_op)"),
          Map.entry("PROBE_ENTRY_FLAGS", "offsetof(struct io_uring_probe_op, flags)"),
          Map.entry("PROBE_SUPPORTED", "IO_URING_OP_SUPPORTED"));

  /** Prefixes of offsets, and the structure whose fields follow them. */
  private static final Map<String, String> STRUCTURES =
      Map.of(
          "PARAMS_", "io_uring_params",
          "SYNC_CANCEL_", "io_uring_sync_cancel_reg",
          "RSRC_UPDATE_", "io_uring_rsrc_update",
          "BUF_REG_", "io_uring_buf_reg",
          "GETEVENTS_ARG_", "io_uring_getevents_arg");

  @TempDir Path folder;
  private CCompiler compiler;

  @BeforeEach
  void includeTheHeader() {
    compiler = new CCompiler(folder).include("linux/io_uring.h", "sys/syscall.h");
  }

  @Test
  void everyFlagEqualsTheMacroOfItsName() throws Exception {
    Map<String, Long> java = new LinkedHashMap<>();
    for (Field field : numbers()) {
      if (isMacro(field.getName())) {
        java.put("IORING_" + field.getName(), value(field));
      }
    }
    Map<String, Long> c = compiler.evaluateDefined(java.keySet());
    Set<String> unknown = new TreeSet<>(java.keySet());
    unknown.removeAll(c.keySet());
    unknown.remove("IORING_SETUP_NO_SQARRAY"); // Linux 6.6
    assertEquals(Set.of(), unknown, "flags that are not in the header");
    java.keySet().retainAll(c.keySet());
    assertTrue(java.size() > 20, () -> "only " + java.size() + " flags found");
    assertEquals(java, c);
  }

  @Test
  void everyOtherNumberEqualsItsExpression() throws Exception {
    Map<String, Long> java = new LinkedHashMap<>();
    for (Field field : numbers()) {
      if (!isMacro(field.getName())) {
        java.put(expression(field.getName()), value(field));
      }
    }
    assertTrue(java.size() > 40, () -> "only " + java.size() + " numbers found");
    assertEquals(java, compiler.evaluate(java.keySet()));
  }

  @Test
  void everyOpcodeEqualsTheEnumeratorOfItsName() throws Exception {
    Map<String, Long> java = new LinkedHashMap<>();
    for (Op op : EnumSet.complementOf(EnumSet.copyOf(NEWER))) {
      String name = op == Op.CANCEL ? "ASYNC_CANCEL" : op.name();
      java.put("IORING_OP_" + name, (long) IoUringAbi.DIALECT.opcode(op));
    }
    assertTrue(java.size() > 25, () -> "only " + java.size() + " opcodes found");
    assertEquals(java, compiler.evaluate(java.keySet()));
  }

  private static List<Field> numbers() {
    return Arrays.stream(IoUringAbi.class.getDeclaredFields())
        .filter(field -> field.getType().isPrimitive())
        .toList();
  }

  private static long value(Field field) throws IllegalAccessException {
    return ((Number) field.get(null)).longValue();
  }

  private static boolean isMacro(String name) {
    return name.matches("(SETUP|FEAT|ENTER|OFF|ASYNC_CANCEL)_.*");
  }

  private static String expression(String name) {
    String known = EXPRESSIONS.get(name);
    if (known != null) {
      return known;
    }
    for (Map.Entry<String, String> structure : STRUCTURES.entrySet()) {
      if (name.startsWith(structure.getKey())) {
        String field = name.substring(structure.getKey().length()).toLowerCase(Locale.ROOT);
        String struct = "struct " + structure.getValue();
        return field.equals("size")
            ? "sizeof(" + struct + ")"
            : "offsetof(" + struct + ", " + field + ")";
      }
    }
    return "IORING_" + name;
  }

  /** The index of a word among the offsets that a ring's parameters tell. */
  private static String word(String ring, String field) {
    return "offsetof(struct io_" + ring + "_offsets, " + field + ") / 4";
  }
}
