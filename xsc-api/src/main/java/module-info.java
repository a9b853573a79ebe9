// SPDX-License-Identifier: Apache-2.0
/**
 * The ring I/O library: asynchronous API, ring protocol, and the interface that kernels implement.
 */
module dev.xsc.api {
  requires static transitive org.jspecify;
  requires jdk.jfr;
  requires org.jctools.core.jdk11;

  exports dev.xsc;
  exports dev.xsc.ring;
  exports dev.xsc.spi;

  uses dev.xsc.spi.KernelProvider;
}
