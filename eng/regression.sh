#!/usr/bin/env bash
# Carries over what PostgreSQL's own regression tests leave behind: databases of every kind of object that there is, many in ways that nobody would think of.
# One database for each file of the tests, in which nothing that it makes is dropped, and one, `regression`, in which all files run one after the other. Each is
# compared, by bench/inventory.sh, with its source, and where it differs with what pg_dump and psql make of that.
# For root on Debian and what is like it. The server is the installed one (/usr/lib/postgresql/N) or, of another version, the one that eng/versions.sh fetched.
# The tests' source and the server's headers are fetched from the Debian release that has that version, by apt and so by signature and hash, and unpacked into a
# directory of their own (MIGPLAN_REGRESSION_DIR, kept for the next time). The two servers are thrown away afterwards.
#
#   eng/regression.sh                             the installed PostgreSQL 15
#   eng/regression.sh 18                          another version, from 15 on
#   eng/regression.sh 15 foreign_key xml          these files only
#   MIGPLAN=path/to/migplan eng/regression.sh     this program instead of what eng/publish.sh builds
#
# The last line of standard output is `N passed, N failed`, counted in databases.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

version=${1:-15}
chosen=" ${*:2} "
root=${MIGPLAN_REGRESSION_DIR:-/var/tmp/migplan-regression}/$version
# As in eng/versions.sh; below 15 the tests' files are made by a program of the source.
declare -A release=([15]=bookworm [17]=trixie [18]=sid)

# Leave nothing behind, look at the server itself or at what others left, or depend on the machine.
declare -A skipped
for name in tablespace database stats stats_import vacuum vacuum_parallel maintain_every sanity_check opr_sanity misc_sanity type_sanity oidjoins reindex_catalog sysviews copydml \
  write_parallel select_parallel random collate.linux.utf8 collate.windows.win1252 encoding unicode explain psql psql_crosstab bitmapops join_hash memoize incremental_sort limit numeric; do
  skipped[$name]=1
done

# Files whose databases are not expected to arrive, and why. pg_dump and psql fail at them, too, but for the last, of 17 and later.
declare -A exception=(
  [compression]='its rows fit into a page only as they were compressed before the column was changed'
  [foreign_data]='its foreign-data wrapper has options of before its validator, which takes none'
  [matview]='its unique index does not fit what a refresh brings now'
  [privileges]='its index calls a function that refuses everybody but the owner of the table'
  [event_trigger_login]='its trigger writes at each login, those of the comparison among them (docs/differences.md)'
)

[[ $(id -u) -eq 0 ]] || fail 'this needs root: the servers run as the account postgres'
[[ -n ${release[$version]:-} ]] || fail "this knows no place to get the tests of PostgreSQL $version from; it knows those of ${!release[*]}"

