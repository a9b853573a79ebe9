// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a ring can do on its kernel, known before the first submission. Immutable, usable from any
 * thread.
 *
 * <p>A kernel reports what it does natively; the ring adds what the library emulates there.
 */
public final class Capabilities {
  private final Map<Op, Support> ops;
  private final Map<Feature, Support> features;
  private final String description;

  private Capabilities(Builder builder) {
    this.ops = new EnumMap<>(builder.ops);
    this.features = new EnumMap<>(builder.features);
    this.description = builder.description;
  }

  /** How this operation is provided. */
  public Support support(Op op) {
    return ops.getOrDefault(op, Support.UNSUPPORTED);
  }

  /** How this feature is provided. */
  public Support support(Feature feature) {
    return features.getOrDefault(feature, Support.UNSUPPORTED);
  }

  /** Whether the operation can be used, natively or emulated. */
  public boolean has(Op op) {
    return support(op) != Support.UNSUPPORTED;
  }

  /** Whether the feature can be used, natively or emulated. */
  public boolean has(Feature feature) {
    return support(feature) != Support.UNSUPPORTED;
  }

  /** Which kernel this is and how it was set up, in a line for people. */
  public String description() {
    return description;
  }

  /** A builder that starts from these capabilities. */
  public Builder toBuilder() {
    Builder builder = new Builder(description);
    builder.ops.putAll(ops);
    builder.features.putAll(features);
    return builder;
  }

  /** Starts with nothing supported. */
  public static Builder builder(String description) {
    return new Builder(description);
  }

  @Override
  public String toString() {
    return description + " ops=" + ops + " features=" + features;
  }

  /** Collects capabilities; not thread-safe. */
  public static final class Builder {
    private final Map<Op, Support> ops = new EnumMap<>(Op.class);
    private final Map<Feature, Support> features = new EnumMap<>(Feature.class);
    private final String description;

    private Builder(String description) {
      this.description = description;
    }

    /** Sets how an operation is provided. */
    public Builder set(Op op, Support support) {
      ops.put(op, support);
      return this;
    }

    /** Sets how a feature is provided. */
    public Builder set(Feature feature, Support support) {
      features.put(feature, support);
      return this;
    }

    /** The finished capabilities. */
    public Capabilities build() {
      return new Capabilities(this);
    }
  }
}
