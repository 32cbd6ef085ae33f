#!/usr/bin/env python3
"""What came from OpenLineage goes out as it came: openlineage_out.py PROJECT AMONT

Each group of real events, and the example hub: imported, exported as OpenLineage, imported into a new register. Both registers must give
the same JSONL, and the events must be what the specification's own schemas want.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import validate_openlineage

GROUPS = ["scenarios", "spark-events", "marquez", "facet-examples", "producer-templates"]


class Registers:
    def __init__(self, amont, folder):
        self.amont, self.folder = amont, folder

    def run(self, store, *words):
        done = subprocess.run([self.amont, "-s", str(self.folder / store), *words], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"amont {' '.join(words)}: {done.stderr}")
        return done.stdout

    def make(self, store, *words):
        self.run(store, "init", "-q")
        self.run(store, "import", *words)
        return self.run(store, "export", "-q")


def main():
    project, amont = pathlib.Path(sys.argv[1]), sys.argv[2]
    corpus = pathlib.Path(os.environ.get("AMONT_CORPUS", project.parent / "shared")) / "data/d-openlineage"
    if not corpus.exists():
        print(f"NOT TESTED: there is no corpus at {corpus}; set AMONT_CORPUS")
        return 1 if os.environ.get("CI") else 77
    specification = validate_openlineage.Specification(corpus / "spec")
    failed = False
    for name in GROUPS + ["hub"]:
        with tempfile.TemporaryDirectory() as folder:
            registers = Registers(amont, pathlib.Path(folder))
            events = pathlib.Path(folder) / "out.ndjson"
            rejects = str(pathlib.Path(folder) / "rejects")
            if name == "hub":
                before = registers.make("a", str(project / "examples/hub"), "--format", "jsonl")
            else:
                before = registers.make("a", str(corpus / name), "--format", "openlineage", "--keep-going", "--rejects", rejects)
            registers.run("a", "export", "--format", "openlineage", "-o", str(events))
            after = registers.make("b", str(events), "--format", "openlineage")
            count, facets, wrong = validate_openlineage.look_at(specification, events)
            same = before == after or name == "hub"  # of the hub only what OpenLineage has a place for goes out
            print(f"{name}: {count} events, {facets} facets of the specification, {len(wrong)} wrong; {'same' if same else 'OTHER'}")
            for line in wrong[:10]:
                print("  " + line)
            failed = failed or bool(wrong) or not same or count == 0
    return 1 if failed else 0


sys.exit(main())
