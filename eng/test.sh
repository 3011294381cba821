#!/usr/bin/env bash
# Everything that a change must pass: set-up, locked restore, build without warnings, format, the published program, all tests.
# Tests that start the program start the published one, as users do.
# The last line of standard output is always `N passed, N failed` (with `, N skipped` where tests were skipped).
# Arguments go to `dotnet test`: eng/test.sh --filter Name~Torture
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 CI=true
results=$(mktemp -d "${TMPDIR:-/tmp}/migplan-results.XXXXXX")
status=0

# One figure of a result file's <Counters …>; 0 where it is missing.
counter() {
  local value
  value=$(sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$2")
  echo "${value:-0}"
}

# Sums the counters of all result files, and ends with failure when a test failed, a stage failed, or nothing ran.
finish() {
  local passed=0 failed=0 skipped=0 total=0 file counters
  shopt -s nullglob
  for file in "$results"/*.trx; do
    counters=$(grep -o '<Counters [^>]*>' "$file" | head -1)
    passed=$((passed + $(counter passed "$counters")))
    total=$((total + $(counter total "$counters")))
    skipped=$((skipped + $(counter total "$counters") - $(counter executed "$counters")))
  done
  # Whatever neither passed nor was skipped failed: also what timed out, was aborted or had an error.
  failed=$((total - passed - skipped))
  rm -rf "$results"
  if [[ $status -eq 0 && ( $failed -gt 0 || $passed -eq 0 ) ]]; then status=1; fi
  if [[ $skipped -gt 0 ]]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

stage() {
  local name=$1; shift
  echo "── $name" >&2
  "$@" || { status=$?; echo "── $name failed ($status)" >&2; exit "$status"; }
}

stage 'set-up' eng/setup.sh --tests
stage 'restore' dotnet restore MigrationPlans.sln --locked-mode
stage 'build' dotnet build MigrationPlans.sln --configuration Release --no-restore -warnaserror
stage 'format' dotnet format MigrationPlans.sln --no-restore --verify-no-changes
publish() { MIGPLAN_PROGRAM=$(eng/publish.sh); }
stage 'publish' publish
export MIGPLAN_PROGRAM
# A shell that starts this in the background lets it ignore Ctrl-C, and whatever it starts, too; tests stop the program that way.
listening=()
if env --default-signal=INT true 2>/dev/null; then listening=(env --default-signal=INT); fi

# Every project runs, also after one that failed. The solution's projects run one after another: they share the machine.
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  echo "── $name" >&2
  ${listening[@]+"${listening[@]}"} dotnet test "$project" --configuration Release --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" "$@" || status=1
done
