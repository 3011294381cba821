#!/usr/bin/env bash
# Brings this machine to where the project can be built and tested: installs PostgreSQL's server, client and contrib
# programs with the system's package manager when they are missing, and checks for the .NET SDK. Safe to run again;
# says nothing when there is nothing to do. With --tests it also brings what only the tests need: an emulator of AWS; with
# --native it brings nothing but what links native code (eng/publish.sh).
# Never starts, stops or touches a database server of this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }

# The places where packages put the programs; migplan looks in the same ones.
has_postgres() {
  local directory
  for directory in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql*/ \
                   /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
                   /Applications/Postgres.app/Contents/Versions/*/bin ${PATH//:/ }; do
    if [[ -x $directory/initdb && -x $directory/postgres && -x $directory/pg_ctl && -x $directory/pg_dump && -x $directory/psql ]] \
       && has_contrib "$directory"; then
      return 0
    fi
  done
  return 1
}

# The examples use extensions of the contrib package.
has_contrib() {
  local share
  share=$("$1/pg_config" --sharedir 2>/dev/null) || share=
  if [[ -z $share ]]; then
    # pg_config is a development package on some systems. Debian's layout tells the same.
    share=${1%/bin}; share=${share/#\/usr\/lib/\/usr\/share}
    [[ -d $share/extension ]] || return 0
  fi
  [[ -e $share/extension/pg_trgm.control ]]
}

# Shows what a command printed only when it fails.
quietly() {
  local log status=0
  log=$(mktemp "${TMPDIR:-/tmp}/migplan-setup.XXXXXX")
  "$@" >"$log" 2>&1 || status=$?
  if [[ $status -ne 0 ]]; then cat "$log" >&2; fi
  rm -f "$log"
  return "$status"
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing PostgreSQL needs root, and there is no sudo here; run as root: $*"
  fi
}

install_with_apt() {
  # Debian's package makes and starts a server of its own unless told not to. What the user decided about that stays.
  local settings=/etc/postgresql-common/createcluster.conf
  if ! grep -qs '^ *create_main_cluster' "$settings"; then
    say "telling the packages not to create a server ($settings)"
    as_root mkdir -p /etc/postgresql-common
    printf 'create_main_cluster = false\n' | as_root tee -a "$settings" >/dev/null
  fi
  as_root apt-get update -qq
  quietly as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold postgresql postgresql-contrib postgresql-client
}

install_with_dnf() { quietly as_root "$1" install -y -q postgresql-server postgresql postgresql-contrib; }
install_with_apk() { quietly as_root apk add --quiet postgresql postgresql-client postgresql-contrib runuser; }
install_with_brew() { quietly brew install --quiet postgresql@17; }

install_postgres() {
  if command -v apt-get >/dev/null; then
    say "PostgreSQL is missing; installing it with apt-get"; install_with_apt
  elif command -v dnf >/dev/null; then
    say "PostgreSQL is missing; installing it with dnf"; install_with_dnf dnf
  elif command -v yum >/dev/null; then
    say "PostgreSQL is missing; installing it with yum"; install_with_dnf yum
  elif command -v apk >/dev/null; then
    say "PostgreSQL is missing; installing it with apk"; install_with_apk
  elif command -v brew >/dev/null; then
    say "PostgreSQL is missing; installing it with brew"; install_with_brew
  else
    fail "PostgreSQL is missing, and none of apt-get, dnf, yum, apk and brew is here; install PostgreSQL 14 or newer (server, client, contrib) by hand"
  fi
}

install_linker() {
  say "a linker for native code is missing; installing gcc"
  if command -v apt-get >/dev/null; then
    as_root apt-get update -qq && quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gcc libc6-dev zlib1g-dev
  elif command -v dnf >/dev/null; then
    quietly as_root dnf install -y -q gcc glibc-devel zlib-devel
  elif command -v apk >/dev/null; then
    quietly as_root apk add --quiet build-base zlib-dev
  else
    fail "no linker for native code is here; install clang or gcc by hand (on macOS: xcode-select --install)"
  fi
}

if [[ ${1:-} == --native ]]; then
  command -v clang >/dev/null || command -v gcc >/dev/null || install_linker || fail "the package manager could not install gcc; its own message is above"
  exit 0
fi

if ! has_postgres; then
  install_postgres || fail "the package manager could not install PostgreSQL; its own message is above"
  has_postgres || fail "the packages are installed, but initdb, postgres, pg_ctl, pg_dump, psql and the contrib extensions were not found together in the usual places"
  say "PostgreSQL is installed"
fi

# The tests talk to an emulator of AWS. It goes into a place of its own under artifacts/, never into the system's Python.
if [[ ${1:-} == --tests ]] && ! command -v moto_server >/dev/null && [[ ! -x artifacts/moto/bin/moto_server ]]; then
  command -v python3 >/dev/null || fail "python3 is missing, and the AWS tests need it for their emulator"
  say "installing the AWS emulator for the tests into artifacts/moto"
  if ! python3 -m venv artifacts/moto >/dev/null 2>&1; then
    command -v apt-get >/dev/null || fail "python3 has no venv module; install it and run this again"
    as_root apt-get install -y -qq --no-install-recommends python3-venv >&2
    python3 -m venv artifacts/moto >&2
  fi
  artifacts/moto/bin/pip install --quiet --disable-pip-version-check 'moto[server]==5.2.1' >&2 || fail "pip could not install moto[server]"
fi

# An extension that PostgreSQL does not bring itself; without it, the tests of it are skipped.
if [[ ${1:-} == --tests ]] && command -v apt-get >/dev/null; then
  for version in $(ls /usr/lib/postgresql 2>/dev/null); do
    if [[ ! -e /usr/share/postgresql/$version/extension/pg_cron.control ]]; then
      say "installing pg_cron for the tests"
      as_root apt-get update -qq
      quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "postgresql-$version-cron" || say "there is no pg_cron for PostgreSQL $version here"
    fi
  done
fi

command -v dotnet >/dev/null || fail "the .NET SDK 10 is missing (https://dotnet.microsoft.com/download); 'dotnet' is not on PATH"
if ! dotnet --list-sdks | grep -q '^1[0-9]\.'; then
  fail "the .NET SDK 10 is missing; 'dotnet --list-sdks' shows: $(dotnet --list-sdks | tr '\n' ' ')"
fi
