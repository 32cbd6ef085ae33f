#!/usr/bin/env python3
"""DPV and DUO as rdflib reads them are what the register has of them: check_vocabularies.py ROOT COMMAND"""
import json
import sys

import desk

desk.use_other_python()

import rdflib  # noqa: E402
from rdflib import RDF, RDFS, SKOS  # noqa: E402

DPV = rdflib.Namespace("https://w3id.org/dpv#")
OBO = "http://purl.obolibrary.org/obo/"
MEASURES = {DPV.OrganisationalMeasure, DPV.TechnicalMeasure}


def records(register):
    nodes, edges = {}, set()
    for line in register.run("export").splitlines():
        record = json.loads(line)
        if "node" in record:
            nodes[record["node"]] = record.get("props", {})
        elif "edge" in record:
            edges.add((record["edge"], record["from"], record["to"]))
    return nodes, edges


def check_dpv():
    folder = desk.corpus("data/h-vocab/dpv-2.3")
    graph = rdflib.Graph()
    for file in sorted(folder.glob("*.ttl")):
        graph.parse(file, format="turtle")
    with desk.Register() as register:
        register.run("import", folder, "--format", "dpv")
        assert "nothing to do" in register.run("import", folder, "--format", "dpv"), "the same again changed something"
        nodes, edges = records(register)
    by_uri = {props["uri"]: ref for ref, props in nodes.items()}
    concepts = {thing for kind in MEASURES | {DPV.Purpose} for thing in graph.subjects(RDF.type, kind)}
    for thing in concepts:
        ref = by_uri[str(thing)]
        purpose = (thing, RDF.type, DPV.Purpose) in graph
        assert ref.startswith("purpose:" if purpose else "condition:"), ref
        labels = {str(label) for label in graph.objects(thing, SKOS.prefLabel)}
        title = nodes[ref].get("title")
        assert labels == set([] if title is None else title if isinstance(title, list) else [title]), (ref, labels, title)
        for parent in set(graph.objects(thing, SKOS.broader)) | set(graph.objects(thing, RDFS.subClassOf)):
            kind = ref.split(":")[0]
            assert any(edge == ("part_of", ref, by) for edge in edges for by in [edge[2]]
                       if nodes[by]["uri"] == str(parent) and by.startswith(kind)), (ref, parent)
    told = sum("title" in props for props in nodes.values())
    assert told == len(concepts), (told, len(concepts))
    print(f"DPV: {len(concepts)} purposes and measures, {len(edges)} steps to broader ones")


def check_duo():
    file = desk.corpus("data/h-vocab/duo") / "duo.owl"
    graph = rdflib.Graph()
    graph.parse(file, format="xml")
    below = {root: set(graph.transitive_subjects(RDFS.subClassOf, rdflib.URIRef(OBO + root)))
             for root in ("DUO_0000001", "DUO_0000017")}
    with desk.Register() as register:
        register.run("import", file, "--format", "duo")
        nodes, edges = records(register)
        for root, kind in (("DUO_0000001", "purpose"), ("DUO_0000017", "condition")):
            uris = {props["uri"] for ref, props in nodes.items() if ref.startswith(kind)}
            assert uris == {str(thing) for thing in below[root]}, (kind, uris ^ {str(thing) for thing in below[root]})
        steps = {(str(a), str(b)) for terms in below.values() for a, b in graph.subject_objects(RDFS.subClassOf) if a in terms and b in terms}
        ours = {(nodes[a]["uri"], nodes[b]["uri"]) for _, a, b in edges}
        assert ours == steps, ours ^ steps
        check_narrower_use_is_covered(register)
    print(f"DUO: {len(nodes)} permissions and modifiers, {len(edges)} steps to broader ones")


def check_narrower_use_is_covered(register):
    """An approval for health research covers a run for research on a disease; one for a disease does not cover health research."""
    lines = [{"node": "dataset:d", "props": {"restricted": True}}]
    for name, allowed, done in (("wide", "DUO:0000006", "DUO:0000007"), ("narrow", "DUO:0000007", "DUO:0000006")):
        lines += [
            {"node": f"project:{name}"},
            {"node": f"approval:{name}", "props": {"type": "permit", "decision": "granted"}, "valid_from": "2024-01-01T00:00:00Z"},
            {"node": f"run:{name}", "props": {"started_at": {"@time": "2025-01-01T00:00:00Z"}, "ended_at": {"@time": "2025-01-02T00:00:00Z"}}},
            {"edge": "for_project", "from": f"approval:{name}", "to": f"project:{name}"},
            {"edge": "covers", "from": f"approval:{name}", "to": "dataset:d"},
            {"edge": "for_purpose", "from": f"approval:{name}", "to": f"purpose:{allowed}"},
            {"edge": "performed_for", "from": f"run:{name}", "to": f"project:{name}"},
            {"edge": "for_purpose", "from": f"run:{name}", "to": f"purpose:{done}"},
            {"edge": "used", "from": f"run:{name}", "to": "dataset:d"},
        ]
    file = f"{register.folder.name}/uses.jsonl"
    with open(file, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)
    register.run("import", file, "--format", "jsonl")
    _, wide, _ = register.try_run("coverage", "project:wide")
    _, narrow, _ = register.try_run("coverage", "project:narrow")
    assert "all are covered" in wide, wide
    assert "other_purpose" in narrow, narrow


check_dpv()
check_duo()
sys.exit(0)
