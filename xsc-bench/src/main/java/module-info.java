// SPDX-License-Identifier: Apache-2.0
/** The {@code xsc} command line: demo, small tools and servers, conformance test and benchmarks. */
module dev.xsc.bench {
  requires static transitive org.jspecify;
  requires dev.xsc.api;
  requires dev.xsc.ffm;
  requires dev.xsc.sim;
  requires info.picocli;
  requires java.net.http;
  requires jmh.core;
  requires jdk.unsupported; // direct I/O of FileChannel, which the demo compares with
  requires org.junit.platform.engine;
  requires org.junit.platform.launcher;

  opens dev.xsc.bench to
      info.picocli;
}
