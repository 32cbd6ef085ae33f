#!/usr/bin/env python3
"""Writes scripts/REFERENCE.md from what the command says of its words: make_reference.py ROOT AMONT [--check]

Each example is typed into `amont repl` over the hub of examples/hub, and what it shows stands below it. An example that fails is an
error. With --check nothing is written; exit code 1 when the file is another than it would be.
"""
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile

HEAD = """# The words of scripts

Made from the descriptions in the code by `./run reference`; a test compares. [README.md](README.md) tells how a script is built,
[TUTORIAL.md](TUTORIAL.md) is the way in. `amont scripts --words WORD` and, in `amont repl`, `:help WORD` show the same.

In what follows x is a ref such as `"dataset:snds/dcir"`, a node, a set, or a list of these; a and b are one node each; `by` is the
name of a property or a function of an item; KIND is a kind of node or edge. Options are named: `upstream(x, {depth = 3})`. The examples
are lines of `amont repl` over the hub of [examples/hub](../examples/hub/README.md).
"""
MARK = "---- next example ----"


def run(amont, words, cwd, text=None):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMONT_")}
    environment.update(AMONT_STORE=os.path.join(cwd, "hub"), NO_COLOR="1")
    return subprocess.run([amont, *words], cwd=cwd, env=environment, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", check=False, timeout=120)


def answers(amont, root, examples):
    """What each example shows."""
    with tempfile.TemporaryDirectory() as folder:
        for words in (["init"], ["import", os.path.join(root, "examples/hub"), "--format", "jsonl"]):
            done = run(amont, words, folder)
            if done.returncode != 0:
                raise SystemExit(done.stderr)
        # In one session, as a person would; a mark tells them apart.
        text = "".join(f"{example}\nprint({json.dumps(MARK)})\n" for example in examples)
        done = run(amont, ["repl", "--quiet"], folder, text)
        if done.returncode != 0:
            raise SystemExit(f"an example fails: {done.stderr}")
        shown = done.stdout.split(MARK + "\n")[:-1]
        if len(shown) != len(examples):
            raise SystemExit(f"{len(shown)} answers of {len(examples)} examples")
        return shown


def clean(text):
    # Which transaction, and when, says nothing about a word.
    text = re.sub(r"; known at transaction .*", "", text.strip("\n"))
    lines = [line.rstrip() for line in text.splitlines()]
    return [line for line in lines if line != "complete: 0 rows"]


def anchor(group):
    return re.sub(r"[^a-z0-9 -]", "", group.lower()).replace(" ", "-")


def page(words, shown):
    out = [HEAD]
    groups = list(dict.fromkeys(word["group"] for word in words))
    out.append("".join(f"- [{group}](#{anchor(group)}): " + " ".join(f"`{w['name']}`" for w in words if w["group"] == group) + "\n"
                       for group in groups))
    for group in groups:
        out.append(f"## {group}\n")
        for word in (w for w in words if w["group"] == group):
            label = "Functions" if group == "Of Lua itself" else "Takes"
            takes = f" {label}: {' '.join('`' + one + '`' for one in word['takes'])}." if word["takes"] else ""
            of = f", of {word['of']}" if word["of"] in ("questions", "blocks", "at", "import") else ""
            title = word["name"] + of if of else word["word"]
            out.append(f"### {title}\n\n`{word['call']}`\n\n{word['gives']}{takes}\n")
            if word["example"]:
                typed = ["> " + line for line in word["example"].splitlines()]
                out.append("```text\n" + "\n".join([*typed, *clean(shown[word["word"]])]) + "\n```\n")
    return "\n".join(out)


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    root, amont = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    path = os.path.join(root, "scripts/REFERENCE.md")
    words = json.loads(run(amont, ["scripts", "--words", "--json"], root).stdout)["words"]
    with_example = [word for word in words if word["example"]]
    shown = dict(zip((word["word"] for word in with_example), answers(amont, root, [word["example"] for word in with_example])))
    made = page(words, shown)
    if "--check" not in sys.argv:
        with open(path, "w", encoding="utf-8") as file:
            file.write(made)
        return 0
    with open(path, encoding="utf-8") as file:
        there = file.read()
    if there == made:
        return 0
    sys.stdout.writelines(difflib.unified_diff(there.splitlines(True), made.splitlines(True), "scripts/REFERENCE.md", "as it would be"))
    print("scripts/REFERENCE.md is not what the descriptions say: ./run reference writes it anew", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
