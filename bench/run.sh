#!/usr/bin/env bash
# run.sh SHAPE SIZE_MB RUNS SLOW_LINE MIGPLAN…: fills a source server with a shape and moves it to a target server by each
# method in turn, RUNS times. Prints every time on standard error, and at the end a table of medians on standard output.
# A shape's first lines may say how many databases it is for, and what line lies before the target:
#   -- databases: 20
#   -- line: 10 ms each way, 200 Mbit/s
# BENCH_PGCOPYDB is the pgcopydb that takes part; empty for none.
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shape=$1 size_mb=$2 runs=$3 slow_line=$4
shift 4
migplan=("$@")
source "$bench/servers.sh"

shape_file=$bench/shapes/$shape.sql
count=$(sed -n 's/^-- databases: \([0-9]*\)$/\1/p' "$shape_file")
line=$(sed -n 's/^-- line: \([0-9]*\) ms each way, \([0-9]*\) Mbit\/s$/\1 \2/p' "$shape_file")
databases=()
for ((number = 1; number <= ${count:-1}; number++)); do databases+=("bench$number"); done

say() { printf 'bench: %s\n' "$*" >&2; }

write_manifest() {
  cat >"$work/$1.yaml" <<YAML
apiVersion: migrationplans.dev/v1
kind: MigrationPlan
metadata: { name: bench-$1 }
defaults: { endpoint: { tls: { mode: $tls_mode } }, database: { $2 } }
sources:
  source: { postgres: { host: 127.0.0.1, port: $source_port }, credentials: { username: $PGUSER, password: { env: PGPASSWORD } } }
targets:
  target: { postgres: { host: 127.0.0.1, port: $target_port }, credentials: { username: $PGUSER, password: { env: PGPASSWORD } } }
databases:
$(for name in "${databases[@]}"; do echo "  - { from: source/$name, to: target/$name }"; done)
YAML
}

