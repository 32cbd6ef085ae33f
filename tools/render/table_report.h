// A verb's tables as a report, for the formats that show reports.
#pragma once

#include <string>
#include <vector>

#include "amont/report.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {

// A block of what write_table() would show: numbers in the columns of numbers, and no column that is optional and empty.
ReportBlock block_of(std::string title, const std::vector<TableColumn>& columns,
                     const std::vector<std::vector<TableCell>>& rows);
ReportBlock text_block(std::string text);

// Named as the question is: "why output:x dataset:y".
Report report_named(const Heading& heading, std::vector<ReportBlock> blocks);

}  // namespace amont::tool
