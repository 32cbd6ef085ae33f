#!/usr/bin/env bash
# check_install.sh CMAKE BUILD SOURCE CXX FLAGS
# Installs BUILD into an empty folder, moves the folder, builds examples/ against it by find_package and by pkg-config,
# runs what was built, and compares what it said.
set -euo pipefail
cmake=$1 build=$2 source=$3 cxx=$4 flags=$5

fail() { echo "check_install: $*" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
expected=$source/tests/install/expected.txt

"$cmake" --install "$build" --prefix "$work/first" > "$work/install.log" || { cat "$work/install.log" >&2; fail "install"; }
mv "$work/first" "$work/moved"
prefix=$work/moved
lib=$(dirname "$(find "$prefix" -name 'libamont.*' | sort | head -n 1)")

# Nothing that users read may know where it was built, or installed first.
if grep -rIlF -e "$work/first" -e "$build" -e "$source" "$prefix" --include='*.cmake' --include='*.pc' --include='*.h'; then
  fail "the files above name a folder that is not theirs"
fi
for file in include/amont/store.h include/amont/query.h share/amont/scripts/hub.lua share/amont/scripts/sources-of.lua; do
  [ -f "$prefix/$file" ] || fail "$file was not installed"
done
"$prefix/bin/amont" --version > /dev/null || fail "the installed command does not start"

compare() {  # compare PROGRAM: runs it on a fresh store
  "$1" "$work/store" > "$work/said.txt" || fail "$1 failed"
  rm -rf "$work/store"
  diff -u "$expected" "$work/said.txt" >&2 || fail "$1 said something else than expected"
}

# 1. CMake
"$cmake" -S "$source/examples" -B "$work/by-cmake" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$cxx" \
  -DCMAKE_CXX_FLAGS="$flags" > "$work/configure.log" 2>&1 || { cat "$work/configure.log" >&2; fail "find_package"; }
"$cmake" --build "$work/by-cmake" > "$work/build.log" 2>&1 || { cat "$work/build.log" >&2; fail "build by find_package"; }
compare "$work/by-cmake/01_embed"

# 2. pkg-config, a compiler, and nothing else
export PKG_CONFIG_PATH=$lib/pkgconfig
# shellcheck disable=SC2046,SC2086  # flags are words
"$cxx" -std=c++20 $flags "$source/examples/01_embed.cc" $(pkg-config --cflags --libs amont) -o "$work/by-pkg-config" ||
  fail "build by pkg-config"
LD_LIBRARY_PATH=$lib compare "$work/by-pkg-config"

# A folder that is not empty is refused, with a reason and no crash.
mkdir "$work/full" && touch "$work/full/somebody-elses"
if "$work/by-cmake/01_embed" "$work/full" > /dev/null 2> "$work/error.txt"; then fail "it wrote into a folder that was not empty"; fi
grep -q '^01_embed: invalid: ' "$work/error.txt" || { cat "$work/error.txt" >&2; fail "the error is not told as expected"; }
echo "installed, moved, built by find_package and by pkg-config: as expected"
