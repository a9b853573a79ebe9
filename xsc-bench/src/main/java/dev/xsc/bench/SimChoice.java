// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.bench.sim.Scenarios;
import dev.xsc.sim.Fault;
import dev.xsc.sim.FaultPlan;
import dev.xsc.sim.Search;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What to simulate, with which faults: of all commands of {@code xsc sim} that name a scenario. */
final class SimChoice {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Parameters(
      index = "0",
      paramLabel = "SCENARIO",
      description = {
        "A class that is a Simulation.Body or has one @SimTest method; CLASS#METHOD with @SimTest;"
            + " or log, log-fixed, message, message-fixed, which are built in."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String scenario;

  @Option(
      names = {"--class-path", "-cp"},
      paramLabel = "PATH",
      description = "Jars and folders with the scenario and what it needs.")
  private @Nullable String classPath;

  @Option(
      names = "--swarm",
      paramLabel = "GROUP",
      split = ",",
      description = {
        "A random mix of faults for each seed, from threads, ring, disk, crash, corruption,"
            + " network. Default: what @SimTest says; all but corruption for a Simulation.Body."
      })
  private @Nullable List<Fault.Group> swarm;

  @Option(
      names = "--faults",
      paramLabel = "PLAN",
      converter = PlanConverter.class,
      description = "These faults instead, as in DISK_FULL=0.01,RING_BUSY=0.1.")
  private @Nullable FaultPlan faults;

  /** Whether an option says which faults. */
  boolean saysFaults() {
    return swarm != null || faults != null;
  }

  /** The search over this scenario, with these faults. */
  Search search() throws IOException {
    if (swarm != null && faults != null) {
      throw wrong("--swarm and --faults exclude each other: give one of them");
    }
    Search search;
    try {
      search = new Scenarios(classPath).find(scenario);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    if (faults != null) {
      return search.faults(faults);
    }
    return swarm == null ? search : search.swarm(swarm.toArray(Fault.Group[]::new));
  }

  /** A command line for this scenario, to be printed. */
  String again(String subcommand, String more) {
    String path = classPath == null ? "" : " --class-path '" + classPath + "'";
    return "xsc sim " + subcommand + " " + scenario + path + " " + more;
  }

  /** As the user wrote it. */
  String scenario() {
    return scenario;
  }

  ParameterException wrong(@Nullable String message) {
    return new ParameterException(command.commandLine(), String.valueOf(message));
  }

  private static final class PlanConverter implements ITypeConverter<FaultPlan> {
    @Override
    public FaultPlan convert(String value) {
      try {
        return FaultPlan.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
