#!/usr/bin/env python3
"""DCAT in and out against rdflib: real files, the round trip of the small hub, names that nobody should have: check_catalogue.py ROOT COMMAND"""
import json
import os
import sys
import warnings

import desk

desk.use_other_python()

import rdflib  # noqa: E402
from rdflib import DCAT, DCTERMS, PROV, RDF  # noqa: E402


def records(register):
    nodes, edges = {}, []
    for line in register.run("export").splitlines():
        record = json.loads(line)
        if "node" in record:
            nodes[record["node"]] = record.get("props", {})
        elif "edge" in record:
            edges.append((record["edge"], record["from"], record["to"]))
    return nodes, edges


def check_real_files():
    """What rdflib can read and has something of a catalogue is imported; the rest is refused, and says why."""
    warnings.simplefilter("ignore")  # rdflib knows an older DCAT
    imported = refused = 0
    for file in sorted(desk.corpus("data/e-dcat").rglob("*.ttl")):
        graph = rdflib.Graph()
        try:
            graph.parse(file, format="turtle")
            readable = True
        except Exception:
            readable = False
        things = {kind: set(graph.subjects(RDF.type, kind)) for kind in (DCAT.Catalog, DCAT.Dataset, DCAT["DatasetSeries"], DCAT.Distribution, DCAT.DataService)}
        with desk.Register() as register:
            code, _, said = register.try_run("import", file, "--format", "dcat")
            nodes, edges = records(register)
        if not readable:
            assert code and f"{file.name}:" in said, (file, said)
        elif not any(things.values()):
            assert code and "describes no catalogue" in said, (file, said)
        else:
            assert code == 0, (file, said)
            uris = {props.get("uri") for props in nodes.values()}
            told = {str(thing) for kind in things.values() for thing in kind if isinstance(thing, rdflib.URIRef)}
            assert told <= uris, (file, told - uris)
            titles = {str(title) for kind in things.values() for thing in kind for title in graph.objects(thing, DCTERMS.title)}
            ours = {value for props in nodes.values() for value in props.values() if isinstance(value, str)}
            assert titles <= ours, (file, titles - ours)
        imported += code == 0
        refused += code != 0
    print(f"real files: {imported} imported, {refused} refused for a reason that is right")


def check_round_trip():
    with desk.Register() as register:
        desk.fill_hub(register)
        text = register.run("export", "--format", "healthdcat-ap", "base=https://hub.example/", "language=en")
    graph = rdflib.Graph()
    graph.parse(data=text, format="turtle")
    with desk.Register() as register:
        file = f"{register.folder.name}/hub.ttl"
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
        said = register.try_run("import", file)[2]
        assert "read as dcat" in said, said
        assert "nothing to do" in register.run("import", file, "--format", "dcat")
        nodes, edges = records(register)
    by_uri = {props.get("uri"): (ref, props) for ref, props in nodes.items()}
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    for dataset in datasets:
        ref, props = by_uri[str(dataset)]
        assert ref.startswith("dataset:") and ("part_of", ref, by_uri["https://hub.example/catalogue/hub"][0]) in edges, ref
        assert {props["title_en"]} | {props.get("title_fr", props["title_en"])} >= {str(t) for t in graph.objects(dataset, DCTERMS.title)}, ref
    steps = {(str(a), str(b)) for a, b in graph.subject_objects(PROV.wasDerivedFrom)}
    ours = {(nodes[a]["uri"], nodes[b]["uri"]) for kind, a, b in edges if kind == "derived_from"}
    assert steps and ours == steps, ours ^ steps
    columns = set(graph.subjects(RDF.type, rdflib.URIRef("http://www.w3.org/ns/csvw#Column")))
    assert len(columns) == sum(ref.startswith("variable:") for ref in nodes), len(columns)
    print(f"round trip: {len(datasets)} datasets, {len(steps)} derivations, {len(columns)} columns")


def check_hostile_names():
    """Names that are markup, paths, terminal codes, Turtle: each comes out as the literal that it is, and makes one IRI."""
    names = ['a" . <http://evil.test/a> <http://evil.test/b> "c', "'''\"\"\"\\", "line\nbreak\r\ttab", "a\\", "<>{}|^`", "\u202eflip", "ends with \"",
             "https://evil.test/> <x", "é\U0001F4A9", "%41%2e%2e", "@prefix x: <y> .", "]]> --> */ #", "{{7*7}}"]
    for file in sorted(desk.corpus("hostile/import").glob("names-*.json")):
        for key, props in json.loads(file.read_text(encoding="utf-8"))["entity"].items():
            names += [key, *props.values()]
    lines = [{"node": "organisation:o", "props": {"title": "O"}},
             {"node": "catalogue:c", "props": {"title": names[0], "description": names[1], "publisher_ref": "organisation:o"}}]
    for i, name in enumerate(names):
        key = "".join(c for c in name if c.isprintable()) + f" {i}"
        lines.append({"node": f"dataset:{key}", "props": {"title": name, "description": name, "keywords": [name], "spatial": [name], "uri": f"no uri {name}"}})
        lines.append({"edge": "part_of", "from": f"dataset:{key}", "to": "catalogue:c"})
    with desk.Register() as register:
        file = f"{register.folder.name}/names.jsonl"
        with open(file, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(line) + "\n" for line in lines)
        register.run("import", file, "--format", "jsonl")
        graphs = []
        for syntax in ("turtle", "json-ld"):
            graph = rdflib.Graph()
            graph.parse(data=register.run("export", "--format", "dcat-ap", "base=https://hub.example/", f"syntax={syntax}"), format=syntax)
            graphs.append(graph)
    assert set(graphs[0]) == set(graphs[1])
    graph = graphs[0]
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == len(names)
    assert sorted(str(title) for thing in graph.subjects(RDF.type, DCAT.Dataset) for title in graph.objects(thing, DCTERMS.title)) == sorted(names)
    assert sorted({str(word) for word in graph.objects(None, DCAT.keyword)}) == sorted(set(names))
    assert not any("evil.test" in str(predicate) for predicate in graph.predicates())
    assert all(str(thing).startswith("https://hub.example/") for thing in graph.subjects()), [t for t in graph.subjects() if not str(t).startswith("https://hub.example/")]
    print(f"hostile names: {len(names)}, each the literal that it is")


def check_what_is_missing_is_told():
    with desk.Register() as register:
        file = f"{register.folder.name}/few.jsonl"
        with open(file, "w", encoding="utf-8") as out:
            out.write('{"node": "catalogue:c", "props": {"title": "C"}}\n{"node": "dataset:d"}\n{"edge": "part_of", "from": "dataset:d", "to": "catalogue:c"}\n')
        register.run("import", file, "--format", "jsonl")
        target = f"{register.folder.name}/out.ttl"
        code, out, said = register.try_run("export", "--format", "dcat-ap", "base=https://hub.example/", "-o", target)
        assert code and "dataset:d: title, description" in said and "catalogue:c: description, publisher_ref" in said, said
        assert not os.path.exists(target), "an export that failed left a file"
    print("what is missing is told, by record")


check_real_files()
check_round_trip()
check_hostile_names()
check_what_is_missing_is_told()
sys.exit(0)
