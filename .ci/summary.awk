# SPDX-License-Identifier: Apache-2.0
#
# Reads Surefire's XML reports. Prints why each skipped test was skipped, then one line for each suite.
# Exits with 1 if a test failed or if none ran.

function attribute(name) {
  return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
}

# The reason is the message of @Disabled, or the first line of what a failed assumption threw.
function reason(   text) {
  text = attribute("message")
  if (text == "" && match($0, /CDATA\[.*/)) text = substr($0, RSTART + 6)
  sub(/^[a-zA-Z0-9.]*TestAbortedException: /, "", text)
  sub(/\]\]>.*/, "", text)
  return plain(text)
}

function plain(text) {
  gsub(/&#10;/, " ", text)
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

# The suite is the module: xsc-api/target/... is xsc-api, xsc-api/stress/target/... is xsc-api-stress.
FNR == 1 {
  suite = FILENAME
  sub(/^\.\//, "", suite)
  sub(/\/target\/.*/, "", suite)
  gsub(/\//, "-", suite)
  if (!(suite in tests)) order[++suites] = suite
}

/<testsuite / {
  tests[suite] += attribute("tests")
  failed[suite] += attribute("failures") + attribute("errors")
  skipped[suite] += attribute("skipped")
}

/<testcase / { test = attribute("classname") "." attribute("name") }

/<skipped/ { print "skipped in " suite ": " plain(test) ": " reason() }

END {
  for (i = 1; i <= suites; i++) {
    suite = order[i]
    printf "%s: %d passed, %d failed, %d skipped\n", suite, tests[suite] - failed[suite] - skipped[suite], failed[suite], skipped[suite]
    ran += tests[suite] - skipped[suite]
    bad += failed[suite]
  }
  if (!ran) print "no test ran"
  exit !ran || bad
}
