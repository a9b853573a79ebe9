# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# An apt that knows Debian 12 at KERNEL_MIRROR and nothing else: this machine need not run Debian 12, nor be asked for root.
# shellcheck disable=SC2154 # lib.sh has them
need apt-get:apt dpkg-deb:dpkg flock:util-linux /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
apt=$cache/apt

apt_with() { local command=$1 && shift && "$command" -q -c "$apt/apt.conf" "$@"; }

# The lists are fetched at most once a day; what was fetched before serves a machine without network.
update_lists() {
  local mirror=${KERNEL_MIRROR:-http://deb.debian.org}
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/etc/preferences.d"
  : >"$apt/status"
  cat >"$apt/etc/sources.list" <<EOF
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror/debian bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror/debian-security bookworm-security main
EOF
  cat >"$apt/apt.conf" <<EOF
Dir::Etc "$apt/etc";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Debug::NoLocking "true";
EOF
  [[ -z $(find "$apt/lists" -name '*_Packages*' -mmin -1440) ]] || return 0
  apt_with apt-get update >&2 || say "no new package lists; going on with those of before"
}
