// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import java.lang.reflect.Method;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestInstancePreDestroyCallback;
import org.junit.jupiter.api.io.TempDirFactory;

/** Runs Jupiter tests of the conformance suite inside a {@link SimulatedWorld}, if it is wanted. */
public final class InsideSimulation
    implements InvocationInterceptor, TestInstancePreDestroyCallback {
  /** For JUnit. */
  public InsideSimulation() {}

  private static void run(Invocation<@Nullable Void> invocation) throws Throwable {
    if (SimulatedWorld.wanted()) {
      SimulatedWorld.inside(() -> {
        try {
          return invocation.proceed();
        } catch (Exception | Error e) {
          throw e;
        } catch (Throwable e) {
          throw new AssertionError(e);
        }
      });
    } else {
      invocation.proceed();
    }
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    run(invocation);
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    run(invocation);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    run(invocation);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    run(invocation);
  }

  @Override
  public void preDestroyTestInstance(ExtensionContext context) {
    SimulatedWorld.end();
  }

  /** Temporary folders on the disk of the simulation. */
  public static final class Folders implements TempDirFactory {
    /** For JUnit. */
    public Folders() {}

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws Exception {
      return new SimulatedWorld().newFolder();
    }
  }
}
