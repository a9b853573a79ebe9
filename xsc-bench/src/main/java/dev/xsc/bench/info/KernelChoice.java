// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.info;

import dev.xsc.ring.Availability;
import dev.xsc.ring.KernelKind;
import dev.xsc.ring.KernelPolicy;
import dev.xsc.ring.Kernels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Which kernel a policy leads to here, and why.
 *
 * @param policy preferred order
 * @param source where the policy comes from
 * @param availability of every kind
 */
public record KernelChoice(
    KernelPolicy policy, String source, Map<KernelKind, Availability> availability) {
  /** Asks all kernels. */
  public static KernelChoice of(KernelPolicy policy, String source) {
    return new KernelChoice(policy, source, Kernels.availability());
  }

  /** The first of the policy that is available. */
  public Optional<KernelKind> chosen() {
    return policy.order().stream().filter(this::isAvailable).findFirst();
  }

  /** Why that one, or why none. */
  public String reason() {
    Optional<KernelKind> chosen = chosen();
    String order = " of " + policy + " (" + source + ")";
    if (chosen.isEmpty()) {
      return "none" + order + " is available";
    }
    List<KernelKind> before = policy.order().subList(0, policy.order().indexOf(chosen.get()));
    if (policy.order().size() == 1) {
      return "the only one asked for (" + source + ")";
    }
    if (before.isEmpty()) {
      return "the first choice" + order;
    }
    StringJoiner missing = new StringJoiner(", ");
    before.forEach(kind -> missing.add(kind.id()));
    return "the first available" + order + "; not available: " + missing;
  }

  /** Why this kernel was not the one chosen. */
  public String reasonAgainst(KernelKind kind) {
    Availability found = found(kind);
    if (!found.available()) {
      return found.toString();
    }
    return policy.order().contains(kind)
        ? "available, but later in the order"
        : "available, but not in the order";
  }

  /** Whether this kind can be used. */
  public boolean isAvailable(KernelKind kind) {
    return found(kind).available();
  }

  private Availability found(KernelKind kind) {
    return availability.getOrDefault(kind, Availability.no("unknown kind", "use another"));
  }
}
