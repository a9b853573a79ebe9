// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench;

import dev.xsc.Xsc;
import dev.xsc.XscOptions;
import dev.xsc.ring.KernelPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options that every command has. A command mixes them in. */
final class CommonOptions {
  /** The option's name, which {@link ErrorLine} looks for. */
  static final String DEBUG = "--debug";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Option(
      names = "--kernel",
      paramLabel = "KERNEL",
      converter = PolicyConverter.class,
      description = {
        "xsc, io_uring or simulator; or several, separated by commas: the first one available is"
            + " used. Default: xsc,io_uring,simulator."
      })
  private @Nullable KernelPolicy kernel;

  @Option(names = DEBUG, description = "Show stack traces of errors, as XSC_DEBUG=1 does.")
  @SuppressWarnings("UnusedVariable") // ErrorLine asks whether the option was given
  private boolean debug;

  /** The command that this is mixed into. */
  CommandLine commandLine() {
    return command.commandLine();
  }

  /** Where results go. */
  PrintWriter out() {
    return commandLine().getOut();
  }

  /** Where remarks go. */
  PrintWriter err() {
    return commandLine().getErr();
  }

  /** Which kernels may be used, in order. */
  KernelPolicy policy() {
    return kernel == null ? KernelPolicy.systemDefault() : kernel;
  }

  /** Where {@link #policy()} comes from, for people. */
  String policySource() {
    if (kernel != null) {
      return "--kernel";
    }
    return System.getProperty(KernelPolicy.PROPERTY, "").isBlank()
        ? "default"
        : "system property " + KernelPolicy.PROPERTY;
  }

  /** Rings on the first kernel available. */
  Xsc open() throws IOException {
    return Xsc.open(XscOptions.builder().kernel(policy()).build());
  }

  private static final class PolicyConverter implements ITypeConverter<KernelPolicy> {
    @Override
    public KernelPolicy convert(String value) {
      try {
        return KernelPolicy.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
