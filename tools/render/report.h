// What a script returned, or a question was answered with, in each format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amont/report.h"
#include "tools/format.h"
#include "tools/output.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {

// What is shown, in any format. `counts` is what the closing line says there is: "3 rows". All are good for one call.
struct Shown {
  const Heading& heading;
  const Report& report;
  std::string_view counts;
};

// kInvalid, saying what to do, when the format can show none of the report; nothing is written then.
Status check_format(const Report& report, Format format);
// What the format has no place for: "1 text, 2 tables"; empty when it shows all.
std::string left_out(const Report& report, Format format);
// Pictures fold what is large: "12 of 80 nodes are drawn in 3 projects and bases"; empty when nothing was. For formats that are
// drawn.
std::string folding_note(const Report& report);
// What the blocks have, as the closing line of a script's answer says it: "3 rows; 7 nodes and 8 edges".
std::string counts_of(const Report& report);

// After check_format(), and not for SVG. CSV is that of csv_cell(); `look` is for tables on a terminal.
void write_report(Output& out, Format format, const Shown& shown, const TableLook& look, bool raw);

// What a script has printed, line by line.
void write_printed(Output& out, std::string printed, const TableLook& look);

// What a table shows of a report above its closing line.
void write_report_blocks(Output& out, const Report& report, const TableLook& look);

// One each, which write_report() calls.
void write_report_table(Output& out, const Shown& shown, const TableLook& look);
void write_report_json(Output& out, const Shown& shown);
// A line for the heading and one for each row: {"block": 1, "row": {"ref": ...}}.
void write_report_ndjson(Output& out, const Shown& shown);
// The blocks one after the other, an empty line between two. Text is left out.
void write_report_csv(Output& out, const Report& report, bool raw);
// Tables, and graphs as Mermaid.
void write_report_markdown(Output& out, const Shown& shown);
// One page that needs nothing else: no script, style, font or picture from elsewhere.
void write_report_html(Output& out, const Shown& shown);
// The graphs, as one digraph each.
void write_report_dot(Output& out, const Shown& shown);
// The same, each by itself.
std::vector<std::string> report_as_dot(const Shown& shown);
// The graphs in one flowchart.
void write_report_mermaid(Output& out, const Shown& shown);
// The graphs, whole.
void write_report_graphml(Output& out, const Shown& shown);

}  // namespace amont::tool