find_bin() {
  local home
  for home in /usr/lib/postgresql/$version "${MIGPLAN_VERSIONS_DIR:-/var/tmp/migplan-versions}/$version/usr/lib/postgresql/$version"; do
    if [[ -x $home/bin/postgres && -x $home/bin/psql && -x $home/bin/pg_dump ]]; then
      [[ $home == /usr/lib/* ]] || is_ours "${home%/usr/lib/*}" >&2
      echo "$home/bin"
      return
    fi
  done
  fail "PostgreSQL $version is not here: install it, or fetch it with MIGPLAN_VERSIONS=$version eng/versions.sh"
}

install_tools() {
  local tool missing=()
  for tool in gcc bzip2; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  [[ -e /usr/include/stdlib.h ]] || missing+=(libc6-dev)
  if [[ ${#missing[@]} -gt 0 ]]; then
    say "installing ${missing[*]}"
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 || fail "these could not be installed: ${missing[*]}"
  fi
}

# apt with lists of its own: it checks signatures and hashes, and this machine's own sources stay as they are.
apt_there() {
  apt-get -qq -o Dir::Etc::SourceList="$root/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$root/lists" -o Dir::State::Status=/dev/null -o Dir::Cache="$root/cache" \
    -o APT::Sandbox::User=root -o APT::Get::Only-Source=true "$@"
}

fetch() {
  local kind
  say "fetching the source and headers of PostgreSQL $version from Debian ${release[$version]} into $root"
  rm -rf "$root"
  mkdir -p "$root/lists/partial" "$root/cache/archives/partial" "$root/source" "$root/headers" "$root/lib"
  # Of the release as it was published: what differs in a later minor version does not matter here.
  for kind in deb deb-src; do
    echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${release[$version]} main"
  done >"$root/sources.list"
  apt_there update >&2 || fail "the lists of Debian ${release[$version]} could not be fetched"
  (cd "$root" && apt_there source --download-only --tar-only "postgresql-$version" >&2 && apt_there download "postgresql-server-dev-$version" >&2) \
    || fail "the source or headers of PostgreSQL $version could not be fetched"
  tar -xf "$root"/postgresql-"$version"_*.orig.tar.* -C "$root/source" --strip-components=1 --no-same-owner --wildcards "*/src/test/regress"
  dpkg -x "$root"/postgresql-server-dev-"$version"_*.deb "$root/headers"
  rm -rf "$root/lists" "$root/cache" "$root"/*.orig.tar.* "$root"/*.deb
  gcc -O1 -fPIC -shared -w -I "$root/headers/usr/include/postgresql/$version/server" -o "$root/lib/regress.so" "$tests/regress.c" || fail "the tests' library could not be built"
  touch "$root/complete"
}

psql_as_test() {
  PGTZ=PST8PDT PGDATESTYLE='Postgres, MDY' PGOPTIONS='-c intervalstyle=postgres_verbose -c client_min_messages=warning' PGPORT=$source_port PG_ABS_SRCDIR=$tests \
    PG_ABS_BUILDDIR=$work/build PG_LIBDIR=$work/lib PG_DLSUFFIX=.so timeout 120 "$bin/psql" -Xq -v HIDE_TABLEAM=on -v HIDE_TOAST_COMPRESSION=on "$@"
}

# load DATABASE FILE KEEP: whatever fails fails, as the tests want it.
load() {
  awk -v drops="$3" -f eng/regression/keep.awk "$tests/sql/$2.sql" | psql_as_test -d "$1" >"$work/build/$1-$2.out" 2>&1 || say "$2: its end was not reached in database $1"
}

load_all() {
  local file
  say "loading ${#files[@]} files"
  if [[ $chosen == '  ' ]]; then
    psql_as_test -d postgres -c 'CREATE DATABASE regression TEMPLATE template0'
    for file in test_setup "${all_files[@]}"; do load regression "$file" yes; done
  fi
  psql_as_test -d postgres -c 'CREATE DATABASE test_setup TEMPLATE template0'
  load test_setup test_setup no
  for file in "${files[@]}"; do
    psql_as_test -d postgres -c "CREATE DATABASE \"$file\" TEMPLATE test_setup"
    load "$file" "$file" no
  done
}

write_manifest() {
  cat <<YAML
apiVersion: migrationplans.dev/v1
kind: MigrationPlan
metadata: { name: regression-$version }
defaults: { endpoint: { tls: { mode: disable } }, database: { verify: checksums, publications: copy, subscriptions: copy } }
sources:
  old: { postgres: { host: 127.0.0.1, port: $source_port }, credentials: { username: $PGUSER, password: { env: PGPASSWORD } } }
targets:
  new: { postgres: { host: 127.0.0.1, port: $target_port }, credentials: { username: $PGUSER, password: { env: PGPASSWORD } } }
databases:
YAML
  for database in "${databases[@]}"; do echo "  - { from: old/$database, to: new/$database }"; done
}

# The connection string of a subscription is put together anew, with its values quoted.
inventory() { PGBIN=$bin bench/inventory.sh "$1" "$2" | sed "/^CREATE SUBSCRIPTION/s/''//g" | LC_ALL=C sort -u; }

# difference DATABASE: what its source and pg_dump's copy agree on and the target has not, and what only the target has. pg_dump's copy, because a server prints some
# of what it reads in anew otherwise than before; the source, because pg_dump can't carry over everything.
difference() {
  local there=$work/there here=$work/here dumped=$work/dumped
  inventory "$source_port" "$1" >"$here" && inventory "$target_port" "$1" >"$there" || { echo 'no inventory'; return; }
  cmp -s "$here" "$there" && return
  "$bin/psql" -Xq -p "$target_port" -d postgres -c "CREATE DATABASE \"dumped $1\" TEMPLATE template0"
  "$bin/pg_dump" --no-subscriptions -p "$source_port" "$1" | "$bin/psql" -Xq -p "$target_port" -d "dumped $1" >/dev/null 2>&1
  inventory "$target_port" "dumped $1" >"$dumped"
  LC_ALL=C comm -23 <(LC_ALL=C comm -12 "$here" "$dumped") "$there" | sed 's/^/- /'
  LC_ALL=C comm -13 <(LC_ALL=C sort -um "$here" "$dumped") "$there" | sed 's/^/+ /'
}

tests=$root/source/src/test/regress
install_tools
if [[ -e $root/complete ]]; then is_ours "$root"; else fetch; fi
program=${MIGPLAN:-$(eng/publish.sh)}

find_bin >/dev/null
programs=$(find_bin)
source bench/servers.sh
# shellcheck disable=SC2034 # Where the servers' settings are.
bench=$PWD/eng/regression
find_bin() { echo "$programs"; }
start_servers
install -d -m 777 "$work/build" "$work/build/results" "$work/build/testtablespace"
# One directory, as a function's library is known by its path.
mkdir "$work/lib"
ln -s "$root/lib/regress.so" "${programs%/bin}"/lib/{refint,autoinc}.so "$work/lib"

all_files=() files=()
for file in $(sed -n 's/^test: *//p' "$tests/parallel_schedule"); do
  if [[ -e $tests/sql/$file.sql && $file != test_setup && -z ${skipped[$file]:-} ]]; then
    all_files+=("$file")
    [[ $chosen == '  ' || $chosen == *" $file "* ]] || continue
    if [[ -n ${exception[$file]:-} ]]; then say "left out: $file, because ${exception[$file]}"; else files+=("$file"); fi
  fi
done
[[ ${#files[@]} -gt 0 ]] || fail 'none of these is a file of the tests whose database is carried over'
load_all
mapfile -t databases < <("$bin/psql" -XAtq -p "$source_port" -d postgres -c "SELECT datname FROM pg_database WHERE datname !~ '^(template[01]|postgres)$' ORDER BY 1")
write_manifest >"$work/manifest.yaml"
say "carrying ${#databases[@]} databases over"
"$program" validate "$work/manifest.yaml" >&2
"$program" plan "$work/manifest.yaml" >"$work/plan.out" 2>&1 || { cat "$work/plan.out" >&2; fail 'plan failed'; }
"$program" apply "$work/manifest.yaml" --auto-approve >"$work/apply.out" 2>"$work/apply.err" || say 'apply failed'
say 'comparing'
passed=0 failed=0
for database in "${databases[@]}"; do
  reason=$(sed -n "s|^[0-9:]* new/$database:\([a-z-]* failed: .*\)|\1|p" "$work/apply.err" | sed -n 1p)
  [[ -n $reason ]] || reason=$(difference "$database" | sed -n 1,20p)
  if [[ -z $reason ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1)); printf '%s: %s\n' "$database" "$reason"
  fi
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
