#!/usr/bin/env python3
"""A tiny run's JSON has all figures, and a plot can be drawn from it: check_figures.py AMONT_BENCH PLOT"""
import json
import math
import os
import subprocess
import sys
import tempfile

BENCH, PLOT = sys.argv[1:]
COMMAND = [BENCH, "--edges", "3000", "--walks", "100", "--seconds", "0.1", "--threads", "1,16", "--peers", "boost,sqlite", "--json"]
FACTS = {"machine": ["cpu", "cores", "memory_bytes"], "versions": ["amont", "rocksdb", "sqlite", "boost"],
         "run": ["command", "workload", "edges", "seed", "walks"]}
# Sections, and what each has for whom.
WALKS = ["ratio of sums", "median us", "p95 us", "flat arrays beside it, median us", "flat arrays beside it, p95 us", "questions"]
READS = "point read: by ref, with properties and the refs of neighbours"
FIGURES = [("upstream closure, warm: Amont", WALKS), ("downstream closure, warm: Boost.Graph", WALKS), ("upstream closure, warm: SQLite", WALKS),
           ("upstream closure, restricted: exact", WALKS), ("downstream closure, restricted: known_at", WALKS),
           ("upstream closure, restricted: Boost.Graph, nodes of a kind", WALKS), ("downstream closure, restricted: Boost.Graph, through kinds of edge", WALKS),
           ("upstream closure, restricted: Boost.Graph, exact", WALKS), ("downstream closure, restricted: Boost.Graph, known_at", WALKS),
           ("upstream closure, restricted: SQLite", WALKS), ("downstream closure, restricted: SQLite", WALKS),
           ("one shortest path, of pairs that have one: Amont", WALKS), ("one shortest path, of pairs that have one: Boost.Graph", WALKS),
           ("one shortest path, of pairs that have one: SQLite", WALKS),
           ("reaches, pairs that do: Amont", ["median us", "p95 us", "questions"]), ("reaches, pairs that do: Boost.Graph", ["median us", "p95 us", "questions"]),
           ("reaches, half and half: SQLite", ["median us", "p95 us", "questions"]),
           (READS + ": Amont", ["median us", "p95 us", "questions"]), (READS + ": SQLite", ["median us", "p95 us"]),
           ("durable commits, 5 nodes and 12 edges each: 16 threads", ["Amont, ms at p95", "RocksDB, ms at p95", "ratio to RocksDB"])]
MET = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, ">": lambda a, b: a > b}


def wrong_goal(goal):
    """Why a goal's verdict is not what its figure says; empty when it is."""
    sign, bound = goal["goal"].split()
    if goal["figure"] is None:
        return "" if goal["verdict"] == "not measured" and goal["ratio"] is None else "no figure, and judged"
    if not math.isclose(goal["ratio"], goal["figure"] / float(bound), rel_tol=1e-4):
        return "another ratio"
    if math.isclose(goal["figure"], float(bound), rel_tol=1e-5):
        return ""  # shown with fewer digits than it is judged by
    return "" if goal["verdict"].startswith("met" if MET[sign](goal["figure"], float(bound)) else "missed") else "another verdict"


def main():
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=100, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    run = json.loads(done.stdout)
    failures = [f"no {name} in {group}" for group, names in FACTS.items() for name in names if not run.get(group, {}).get(name)]
    for who, names in FIGURES:
        for name in names:
            if not any(key.startswith(who) and key.endswith(", " + name) and isinstance(value, (int, float)) for key, value in run.items()):
                failures.append(f"no {who}, {name}")
    goals = {goal["what"]: goal for goal in run.get("goals", [])}
    failures.extend(f"{what}: {why}" for what, goal in goals.items() if (why := wrong_goal(goal)))
    for what in ("upstream closure, to flat arrays", "upstream closure, times faster than SQLite", "known_at upstream, to now, each to flat arrays",
                 "reaches, pairs at random, us at p95", "point read, times faster than SQLite, sums", "durable commits, 16 threads, to RocksDB",
                 "open, ms", "disk, to SQLite", "a quarter of the memory, downstream, to all", "import of JSONL, M records/s", "rows into Lua, M/s"):
        if what not in goals or goals[what]["figure"] is None:
            failures.append(f"the goal {what!r} has no figure")
    for what in ("upstream closure, times faster than DuckDB", "import of CSV, by the command, M records/s"):
        if goals.get(what, {}).get("verdict") != "not measured":
            failures.append(f"the goal {what!r} was not measured")
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "run.json")
        with open(name, "w", encoding="utf-8") as file:
            file.write(done.stdout)
        plot = subprocess.run([sys.executable, "-B", PLOT, name], capture_output=True, text=True, timeout=60, check=False)
        if plot.returncode or plot.stdout.count("<circle") != 6:
            failures.append(f"the plot has {plot.stdout.count('<circle')} points and not 6: {plot.stderr}")
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
