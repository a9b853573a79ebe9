// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.ringtest;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Selects tests by {@code Class.method}: those that contain the pattern, in which {@code *} stands
 * for anything. Upper and lower case are the same.
 */
final class NamePattern implements PostDiscoveryFilter {
  private final Pattern pattern;

  NamePattern(String text) {
    String regex =
        Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  @Override
  public FilterResult apply(TestDescriptor test) {
    boolean matches =
        test.getSource()
            .filter(source -> source instanceof MethodSource method && matches(method))
            .isPresent();
    return FilterResult.includedIf(matches);
  }

  private boolean matches(MethodSource method) {
    return pattern.matcher(method.getClassName() + "." + method.getMethodName()).find();
  }
}
