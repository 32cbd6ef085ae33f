#!/usr/bin/env python3
"""Draws what things cost against how much there is: one SVG from several files of `amont_bench --json`.

    tests/bench/plot.py hub-1m.json hub-10m.json > growth.svg

Four panels: a closure's cost for each edge, imports, a point read, and what one thread commits to the register of that size. A flat
line is a cost that does not grow.
"""
import json
import math
import sys

# Panel title, unit, and of each line its name and its figure's.
PANELS = [
    ("Upstream closure, warm", "ns an edge looked at", [
        ("Amont", "upstream closure, warm: Amont, ns an edge"),
        ("flat arrays", "upstream closure, warm: flat arrays, ns an edge")]),
    ("Import of JSONL", "records/s", [("log, hashes and index", "import")]),
    ("Point read with neighbours", "us, median", [
        ("Amont", "point read: by ref, with properties and the refs of neighbours: Amont, median us"),
        ("SQLite", "point read: by ref, with properties and the refs of neighbours: SQLite, median us")]),
    ("Durable commits on it, one writer", "commits/s", [
        ("Amont", "readers beside a writer: closures both ways, each of a new snapshot: writer alone, commits/s")]),
]
COLORS = ["#1f6fb2", "#c4622d"]
WIDTH, HEIGHT, MARGIN, LEFT = 360, 240, 46, 64


def figure(figures, name):
    """The figure of that name, or whose name ends so after its section; None when there is none."""
    return next((value for key, value in figures.items() if key == name or key.endswith(": " + name)), None)


def nice_top(value):
    """The least of 1, 2, 2.5, 5, 10... times a power of ten that is not below."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)


def short(number):
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:g}{letter}"
    return f"{number:g}"


def panel(out, left, top, title, unit, lines, runs):
    right, bottom = left + WIDTH - 16, top + HEIGHT - MARGIN
    left, top = left + LEFT, top + MARGIN
    edges = [figure(run, "edges") for run in runs]
    low, high = math.log10(min(edges)), math.log10(max(edges))
    series = [(name, [(e, figure(run, key)) for e, run in zip(edges, runs)]) for name, key in lines]
    most = nice_top(max((v for _, points in series for _, v in points if v is not None), default=1))

    def x(count):
        return (left + right) / 2 if high == low else left + 20 + (math.log10(count) - low) / (high - low) * (right - left - 40)

    def y(value):
        return bottom - value / most * (bottom - top)

    out.append(f'<text x="{left}" y="{top - 26}" font-weight="bold">{title}</text>')
    out.append(f'<text x="{left}" y="{top - 10}" fill="#555">{unit}</text>')
    for part in (0, 0.5, 1):
        at = y(most * part)
        out.append(f'<line x1="{left}" y1="{at:.1f}" x2="{right}" y2="{at:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end" fill="#555">{short(most * part)}</text>')
    for count in edges:
        out.append(f'<text x="{x(count):.1f}" y="{bottom + 18}" text-anchor="middle" fill="#555">{short(count)}</text>')
    out.append(f'<text x="{right}" y="{bottom + 34}" text-anchor="end" fill="#555">edges</text>')
    for number, (name, points) in enumerate(series):
        color = COLORS[number % len(COLORS)]
        there = [(x(count), y(value)) for count, value in points if value is not None]
        if not there:
            continue
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in there)
        out.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        out.extend(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{color}"/>' for px, py in there)
        out.append(f'<text x="{right}" y="{top - 26 + 16 * number}" text-anchor="end" fill="{color}">{name}</text>')


def run_of(name):
    """The figures of one file; ends the program with a sentence when it holds no run."""
    try:
        with open(name, encoding="utf-8") as file:
            run = json.load(file)
    except OSError as error:
        sys.exit(f"plot.py: can't read {name}: {error.strerror}")
    except ValueError as error:
        sys.exit(f"plot.py: {name} is no JSON ({error}); give what amont_bench --json printed")
    edges = figure(run, "edges") if isinstance(run, dict) else None
    if not isinstance(edges, (int, float)) or edges <= 0:
        sys.exit(f"plot.py: {name} does not say how many edges there were; give what amont_bench --json printed, of a run without --only commits")
    return run


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    runs = [run_of(name) for name in sys.argv[1:]]
    runs.sort(key=lambda run: figure(run, "edges"))
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{2 * HEIGHT}" '
           'font-family="sans-serif" font-size="12">', '<rect width="100%" height="100%" fill="white"/>']
    for number, (title, unit, lines) in enumerate(PANELS):
        panel(out, number % 2 * WIDTH, number // 2 * HEIGHT, title, unit, lines, runs)
    print("\n".join(out) + "\n</svg>")


if __name__ == "__main__":
    main()
