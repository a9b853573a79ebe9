# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the EL 9s have in common. distros/NAME sets title, iso, mirror, key, fingerprint and packages.
# shellcheck disable=SC2034,SC2154 # shared with tools/build
tools=(mmdebstrap:mmdebstrap newuidmap:uidmap dnf:dnf rpm:rpm gpg:gpg checkmodule:checkpolicy semodule_package:semodule-utils)
packages+=(filesystem setup glibc bash coreutils findutils grep sed gawk tar gzip hostname util-linux shadow-utils pam
  systemd systemd-udev kmod iproute procps-ng less nano rpm)
# The fixture has no package manager above rpm.
[[ $MIRROR == fixture ]] || packages+=(dnf glibc-minimal-langpack)

# rootfs LAYER TAR: makes the root file system, with the folder LAYER in it.
rootfs() {
  local layer=$1 tar=$2 dir=$work/el base=${MIRROR:-$mirror}
  local repos=("$base/BaseOS/x86_64/os/" "$base/AppStream/x86_64/os/")
  mkdir -p "$dir" "$layer/usr/share/selinux/packages"
  if [[ $MIRROR == fixture ]]; then
    local fixture
    fixture=$("$images/tools/fixture" "$distro")
    say "FIXTURE: $fixture, not the packages of $title"
    repos=("file://$fixture/repo")
    key=file://$fixture/RPM-GPG-KEY fingerprint=$(<"$fixture/fingerprint")
  fi

  # A key is trusted because its fingerprint is the one above, not because a server sent it.
  case $key in
    file://*) cp "${key#file://}" "$dir/key" ;;
    *) need curl:curl && curl --fail --silent --show-error --location --output "$dir/key" "$key" ;;
  esac
  local got
  got=$(gpg --homedir "$dir" --batch --quiet --with-colons --import-options show-only --import "$dir/key" 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }')
  [[ $got == "$fingerprint" ]] || die "the key $key has the fingerprint $got, not $fingerprint"
  {
    printf '[main]\ngpgcheck=1\ninstall_weak_deps=0\ntsflags=nodocs\nmodule_platform_id=platform:el9\nkeepcache=1\nlogdir=%s\nplugins=0\nzchunk=0\n' "$dir/dnf"
    local n=0 url
    for url in "${repos[@]}"; do
      printf '[xsc%d]\nname=%s\nbaseurl=%s\nenabled=1\ngpgcheck=1\ngpgkey=file://%s\n' "$n" "$title" "$url" "$dir/key"
      n=$((n + 1))
    done
  } >"$dir/dnf.conf"

  (cd "$dir" && checkmodule -m -M -o xsc.mod "$images/selinux/xsc.te" >/dev/null &&
    semodule_package -o "$layer/usr/share/selinux/packages/xsc.pp" -m xsc.mod -f "$images/selinux/xsc.fc")
  mkdir -p "$cache/$distro"
  # Debian's rpm would keep its database at home.
  printf '%%_dbpath /var/lib/rpm\n%%_install_langs C\n' >"$dir/.rpmmacros"
  # The namespace has other users: they write here, and what is kept from one build to the next comes and goes through here.
  mkdir -m 777 "$dir/dnf" "$dir/cache" "$dir/tmp"
  [[ $MIRROR == fixture ]] || { cp -r "$cache/$distro/." "$dir/cache/" && chmod -R a+rwX "$dir/cache"; }
  : >"$tar"
  chmod 666 "$tar"
  # shellcheck disable=SC2086 # a list of words
  HOME=$dir TMPDIR=$dir/tmp mmdebstrap --unshare-helper "$images/tools/el-root" "$dir" "$layer" "$tar" "${packages[@]}" ${EXTRA_PACKAGES:-}
  [[ $MIRROR == fixture ]] || cp -r "$dir/cache/." "$cache/$distro/"
  chmod 644 "$tar"
}
