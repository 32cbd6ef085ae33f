#!/usr/bin/env python3
"""Runs what the documents in SHOWING show and compares: check_readme.py ROOT AMONT

- Blocks tagged `sh run` run in order, in one bash, in an empty folder that holds only links to examples/ and scripts/; the built command is
  first in PATH. What a block prints (stdout and stderr together) must be the `text` block right after it. A block without one
  must succeed and may print anything.
- Blocks tagged `cpp from=FILE` must be lines of FILE, in that order; it may have others between them.
- Relative links of the documents, and what they name in backquotes as a path below a room (`core/...`),
  must be there, and so must the tests that core/evidence/EVIDENCE.md names (`Suite.Name`).

Before comparing, both sides are normalised, since these differ from run to run: times like 2026-11-24T10:00:00.5Z become TIME,
runs of 32 or 64 hexadecimal digits HEX, two or more spaces become two (a shorter time moves what is right of it), and spaces at
the ends of lines go. Exit 0: all is as written; 1: something is not, and is told.
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

SHOWING = ("README.md", "scripts/README.md", "scripts/TUTORIAL.md", "scripts/formats/README.md", "scripts/formats/OWN.md", "core/store/KEEPING.md",
           "core/evidence/EVIDENCE.md")  # what they show is run
SHOWING_WITH_CORPUS = ("scripts/formats/WALK.md",)  # and these where the corpus is, whose data is the folder `data` for them
DOCUMENTS = (*SHOWING, *SHOWING_WITH_CORPUS, "scripts/REFERENCE.md", "ARCHITECTURE.md", "CHANGELOG.md", "query/WALKS.md", "query/COVERAGE.md")
ROOMS = ("core", "query", "bindings", "tools", "scripts", "tests", "examples", "cmake")
FENCE = re.compile(r"^```(.*)$")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)[^)]*\)")
NAMED_PATH = re.compile(r"`((?:%s)/[\w./-]*)`" % "|".join(ROOMS))
SECONDS_MAX = 300


def blocks_of(text):
    """(line number, tag, lines) of each fenced block."""
    tag, begin, lines = None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if fence and tag is None:
            tag, begin, lines = fence.group(1).strip(), number, []
        elif fence:
            yield begin, tag, lines
            tag = None
        elif tag is not None:
            lines.append(line)
    if tag is not None:
        raise SystemExit(f"line {begin}: the block is not closed")


def normalised(lines):
    out = []
    for line in lines:
        line = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", line)
        line = re.sub(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32})\b", "HEX", line)
        out.append(re.sub(r" {2,}", "  ", line.rstrip()))
    while out and not out[-1]:
        out.pop()
    return out


def commands_of(blocks):
    """(line number, command lines, expected lines or None) of each block that is to run."""
    for at, (number, tag, lines) in enumerate(blocks):
        if tag.split() == ["sh", "run"]:
            following = blocks[at + 1] if at + 1 < len(blocks) else None
            shown = following and following[1] == "text" and following[0] == number + len(lines) + 2
            yield number, lines, following[2] if shown else None


def corpus(root):
    """Where the real files are that some tests read: AMONT_CORPUS, else beside the project; None when they are not there."""
    folder = os.path.join(os.environ.get("AMONT_CORPUS") or os.path.join(root, "../shared"), "data")
    return os.path.abspath(folder) if os.path.isdir(folder) else None


def run_all(commands, root, amont):
    """What each block printed, and its exit code."""
    mark = "\x01end of block"
    script = "exec 2>&1\n" + "".join("\n".join(lines) + f"\nprintf '\\n{mark} %s\\n' \"$?\"\n" for _, lines, _ in commands)
    with tempfile.TemporaryDirectory() as folder:
        for room in ("examples", "scripts"):
            os.symlink(os.path.join(root, room), os.path.join(folder, room))
        if corpus(root):
            os.symlink(corpus(root), os.path.join(folder, "data"))
        # Where ./run build leaves it, so that README's own PATH finds it.
        os.makedirs(os.path.join(folder, "build/release/bin"))
        os.symlink(amont, os.path.join(folder, "build/release/bin/amont"))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AMONT_")}
        environment["PATH"] = os.path.join(folder, "build/release/bin") + os.pathsep + environment.get("PATH", "/usr/bin:/bin")
        environment["NO_COLOR"] = "1"
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, timeout=SECONDS_MAX,
                              stdout=subprocess.PIPE, encoding="utf-8", check=False)
    found = re.split(rf"\n{mark} (\d+)\n", done.stdout)
    return list(zip(found[0::2], map(int, found[1::2])))


def check_commands(document, blocks, root, amont):
    commands = list(commands_of(blocks))
    if not commands:
        yield f"{document}: no block is tagged `sh run`"
        return
    results = run_all(commands, root, amont)
    if len(results) != len(commands):
        yield f"{document}: the shell ended after {len(results)} of {len(commands)} blocks"
    for (number, lines, expected), (printed, code) in zip(commands, results):
        if expected is None:
            if code != 0:
                yield f"{document}:{number}: exit code {code} of {lines[-1]}\n{printed}"
            continue
        difference = list(difflib.unified_diff(normalised(expected), normalised(printed.splitlines()), document, "printed", lineterm=""))
        if difference:
            yield f"{document}:{number}: prints something else\n" + "\n".join(difference)


def check_excerpts(document, blocks, root):
    for number, tag, lines in blocks:
        source = re.fullmatch(r"\w+ from=(\S+)", tag)
        if not source:
            continue
        with open(os.path.join(root, source.group(1)), encoding="utf-8") as file:
            rest = iter([line.strip() for line in file])
        for offset, line in enumerate(lines, 1):
            if line.strip() and line.strip() not in rest:
                yield f"{document}:{number + offset}: not in {source.group(1)}, or not in this order: {line.strip()}"
                break


def check_paths(root):
    for document in DOCUMENTS:
        with open(os.path.join(root, document), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                for path in LINK.findall(line) + NAMED_PATH.findall(line):
                    beside = os.path.join(root, os.path.dirname(document), path)
                    if not os.path.exists(beside) and not os.path.exists(os.path.join(root, path)):
                        yield f"{document}:{number}: there is no {path}"


def check_tests(root):
    """Each row about tampering is backed by tests that are there."""
    tests = set()
    for folder, _, names in os.walk(os.path.join(root, "tests")):
        for name in names:
            if name.endswith("_test.cc"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    tests.update(re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", file.read(), re.MULTILINE))
    document = "core/evidence/EVIDENCE.md"
    with open(os.path.join(root, document), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            for test in re.findall(r"`([A-Z]\w+)\.([A-Z]\w+)`", line):
                if test not in tests:
                    yield f"{document}:{number}: there is no test {'.'.join(test)}"


def main():
    if len(sys.argv) != 3:
        print("usage: check_readme.py ROOT AMONT", file=sys.stderr)
        return 2
    root, amont = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    faults = [*check_paths(root), *check_tests(root)]
    if not corpus(root):
        print("not run, for want of the corpus: " + ", ".join(SHOWING_WITH_CORPUS), file=sys.stderr)
    for document in (*SHOWING, *(SHOWING_WITH_CORPUS if corpus(root) else ())):
        with open(os.path.join(root, document), encoding="utf-8") as file:
            blocks = list(blocks_of(file.read()))
        faults += [*check_commands(document, blocks, root, amont), *check_excerpts(document, blocks, root)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print("the documents say what happens")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
