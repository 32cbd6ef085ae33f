#!/usr/bin/env bash
# A tour of the command in two registers: the small hub of examples/hub, and the packages that this machine knows of.
# Makes both in a temporary folder and removes them. Run from anywhere, after a build; AMONT names another command.
set -euo pipefail
cd "$(dirname "$0")/.."
amont=$(realpath -m "${AMONT:-build/release/bin/amont}")
[ -x "$amont" ] || { echo "demo: there is no $amont; build first: ./run build" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
echo_line() { printf '%s$ %s%s\n' "$bold" "$*" "$plain"; }
words() { printf ' %s' "${@@Q}" | sed "s/'\([A-Za-z0-9_:./=+-]*\)'/\1/g"; }  # quoted where a shell needs it

show() {  # show VERB... : the command line, then its answer
  echo_line "amont$(words "$@")"
  "$amont" "$@"
}
show_through() {  # show_through FILTER VERB... : as show, through a pipe
  local filter=$1
  shift
  echo_line "amont$(words "$@") | $filter"
  "$amont" "$@" | eval "$filter"
}
timed() {  # timed SHOW... : and how long it took
  local started=$EPOCHREALTIME
  "$@"
  awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "(%.2f seconds, with starting and opening)\n", b - a }'
}

# --- A hub ------------------------------------------------------------------------------------------------------------
export AMONT_STORE=$work/hub
paper=publication:10.5555/amont.2023.017

say "1. A hub's register, chapter by chapter. Each chapter is one transaction, with who wrote it and why."
show init
declare -A reason=(
  [01-catalogue]="who there is, and which data" [02-variables]="the variables that people use"
  [03-projects]="who asked, what was decided" [04-runs]="deliveries and linkages" [05-results]="results and papers"
  [06-corrections]="what was recorded late or wrongly" [07-withdrawal]="a release withdrawn, a study computed again"
)
for chapter in examples/hub/*.jsonl; do
  show import "$chapter" --author curator --reason "${reason[$(basename "$chapter" .jsonl)]:-a later chapter}"
done
show_through "grep -v edge" stats

say "2. Which data fed a paper on heart failure, and which work led there?"
show run sources-of "$paper"

say "3. By which way did long-term conditions come in? The shortest is not its own delivery, but a map the insurer makes."
show path "$paper" dataset:snds/IR_IMB_R
say "   The same as a picture, for a page that draws Mermaid; --format html makes a page of its own."
show path "$paper" dataset:snds/IR_IMB_R --format mermaid

say "4. Who touched causes of death: themselves, or through what others had made from them?"
show touches dataset:snds/causes-de-deces

say "5. What did the register say of the paper before chapter 6 corrected it, and what does it say now?"
show_through "grep heart-failure-" sources "$paper" --known-at 6
show_through "grep heart-failure-" sources "$paper"

say "6. An answer says what it lacks: figure 3 of this paper came from nowhere."
show sources publication:10.5555/amont.2023.029

# --- The packages of this machine -------------------------------------------------------------------------------------
shopt -s nullglob
lists=(/var/lib/apt/lists/*_Packages /var/lib/apt/lists/*_Packages.lz4 /var/lib/apt/lists/*_Packages.xz
  /var/lib/apt/lists/*_Packages.gz)
if [ ${#lists[@]} -eq 0 ] || [ ! -x /usr/lib/apt/apt-helper ]; then
  say "7. Real data: left out, since apt has no package lists here. On Debian and its kin, \"apt-get update\" fetches them."
  exit 0
fi

say "7. Real data: apt's own lists. A foreign format is a Lua script; a package was built upon what it depends on."
export AMONT_STORE=$work/packages
cd "$work"
# Of a package in several lists the last one counts. Security fixes and updates sort before the release: hence the reverse.
mapfile -t lists < <(printf '%s\n' "${lists[@]}" | LC_ALL=C sort -r)
echo_line "/usr/lib/apt/apt-helper cat-file /var/lib/apt/lists/*_Packages* > Packages"
/usr/lib/apt/apt-helper cat-file "${lists[@]}" > Packages
printf '%s lists, %s packages, %s MB\n' "${#lists[@]}" "$(grep -c '^Package:' Packages)" "$(($(stat -c %s Packages) / 1000000))"
show init
timed show import Packages --format debian-packages --reason "the packages of this machine"
show stats

package=
for candidate in gnome libreoffice r-base emacs git apt; do
  if "$amont" get "package:$candidate" > /dev/null 2>&1; then package=$candidate; break; fi
done
[ -n "$package" ] || { say "None of the packages that this tour knows is among them."; exit 0; }

say "What does $package stand on? Everything that may be there, then only what always is."
timed show_through "tail -n 1" upstream "package:$package"
timed show_through "tail -n 1" upstream "package:$package" --exact
say "What would everybody have to look at after a fault in zlib?"
timed show_through "tail -n 1" downstream package:zlib1g --exact
say "How does $package come to need access control lists?"
timed show path "package:$package" package:libacl1 || true
