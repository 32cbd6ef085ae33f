#!/usr/bin/env bash
# check_hub.sh AMONT HUB
# Loads the chapters of HUB, one transaction each, and compares answers with the rows written out below.
set -euo pipefail
amont=$1 hub=$2
failures=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export AMONT_STORE=$work/store

problem() { echo "check_hub: $*" >&2; failures=$((failures + 1)); }

at_least() {  # at_least COUNT KIND
  local found
  found=$(sed -n "s/^node,$2,//p" "$work/stats.csv")
  [ "${found:-0}" -ge "$1" ] || problem "${found:-0} nodes of kind $2, where at least $1 were promised"
}

# expect WHAT VERB... : the rows ref, depth, precision of an answer (and `direct`, of touches), against those on stdin.
expect() {
  local what=$1
  shift
  "$amont" "$@" --format csv --no-props > "$work/answer.csv" 2> "$work/notes.txt" || { cat "$work/notes.txt" >&2; problem "$what: failed"; return; }
  local columns=1,4,5
  [ "$1" != touches ] || columns=1,5,6
  tail -n +2 "$work/answer.csv" | cut -d, -f$columns > "$work/found.txt"
  diff -u --label "$what: expected" --label "found" - "$work/found.txt" >&2 || problem "$what: other rows than expected"
}

# expect_text WHAT PATTERN COMMAND... : a line of the answer, notes included, matches.
expect_text() {
  local what=$1 pattern=$2
  shift 2
  "$amont" "$@" > "$work/text.txt" 2>&1 || { cat "$work/text.txt" >&2; problem "$what: failed"; return; }
  grep -qE "$pattern" "$work/text.txt" || { cat "$work/text.txt" >&2; problem "$what: nothing like \"$pattern\""; }
}

