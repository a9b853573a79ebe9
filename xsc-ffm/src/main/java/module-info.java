// SPDX-License-Identifier: Apache-2.0
/**
 * The native kernels, reached through the foreign function interface; the only module that needs
 * native access.
 */
module dev.xsc.ffm {
  requires transitive dev.xsc.api;
  requires static org.jspecify;

  exports dev.xsc.ffm;

  provides dev.xsc.spi.KernelProvider with
      dev.xsc.ffm.IoUringProvider,
      dev.xsc.ffm.XscDeviceProvider;
}