apply() { "${migplan[@]}" apply "$work/$1.yaml" --auto-approve --state "$work/runs/$run-$1"; }
migplan_bare() { apply bare; }
migplan_whole() { apply whole; }
# Each of the scripts carries one database over; how many at once is the method's affair.
custom() {
  "$bin/pg_dump" -Fc -p "$source_port" -d "$1" -f "$work/dumps/$1"
  "$bin/createdb" -p "$target_port" "$1"
  "$bin/pg_restore" -p "$target_port" -d "$1" "$work/dumps/$1"
}
directory() { in_directory "$1"; }
directory_uncompressed() { in_directory "$1" -Z0; }
in_directory() {
  "$bin/pg_dump" -Fd -j4 "${@:2}" -p "$source_port" -d "$1" -f "$work/dumps/$1"
  "$bin/createdb" -p "$target_port" "$1"
  "$bin/pg_restore" -j4 -p "$target_port" -d "$1" "$work/dumps/$1"
}
pgcopydb_plain() { with_pgcopydb "$1"; }
pgcopydb_best() { with_pgcopydb "$1" --use-copy-binary --split-tables-larger-than 100MB --skip-vacuum --skip-analyze; }
# It takes the first pg_dump in the path; Debian's there is a script that looks for the right one.
with_pgcopydb() {
  "$bin/createdb" -p "$target_port" "$1"
  PATH=$bin:$PATH "$BENCH_PGCOPYDB" clone --table-jobs 4 --index-jobs 4 "${@:2}" --dir "$work/dumps/$1" \
    --source "host=127.0.0.1 port=$source_port dbname=$1" --target "host=127.0.0.1 port=$target_port dbname=$1"
}
# each METHOD AT_ONCE: all databases, so many at once.
each() {
  local database under_way=()
  for database in "${databases[@]}"; do
    if [[ ${#under_way[@]} -ge $2 ]]; then wait "${under_way[0]}"; under_way=("${under_way[@]:1}"); fi
    "$1" "$database" &
    under_way+=($!)
  done
  for database in "${under_way[@]}"; do wait "$database"; done
}
all_custom() { each custom 1; }
all_custom_four() { each custom 4; }
all_directory() { each directory 1; }
all_uncompressed() { each directory_uncompressed 1; }
all_pgcopydb() { each pgcopydb_plain 1; }
all_pgcopydb_best() { each pgcopydb_best 1; }

declare -A label=(
  [migplan_bare]='migplan apply, verify: none, statistics: none'
  [migplan_whole]='migplan apply, its defaults: counts and statistics'
  [all_custom]='pg_dump -Fc, then pg_restore'
  [all_custom_four]='the same, four databases at once'
  [all_directory]='pg_dump -Fd -j4, then pg_restore -j4'
  [all_uncompressed]='the same with -Z0'
  [all_pgcopydb]='clone, 4 + 4 jobs'
  [all_pgcopydb_best]='the same, binary, in parts of 100 MB, without VACUUM'
)
methods=(migplan_bare all_custom migplan_whole all_directory all_uncompressed)
if [[ ${#databases[@]} -gt 1 ]]; then methods+=(all_custom_four); fi
if [[ -n ${BENCH_PGCOPYDB:-} ]]; then
  label[all_pgcopydb]="pgcopydb $("$BENCH_PGCOPYDB" --version 2>/dev/null | sed -n 's/^pgcopydb version //p') ${label[all_pgcopydb]}"
  methods+=(all_pgcopydb)
  if grep -q -e --use-copy-binary <<<"$("$BENCH_PGCOPYDB" clone --help 2>&1)"; then methods+=(all_pgcopydb_best); fi
fi

# What the run before left is kept until the end: ext4 without a journal goes past every file number that was freed in the last five minutes
# whenever a file is made, and the method with most files a second would pay most for what the others left to delete.
set_aside() {
  aside=$((${aside:-0} + 1))
  mv "$work/dumps" "$work/dumps.$aside"
  mkdir "$work/dumps"
  "$bin/psql" -Xq -v ON_ERROR_STOP=1 -p "$target_port" -d postgres -f - >/dev/null <<SQL
    SELECT pg_catalog.format('ALTER DATABASE %I RENAME TO %I', datname, datname || '_$aside')
    FROM pg_catalog.pg_database WHERE datname ~ '^bench[0-9]+\$' \gexec
SQL
}

# Runs a method once; appends its wall time in seconds to its list.
measure() {
  local method=$1 began seconds process watcher database status=0
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
  local database
  for database in "${databases[@]}"; do
    PGBIN=$bin "$bench/fingerprint.sh" "$target_port" "$database" >"$work/runs/target.fingerprint"
    if ! diff "$work/runs/$database.fingerprint" "$work/runs/target.fingerprint" >"$work/runs/difference"; then
      say "${label[$1]}: $database differs from the source:"
      head -20 "$work/runs/difference" >&2
      return 1
    fi
  done
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f of it", a / b }'; }

print_table() {
  local method time base whole peak
  base=$(median "$work/runs/migplan_bare.times")
  whole=$(median "$work/runs/migplan_whole.times")
  printf '| method | median s | of %s runs | the first is | with defaults | peak MB |\n|---|---:|---|---:|---:|---:|\n' "$runs"
  for method in "${methods[@]}"; do
    time=$(median "$work/runs/$method.times")
    peak=''
    if [[ $method == migplan_* ]]; then peak=$(sort -n "$work/runs/$method.memory" | tail -1 | awk '{ printf "%.0f", $1 / 1024 }'); fi
    printf '| %s | %.2f | %s | %s | %s | %s |\n' "${label[$method]}" "$time" "$(sort -n "$work/runs/$method.times" | tr '\n' ' ')" \
      "$(ratio "$base" "$time")" "$(ratio "$whole" "$time")" "$peak"
  done
}

fill() {
  "$bin/createdb" -p "$source_port" "$1"
  "$bin/psql" -Xq -v ON_ERROR_STOP=1 -v size_mb="$size_mb" -p "$source_port" -d "$1" -f "$shape_file" >/dev/null
  "$bin/psql" -Xq -p "$source_port" -d "$1" -c 'VACUUM ANALYZE' -c CHECKPOINT
  PGBIN=$bin "$bench/fingerprint.sh" "$source_port" "$1" >"$work/runs/$1.fingerprint"
}

# The figures of one database; they are alike.
summary() {
  "$bin/psql" -XAtq -p "$source_port" -d "${databases[0]}" -c "
    SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database())) || ', '
      || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class WHERE relkind = 'r' AND oid >= 16384) || ' tables, '
      || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class WHERE relkind = 'i' AND oid >= 16384 AND relnamespace <> 'pg_toast'::pg_catalog.regnamespace) || ' indexes'"
}

# Everything that goes to the target passes the line, whatever the method.
start_line() {
  local near
  # shellcheck disable=SC2086 # two words each
  coproc LINE { exec $slow_line "$target_port" $line; }
  # shellcheck disable=SC2064 # as it is now: the variable goes with the process
  trap "kill $LINE_PID 2>/dev/null; stop_servers" EXIT
  read -r near <&"${LINE[0]}"
  target_port=$near
}

start_servers
say "filling the source: shape $shape, ${#databases[@]} databases of $size_mb MB"
for database in "${databases[@]}"; do fill "$database"; done
figures="${#databases[@]} × ($(summary))"
say "source: $figures"
if [[ -n $line ]]; then start_line; fi
# The other methods do not verify; of them, only pgcopydb analyzes.
write_manifest bare 'verify: none, statistics: none'
write_manifest whole 'verify: counts'

for ((run = 1; run <= runs; run++)); do
  for method in "${methods[@]}"; do
    set_aside
    set +e
    (
      set -e
      measure "$method"
      if [[ $run -eq 1 ]]; then check_equal "$method"; fi
    )
    status=$?
    set -e
    if [[ $status -ne 0 ]]; then
      # Whatever version of it there is today, it must not cost all other figures.
      [[ $method == all_pgcopydb* ]] || exit 1
      say "${label[$method]}: left out"
      for index in "${!methods[@]}"; do if [[ ${methods[index]} == "$method" ]]; then unset "methods[index]"; fi; done
    fi
  done
done

printf 'Shape %s: %s. %s, %s CPUs, %s runs by turns%s; every method gave an equal database.\n\n' \
  "$shape" "$figures" "$("$bin/postgres" --version | sed 's/ (PostgreSQL)//')" "$(getconf _NPROCESSORS_ONLN)" "$runs" \
  "$([[ $tls_mode == disable ]] || echo ', all connections encrypted')"
print_table
