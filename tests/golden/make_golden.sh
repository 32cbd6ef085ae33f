#!/bin/sh
# Makes the register and the backup of it that a release keeps in tests/golden/vN: make_golden.sh AMONT FOLDER
#
# Once for each version of the format, by the release that brings it; never again for one that is there: what later releases must read
# is what that release wrote, and not what they would write. tests/core/golden_test.cc says what is in it.
set -eu
amont=$1
folder=$2
mkdir "$folder"
cd "$folder"
"$amont" -s register init
"$amont" -s register import - --format jsonl --author ana --reason "first load" <<'LINES'
{"node": "dataset:claims", "props": {"title": "Claims", "n_records": 12}, "valid_from": "2006-01-01T00:00:00Z"}
{"node": "dataset:hospital", "props": {"title": "Séjours hospitaliers"}}
{"node": "dataset:twice", "props": {"title": "Registered twice"}}
{"node": "variable:claims/age", "props": {"title": "Age"}}
{"node": "project:p", "props": {"title": "Linkage"}}
{"node": "output:x", "props": {"title": "Result"}}
{"edge": "part_of", "from": "variable:claims/age", "to": "dataset:claims"}
{"edge": "used", "from": "project:p", "to": "dataset:claims", "label": "yearly", "props": {"purpose": "linkage"}}
{"edge": "used", "from": "project:p", "to": "dataset:hospital"}
{"edge": "generated_by", "from": "output:x", "to": "project:p"}
LINES
"$amont" -s register put dataset:claims "title=Claims of 2025" --author ben
"$amont" -s register retract dataset:twice --author ben --reason "registered twice"
"$amont" -s register put dataset:hospital "contact=Anne Martin" --author ben
"$amont" -s register redact dataset:hospital contact --author dpo --reason "she asked"
"$amont" -s register rules put no-prohibited-purpose --mode annotate --author ana
"$amont" keygen key --name golden.example/register
"$amont" -s register checkpoint --sign key -o checkpoint
"$amont" -s register bundle output:x -o bundle --sign key
"$amont" -s register backup backup
"$amont" -s register info --json > info.json
rm -f key register/LOCK backup/LOCK register/index/LOCK register/index/IDENTITY register/copies.lock
