// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1, 1 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "262144, 256 KiB",
    "1048575, 1.0 MiB",
    "1048576, 1 MiB",
    "145959730, 139.2 MiB",
    "9223372036854775807, 8 EiB"
  })
  void bytesAreShortForPeople(long count, String text) {
    assertEquals(text, Sizes.bytes(count));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "256K, 262144",
    "256k, 262144",
    "1KiB, 1024",
    "1 MB, 1048576",
    "2G, 2147483648",
    "3T, 3298534883328",
    "12b, 12"
  })
  void sizesAreRead(String text, long bytes) {
    assertEquals(bytes, Sizes.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "K", "-1", "1.5K", "1X", "1KK", "0x10", "9999999999T"})
  void whatIsNoSizeIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Sizes.parse(text));
  }

  @Test
  void theLocaleMakesNoDifference() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("1.5 KiB", Sizes.bytes(1536));
      assertEquals("1,234,567", Sizes.count(1_234_567));
      assertEquals("0.250 s", Sizes.time(250_000_000));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void ratesOfNoTimeAreNoError() {
    assertEquals("0 B/s", Sizes.rate(0, 0));
    assertEquals("-", Sizes.perOperation(5, 0));
    assertEquals("1 MiB/s", Sizes.rate(1 << 20, 1_000_000_000));
  }
}
