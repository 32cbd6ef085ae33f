#!/usr/bin/env python3
"""Names the includes that point the wrong way: check_includes.py ROOT

A later room may include an earlier one, never the reverse; a foreign library is included only from its files; public headers
show nothing but the standard library and each other; a source includes its own header first. Exit 0: all is well; 1: some stray.
"""
import fnmatch
import os
import re
import sys

# Whom each room may include, itself apart. Doors ("amont/...") belong to the room whose include/ folder holds them.
MAY = {
    "core": set(),
    "query": {"core"},
    "bindings": {"core", "query"},
    "tools": {"core", "query", "bindings"},
    "tests": {"core", "query", "bindings", "tools"},
    "examples": {"core", "query", "bindings"},
}
# Rooms that see only the doors of the others, as a user's program would.
DOORS_ONLY = {"examples"}

# Foreign headers, and the files that may include them. fmt may be anywhere but in public headers.
FOREIGN = [
    (r"rocksdb/", ["core/index/rocks_*", "tests/core/rocks_*", "tests/bench/*"]),
    (r"(capnp|kj)/|.*\.capnp\.h$", ["core/record/codec.cc"]),
    (r"(lua|lauxlib|lualib|luaconf)\.(h|hpp)$", ["query/lua/*", "bindings/lua/*", "tests/query/lua/*"]),
    (r"simdjson", ["core/exchange/*.cc", "query/lua/*.cc", "tools/value_argument.cc", "tests/tools/*", "tests/query/lua/*_test.cc"]),
    (r"CLI/", ["tools/*"]),
    (r"histedit\.h$", ["tools/repl/line_editor.cc"]),
    (r"openssl/", ["core/merkle/sha256.cc", "core/merkle/sha256_pair.cc", "core/evidence/ed25519.cc"]),
    (r"zstd\.h$", ["core/log/frame.cc"]),
    (r"xxhash\.h$", ["core/log/frame.cc", "core/log/head_file.cc", "core/store/directory.cc", "core/store/manifest.cc", "core/index/table_tail.cc",
                     "core/text/hash.cc", "tests/core/golden_test.cc"]),
    (r"seccomp\.h$", ["query/apart/confine.cc"]),
    (r"expat\.h$", ["query/lua/rdf_xml_parser.cc"]),
    (r"serd/", ["query/lua/turtle_parser.cc", "query/lua/rdf_xml_parser.cc", "query/lua/rdf_turtle.cc"]),
    (r"roaring/", ["query/node_set*", "query/set/*"]),
    (r"boost/unordered/", ["core/*", "query/*"]),
    (r"boost/", ["query/graph/*", "query/include/amont/boost_graph.h", "tests/query/boost_*_test.cc", "tests/bench/*"]),
    (r"sqlite3\.h$", ["tests/bench/*"]),
    (r"(gtest|gmock)/", ["tests/*"]),
    (r"benchmark/", ["tests/bench/*"]),
    (r"fmt/", ["core/*", "query/*", "bindings/*", "tools/*", "tests/*", "examples/*"]),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
STANDARD = re.compile(r"[a-z_0-9]+$")  # <vector>; no folder, no extension
SOURCES = (".cc", ".h", ".c")


def includes_of(path):
    """(line number, text, whether in quotes) of each include of a file."""
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1) or match.group(2), match.group(1) is not None


def room_of_door(root, door):
    for room in MAY:
        if os.path.exists(os.path.join(root, room, "include", door)):
            return room
    return None


def is_public(path):
    return re.match(r"\w+/include/", path) is not None


def own_header(root, path):
    """What a source must include first, or None."""
    stem = os.path.splitext(path)[0]
    door = "amont/" + os.path.basename(stem) + ".h"
    if os.path.exists(os.path.join(root, stem + ".h")):
        return stem + ".h"
    room = path.split("/")[0]
    if os.path.dirname(path) == room and os.path.exists(os.path.join(root, room, "include", door)):
        return door
    return None


def foreign_fault(path, text):
    for pattern, files in FOREIGN:
        if re.match(pattern, text):
            if is_public(path) and path not in files:
                return "a public header must not show it"
            if any(fnmatch.fnmatch(path, each) for each in files):
                return None
            return "only these may include it: " + ", ".join(files)
    if is_public(path) and not STANDARD.match(text):
        return "a public header includes only the standard library and doors"
    return None


def fault(root, path, text, quoted):
    """Why a file may not include this, or None."""
    room = path.split("/")[0]
    target = room_of_door(root, text) if text.startswith("amont/") else None
    if text.startswith("amont/"):
        if target is None:
            return "there is no such door"
    elif text.split("/")[0] in MAY and "/" in text:
        target = text.split("/")[0]
        if not os.path.exists(os.path.join(root, text)):
            return "there is no such header; inner headers are named from the root"
        if is_public(path):
            return "a public header includes only the standard library and doors"
        if "/include/" in text:
            return 'doors are included as "amont/..."'
        if target != room and room in DOORS_ONLY:
            return "%s sees only the doors" % room
    if target is not None:
        return None if target == room or target in MAY[room] else "%s may not look at %s" % (room, target)
    why = foreign_fault(path, text)
    if why is None and quoted and not text.endswith(".capnp.h"):
        return 'in quotes stand doors ("amont/store.h") and inner headers named from the root ("core/index/keys.h")'
    return why


def faults(root):
    """Lines "file:line: include: why" for all of a source tree."""
    out = []
    for room in MAY:
        for folder, folders, files in os.walk(os.path.join(root, room)):
            folders.sort()
            for name in sorted(files):
                if not name.endswith(SOURCES):
                    continue
                path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                found = list(includes_of(os.path.join(root, path)))
                for number, text, quoted in found:
                    why = fault(root, path, text, quoted)
                    if why:
                        out.append("%s:%d: %s: %s" % (path, number, text, why))
                own = own_header(root, path) if name.endswith(".cc") else None
                if own and (not found or found[0][1] != own):
                    out.append("%s:%d: %s: a source includes its own header first" % (path, found[0][0] if found else 1, own))
    return out


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    stray = faults(arguments[1])
    for line in stray:
        print(line)
    return 1 if stray else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
