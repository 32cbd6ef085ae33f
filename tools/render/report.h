// What a script returned, as a table, JSON, NDJSON or CSV.
#pragma once

#include "amont/script.h"
#include "tools/output.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {

void write_report_table(Output& out, const Heading& heading, const Report& report, const TableLook& look);
void write_report_json(Output& out, const Heading& heading, const Report& report);
// A line for the heading and one for each row: {"block": 1, "row": {"ref": ...}}.
void write_report_ndjson(Output& out, const Heading& heading, const Report& report);
// The blocks of rows one after the other, an empty line between two. Text is left out.
void write_report_csv(Output& out, const Report& report, bool raw);

}  // namespace amont::tool
