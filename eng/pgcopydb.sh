#!/usr/bin/env bash
# Prints where the newest pgcopydb is that can be had, for benchmarks: that of Debian's unstable release, fetched and unpacked into a directory of its own
# (MIGPLAN_PEERS_DIR, kept for the next time; remove it for a newer one). Needs root on Debian or what is like it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

root=${MIGPLAN_PEERS_DIR:-/var/tmp/migplan-peers}/pgcopydb
program=$root/usr/bin/pgcopydb
if [[ -e $root/complete ]]; then
  is_ours "$root"
else
  unpack_debian sid "$root" pgcopydb
  make_runnable "$root" "$program"
  touch "$root/complete"
fi
"$program" --version >/dev/null 2>&1 || fail "$program does not run here"
echo "$program"
