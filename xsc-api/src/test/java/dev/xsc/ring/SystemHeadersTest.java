// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.xsc.conformance.CCompiler;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Compares constants and layouts with the headers of the machine that runs the test. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "these are Linux's numbers")
class SystemHeadersTest {
  @TempDir Path folder;
  private CCompiler compiler;

  @BeforeEach
  void includeTheHeaders() {
    compiler = new CCompiler(folder);
  }

  @Test
  void posixConstantsHaveTheValuesOfTheirMacros() throws Exception {
    compiler.include(
        "fcntl.h", "stdio.h", "poll.h", "linux/falloc.h", "sys/socket.h", "netinet/in.h");
    compiler.include("netinet/tcp.h", "sys/stat.h");
    assertEquals(agreed(Posix.class), compiler.evaluate(agreed(Posix.class).keySet()));
  }

  @Test
  void errorNumbersAndTheirNamesAgree() throws Exception {
    compiler.include("errno.h");
    assertEquals(agreed(Errno.class), compiler.evaluate(agreed(Errno.class).keySet()));
    Map<String, Long> names = new LinkedHashMap<>();
    for (int number = 1; number <= 133; number++) {
      String name = Errno.name(number);
      if (!name.startsWith("errno")) {
        names.put(name, (long) number);
      }
    }
    assertEquals(131, names.size());
    assertEquals(names, compiler.evaluate(names.keySet()));
  }

  @Test
  void structuresHaveTheLayoutsOfTheirHeaders() throws Exception {
    compiler.include("linux/stat.h", "sys/socket.h", "sys/un.h", "netinet/in.h", "sys/uio.h");
    compiler.include("linux/time_types.h", "limits.h");
    Map<String, Long> java = new LinkedHashMap<>();
    java.put("sizeof(struct statx)", (long) Statx.SIZE);
    java.put("offsetof(struct statx, stx_nlink)", (long) Statx.NLINK);
    java.put("offsetof(struct statx, stx_uid)", (long) Statx.UID);
    java.put("offsetof(struct statx, stx_gid)", (long) Statx.GID);
    java.put("offsetof(struct statx, stx_mode)", (long) Statx.MODE);
    java.put("offsetof(struct statx, stx_ino)", (long) Statx.INO);
    java.put("offsetof(struct statx, stx_size)", (long) Statx.SIZE_OF_FILE);
    java.put("offsetof(struct statx, stx_blocks)", (long) Statx.BLOCKS);
    java.put("offsetof(struct statx, stx_atime)", (long) Statx.ATIME);
    java.put("offsetof(struct statx, stx_ctime)", (long) Statx.CTIME);
    java.put("offsetof(struct statx, stx_mtime)", (long) Statx.MTIME);
    java.put("STATX_BASIC_STATS", (long) Statx.BASIC);
    java.put("AF_UNIX", (long) SockAddr.AF_UNIX);
    java.put("AF_INET", (long) SockAddr.AF_INET);
    java.put("AF_INET6", (long) SockAddr.AF_INET6);
    java.put("sizeof(struct sockaddr_in)", (long) SockAddr.SIZE_IN);
    java.put("sizeof(struct sockaddr_in6)", (long) SockAddr.SIZE_IN6);
    java.put("sizeof(struct msghdr)", 56L);
    java.put("offsetof(struct msghdr, msg_namelen)", 8L);
    java.put("offsetof(struct msghdr, msg_iov)", 16L);
    java.put("offsetof(struct msghdr, msg_iovlen)", 24L);
    java.put("offsetof(struct msghdr, msg_flags)", 48L);
    java.put("MSG_TRUNC", (long) MsgHdr.MSG_TRUNC);
    java.put("sizeof(struct __kernel_timespec)", (long) Timespec.SIZE);
    java.put("IOV_MAX", (long) IoVec.MAX);
    assertEquals(java, compiler.evaluate(java.keySet()));
  }

  /** Every constant of a class, under the name that C gives it. */
  private static Map<String, Long> agreed(Class<?> constants) throws IllegalAccessException {
    Map<String, Long> values = new LinkedHashMap<>();
    for (Field field : constants.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getType() == int.class) {
        String name = field.getName();
        values.put(name.startsWith("FADV_") ? "POSIX_" + name : name, (long) field.getInt(null));
      }
    }
    return values;
  }
}
