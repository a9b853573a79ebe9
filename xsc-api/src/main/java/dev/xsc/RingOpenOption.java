// SPDX-License-Identifier: Apache-2.0
package dev.xsc;

import java.nio.file.OpenOption;

/** Ways to open a file that {@link java.nio.file.StandardOpenOption} does not have. */
public enum RingOpenOption implements OpenOption {
  /**
   * Past the page cache: buffers, offsets and lengths must be multiples of the device's block size,
   * often 4096.
   */
  DIRECT,
  /** Fail if the path is a symbolic link. */
  NOFOLLOW
}
