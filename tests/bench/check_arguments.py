#!/usr/bin/env python3
"""What amont_bench and plot.py say to wrong arguments: check_arguments.py AMONT_BENCH PLOT

Each must be refused at once, by one sentence that names the argument and what it may be. Exit 0: all are.
"""
import os
import subprocess
import sys
import tempfile

BENCH, PLOT = sys.argv[1:]
# What is given, and what the sentence must hold.
WRONG = [
    (["--edges", "-5"], ["--edges", "from 100 to 1000000000", '"-5"']),
    (["--edges", "99999999999999999999"], ["--edges", "from 100 to 1000000000"]),
    (["--edges", "abc"], ["--edges", "whole number", '"abc"']),
    (["--edges", "0"], ["--edges", "from 100"]),
    (["--edges", "1e6"], ["--edges", "whole number", '"1e6"']),
    (["--edges", ""], ["--edges", '""']),
    (["--edges"], ["--edges needs a value"]),
    (["--scale", "2m"], ["--scale", "1m, 10m or 100m", "--edges"]),
    (["--memory", "1k"], ["--memory", "from 1048576", '"1k"']),
    (["--memory", "x"], ["--memory", "whole number"]),
    (["--memory", "0"], ["--memory", "from 1048576"]),
    (["--walks", "-1"], ["--walks", "from 1 to"]),
    (["--walks", "0"], ["--walks", "from 1 to"]),
    (["--seconds", "nan"], ["--seconds", "from 0.05 to 3600", '"nan"']),
    (["--seconds", "-1"], ["--seconds", "from 0.05"]),
    (["--seconds", "inf"], ["--seconds", "from 0.05"]),
    (["--seconds", "1s"], ["--seconds", "number of seconds"]),
    (["--seed", "x"], ["--seed", "whole number"]),
    (["--threads", "99999"], ["--threads", "from 1 to 1024", '"99999"']),
    (["--threads", "1,,4"], ["--threads", "commas between", '"1,,4"']),
    (["--threads", "0"], ["--threads", "from 1"]),
    (["--peers", "bogus"], ["--peers", "boost, rocks, sqlite, duckdb, ladybug", '"bogus"']),
    (["--peers", "none,boost"], ["--peers", "none"]),
    (["--peers", ""], ["--peers", "boost"]),
    (["--peers", "duckdb", "--python", "/nowhere/python"], ["/nowhere/python has no duckdb", "./run bench --peers all"]),
    (["--workload", "w3"], ["--workload", "hub, variables, packages", '"w3"']),
    (["--only", "walks"], ["--only", "commits, scripts, reads, memory"]),
    (["--speed", "3"], ['there is no option "--speed"', "--help"]),
    (["fast"], ['there is no option "fast"']),
]


def refused(command, exit_code, parts):
    """Why it is not as it should be; empty when it is."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    said = done.stderr.strip()
    if done.returncode != exit_code:
        return f"exit code {done.returncode} and not {exit_code}: {said}"
    if done.stdout or "\n" in said:
        return f"more than one sentence: {done.stdout}{said}"
    missing = [part for part in parts if part not in said]
    return f"no {missing} in: {said}" if missing else ""


def main():
    failures = []
    for words, parts in WRONG:
        if why := refused([BENCH, *words], 2, parts):
            failures.append(f"{words}: {why}")
    with tempfile.TemporaryDirectory() as folder:
        files = {"empty.json": "{}", "list.json": "[1]", "text.json": "no JSON", "named.json": '{"W2: edges": null}'}
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        for name in [*files, "absent.json"]:
            if why := refused([sys.executable, "-B", PLOT, os.path.join(folder, name)], 1, ["plot.py: ", name]):
                failures.append(f"plot.py {name}: {why}")
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
