# Two throw-away servers for a benchmark; sourced by run.sh. Sets bin, work, source_port, target_port, PGUSER, PGPASSWORD. With BENCH_TLS=1 all
# connections are encrypted, as RDS wants it.
# shellcheck shell=bash

find_bin() {
  local candidate best='' best_version=0 version
  for candidate in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin ${PATH//:/ }; do
    if [[ -x $candidate/initdb && -x $candidate/pg_ctl && -x $candidate/pg_dump ]]; then
      version=$("$candidate/initdb" --version | grep -o '[0-9]*' | head -1)
      if [[ $version -gt $best_version ]]; then best=$candidate best_version=$version; fi
    fi
  done
  [[ -n $best ]] || { echo 'bench: no PostgreSQL server programs here; run eng/setup.sh' >&2; return 1; }
  echo "$best"
}

# PostgreSQL refuses to run as root.
as_server() { if [[ $(id -u) -eq 0 ]]; then PATH=$PATH:/usr/sbin:/sbin runuser -u postgres -- "$@"; else "$@"; fi; }

# start_server NAME: prints its port.
start_server() {
  local data=$work/$1 port attempt
  as_server "$bin/initdb" -D "$data" -U "$PGUSER" -A scram-sha-256 --pwfile="$work/password" -E UTF8 --locale=C.UTF-8 -N >/dev/null
  as_server tee -a "$data/postgresql.conf" >/dev/null <"$bench/postgresql.conf"
  if [[ ${BENCH_TLS:-} == 1 ]]; then
    as_server openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -keyout "$data/server.key" -out "$data/server.crt" 2>/dev/null
    as_server tee -a "$data/postgresql.conf" >/dev/null <<<'ssl = on'
  fi
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    if as_server "$bin/pg_ctl" start -D "$data" -l "$work/$1.log" -o "-p $port" -w -t 60 >/dev/null; then
      echo "$port"
      return 0
    fi
  done
  echo "bench: the $1 server does not start:" >&2
  tail -5 "$work/$1.log" >&2
  return 1
}

start_servers() {
  bin=$(find_bin) || return 1
  work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/migplan-bench.XXXXXX")
  trap stop_servers EXIT
  trap 'exit 130' INT TERM
  tls_mode=$([[ ${BENCH_TLS:-} == 1 ]] && echo require || echo disable)
  export PGUSER=migplan PGHOST=127.0.0.1 PGPASSWORD PGSSLMODE=$tls_mode PGOPTIONS="-c client_min_messages=warning"
  PGPASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  chmod 711 "$work"
  (umask 077; printf '%s' "$PGPASSWORD" >"$work/password")
  mkdir "$work/dumps" "$work/runs"
  if [[ $(id -u) -eq 0 ]]; then chown postgres "$work" "$work/password"; fi
  source_port=$(start_server source) && target_port=$(start_server target) || return 1
  rm -f "$work/password"
}

stop_servers() {
  local data
  for data in "$work/source" "$work/target"; do
    if [[ -e $data/postmaster.pid ]]; then as_server "$bin/pg_ctl" stop -D "$data" -m immediate -s || true; fi
  done
  rm -rf "$work"
}
