#!/usr/bin/env python3
"""Catalogues that are exported keep to the real SHACL shapes: check_shapes.py ROOT COMMAND

The small hub whole, and the dictionary of the SNDS: all of it under DCAT-AP, and under HealthDCAT-AP with the columns of each table but
the first few left out, since pySHACL takes its time for each of the thousands; --all leaves out none.
"""
import sys
import time

import desk

desk.use_other_python()

import pyshacl  # noqa: E402
import rdflib  # noqa: E402

SHAPES = {
    "dcat-ap": ["dcat-ap-3.0.0/html__shacl__shapes.ttl", "dcat-ap-3.0.0/html__shacl__shapes_recommended.ttl"],
    "healthdcat-ap": ["shapes/hdap-validator-sensitivity-shape.ttl", "dcat-ap-3.0.0/html__shacl__shapes.ttl"],
}
COLUMNS_KEPT = 3
CSVW = rdflib.Namespace("http://www.w3.org/ns/csvw#")


def shapes_of(name):
    graph = rdflib.Graph()
    graph.parse(desk.corpus("data/e-dcat") / name, format="turtle")
    return graph


def exported(register, form, syntax):
    text = register.run("export", "--format", form, "base=https://hub.example/", "language=en", f"syntax={syntax}")
    graph = rdflib.Graph()
    graph.parse(data=text, format=syntax)
    return text, graph


def leave_out_columns(graph):
    for table in set(graph.subjects(CSVW.column, None)):
        for column in sorted(graph.objects(table, CSVW.column))[COLUMNS_KEPT:]:
            graph.remove((table, CSVW.column, column))
            graph.remove((column, None, None))


def violations(graph, name):
    conforms, results, text = pyshacl.validate(graph, shacl_graph=shapes_of(name), allow_warnings=True, allow_infos=True)
    return [] if conforms else text.splitlines()


def check(what, register, whole):
    failed = False
    for form, shapes in SHAPES.items():
        text, graph = exported(register, form, "turtle")
        again, other = exported(register, form, "json-ld")
        assert set(graph) == set(other), f"{what} as {form}: Turtle and JSON-LD do not say the same"
        assert text == exported(register, form, "turtle")[0], f"{what} as {form}: two exports differ"
        triples = len(graph)
        if not whole:
            leave_out_columns(graph)
        for name in shapes:
            began = time.time()
            wrong = violations(graph, name)
            print(f"{what} as {form}: {triples} triples, {len(graph)} checked by {name} in {time.time() - began:.1f} s: "
                  f"{len(wrong) and 'VIOLATIONS' or 'no violation'}")
            print("\n".join(wrong[:60]))
            failed = failed or bool(wrong)
    return failed


def main():
    whole = "--all" in sys.argv
    failed = False
    for what, fill in (("the small hub", desk.fill_hub), ("the dictionary of the SNDS", desk.fill_snds)):
        with desk.Register() as register:
            fill(register)
            failed = check(what, register, whole) or failed
    return 1 if failed else 0


sys.exit(main())
