// SPDX-License-Identifier: Apache-2.0
package dev.xsc.sim.mutation;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A bug planted in one source file of the library.
 *
 * @param file below {@code dev/xsc}, without the ending
 * @param breaks what no longer holds
 * @param from what is there, exactly once
 * @param to what takes its place
 * @param seeds within how many the workload must find it
 */
record Mutation(String file, String breaks, String from, String to, int seeds) {
  private static final Path SOURCES = Path.of("..", "xsc-api", "src", "main", "java");

  /** Compiles the changed file, and hunts with it in place of the real one; see {@link Hunt}. */
  String hunt(Path folder) throws IOException, ReflectiveOperationException {
    Path original = SOURCES.resolve("dev/xsc/" + file + ".java");
    String source = Files.readString(original);
    int at = source.indexOf(from);
    if (at < 0 || source.indexOf(from, at + 1) >= 0) {
      throw new AssertionError(
          original + " must hold this exactly once; change the mutation with it:\n" + from);
    }
    Path changed = folder.resolve("source").resolve(original.getFileName());
    Files.createDirectories(changed.getParent());
    Files.writeString(changed, source.replace(from, to));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(changed, classes);
    return hunt(classes, seeds);
  }

  private static void compile(Path source, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      // As a part of its module: sealed types may be spread over packages only there.
      List<String> options =
          List.of(
              "-d",
              classes.toString(),
              "-nowarn",
              "--module-path",
              System.getProperty("java.class.path"),
              "--patch-module",
              "dev.xsc.api=" + source.getParent());
      if (!compiler
          .getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
          .call()) {
        throw new AssertionError(messages.toString());
      }
    }
  }

  /** Hunts with these classes before all others, in a class loader of its own. */
  static String hunt(Path classes, int seeds) throws IOException, ReflectiveOperationException {
    List<URL> path = new ArrayList<>();
    path.add(classes.toUri().toURL());
    for (String entry :
        System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      return (String)
          loader.loadClass(Hunt.class.getName()).getMethod("hunt", int.class).invoke(null, seeds);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }

  @Override
  public String toString() {
    return file + ": " + breaks;
  }
}
