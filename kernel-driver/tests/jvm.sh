#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Whether a JVM behaves that lends threads to the driver, and what it leaves behind. Runs in a guest: see tools/guest-jvm.
rings=3 threads=6 # of rings, two each
patience=120      # seconds: a limit for what never comes, not a measure
out=/tmp/out in=/tmp/in
pid=

seconds() { cut -d. -f1 /proc/uptime; }

# Waits until a command succeeds.
until_so() {
  limit=$(($(seconds) + patience))
  while ! "$@"; do
    [ "$(seconds)" -le "$limit" ] || { echo "# not in $patience s: $*" && return 1; }
    sleep 0.1
  done
}

# ---- the program under test: dev.xsc.conformance.LentThreads

start() {
  rm -f "$in" "$out" && mkfifo "$in"
  # Opening the pipe waits for its other end, which is the next line.
  /opt/xsc/java/bin/java -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp '/opt/xsc/lib/*' \
    dev.xsc.conformance.LentThreads "$rings" <"$in" >"$out" 2>&1 &
  pid=$!
  exec 3>"$in"
  until_so said ready 1
}

tell() { echo "$1" >&3; }

# It has printed so many lines with this in them.
said() { [ "$(grep -c "$1" "$out")" -ge "$2" ]; }

works() {
  before=$(grep -c '^worked' "$out")
  tell work
  until_so said '^worked' $((before + 1))
}

gone() { ! kill -0 "$pid" 2>/dev/null; }

# It has ended, with this code; 128 and more are signals.
ended_with() {
  began=$(seconds)
  until_so gone || return 1
  echo "# ended within $(($(seconds) - began + 1)) s"
  exec 3>&-
  wait "$pid"
  code=$?
  [ "$code" -eq "$1" ] || { echo "# exit code $code instead of $1" && return 1; }
}

# ---- what the kernel says of it

# The sum of a number over all rings, as fdinfo has it.
sum_of() {
  for fd in /proc/"$pid"/fd/*; do
    [ "$(readlink "$fd")" != /dev/xsc ] || cat "/proc/$pid/fdinfo/${fd##*/}"
  done | awk -v name="$1:" '$1 == name { n += $2 } END { print n + 0 }'
}

sum_is() { [ "$(sum_of "$1")" -eq "$2" ]; }

# State and processor ticks of each lent thread.
lent() { grep -l '^xsc-worker' /proc/"$pid"/task/*/comm | while read -r comm; do cut -d' ' -f3,14,15 "${comm%comm}stat"; done; }

lent_are() { [ "$(lent | grep -c "^$1")" -eq "$threads" ]; }

unused() { [ "$(cat /sys/module/xsc/refcnt)" -eq 0 ]; }

asleep() { sum_is workers "$threads" && sum_is polling 0 && lent_are S; }

# ---- tests

idle_workers_sleep_and_use_no_processor() {
  until_so asleep || return 1
  before=$(lent)
  sleep 3
  asleep || return 1
  after=$(lent)
  [ "$before" = "$after" ] || { echo "# before: $before; after: $after" && return 1; }
}

workers_wake_for_work_and_sleep_again() { works && works && until_so asleep; }

a_thread_dump_shows_them_and_disturbs_nothing() {
  kill -QUIT "$pid"
  until_so said 'Full thread dump' 1 && until_so said '^"xsc-worker' "$threads" && works && until_so asleep
}

a_stopped_process_stops_and_goes_on() {
  kill -STOP "$pid"
  until_so lent_are T || return 1
  kill -CONT "$pid"
  works && until_so asleep
}

the_end_of_main_ends_the_process() { tell return && ended_with 0 && said '^ending' 1; }

system_exit_ends_the_process() { start && works && tell exit && ended_with 3 && said '^ending' 1; }

sigterm_ends_the_process() { start && kill -TERM "$pid" && ended_with 143 && said '^ending' 1; }

sigkill_leaves_nothing_in_the_kernel() {
  start && works && sum_is in_flight "$rings" || return 1
  kill -KILL "$pid"
  ended_with 137 && until_so unused && rmmod xsc && [ ! -e /dev/xsc ]
}

a_driver_that_is_loaded_again_works() { insmod /modules/xsc.ko && start && works && tell return && ended_with 0; }

tests='idle_workers_sleep_and_use_no_processor workers_wake_for_work_and_sleep_again a_thread_dump_shows_them_and_disturbs_nothing
  a_stopped_process_stops_and_goes_on the_end_of_main_ends_the_process system_exit_ends_the_process sigterm_ends_the_process
  sigkill_leaves_nothing_in_the_kernel a_driver_that_is_loaded_again_works'

echo 'KTAP version 1'
echo "1..$(echo "$tests" | wc -w)"
n=0 failed=0
start
for t in $tests; do
  n=$((n + 1))
  if "$t"; then
    echo "ok $n $t"
  else
    failed=$((failed + 1))
    sed 's/^/# /' "$out"
    echo "not ok $n $t"
    # The next one starts afresh.
    kill -KILL "$pid" 2>/dev/null
    [ -e /dev/xsc ] || insmod /modules/xsc.ko
    start
  fi
done
echo "$((n - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
