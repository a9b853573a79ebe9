# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the scripts beside this file share: settings with their defaults, messages, and the names of tools that are missing.
# shellcheck disable=SC2034 # used by those who source this
set -euo pipefail
umask 022
# Tools of administrators are not on everybody's path.
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8

images=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
project=$(dirname "$images")

JOBS=${JOBS:-$(nproc)}
OUT=${OUT:-$images/build}
MIRROR=${MIRROR:-}
# Of zstd, for the root file system: 15 is small, 6 is fast.
LEVEL=${LEVEL:-15}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/xsc/images

say() { echo "$(basename "$0"): $*" >&2; }
die() { say "$*" && exit 1; }

# The last change of the sources dates everything, and names it.
git_says() { git -C "$project" -c safe.directory='*' "$@" 2>/dev/null; }
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git_says log -1 --format=%ct || echo 1767225600)}
REVISION=${REVISION:-$(git_says describe --always --dirty || echo unknown)}
export LEVEL JOBS OUT MIRROR SOURCE_DATE_EPOCH REVISION

# need TOOL:PACKAGE...: names all that are missing at once, with the command that brings them.
need() {
  local entry tools=() packages=()
  for entry in "$@"; do
    case ${entry%%:*} in
      /*) [[ -e ${entry%%:*} ]] && continue ;;
      *) command -v "${entry%%:*}" >/dev/null && continue ;;
    esac
    tools+=("${entry%%:*}")
    packages+=("${entry#*:}")
  done
  [[ ${#tools[@]} -eq 0 ]] || die "missing: ${tools[*]}: sudo apt-get install $(printf '%s\n' "${packages[@]}" | sort -u | xargs)"
}

# A name for the state of files: the same files give the same name.
fingerprint() {
  local path
  for path in "$@"; do
    find "$path" -type f -printf '%p\0' | sort -z | xargs -0 sha256sum | sed "s|  $path|  |"
  done | sha256sum | cut -c 1-12
}
