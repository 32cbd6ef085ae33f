// Reports: what a script answers with, before anybody renders it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "amont/drawing.h"
#include "amont/query.h"

namespace amont {

// A cell of a rows block. Refs are text.
using Cell = std::variant<std::monostate, std::string, std::int64_t, double, bool, Timestamp>;

// A line of a tree. Lines come as they are read: a node, then all that is below it.
struct TreeLine {
  std::uint32_t depth = 0;  // roots have 0
  std::string ref;
  std::string title;
  std::string through;  // the kinds of edge that lead here from the line above it; empty: unknown, or a root
  std::string note;     // why nothing stands below it though there is more: "see above", "goes on"
};

struct TimelineSpan {
  std::string label;
  std::optional<Timestamp> from;  // absent: open
  std::optional<Timestamp> to;
  std::string kind;  // what spans of one colour have in common; "gap" is a gap
};

struct ChartPoint {
  std::string label;
  std::optional<double> value;
};

struct ReportBlock {
  enum class What : std::uint8_t { kText, kRows, kTree, kGraph, kTimeline, kChart };
  What what = What::kText;
  std::string title;
  std::string text;                  // kText
  std::vector<std::string> columns;  // kRows
  std::vector<std::vector<Cell>> rows;
  std::vector<TreeLine> tree;
  Drawing graph;
  std::vector<TimelineSpan> spans;  // kTimeline
  std::vector<ChartPoint> points;   // kChart
  std::string unit;                 // kChart: what the values count
  bool line = false;                // kChart: the points are joined; else each is a bar
};

struct Report {
  std::string title;
  std::vector<ReportBlock> blocks;
  std::string printed;  // what print() wrote
  std::optional<bool>
      answer;  // of a question that has a yes or a no; report{answer = ...}, or a boolean that is all there is
  Completeness completeness;  // of all questions the script asked, together
  TxNumber known_at = 0;
  std::string script_sha256;
};

}  // namespace amont
