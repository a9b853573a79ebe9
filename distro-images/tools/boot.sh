# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Boots an image with a folder of work for it, by the project's one guest script.
# shellcheck disable=SC2154 # lib.sh has them

# boot_image ISO HOW SHARE TIMEOUT MEMORY: HOW is cd, disk, usb or uefi. Runs SHARE/command in it as root. SHARE/console.log has what
# the machine said.
boot_image() {
  local iso=$1 how=$2 share=$3 timeout=$4 memory=$5 arguments=()
  case $how in
    uefi) arguments=(--boot cd --uefi) ;;
    *) arguments=(--boot "$how") ;;
  esac
  [[ ! -w /dev/kvm || -z ${XSC_KVM:-} ]] || arguments+=(--kvm)
  # In several threads, QEMU does not always notice in time that a JVM has patched its code.
  "$project/kernel-driver/tools/guest" --image "$iso" "${arguments[@]}" --cpus 2 --one-thread --memory "$memory" --timeout "$timeout" --keep "$share" \
    --qemu -virtfs --qemu "local,path=${share//,/,,},mount_tag=xsc-run,security_model=none,multidevs=remap" \
    --qemu -nic --qemu user,model=virtio-net-pci
}

# totals NAME KTAP: "NAME: N passed, N failed, N skipped".
totals() {
  "$images/tools/ktap-to-junit" -v suite="$1" "$2" | sed -n '2s/.*tests="\([0-9]*\)" failures="\([0-9]*\)".*skipped="\([0-9]*\)".*/\1 \2 \3/p' |
    while read -r tests failed skipped; do echo "$1: $((tests - failed - skipped)) passed, $failed failed, $skipped skipped"; done
}
