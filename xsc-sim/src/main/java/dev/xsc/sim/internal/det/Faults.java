// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.internal.det;

import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;

/**
 * The fault plan at work: asks for each fault whether it strikes now. Faults can be stopped for
 * good, to see whether everything then comes to an end. One simulation's.
 */
public final class Faults {
  private final Choices choices;
  private final Tracer tracer;
  private FaultPlan plan;

  /** Faults by this plan, of which nothing is written down. */
  public Faults(FaultPlan plan, Choices choices) {
    this(plan, choices, Tracer.NONE);
  }

  Faults(FaultPlan plan, Choices choices, Tracer tracer) {
    this.plan = plan;
    this.choices = choices;
    this.tracer = tracer;
  }

  /** Whether this fault strikes now. */
  public boolean strikes(Fault fault) {
    boolean strikes = choices.strikes(fault, plan.probability(fault));
    if (strikes && tracer.on()) {
      tracer.fault(fault);
    }
    return strikes;
  }

  /** How likely a fault is now; 0 means that it never strikes from now on, or until told so. */
  public double probability(Fault fault) {
    return plan.probability(fault);
  }

  /** A limit of the world. */
  public long limit(FaultPlan.Limit limit) {
    return plan.limit(limit);
  }

  /** What is decided when a fault strikes. */
  public Choices choices() {
    return choices;
  }

  /** The plan now. */
  public FaultPlan plan() {
    return plan;
  }

  /** Goes on by another plan. */
  public void follow(FaultPlan next) {
    plan = next;
  }

  /** No fault strikes any more; what a power cut leaves is still decided. */
  public void stop() {
    plan = plan.calmed();
  }
}
