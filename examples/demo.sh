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
show() {  # show VERB... : echoes the command line, then its answer
  printf '\n%s$ amont' "$bold"
  printf ' %s' "${@@Q}" | sed "s/'\([A-Za-z0-9_:./=+-]*\)'/\1/g"
  printf '%s\n' "$plain"
  "$amont" "$@"
}
timed() {  # timed VERB... : as show, with how long it took
  local started=$EPOCHREALTIME
  show "$@"
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
  show import "$chapter" --author curator --reason "${reason[$(basename "$chapter" .jsonl)]}"
done
show stats

say "2. Which data fed a paper on heart failure?"
show run sources-of "$paper"

say "3. By which way did long-term conditions get into it?"
show path "$paper" dataset:snds/IR_IMB_R

say "4. Who touched causes of death: themselves, or through what others had made from them?"
show touches dataset:snds/causes-de-deces

say "5. What did the register say of the paper before chapter 6 corrected it? A register in the east, that had no part in it."
show sources "$paper" --known-at 6 --depth 2
show sources "$paper" --depth 2

say "6. An answer says what it lacks: figure 3 of this paper came from nowhere."
show sources publication:10.5555/amont.2023.029

# --- The packages of this machine -------------------------------------------------------------------------------------
shopt -s nullglob
lists=(/var/lib/apt/lists/*_Packages /var/lib/apt/lists/*_Packages.lz4 /var/lib/apt/lists/*_Packages.xz /var/lib/apt/lists/*_Packages.gz)
if [ ${#lists[@]} -eq 0 ] || [ ! -x /usr/lib/apt/apt-helper ]; then
  say "7. Real data: left out, since apt has no package lists here. On Debian or Ubuntu, \"apt-get update\" fetches them."
  exit 0
fi

say "7. Real data: apt's own lists. A foreign format is a Lua script; what a package depends on is what it was built upon."
export AMONT_STORE=$work/packages
# Updates come after the release that they update: of a package in several lists the last one counts.
/usr/lib/apt/apt-helper cat-file $(printf '%s\n' "${lists[@]}" | awk '{ print length($0), $0 }' | sort -n | cut -d' ' -f2-) > "$work/Packages"
printf '%s lists, %s packages, %s bytes\n' "${#lists[@]}" "$(grep -c '^Package:' "$work/Packages")" "$(stat -c %s "$work/Packages")"
show init
timed import "$work/Packages" --format debian-packages --reason "the packages of this machine"
show stats

package=
for candidate in libreoffice gnome python3-scipy r-base emacs git; do
  if "$amont" get "package:$candidate" > /dev/null 2>&1; then package=$candidate; break; fi
done
say "What does $package stand on? Everything, however far; then only what is always there."
timed upstream "package:$package" --limit 5
timed upstream "package:$package" --exact --limit 5
say "And what does libc6 hold up?"
timed downstream package:libc6 --limit 5
say "How does $package come to need zlib?"
timed path "package:$package" package:zlib1g
