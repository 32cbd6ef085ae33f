#!/usr/bin/env python3
"""Events of an invented hub of pipelines, for measuring: make_events.py COUNT > events.ndjson

Every run has a START and a COMPLETE. 400 jobs read and write 900 datasets of 3 to 12 columns; the COMPLETE has inputs and outputs with
their schemas, and one in five has the lineage of its columns. The same count gives the same bytes.
"""
import json
import random
import sys


def main():
    count = int(sys.argv[1])
    dice = random.Random(7)
    producer = "https://example.org/airflow/2.9"
    schema_url = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
    facet = {"_producer": producer, "_schemaURL": "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json"}
    datasets = []
    for i in range(900):
        fields = [{"name": f"column_{c}", "type": dice.choice(["BIGINT", "VARCHAR", "DATE"])} for c in range(3 + i % 10)]
        datasets.append({"namespace": "postgres://warehouse:5432", "name": f"hub.schema_{i % 12}.table_{i}", "facets": {
            "schema": {**facet, "fields": fields}, "dataSource": {**facet, "name": "warehouse", "uri": "postgres://warehouse:5432"}}})
    jobs = []
    for i in range(400):
        reads = [datasets[dice.randrange(600)] for _ in range(1 + i % 3)]
        writes = datasets[600 + dice.randrange(300)]
        jobs.append(({"namespace": "airflow", "name": f"daily_{i % 40}.task_{i}"}, reads, writes))
    for i in range(count):
        job, reads, writes = jobs[(i // 2) * 7 % len(jobs)]
        seconds = i * 2
        day, rest = divmod(seconds, 86400)
        when = f"20{10 + day // 336:02d}-{day // 28 % 12 + 1:02d}-{day % 28 + 1:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.000Z"
        run = {"runId": f"{i // 2:08x}-0000-4000-8000-000000000000", "facets": {"nominalTime": {**facet, "nominalStartTime": when}}}
        event = {"eventType": "START" if i % 2 == 0 else "COMPLETE", "eventTime": when, "producer": producer, "schemaURL": schema_url,
                 "run": run, "job": job, "inputs": [], "outputs": []}
        if i % 2 == 1:
            output = writes
            if i % 10 == 1:
                first = reads[0]
                fields = {"column_0": {"inputFields": [{"namespace": first["namespace"], "name": first["name"], "field": "column_0",
                                                        "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}]}]}}
                output = {**writes, "facets": {**writes["facets"], "columnLineage": {**facet, "fields": fields}}}
            event["inputs"], event["outputs"] = reads, [output]
        print(json.dumps(event, separators=(",", ":")))


main()
