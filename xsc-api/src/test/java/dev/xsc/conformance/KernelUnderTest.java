// SPDX-License-Identifier: Apache-2.0
package dev.xsc.conformance;

import dev.xsc.ring.Availability;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.KernelPolicy;
import dev.xsc.ring.Kernels;
import dev.xsc.ring.RingOptions;
import java.time.Duration;
import java.util.Map;

/**
 * Which kernel this run tests, and how, as its system properties say:
 *
 * <ul>
 *   <li>{@value #KERNEL}: {@code io_uring}, {@code simulator} or {@code xsc}; without it the kernel
 *       that an application would get;
 *   <li>{@value #PROFILE}: a {@link Profile}, {@code full} by default;
 *   <li>{@value #ALLOW_MISSING}: whether a kernel that is not available counts as skipped instead
 *       of failed;
 *   <li>{@value World#PROPERTY}: a {@link World} other than this machine;
 *   <li>{@value #PATIENCE}: seconds that one wait may take, 20 by default; more on a slow machine.
 * </ul>
 *
 * @param kind what is tested
 * @param profile how its rings are opened
 * @param availability whether it can be tested here
 * @param missingAllowed whether it may be missing
 * @param patience how long one wait may take
 */
public record KernelUnderTest(
    KernelKind kind,
    Profile profile,
    Availability availability,
    boolean missingAllowed,
    Duration patience) {
  static final String KERNEL = "xsc.test.kernel";
  static final String PROFILE = "xsc.test.profile";
  static final String ALLOW_MISSING = "xsc.test.allowMissing";
  static final String PATIENCE = "xsc.test.patience";

  private static final KernelUnderTest INSTANCE = read();

  /** The one of this run. */
  public static KernelUnderTest get() {
    return INSTANCE;
  }

  /** Options for a ring on this kernel with this profile. */
  public RingOptions.Builder options() {
    return profile.apply(RingOptions.builder().kernel(kind).environment(World.get().environment()));
  }

  /** Whether it lives inside this process. */
  public boolean isSimulator() {
    return kind == KernelKind.SIMULATOR;
  }

  /** Why a missing kernel was skipped, or is a failure. */
  String missing() {
    return "kernel under test " + kind.id() + " is not available: " + availability;
  }

  /**
   * Throws unless the kernel can be tested.
   *
   * @throws AssertionError with cause and remedy
   */
  void require() {
    if (!availability.available()) {
      throw new AssertionError(missing() + "; -D" + ALLOW_MISSING + "=true skips it instead");
    }
  }

  private static KernelUnderTest read() {
    Map<KernelKind, Availability> all = Kernels.availability();
    String wanted = System.getProperty(KERNEL, "");
    KernelKind kind = wanted.isBlank() ? preferred(all) : KernelKind.of(wanted);
    return new KernelUnderTest(
        kind,
        Profile.parse(System.getProperty(PROFILE, "full")),
        all.getOrDefault(kind, Availability.no("unknown kind", "use another")),
        Boolean.getBoolean(ALLOW_MISSING),
        Duration.ofSeconds(Integer.getInteger(PATIENCE, 20)));
  }

  private static KernelKind preferred(Map<KernelKind, Availability> all) {
    var order = KernelPolicy.systemDefault().order();
    return order.stream()
        .filter(kind -> all.get(kind).available())
        .findFirst()
        .orElse(order.getFirst());
  }

  @Override
  public String toString() {
    return kind.id() + " as " + profile.name() + ": " + availability;
  }
}
