// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test that runs inside a {@link Simulation}, once for each of many seeds. The method has
 * one parameter, the simulation. A failure prints the seed, the fault plan, the trace of the
 * smallest run that fails, and the property that repeats it.
 *
 * <p>Seeds run on all cores, each on an instance of the test class of its own, made by its
 * constructor without parameters; methods before and after a test run once for all seeds, on an
 * instance of their own.
 *
 * <p>The JVM of the tests needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}, unless the
 * test is {@link #singleThreaded()}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(SimTestExtension.class)
public @interface SimTest {
  /** How many seeds. */
  int seeds() default 100;

  /** The first of them. */
  long firstSeed() default 0;

  /** Fault groups to mix at random for each seed; see {@link FaultPlan#swarm}. */
  Fault.Group[] swarm() default {};

  /** A fault plan for all seeds, as {@link FaultPlan#parse} reads it. */
  String faults() default "";

  /** Milliseconds of virtual time after which no more faults strike; 0 for never. */
  long calmAfterMillis() default 0;

  /** Milliseconds of virtual time from then on in which the test must end. */
  long endWithinMillis() default 60_000;

  /** Whether memory in flight is poisoned and checked. */
  boolean checked() default true;

  /** The reduced mode that needs no JVM flag; see {@link SimulationOptions#singleThreaded()}. */
  boolean singleThreaded() default false;
}
