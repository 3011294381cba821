#!/usr/bin/env bash
# Rehearses the consolidation example: three throw-away PostgreSQL servers, a real migration, a row-by-row comparison.
# Exit 0 only when both databases are verified. Needs no AWS account and leaves nothing behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
eng/setup.sh

echo 'Building migplan …' >&2
log=$(mktemp "${TMPDIR:-/tmp}/migplan-build.XXXXXX")
if ! dotnet build src/MigrationPlans.Cli/MigrationPlans.Cli.csproj --configuration Release --verbosity quiet >"$log" 2>&1; then
  cat "$log" >&2
  rm -f "$log"
  exit 1
fi
rm -f "$log"

exec dotnet src/MigrationPlans.Cli/bin/Release/net10.0/migplan.dll rehearse "${1:-examples/consolidation/manifest.yaml}" "${@:2}"
