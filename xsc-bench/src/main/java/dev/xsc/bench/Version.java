// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which release this is, as Maven wrote it into the jar. */
final class Version implements IVersionProvider {
  private static final String RESOURCE = "/META-INF/maven/dev.xsc/xsc-bench/pom.properties";

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "xsc " + read(), "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
    };
  }

  /** As in {@code 1.2.3}; classes that no jar holds are a {@code development build}. */
  static String read() throws IOException {
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        return "development build";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "of unknown version");
    }
  }
}
