// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import dev.xsc.ring.Feature;
import dev.xsc.ring.Op;
import dev.xsc.ring.RingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How the rings of a run are opened: natives that are masked, so that the library's emulation is
 * tested on a kernel that has them, and options that change how the ring works but not what it
 * does.
 *
 * <p>Written {@code name[+option]…}, such as {@code full}, {@code linux-6.1} or {@code
 * linux-5.15+wakeups}.
 */
public record Profile(String name, Mask mask, boolean polling, boolean wakeups) {
  /** Natives that a ring is opened without. */
  @SuppressWarnings("ImmutableEnumChecker") // they are what Set.of makes
  enum Mask {
    FULL("full", Set.of(), Set.of()),
    LINUX_5_15(
        "linux-5.15",
        Set.of(Op.SOCKET, Op.BIND, Op.LISTEN, Op.FTRUNCATE),
        Set.of(
            Feature.MULTISHOT_ACCEPT,
            Feature.MULTISHOT_RECV,
            Feature.BUFFER_GROUPS,
            Feature.CANCEL_FD,
            Feature.CANCEL_ANY)),
    LINUX_5_19(
        "linux-5.19", Set.of(Op.BIND, Op.LISTEN, Op.FTRUNCATE), Set.of(Feature.MULTISHOT_RECV)),
    LINUX_6_1("linux-6.1", Set.of(Op.BIND, Op.LISTEN, Op.FTRUNCATE), Set.of()),
    /** What the XSC driver leaves out when it is a module of a stock kernel. */
    XSC_MODULE(
        "xsc-module",
        Set.of(Op.BIND, Op.LISTEN, Op.ACCEPT, Op.CONNECT, Op.SHUTDOWN),
        Set.of(Feature.MULTISHOT_ACCEPT, Feature.DIRECTORIES));

    final String id;
    final Set<Op> ops;
    final Set<Feature> features;

    Mask(String id, Set<Op> ops, Set<Feature> features) {
      this.id = id;
      this.ops = ops;
      this.features = features;
    }
  }

  private static final String POLLING = "polling";
  private static final String WAKEUPS = "wakeups";

  static Profile parse(String text) {
    List<String> parts = Arrays.asList(text.strip().split("\\+"));
    Mask mask =
        Arrays.stream(Mask.values())
            .filter(candidate -> candidate.id.equals(parts.getFirst()))
            .findFirst()
            .orElseThrow(() -> unknown(text));
    List<String> options = parts.subList(1, parts.size());
    if (!Set.of(POLLING, WAKEUPS).containsAll(options)) {
      throw unknown(text);
    }
    return new Profile(text.strip(), mask, options.contains(POLLING), options.contains(WAKEUPS));
  }

  RingOptions.Builder apply(RingOptions.Builder options) {
    options.withoutNative(mask.ops.toArray(Op[]::new));
    options.withoutNative(mask.features.toArray(Feature[]::new));
    if (polling) {
      options.submissionPolling(20);
    }
    if (wakeups) {
      options.wakeups();
    }
    return options;
  }

  /** Whether the library has to do without this native operation. */
  public boolean masks(Op op) {
    return mask.ops.contains(op);
  }

  /** Whether the library has to do without this native feature. */
  public boolean masks(Feature feature) {
    return mask.features.contains(feature);
  }

  private static IllegalArgumentException unknown(String text) {
    List<String> names = Arrays.stream(Mask.values()).map(candidate -> candidate.id).toList();
    return new IllegalArgumentException(
        "unknown profile '" + text + "': use one of " + names + ", then +polling or +wakeups");
  }
}
