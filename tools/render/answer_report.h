// The answer to a question as a report, for the formats that show reports.
#pragma once

#include "amont/report.h"
#include "tools/render/answer.h"

namespace amont::tool {

// `graph_only`: without the list of the nodes, all of which the drawing has.
Report report_of(const ShownAnswer& answer, bool graph_only);

}  // namespace amont::tool
