// SPDX-License-Identifier: Apache-2.0
package dev.xsc.ring;

import dev.xsc.spi.Kernel;
import dev.xsc.spi.KernelException;
import dev.xsc.spi.KernelProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.StringJoiner;

/** Finds the kernels that are installed as providers, and opens one by policy. Thread-safe. */
public final class Kernels {
  private static final Logger LOG = System.getLogger("dev.xsc");

  private static final Map<KernelKind, String> ARTIFACTS =
      Map.of(
          KernelKind.XSC,
          "xsc-ffm",
          KernelKind.IO_URING,
          "xsc-ffm",
          KernelKind.SIMULATOR,
          "xsc-sim");

  private Kernels() {}

  /** Every kind of kernel and whether it can be used now, in the order of {@link KernelKind}. */
  public static Map<KernelKind, Availability> availability() {
    Map<KernelKind, KernelProvider> providers = Installed.PROVIDERS;
    Map<KernelKind, Availability> result = new LinkedHashMap<>();
    for (KernelKind kind : KernelKind.values()) {
      KernelProvider provider = providers.get(kind);
      result.put(kind, provider == null ? missing(kind) : provider.availability());
    }
    return result;
  }

  /**
   * Opens the first kernel of the policy that is available, and logs it when that is not the first
   * choice. The calling thread becomes its owner.
   *
   * @throws KernelException with the reasons of all that were refused
   */
  static Kernel open(RingOptions options) throws KernelException {
    Map<KernelKind, KernelProvider> providers = Installed.PROVIDERS;
    StringJoiner refused = new StringJoiner("; ");
    for (KernelKind kind : options.policy().order()) {
      KernelProvider provider = providers.get(kind);
      if (provider == null) {
        refused.add(kind.id() + ": " + missing(kind));
        continue;
      }
      try {
        Kernel kernel = provider.open(options);
        if (refused.length() > 0) {
          FallbackEvent.report(kind, refused.toString());
          LOG.log(Level.DEBUG, "using kernel {0}; refused before it: {1}", kind.id(), refused);
        }
        return kernel;
      } catch (KernelException e) {
        refused.add(kind.id() + ": " + e.getMessage());
      }
    }
    throw new KernelException(0, "no kernel available: " + refused);
  }

  private static Availability missing(KernelKind kind) {
    return Availability.no(
        "no provider on the class or module path",
        "add the artifact dev.xsc:" + ARTIFACTS.get(kind));
  }

  /** Looks once for the providers of this process, when the first ring is opened. */
  private static final class Installed {
    static final Map<KernelKind, KernelProvider> PROVIDERS = load();
  }

  private static Map<KernelKind, KernelProvider> load() {
    Map<KernelKind, KernelProvider> found = new EnumMap<>(KernelKind.class);
    var loader = ServiceLoader.load(KernelProvider.class, Kernels.class.getClassLoader());
    for (ServiceLoader.Provider<KernelProvider> candidate : loader.stream().toList()) {
      try {
        KernelProvider provider = candidate.get();
        found.putIfAbsent(provider.kind(), provider);
      } catch (ServiceConfigurationError e) {
        LOG.log(
            Level.WARNING,
            "kernel provider " + candidate.type().getName() + " cannot be loaded",
            e);
      }
    }
    return found;
  }
}