"$amont" init > /dev/null
chapters=0
for chapter in "$hub"/*.jsonl; do
  "$amont" import "$chapter" --author "curator" --reason "$(basename "$chapter" .jsonl)" > /dev/null
  chapters=$((chapters + 1))
done
[ "$chapters" -eq 7 ] || problem "$chapters chapters instead of 7"

# The last chapter once more changes nothing, and so writes nothing: with the schema there are 8 transactions.
"$amont" import "$hub/07-withdrawal.jsonl" > /dev/null
"$amont" stats --json > "$work/stats.json"
grep -q '"transactions": *8\b' "$work/stats.json" || { cat "$work/stats.json" >&2; problem "not 8 transactions"; }
"$amont" stats --format csv > "$work/stats.csv"
"$amont" export > "$work/export.jsonl"

at_least 40 dataset
at_least 150 variable
at_least 25 project
at_least 30 approval
at_least 60 run
at_least 30 output
at_least 12 publication
at_least 8 purpose

expect "sources of the paper, as known before the correction" sources publication:10.5555/amont.2023.017 --known-at 6 <<'ROWS'
dataset:reg/heart-failure-east,2,exact
dataset:snds/ER_PHA_F,5,exact
dataset:snds/ER_PRS_F,5,exact
dataset:snds/IR_BEN_R,5,exact
dataset:snds/IR_IMB_R,5,exact
dataset:snds/T_MCO18B,5,exact
dataset:snds/T_MCO19B,5,exact
dataset:snds/T_MCO19C,5,exact
dataset:reg/heart-failure-west,6,exact
dataset:snds/KI_CCI_R,6,exact
ROWS

expect "sources of the paper, now" sources publication:10.5555/amont.2023.017 <<'ROWS'
dataset:reg/heart-failure-west,2,exact
dataset:snds/ER_PHA_F,5,exact
dataset:snds/ER_PRS_F,5,exact
dataset:snds/IR_BEN_R,5,exact
dataset:snds/IR_IMB_R,5,exact
dataset:snds/T_MCO18B,5,exact
dataset:snds/T_MCO19B,5,exact
dataset:snds/T_MCO19C,5,exact
dataset:snds/KI_CCI_R,6,exact
ROWS

expect "sources of the paper that was computed again" sources publication:10.5555/amont.2024.042 <<'ROWS'
dataset:reg/heart-failure-west,5,exact
dataset:snds/ER_PHA_F,7,exact
dataset:snds/ER_PRS_F,7,exact
dataset:snds/IR_BEN_R,7,exact
dataset:snds/IR_IMB_R,7,exact
dataset:snds/KI_CCI_R,7,exact
dataset:snds/T_MCO18B,7,exact
dataset:snds/T_MCO19B-r2,7,exact
dataset:snds/T_MCO19C,7,exact
ROWS

# A project that stands where its runs were not recorded: nothing beyond it is proven.
expect "sources of the atlas" sources publication:10.5555/amont.2022.040 <<'ROWS'
dataset:snds/CT_DEP_AAAA_GN,3,possible
dataset:snds/ER_PHA_F,5,possible
dataset:snds/ER_PRS_F,5,possible
dataset:snds/IR_BEN_R,5,possible
dataset:snds/IR_IMB_R,5,possible
dataset:snds/T_MCO18B,5,possible
dataset:snds/T_MCO19B,5,possible
dataset:snds/T_MCO19C,5,possible
dataset:snds/ER_ETE_F,6,possible
ROWS

expect "who touched causes of death" touches dataset:snds/causes-de-deces <<'ROWS'
project:ai-triage,exact,false
project:covid-excess,exact,true
project:heart-failure,exact,true
project:heart-failure-2,exact,true
project:heart-mortality,exact,true
project:home-hospital,exact,true
project:open-dashboard,exact,false
ROWS

expect "the same under its holder's name" touches dataset:cepidc/causes-medicales --kind project <<'ROWS'
project:ai-triage,exact,false
project:covid-excess,exact,true
project:heart-failure,exact,true
project:heart-failure-2,exact,true
project:heart-mortality,exact,true
project:home-hospital,exact,true
project:open-dashboard,exact,false
ROWS

expect "who touched the western register" touches dataset:reg/heart-failure-west <<'ROWS'
project:ai-triage,exact,false
project:heart-failure,exact,true
project:heart-failure-2,exact,true
project:heart-mortality,exact,false
project:open-dashboard,exact,false
ROWS

# A cycle: the index is made from itself, which is not told, and from the table of insured people.
expect "the index of pseudonyms" upstream dataset:hub/pseudonym-index <<'ROWS'
run:hub/index-update/2020-03,1,exact
run:hub/index-update/2020-04,1,exact
run:hub/index-update/2020-05,1,exact
dataset:snds/IR_BEN_R,2,exact
ROWS

expect "one variable, back to the tables" sources variable:linked/heart-failure-clean/died_within_a_year --granularity variable --exact <<'ROWS'
variable:snds/KI_CCI_R/BEN_DCD_DTE,3,exact
variable:snds/T_MCO18B/DGN_PAL,3,exact
variable:snds/T_MCO19B/DGN_PAL,3,exact
ROWS

expect_text "a figure without an origin is told" 'origin of output:emergency-flow/figure-3' upstream publication:10.5555/amont.2023.029
expect_text "a run without inputs is told" 'inputs of run:vaccine-uptake/poster' upstream output:vaccine-uptake/poster
expect_text "an approval that was recorded late holds since 2022" '2022-01-10' get approval:cnil-2022-002
if "$amont" get approval:cnil-2022-002 --known-at 6 > /dev/null 2>&1; then problem "the late approval was known before it was recorded"; fi

expect_text "by which way long-term conditions came into the paper" '^complete: 5 steps' path publication:10.5555/amont.2023.017 dataset:snds/IR_IMB_R
expect_text "through the map of conditions" 'dataset:snds/ct-2019-g7' path publication:10.5555/amont.2023.017 dataset:snds/IR_IMB_R

# What is exported comes in again as it was.
AMONT_STORE=$work/copy "$amont" init > /dev/null
AMONT_STORE=$work/copy "$amont" import "$work/export.jsonl" > /dev/null
AMONT_STORE=$work/copy "$amont" export | cmp - "$work/export.jsonl" || problem "the export of an import of the export is another"

[ "$failures" -eq 0 ] || { echo "check_hub: $failures problems" >&2; exit 1; }
echo "the hub answers as its README says"
