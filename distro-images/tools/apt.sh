# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# An apt that knows Debian 12 at KERNEL_MIRROR and nothing else: this machine need not run Debian 12, nor be asked for root.
# shellcheck disable=SC2154 # lib.sh has them
need apt-get:apt dpkg-deb:dpkg flock:util-linux /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
apt=$cache/apt

apt_with() { local command=$1 && shift && "$command" -q -c "$apt/apt.conf" "$@"; }

# keep FILE: what comes in, unless it is there: another build may be reading it.
keep() {
  cat >"$1.$$"
  if cmp -s "$1.$$" "$1"; then rm "$1.$$"; else mv "$1.$$" "$1"; fi
}

# The lists are fetched at most once a day; what was fetched before serves a machine without network.
update_lists() {
  local mirror=${KERNEL_MIRROR:-http://deb.debian.org}
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/etc/preferences.d"
  keep "$apt/status" </dev/null
  keep "$apt/etc/sources.list" <<EOF
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror/debian bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror/debian-security bookworm-security main
EOF
  keep "$apt/apt.conf" <<EOF
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
  # Two builds at a time must not both fetch them.
  (
    flock 8
    [[ -z $(find "$apt/lists" -name '*_Packages*' -mmin -1440) ]] || exit 0
    apt_with apt-get update >&2
  ) 8>"$apt/lock" || say "no new package lists; going on with those of before"
}
