#!/usr/bin/env bash
# Everything that a change must pass: set-up, locked restore, build without warnings, format, the published program, all tests.
# Tests that start the program start the published one, as users do.
# The last line of standard output is always `N passed, N failed` (with `, N skipped` where tests were skipped).
# Arguments go to `dotnet test`: eng/test.sh --filter Name~Torture; with them, the integration tests run one after another.
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
  # Whatever ended it beside a test: a stage, a test that was waited for in vain, somebody who stopped it.
  if [[ $status -ne 0 && $failed -eq 0 ]]; then failed=1; fi
  if [[ $skipped -gt 0 ]]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
  exit $status
}
trap finish EXIT
trap 'kill $(jobs -p) 2>/dev/null; status=130; exit' INT TERM

stage() {
  local name=$1; shift
  echo "── $name" >&2
  "$@" || { status=$?; echo "── $name failed ($status)" >&2; exit "$status"; }
}

# What keeps one core busy, or none for a while, runs beside other work. Each one's output comes in one piece, when those before it have ended.
begun=()
begin() {
  local name=$1; shift
  echo "── $name" >&2
  "$@" >"$results/$name.log" 2>&1 &
  begun+=("$!" "$name")
}

# Waits for all that was begun; $failures names those that failed.
await() {
  failures=
  local i
  for ((i = 0; i < ${#begun[@]}; i += 2)); do
    if ! wait "${begun[i]}"; then
      failures+=" ${begun[i + 1]} "; status=1
      echo "── ${begun[i + 1]} failed" >&2
    fi
    cat "$results/${begun[i + 1]}.log"
  done
  begun=()
}

# A shell that starts this in the background lets it ignore Ctrl-C, and whatever it starts, too; tests stop the program that way.
listening=()
if env --default-signal=INT true 2>/dev/null; then listening=(env --default-signal=INT); fi

# A test that waits for ever ends its part, which names it: the build server would stop everything, and nobody would know for what.
patience=(--blame-hang-timeout "${MIGPLAN_TEST_PATIENCE:-15m}" --blame-hang-dump-type none)

# One run of a project's tests. Those that run at the same time have servers of their own, each.
run_tests() {
  local name=$1 project=$2; shift 2
  exec ${listening[@]+"${listening[@]}"} dotnet test "tests/$project" --configuration Release --no-build --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" "${patience[@]}" "$@"
}

stage 'set-up' eng/setup.sh --tests
stage 'restore' dotnet restore MigrationPlans.sln --locked-mode
stage 'build' dotnet build MigrationPlans.sln --configuration Release --no-restore -warnaserror

begin 'publish' eng/publish.sh
begin 'format' dotnet format MigrationPlans.sln --no-restore --verify-no-changes
begin 'MigrationPlans.Tests' run_tests MigrationPlans.Tests MigrationPlans.Tests "$@"
await
[[ $failures != *' publish '* && $failures != *' format '* ]] || exit 1
MIGPLAN_PROGRAM=$(tail -1 "$results/publish.log")
export MIGPLAN_PROGRAM

# Tests wait a good deal, for servers and for time to pass: parts of them side by side, each with servers of its own. A part is named by how
# its classes' names begin; what no part names is the last one, so that each class is in exactly one. Rehearsals tidy up after others, and stay together.
parts=('Aws. Copy Picked Verify' Corpus. 'Archives. Schema. Surroundings. TortureTests.')
integration() { begin "$1" run_tests "$1" MigrationPlans.IntegrationTests "${@:2}"; }
if [[ $# -gt 0 ]]; then
  integration IntegrationTests "$@"
else
  others=
  for part in "${parts[@]}"; do
    filter=
    for beginning in $part; do
      filter+="${filter:+|}FullyQualifiedName~IntegrationTests.$beginning"
      others+="${others:+&}FullyQualifiedName!~IntegrationTests.$beginning"
    done
    integration "IntegrationTests.${part%%.*}" --filter "$filter"
  done
  integration IntegrationTests --filter "$others"
fi
await
