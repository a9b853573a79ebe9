#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In a fresh Debian with /root/xsc-dkms.deb and headers of one or more kernels: installs the package, looks, and purges it. KTAP.
set -u
export DEBIAN_FRONTEND=noninteractive
n=0 failed=0

is() {
  local name=$1
  shift
  n=$((n + 1))
  if "$@" >/tmp/is.log 2>&1; then
    echo "ok $n - $name"
  else
    echo "not ok $n - $name"
    sed 's/^/# /' /tmp/is.log
    failed=$((failed + 1))
  fi
}
isnt() {
  local name=$1
  shift
  is "$name" eval "! $(printf '%q ' "$@")"
}

built() {
  local module
  module=$(find "/lib/modules/$1" -name 'xsc.ko*')
  [ -n "$module" ] && [ "$(modinfo -F vermagic "$module" | cut -d' ' -f1)" = "$1" ] && modinfo -F parm "$module" | grep -q ^max_inflight:
}

echo 'TAP version 13'
kernels=$(cd /lib/modules && for k in *; do [ -e "$k/build/Makefile" ] && echo "$k"; done)
is 'headers_of_two_kernels_are_there' test "$(echo "$kernels" | wc -l)" -ge 2
is 'the_package_installs' apt-get install -y -q /root/xsc-dkms.deb
version=$(dpkg-query -W -f '${Version}' xsc-dkms)
for kernel in $kernels; do
  is "dkms_has_installed_it_for_$kernel" sh -c "dkms status -m xsc -v $version -k $kernel | grep -q installed"
  is "the_module_is_for_$kernel" built "$kernel"
done
is 'the_group_is_there' getent group xsc
is 'the_udev_rule_names_the_group' grep -q 'GROUP="xsc"' /lib/udev/rules.d/60-xsc.rules
is 'it_is_loaded_at_boot' grep -qx xsc /lib/modules-load.d/xsc.conf
is 'programs_compile_against_the_header' sh -c 'echo "#include <linux/xsc.h>" | gcc -fsyntax-only -Wall -Werror -xc -'
is 'it_installs_again' apt-get install -y -q --reinstall /root/xsc-dkms.deb
is 'it_can_be_purged' apt-get purge -y -q xsc-dkms
for kernel in $kernels; do
  isnt "nothing_is_left_for_$kernel" sh -c "find /lib/modules/$kernel -name 'xsc.ko*' | grep ."
done
isnt 'no_sources_are_left' test -e "/usr/src/xsc-$version"
isnt 'dkms_has_forgotten_it' sh -c 'dkms status | grep ^xsc'
echo "1..$n"
echo "# Totals: pass:$((n - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
[ "$failed" -eq 0 ]
