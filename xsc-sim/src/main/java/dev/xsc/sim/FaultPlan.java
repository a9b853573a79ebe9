// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import dev.xsc.sim.internal.det.SplitMix;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.StringJoiner;

/**
 * How often each {@link Fault} strikes, and the {@link Limit}s of the simulated world. Immutable;
 * {@link #toString()} gives a text that {@link #parse} reads.
 */
@SuppressWarnings("EnumOrdinal") // an index of arrays that never leave this class
public final class FaultPlan {
  /** Nothing goes wrong; a power cut loses everything that was not synced. */
  public static final FaultPlan NONE =
      new Builder().with(Fault.CRASH_LOST_WRITE, 1).with(Fault.CRASH_LOST_NAME, 1).build();

  /** A size or a time of the simulated world. */
  public enum Limit {
    /** Nanoseconds that a call to the disk takes at least. */
    DISK_LATENCY_LEAST(20_000),
    /** Nanoseconds that a call to the disk takes at most. */
    DISK_LATENCY_MOST(200_000),
    /** Nanoseconds that a slow call to the disk takes at most. */
    DISK_LATENCY_TAIL(200_000_000),
    /** Bytes that the disk holds. */
    DISK_SIZE(1L << 40),
    /** Nanoseconds that a packet takes at least. */
    LINK_DELAY_LEAST(50_000),
    /** Nanoseconds that a packet takes at most. */
    LINK_DELAY_MOST(500_000),
    /** Nanoseconds that a slow packet takes at most. */
    LINK_DELAY_TAIL(500_000_000),
    /** Bytes per second of a link. */
    LINK_BANDWIDTH(125_000_000),
    /** Bytes that a socket buffers in each direction. */
    SOCKET_BUFFER(1 << 18),
    /** Nanoseconds that a partition made by a fault lasts at most. */
    PARTITION_MOST(2_000_000_000L),
    /** Nanoseconds that a late start or completion is late at most. */
    RING_DELAY_MOST(5_000_000);

    private final long usual;

    Limit(long usual) {
      this.usual = usual;
    }

    /** The value that it has unless a plan says otherwise. */
    public long usual() {
      return usual;
    }
  }

  private final double[] probabilities;
  private final long[] limits;

  private FaultPlan(double[] probabilities, long[] limits) {
    this.probabilities = probabilities;
    this.limits = limits;
  }

  /** How likely a fault is each time it could strike: 0 to 1. */
  public double probability(Fault fault) {
    return probabilities[fault.ordinal()];
  }

  /** A size or time. */
  public long limit(Limit limit) {
    return limits[limit.ordinal()];
  }

  /** This plan with another probability, 0 to 1. */
  public FaultPlan with(Fault fault, double probability) {
    return toBuilder().with(fault, probability).build();
  }

  /** This plan with another limit, 0 or more. */
  public FaultPlan with(Limit limit, long value) {
    return toBuilder().with(limit, value).build();
  }

  /** This plan without the faults that strike while it runs; what a power cut leaves stays. */
  public FaultPlan calmed() {
    Builder calm = toBuilder();
    for (Fault fault : Fault.values()) {
      if (fault.group() != Fault.Group.CRASH) {
        calm.with(fault, 0);
      }
    }
    return calm.build();
  }

  /** A builder that starts from this plan. */
  public Builder toBuilder() {
    return new Builder(probabilities.clone(), limits.clone());
  }

  /** A builder that starts from no faults and the usual limits. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A random mix: about half of the faults of these groups, each with a random probability up to
   * {@link Fault#swarmMost()}. The same seed gives the same mix.
   */
  public static FaultPlan swarm(long seed, Set<Fault.Group> groups) {
    SplitMix random = new SplitMix(seed ^ 0x5377_6172_6dL);
    Builder builder = NONE.toBuilder();
    for (Fault fault : Fault.values()) {
      // Drawn for each fault, whatever the groups, so that adding a group leaves the others alone.
      boolean chosen = random.nextDouble() < 0.5;
      double share = random.nextDouble();
      if (chosen && groups.contains(fault.group())) {
        builder.with(fault, fault.swarmMost() * share * share);
      }
    }
    return builder.build();
  }

  /** {@link #swarm(long, Set)} of all groups but {@link Fault.Group#CORRUPTION}. */
  public static FaultPlan swarm(long seed) {
    return swarm(seed, EnumSet.complementOf(EnumSet.of(Fault.Group.CORRUPTION)));
  }

  /**
   * Reads what {@link #toString()} writes: names and values, separated by commas; what is not named
   * has the value of {@link #NONE}.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  public static FaultPlan parse(String text) {
    Builder builder = NONE.toBuilder();
    for (String part : text.isBlank() ? new String[0] : text.strip().split(",", -1)) {
      builder.parse(part.strip());
    }
    return builder.build();
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",");
    for (Fault fault : Fault.values()) {
      if (probability(fault) != NONE.probability(fault)) {
        text.add(fault.name() + "=" + probability(fault));
      }
    }
    for (Limit limit : Limit.values()) {
      if (limit(limit) != limit.usual()) {
        text.add(limit.name() + "=" + limit(limit));
      }
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FaultPlan plan
        && Arrays.equals(probabilities, plan.probabilities)
        && Arrays.equals(limits, plan.limits);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(probabilities) + Arrays.hashCode(limits);
  }

  /** Collects a plan; not thread-safe. */
  public static final class Builder {
    private final double[] probabilities;
    private final long[] limits;

    private Builder() {
      this(new double[Fault.values().length], usualLimits());
    }

    private Builder(double[] probabilities, long[] limits) {
      this.probabilities = probabilities;
      this.limits = limits;
    }

    private static long[] usualLimits() {
      return Arrays.stream(Limit.values()).mapToLong(Limit::usual).toArray();
    }

    /**
     * Sets how likely a fault is each time it could strike.
     *
     * @param probability 0 to 1
     */
    public Builder with(Fault fault, double probability) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "probability " + probability + " of " + fault + ": must be 0 to 1");
      }
      probabilities[fault.ordinal()] = probability;
      return this;
    }

    /**
     * Sets a limit.
     *
     * @param value 0 or more
     */
    public Builder with(Limit limit, long value) {
      if (value < 0) {
        throw new IllegalArgumentException(limit + " of " + value + ": must be 0 or more");
      }
      limits[limit.ordinal()] = value;
      return this;
    }

    private void parse(String part) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        String name = part.substring(0, equals);
        String value = part.substring(equals + 1);
        for (Fault fault : Fault.values()) {
          if (fault.name().equals(name)) {
            with(fault, Double.parseDouble(value));
            return;
          }
        }
        for (Limit limit : Limit.values()) {
          if (limit.name().equals(name)) {
            with(limit, Long.parseLong(value));
            return;
          }
        }
      }
      throw new IllegalArgumentException(
          "fault plan part '" + part + "': write NAME=VALUE with the name of a Fault or a Limit");
    }

    /** The finished plan. */
    public FaultPlan build() {
      return new FaultPlan(probabilities.clone(), limits.clone());
    }
  }
}
