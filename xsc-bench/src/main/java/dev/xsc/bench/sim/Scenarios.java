// SPDX-License-Identifier: Apache-2.0
package dev.xsc.bench.sim;

import dev.xsc.sim.Fault;
import dev.xsc.sim.Search;
import dev.xsc.sim.SimTest;
import dev.xsc.sim.SimTestExtension;
import dev.xsc.sim.Simulation;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds scenarios by name: built-in ones, {@code CLASS} that is a {@link Simulation.Body} or has
 * one {@link SimTest}, and {@code CLASS#METHOD}. One thread's.
 */
public final class Scenarios {
  private static final Map<String, String> BUILT_IN = new LinkedHashMap<>();

  static {
    String log = WriteAheadLog.class.getName();
    String message = Message.class.getName();
    BUILT_IN.put("log", log + "#missingSync");
    BUILT_IN.put("log-fixed", log + "#fixed");
    BUILT_IN.put("message", message + "#oneRead");
    BUILT_IN.put("message-fixed", message + "#fixed");
  }

  /** Of what says nothing itself: a disk that lies is for those who ask for it. */
  private static final Fault.Group[] SURVIVABLE =
      EnumSet.complementOf(EnumSet.of(Fault.Group.CORRUPTION)).toArray(Fault.Group[]::new);

  private final ClassLoader loader;

  /**
   * Scenarios on our class path and another one.
   *
   * @param classPath jars and folders, separated as on the command line of Java; or none
   * @throws NoSuchFileException if a part of it does not exist
   */
  public Scenarios(@Nullable String classPath) throws IOException {
    loader = new URLClassLoader(urls(classPath), Scenarios.class.getClassLoader());
  }

  private static URL[] urls(@Nullable String classPath) throws IOException {
    if (classPath == null) {
      return new URL[0];
    }
    List<String> parts =
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
            .splitAsStream(classPath)
            .filter(part -> !part.isEmpty())
            .toList();
    URL[] urls = new URL[parts.size()];
    for (int i = 0; i < urls.length; i++) {
      Path part = Path.of(parts.get(i));
      if (!Files.exists(part)) {
        throw new NoSuchFileException(part.toString());
      }
      try {
        urls[i] = part.toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IOException(part + ": " + e.getMessage(), e);
      }
    }
    return urls;
  }

  /** The names of the built-in ones. */
  public static List<String> builtIn() {
    return List.copyOf(BUILT_IN.keySet());
  }

  /**
   * The search that a scenario stands for: with the options of its {@link SimTest}, or the usual
   * ones.
   *
   * @throws IllegalArgumentException if there is no such scenario, saying what there is
   */
  public Search find(String name) {
    String[] parts = BUILT_IN.getOrDefault(name, name).split("#", 2);
    Class<?> type = load(name, parts[0]);
    if (parts.length == 1 && Simulation.Body.class.isAssignableFrom(type)) {
      Simulation.Body body = (Simulation.Body) make(type);
      return Search.of(body).swarm(SURVIVABLE);
    }
    List<Method> found =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(SimTest.class))
            .filter(method -> parts.length == 1 || method.getName().equals(parts[1]))
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(notOne(type, parts, found));
    }
    return SimTestExtension.search(type, found.getFirst());
  }

  private Class<?> load(String name, String className) {
    try {
      return Class.forName(className, true, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "no scenario '"
              + name
              + "': name a class, add its jar with --class-path, or try one of "
              + String.join(", ", builtIn()),
          e);
    } catch (LinkageError e) {
      throw new IllegalArgumentException(
          "class " + className + " cannot be used (" + e + "): add what it needs to --class-path",
          e);
    }
  }

  private static String notOne(Class<?> type, String[] parts, List<Method> found) {
    if (found.isEmpty()) {
      return type.getName()
          + (parts.length == 1 ? " is no Simulation.Body and" : "")
          + " has no @SimTest method"
          + (parts.length == 1 ? "" : " " + parts[1]);
    }
    StringJoiner names = new StringJoiner(", ");
    found.stream()
        .map(method -> type.getName() + "#" + method.getName())
        .sorted()
        .forEach(names::add);
    return found.size() + " scenarios in " + type.getName() + ": name one of " + names;
  }

  private static Object make(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "the constructor of " + type.getName() + " failed: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName() + " needs a constructor without parameters", e);
    }
  }
}
