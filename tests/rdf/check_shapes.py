#!/usr/bin/env python3
"""Catalogues that are exported keep to the real SHACL shapes: check_shapes.py ROOT COMMAND

The small hub and the dictionary of the SNDS, whole, with every column; Turtle and JSON-LD say the same, and twice the same.
"""
import sys
import time

import desk

desk.use_other_python()

import pyshacl  # noqa: E402
import rdflib  # noqa: E402

AP = "dcat-ap-3.0.0/"
# What each is: DCAT-AP's constraints as its newer and its older files have them, what class the things must have that are named, what it
# recommends; the French hub's validator of HealthDCAT-AP for data that are not public.
OF_DCAT_AP = [AP + "shacl__dcat-ap-SHACL.ttl", AP + "html__shacl__shapes.ttl", AP + "html__shacl__range.ttl", AP + "html__shacl__shapes_recommended.ttl"]
SHAPES = {"dcat-ap": OF_DCAT_AP, "healthdcat-ap": ["shapes/hdap-validator-sensitivity-shape.ttl", AP + "html__shacl__shapes.ttl"]}
# The older file wants byte sizes as decimals, the newer one and HealthDCAT-AP, as the text of DCAT-AP 3, as whole numbers: nobody can follow both.
CONTRADICTED = {AP + "html__shacl__shapes.ttl": {rdflib.DCAT.byteSize}}
SH = rdflib.SH


def shapes_of(name):
    graph = rdflib.Graph()
    graph.parse(desk.corpus("data/e-dcat") / name, format="turtle")
    return graph


def exported(register, form, syntax):
    text = register.run("export", "--format", form, "base=https://hub.example/", "language=en", f"syntax={syntax}")
    graph = rdflib.Graph()
    graph.parse(data=text, format=syntax)
    return text, graph


def violations(graph, name):
    """Each as a line. That everything is an rdfs:Resource is what RDFS says; shapes that ask for it expect a validator to know."""
    shapes = shapes_of(name)
    for asks in list(shapes.subjects(SH["class"], rdflib.RDFS.Resource)):
        shapes.remove((asks, SH["class"], rdflib.RDFS.Resource))
    _, results, _ = pyshacl.validate(graph, shacl_graph=shapes, allow_warnings=True, allow_infos=True)
    wrong = []
    for result in results.subjects(rdflib.RDF.type, SH.ValidationResult):
        path = results.value(result, SH.resultPath)
        if results.value(result, SH.resultSeverity) == SH.Violation and path not in CONTRADICTED.get(name, ()):
            wrong.append(f"  {results.value(result, SH.focusNode)} {path}: {results.value(result, SH.resultMessage)}")
    return sorted(wrong)


def check(what, register):
    failed = False
    for form, shapes in SHAPES.items():
        text, graph = exported(register, form, "turtle")
        _, other = exported(register, form, "json-ld")
        assert set(graph) == set(other), f"{what} as {form}: Turtle and JSON-LD do not say the same"
        assert text == exported(register, form, "turtle")[0], f"{what} as {form}: two exports differ"
        for name in shapes:
            began = time.time()
            wrong = violations(graph, name)
            print(f"{what} as {form}: {len(graph)} triples, {name} in {time.time() - began:.1f} s: {len(wrong) or 'no'} violations")
            print("\n".join(wrong[:60]), end="\n" if wrong else "")
            failed = failed or bool(wrong)
    return failed


def main():
    failed = False
    for what, fill in (("the small hub", desk.fill_hub), ("the dictionary of the SNDS", desk.fill_snds)):
        with desk.Register() as register:
            fill(register)
            failed = check(what, register) or failed
    return 1 if failed else 0


sys.exit(main())
