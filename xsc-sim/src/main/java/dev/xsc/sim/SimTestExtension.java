// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Makes a {@link SimTest} a search over seeds. Used by JUnit. */
public final class SimTestExtension implements InvocationInterceptor, ParameterResolver {
  /** For JUnit. */
  public SimTestExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Simulation.class;
  }

  @Override
  public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // Each seed has one of its own, which the call below makes.
    return null;
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context) {
    invocation.skip();
    search(context.getRequiredTestClass(), call.getExecutable()).run();
  }

  /**
   * The search that a test stands for, for those who run it in another way than JUnit does.
   *
   * @param type the test class, or one that inherits the method
   * @param method with {@link SimTest}
   * @throws ExtensionConfigurationException if the method has another parameter than the
   *     simulation, or the class no constructor without parameters
   */
  public static Search search(Class<?> type, Method method) {
    SimTest wanted = method.getAnnotation(SimTest.class);
    if (wanted == null
        || method.getParameterCount() != 1
        || method.getParameterTypes()[0] != Simulation.class) {
      throw new ExtensionConfigurationException(
          method + ": a @SimTest takes one parameter, the Simulation");
    }
    Constructor<?> constructor = constructor(type);
    method.setAccessible(true);
    return search(wanted, simulation -> invoke(constructor, method, simulation));
  }

  private static Search search(SimTest wanted, Simulation.Body body) {
    SimulationOptions options = SimulationOptions.DEFAULT.faults(FaultPlan.parse(wanted.faults()));
    if (wanted.calmAfterMillis() > 0) {
      options =
          options.live(
              Duration.ofMillis(wanted.calmAfterMillis()),
              Duration.ofMillis(wanted.endWithinMillis()));
    }
    if (!wanted.checked()) {
      options = options.unchecked();
    }
    if (wanted.singleThreaded()) {
      options = options.singleThreaded();
    }
    Search search = Search.of(body).options(options).seeds(wanted.firstSeed(), wanted.seeds());
    return wanted.swarm().length == 0 ? search : search.swarm(wanted.swarm());
  }

  private static Constructor<?> constructor(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new ExtensionConfigurationException(
          type + ": a class with @SimTest methods needs a constructor without parameters", e);
    }
  }

  private static void invoke(Constructor<?> constructor, Method method, Simulation simulation)
      throws Exception {
    try {
      method.invoke(constructor.newInstance(), simulation);
    } catch (InvocationTargetException e) {
      throw Simulation.rethrow(e.getCause());
    }
  }
}
