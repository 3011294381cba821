#!/usr/bin/env bash
# Builds migplan as one program that needs no .NET where it runs, into artifacts/publish/PLATFORM. For this machine's platform it is
# native code, which starts at once; for another one (linux-x64, linux-arm64, osx-arm64, win-x64), whose linker is not here, it is
# compiled ahead of time as far as that goes.
#   eng/publish.sh [PLATFORM]
# Prints the path of the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
here=$(dotnet --info | sed -n 's/^ *RID: *//p')
platform=${1:-$here}
[[ $platform =~ ^[a-z]+(-[a-z0-9]+)+$ ]] || { sed -n '2,5s/^# *//p' "$0" >&2; exit 64; }
output=$PWD/artifacts/publish/$platform

if [[ $platform == "$here" ]]; then
  eng/setup.sh --native
  # Libraries that use reflection; what they find that way is kept: see MigrationPlans.Cli.csproj. Of our own code, a warning is an error.
  how=(-p:PublishAot=true '-p:NoWarn=CS1591%3BCS1573%3BIL2104%3BIL3053%3BIL3000%3BIL3002')
else
  how=(--self-contained true -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true)
fi

log=$(mktemp "${TMPDIR:-/tmp}/migplan-publish.XXXXXX")
trap 'rm -f "$log"' EXIT
rm -rf "$output"
# Locks are for builds of every platform at once; this one has its own. Versions are pinned for all by Directory.Packages.props.
if ! dotnet publish src/MigrationPlans.Cli --configuration Release --runtime "$platform" --verbosity quiet "${how[@]}" \
  -p:NuGetLockFilePath=obj/publish.lock.json --artifacts-path artifacts/publish-build \
  -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false \
  --output "$output" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi

program=$output/migplan
[[ -x $program ]] || program=$program.exe
echo "$program"
