#!/usr/bin/env bash
# run.sh SHAPE SIZE_MB RUNS MIGPLAN…: fills a source server with a shape and moves it to a target server by each method in
# turn, RUNS times. Prints every time on standard error, and at the end a table of medians on standard output.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shape=$1 size_mb=$2 runs=$3
shift 3
migplan=("$@")
source "$bench/servers.sh"

say() { printf 'bench: %s\n' "$*" >&2; }

write_manifest() {
  cat >"$work/$1.yaml" <<YAML
apiVersion: migrationplans.dev/v1
kind: MigrationPlan
metadata: { name: bench-$1 }
defaults: { endpoint: { tls: { mode: disable } }, database: { verify: $2 } }
sources:
  source: { postgres: { host: 127.0.0.1, port: $source_port }, credentials: { username: $PGUSER, password: { env: PGPASSWORD } } }
targets:
  target: { postgres: { host: 127.0.0.1, port: $target_port }, credentials: { username: $PGUSER, password: { env: PGPASSWORD } } }
databases:
  - { from: source/bench, to: target/bench }
YAML
}

apply() { "${migplan[@]}" apply "$work/$1.yaml" --auto-approve --state "$work/runs/$run-$1"; }
migplan_none() { apply none; }
migplan_counts() { apply counts; }
custom() {
  "$bin/pg_dump" -Fc -p "$source_port" -d bench -f "$work/dumps/custom"
  "$bin/createdb" -p "$target_port" bench
  "$bin/pg_restore" -p "$target_port" -d bench "$work/dumps/custom"
}
directory() {
  "$bin/pg_dump" -Fd -j4 -p "$source_port" -d bench -f "$work/dumps/directory"
  "$bin/createdb" -p "$target_port" bench
  "$bin/pg_restore" -j4 -p "$target_port" -d bench "$work/dumps/directory"
}
with_pgcopydb() {
  "$bin/createdb" -p "$target_port" bench
  pgcopydb clone --table-jobs 4 --index-jobs 4 --dir "$work/dumps/pgcopydb" \
    --source "host=127.0.0.1 port=$source_port dbname=bench" --target "host=127.0.0.1 port=$target_port dbname=bench"
}

declare -A label=(
  [migplan_none]='migplan apply, verify: none'
  [migplan_counts]='migplan apply, verify: counts'
  [custom]='pg_dump -Fc, then pg_restore'
  [directory]='pg_dump -Fd -j4, then pg_restore -j4'
  [with_pgcopydb]='pgcopydb clone, 4 + 4 jobs'
)
methods=(migplan_none custom migplan_counts directory)
if command -v pgcopydb >/dev/null; then methods+=(with_pgcopydb); fi

# Runs a method once; appends its wall time in seconds to its list.
measure() {
  local method=$1 began seconds process watcher status=0
  rm -rf "$work/dumps/"*
  "$bin/dropdb" --if-exists -p "$target_port" bench
  "$bin/psql" -Xq -p "$target_port" -d postgres -c CHECKPOINT
  began=$(date +%s%N)
  "$method" >"$work/runs/$method.log" 2>&1 &
  process=$!
  watch_memory "$process" "$work/runs/$method.memory" &
  watcher=$!
  wait "$process" || status=$?
  seconds=$(awk -v ns=$(($(date +%s%N) - began)) 'BEGIN { printf "%.2f", ns / 1e9 }')
  wait "$watcher" || true
  if [[ $status -ne 0 ]]; then
    say "$method failed with $status:"
    tail -20 "$work/runs/$method.log" >&2
    return 1
  fi
  echo "$seconds" >>"$work/runs/$method.times"
  say "run $run: ${label[$method]}: $seconds s"
}

# The peak resident size of migplan, in kB as the kernel counts it.
watch_memory() {
  local shell=$1 file=$2 peak=0 process value
  while kill -0 "$shell" 2>/dev/null; do
    for process in $(cat "/proc/$shell/task/$shell/children" 2>/dev/null || true); do
      value=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null) || continue
      if [[ ${value:-0} -gt $peak ]]; then peak=$value; fi
    done
    sleep 0.1
  done
  echo "$peak" >>"$file"
}

# Whatever was left out or changed shows here.
check_equal() {
  PGBIN=$bin "$bench/fingerprint.sh" "$target_port" bench >"$work/runs/$1.fingerprint"
  if ! diff -q "$work/runs/source.fingerprint" "$work/runs/$1.fingerprint" >/dev/null; then
    say "${label[$1]}: the target differs from the source:"
    diff "$work/runs/source.fingerprint" "$work/runs/$1.fingerprint" | head -20 >&2
    return 1
  fi
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

print_table() {
  local method time base peak
  base=$(median "$work/runs/migplan_none.times")
  printf '| method | median s | of %s runs | migplan is | peak MB |\n|---|---:|---|---:|---:|\n' "$runs"
  for method in "${methods[@]}"; do
    time=$(median "$work/runs/$method.times")
    peak=''
    if [[ $method == migplan_* ]]; then peak=$(sort -n "$work/runs/$method.memory" | tail -1 | awk '{ printf "%.0f", $1 / 1024 }'); fi
    printf '| %s | %.2f | %s | %s | %s |\n' "${label[$method]}" "$time" "$(sort -n "$work/runs/$method.times" | tr '\n' ' ')" \
      "$(awk -v a="$base" -v b="$time" 'BEGIN { printf "%.2f of it", a / b }')" "$peak"
  done
}

start_servers
say "filling the source: shape $shape, $size_mb MB"
"$bin/createdb" -p "$source_port" bench
"$bin/psql" -Xq -v ON_ERROR_STOP=1 -v size_mb="$size_mb" -p "$source_port" -d bench -f "$bench/shapes/$shape.sql" >/dev/null
"$bin/psql" -Xq -p "$source_port" -d bench -c 'VACUUM ANALYZE' -c CHECKPOINT
summary=$("$bin/psql" -XAtq -p "$source_port" -d bench -c "
  SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database())) || ', '
    || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class WHERE relkind = 'r' AND oid >= 16384) || ' tables, '
    || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class WHERE relkind = 'i' AND oid >= 16384 AND relnamespace <> 'pg_toast'::pg_catalog.regnamespace) || ' indexes'")
say "source: $summary"
PGBIN=$bin "$bench/fingerprint.sh" "$source_port" bench >"$work/runs/source.fingerprint"
write_manifest none none
write_manifest counts counts

for ((run = 1; run <= runs; run++)); do
  for method in "${methods[@]}"; do
    measure "$method"
    if [[ $run -eq 1 ]]; then check_equal "$method"; fi
  done
done

printf 'Shape %s: %s. %s, %s CPUs, %s runs by turns; every method gave an equal database.\n\n' \
  "$shape" "$summary" "$("$bin/postgres" --version | sed 's/ (PostgreSQL)//')" "$(getconf _NPROCESSORS_ONLN)" "$runs"
print_table
