#!/usr/bin/env bash
# The random tests and sweeps with a hundred times the rounds of `./run test`, or all there are. `./run long` does all, in some hours;
# `./run long NAME...` those named. AMONT_SEED repeats one; else each time has another. Each is told with its seed and time; the exit code
# says whether all passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export AMONT_CORPUS="${AMONT_CORPUS:-$(cd .. && pwd)/shared}" AMONT_SEED="${AMONT_SEED:-$RANDOM}"
wanted=("$@") names=() failed=()

# sweep NAME PRESET PROGRAM FILTER VARIABLE=VALUE...
sweep() {
  names+=("$1")
  local name=$1 program=build/$2/bin/$3 filter=$4 log=build/long-$1.log began=$SECONDS
  [[ ${#wanted[@]} -eq 0 || " ${wanted[*]} " == *" $name "* ]] || return 0
  local runs=(env "${@:5}" "$program" --gtest_brief=1 --gtest_filter="$filter")
  [[ $2 == release ]] || runs=(setarch "$(uname -m)" -R "${runs[@]}")  # as for ./run test
  if "${runs[@]}" >"$log" 2>&1 && ! grep -q '^\[=*\] 0 tests' "$log"; then
    printf '%-9s passed in %5d s  %s (AMONT_SEED=%s)\n' "$name" $((SECONDS - began)) "${*:5}" "$AMONT_SEED"
  else
    failed+=("$name")
    printf '%-9s FAILED after %5d s  %s (AMONT_SEED=%s), see %s\n' "$name" $((SECONDS - began)) "${*:5}" "$AMONT_SEED" "$log"
  fi
}

sweep model release amont_tests 'StoreModelTest.*' AMONT_OPERATIONS=1000000
sweep walks release amont_tests 'WalkModelTest.*' AMONT_ROUNDS=1000
sweep coverage release amont_tests 'CoverageModel.*:CoverageDiffModel.*:CoverageAtATime.*' AMONT_HUBS=10000
sweep bundles release amont_tests 'ChangedBundle.*' AMONT_CHANGES=1000000
sweep proofs release amont_tests '*.NoChanged*' AMONT_MUTATIONS=1000000
sweep honest release amont_tests 'Tampering.HonestHistories*:*NoHonestOne*' AMONT_HONEST_HISTORIES=10000 AMONT_HUBS=1000
sweep disk release amont_tests 'FullDisk.*' AMONT_EVERY_BYTE_BUDGET=1
sweep flat release amont_tests 'FlatImport.*:FlatCsv.*' AMONT_ROUNDS=300
sweep damage release amont_crash_tests 'DamageTest.*' AMONT_CASES=500000
sweep kills release amont_crash_tests 'KillTest.*' AMONT_KILLS=10000
# Where each block came from would be 38 KB for each program, kept to the end.
sweep scripts dev amont_tests 'GrammarScripts.*' AMONT_PROGRAMS=1000000 ASAN_OPTIONS=malloc_context_size=1:quarantine_size_mb=16

for name in "${wanted[@]}"; do
  [[ " ${names[*]} " == *" $name "* ]] || { echo "there is no $name; there are: ${names[*]}" && failed+=("$name"); }
done >&2
[[ ${#failed[@]} -eq 0 ]]
