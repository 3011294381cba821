#!/usr/bin/env bash
# Measures `migplan apply` against pg_dump/pg_restore and pgcopydb on two throw-away servers. Where the newest pgcopydb can't be had, one that is installed takes part;
# BENCH_PGCOPYDB names another one, or none where it is empty.
#   eng/bench.sh [--shape wide|indexed|many|one-big|documents|blobs|fleet|far] [--runs N] [--size-mb N] [--tls]
# The shapes are files in bench/shapes. Nothing is deleted before the end: at the default size three runs need about 40 GB of disk in /var/tmp (or $BENCH_DIR).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

shape=wide runs=3 size_mb=1000
usage() { sed -n '4,5s/^# *//p' "$0" >&2; exit 64; }
while [[ $# -gt 0 ]]; do
  case $1 in
    --shape) shape=${2:-}; shift 2 || usage ;;
    --runs) runs=${2:-}; shift 2 || usage ;;
    --size-mb) size_mb=${2:-}; shift 2 || usage ;;
    --tls) export BENCH_TLS=1; shift ;;
    *) usage ;;
  esac
done
[[ -f bench/shapes/$shape.sql && $runs =~ ^[1-9][0-9]*$ && $size_mb =~ ^[1-9][0-9]*$ ]] || usage

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
eng/setup.sh
# As users run it: compiled ahead of time.
migplan=$(eng/publish.sh)
BENCH_PGCOPYDB=${BENCH_PGCOPYDB-$(eng/pgcopydb.sh || command -v pgcopydb || true)}
export BENCH_PGCOPYDB
dotnet build bench/SlowLine/SlowLine.csproj --configuration Release --verbosity quiet >&2
exec bench/run.sh "$shape" "$size_mb" "$runs" "dotnet $PWD/bench/SlowLine/bin/Release/net10.0/slow-line.dll" "$migplan"
