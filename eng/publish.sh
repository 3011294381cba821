#!/usr/bin/env bash
# Builds migplan for this machine's platform, or for the one that is named (linux-x64, linux-arm64, osx-arm64, win-x64), into
# artifacts/publish/PLATFORM: needs no .NET where it runs, and is compiled ahead of time, so that a run spends its time on rows.
#   eng/publish.sh [PLATFORM]
# Prints the path of the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
platform=${1:-$(dotnet --info | sed -n 's/^ *RID: *//p')}
[[ $platform =~ ^[a-z]+(-[a-z0-9]+)+$ ]] || { sed -n '2,4s/^# *//p' "$0" >&2; exit 64; }
output=$PWD/artifacts/publish/$platform

log=$(mktemp "${TMPDIR:-/tmp}/migplan-publish.XXXXXX")
trap 'rm -f "$log"' EXIT
rm -rf "$output"
# Locks are for builds of every platform at once; this one has its own. Versions are pinned for all by Directory.Packages.props.
if ! dotnet publish src/MigrationPlans.Cli --configuration Release --runtime "$platform" --self-contained true --verbosity quiet \
  -p:NuGetLockFilePath=obj/publish.lock.json --artifacts-path artifacts/publish-build \
  -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false \
  --output "$output" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi

program=$output/migplan
[[ -x $program ]] || program=$program.exe
echo "$program"
