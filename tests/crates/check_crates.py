#!/usr/bin/env python3
"""Checks crates and CSVW that are exported: check_crates.py ROOT AMONT

The example hub's results go out as crates and its tables as CSVW; a reader of this file's own checks their structure, then rocrate,
roc-validator and csvw read them, from build/crates-python. They are given the context of RO-Crate that rocrate brings: nothing is fetched.
Exit 0: all is well; 1: something is not; 77: it is, and the libraries are not there (1 under CI).
"""
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT, COMMAND = pathlib.Path(sys.argv[1]), sys.argv[2]
SKIPPED = 77
RESULTS = ("output:heart-failure/table-1", "output:statin-safety/signal", "output:ai-triage/model-1", None)
LICENCE = "https://spdx.org/licenses/CC-BY-4.0"
PROFILES = ("process-run-crate-0.5",)  # and with it RO-Crate 1.1, on which it is built


def run(store, *words):
    done = subprocess.run([COMMAND, "-s", store, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, f"amont {' '.join(map(str, words))}: exit {done.returncode}\n{done.stderr}"
    return done.stdout


def references(value):
    """The ids that a property names."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and "@id" in one:
            yield one["@id"]


def check_structure(crate):
    """What RO-Crate 1.1 demands of the metadata: a descriptor, a root that is its subject, and entities that are there, once."""
    graph = crate["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    assert len(entities) == len(graph), "an @id is there twice"
    assert "https://w3id.org/ro/crate/1.1/context" in crate["@context"]
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork" and descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = entities[descriptor["about"]["@id"]]
    assert root["@type"] == "Dataset" and root["name"] and root["description"] and root["datePublished"] and root["license"]
    parts = set(references(root.get("hasPart", [])))
    for entity in graph:
        for name, value in entity.items():
            for wanted in references(value):
                known = wanted in entities or (name == "conformsTo" and wanted.startswith("https://w3id.org/ro/crate/"))
                assert known, f"{entity['@id']}: {name} names {wanted}, which is not there"
        if entity["@type"] == "CreateAction":
            assert entity["instrument"] and (entity.get("object") or entity.get("result")), entity
            assert entity["@id"] in set(references(root["mentions"]))
        if entity["@type"] == "Dataset" and entity is not root:
            assert entity["@id"] in parts, f"{entity['@id']} is no part of the root"
    return len(graph)


def check_csvw(document):
    """Names of columns that CSVW allows, once in a table; keys that lead to columns that are there."""
    assert document["@context"] == "http://www.w3.org/ns/csvw"
    columns = {}
    for table in document["tables"]:
        names = [column["name"] for column in table["tableSchema"]["columns"]]
        assert len(set(names)) == len(names) and not any(name.startswith("_") or " " in name for name in names)
        columns[table["url"]] = set(names)
    assert len(columns) == len(document["tables"])
    for table in document["tables"]:
        schema = table["tableSchema"]
        assert set(schema.get("primaryKey", [])) <= columns[table["url"]]
        for key in schema.get("foreignKeys", []):
            assert set(key["columnReference"]) <= columns[table["url"]]
            assert set(key["reference"]["columnReference"]) <= columns[key["reference"]["resource"]]
    return len(columns)


def check_with_libraries(crates, csvw_file):
    try:
        import csvw
        import rdflib.plugins.shared.jsonld.context as jsonld_context
        import rdflib.plugins.shared.jsonld.util as jsonld_util
        import rocrate
        from rocrate.rocrate import ROCrate
        if not importlib.util.find_spec("rocrate_validator"):
            raise ImportError("no module named rocrate_validator")
    except ImportError as missing:
        python = ROOT / "build/crates-python/bin/python"
        if python.exists() and not os.environ.get("AMONT_CRATES_PYTHON"):
            os.environ["AMONT_CRATES_PYTHON"] = "yes"
            os.execv(python, [str(python), "-B", *sys.argv])
        print(f"\n*** NOT TESTED with the libraries of others: {missing}; ./run test installs them into build/crates-python ***\n", file=sys.stderr)
        return 1 if os.environ.get("CI") else SKIPPED

    context = json.loads((pathlib.Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_text())
    fetch = jsonld_util.source_to_json

    def bring(source, *more, **named):
        return (context, None) if "w3id.org/ro/crate" in str(source) else fetch(source, *more, **named)

    jsonld_util.source_to_json = jsonld_context.source_to_json = bring
    from rocrate_validator import models, services  # which takes what it finds there when it is imported
    for folder in crates:
        assert len(ROCrate(folder).data_entities) > 0
    for folder in crates[:2]:  # one takes some seconds
        for profile in PROFILES:
            result = services.validate(services.ValidationSettings(
                rocrate_uri=folder, profile_identifier=profile, requirement_severity=models.Severity.REQUIRED, metadata_only=True,
                skip_availability_check=True))
            faults = [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]
            assert not faults, f"{folder}, {profile}: {faults[:5]}"
    tables = csvw.TableGroup.from_file(csvw_file).tables
    assert len(tables) > 0 and all(table.tableSchema.columns for table in tables)
    print(f"rocrate, roc-validator ({', '.join(PROFILES)}) and csvw have nothing against them")
    return 0


def main():
    with tempfile.TemporaryDirectory(prefix="amont-crates-") as folder:
        store = f"{folder}/store"
        run(store, "init", "--quiet")
        for chapter in sorted((ROOT / "examples/hub").glob("*.jsonl")):
            run(store, "import", chapter, "--format", "jsonl")
        crates = []
        for number, result in enumerate(RESULTS):
            crates.append(f"{folder}/crate-{number}")
            os.mkdir(crates[-1])
            file = f"{crates[-1]}/ro-crate-metadata.json"
            run(store, "export", "--format", "ro-crate", *([f"of={result}"] if result else []), f"license={LICENCE}", "-o", file)
            crate = json.loads(pathlib.Path(file).read_text())
            count = check_structure(crate)
            assert not any(entity["@type"] == "Person" for entity in crate["@graph"])
            print(f"{result or 'the whole register'}: {count} entities")
            before = run(store, "export")
            run(store, "import", file)
            gained = set(run(store, "export").splitlines()) - set(before.splitlines())
            strange = sorted(line for line in gained if f'"output:crate/crate-{number}' not in line)
            assert not strange, f"a crate changed what it came from: {strange[:3]}"
        csvw_file = f"{folder}/tables-metadata.json"
        run(store, "export", "--format", "csvw", "-o", csvw_file)
        print(f"CSVW: {check_csvw(json.loads(pathlib.Path(csvw_file).read_text()))} tables")
        return check_with_libraries(crates, csvw_file)


if __name__ == "__main__":
    sys.exit(main())
