#!/usr/bin/env python3
"""Holds events against the specification's own schemas: validate_openlineage.py SPEC_FOLDER EVENTS.ndjson

Each event must be one of OpenLineage.json, and each facet what the schema says that its _schemaURL names. Nothing is fetched: all that
is referred to must be in the folder. Prints how many were looked at, and what is wrong, line by line; ends with 1 when something is.
"""
import json
import pathlib
import sys
import warnings

import jsonschema

warnings.filterwarnings("ignore", category=DeprecationWarning)  # newer versions have another resolver; Debian 12's has this one


def schemas_in(folder):
    """The schemas of a folder, by their $id."""
    schemas = {}
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        schema = json.loads(path.read_text())
        schemas[schema["$id"]] = schema
    return schemas


class Specification:
    def __init__(self, folder):
        self.schemas = schemas_in(folder)
        self.resolver = jsonschema.RefResolver("", {}, store=self.schemas, handlers={"https": self.not_here})
        # A run's id goes out as it came, whether it is a UUID or not.
        formats = [name for name in ("date-time", "uri") if name in jsonschema.FormatChecker.checkers]
        self.checker = jsonschema.FormatChecker(formats)
        event = next(url for url in self.schemas if url.endswith("/OpenLineage.json"))
        self.event = self.validator({"$ref": event})

    @staticmethod
    def not_here(url):
        raise LookupError(f"{url} is not in the folder of the specification")

    def validator(self, schema):
        return jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=self.checker)

    def facet(self, name, url):
        """The schema that a facet claims, or None for one of the base's."""
        schema = self.schemas.get(url.split("#")[0])
        if schema is None or name not in schema.get("properties", {}):
            return None
        return self.validator({"$ref": schema["$id"] + "#/properties/" + name})


def facets_of(event):
    """(where, name, facet) of all facets of an event."""
    holders = [("run", event.get("run"), "facets"), ("job", event.get("job"), "facets"), ("dataset", event.get("dataset"), "facets")]
    for side in ("input", "output"):
        for dataset in event.get(side + "s", []):
            holders += [(side, dataset, "facets"), (side, dataset, side + "Facets")]
    for where, holder, key in holders:
        for name, facet in ((holder or {}).get(key) or {}).items():
            yield where, name, facet


def look_at(spec, path):
    """How many events a file has, how many facets that the specification knows, and what is wrong with them."""
    events = facets = 0
    wrong = []
    for number, line in enumerate(open(path), 1):
        event = json.loads(line)
        events += 1
        found = [("event", error) for error in spec.event.iter_errors(event)]
        for where, name, facet in facets_of(event):
            validator = spec.facet(name, facet.get("_schemaURL", "")) if isinstance(facet, dict) else None
            if validator is None or facet.get("_deleted"):
                continue
            facets += 1
            found += [(f"{where}.{name}", error) for error in validator.iter_errors(facet)]
        wrong += [f"line {number}: {where}: {error.message[:200]}" for where, error in found]
    return events, facets, wrong


def main():
    events, facets, wrong = look_at(Specification(sys.argv[1]), sys.argv[2])
    print("\n".join(wrong + [f"{events} events and {facets} facets looked at, {len(wrong)} wrong"]))
    return 1 if wrong or events == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
