#include "query/apart/check_report.h"

#include <algorithm>

namespace amont {
namespace {

using What = ReportBlock::What;

constexpr std::size_t kReasonBytesMax = 64;

Status check_tree(const std::vector<TreeLine>& lines) {
  std::uint64_t deepest = 0;  // that the next line may have
  for (const TreeLine& line : lines) {
    if (line.depth > deepest) return invalid("a line of a tree hangs below none");
    deepest = line.depth + std::uint64_t{1};
  }
  return {};
}

Status check_drawing(const Drawing& drawing) {
  const auto follows = [](const Drawing::Node& before, const Drawing::Node& node) { return before.ref >= node.ref; };
  if (std::ranges::adjacent_find(drawing.nodes, follows) != drawing.nodes.end())
    return invalid("the nodes of a graph are not in order");
  for (const Drawing::Node& node : drawing.nodes)
    if (node.group && *node.group >= drawing.groups.size()) return invalid("a node is in a group that is not there");
  for (const Drawing::Edge& edge : drawing.edges)
    if (edge.from >= drawing.nodes.size() || edge.to >= drawing.nodes.size())
      return invalid("an edge joins a node that is not there");
  return {};
}

// What belongs to another kind of block must be absent, or it would be counted and not shown.
bool has_only_its_own(const ReportBlock& block) {
  const bool drawn = !block.graph.nodes.empty() || !block.graph.edges.empty() || !block.graph.groups.empty();
  return (block.what == What::kText || block.text.empty()) &&
         (block.what == What::kRows || (block.rows.empty() && block.columns.empty())) &&
         (block.what == What::kTree || block.tree.empty()) && (block.what == What::kGraph || !drawn) &&
         (block.what == What::kTimeline || block.spans.empty()) && (block.what == What::kChart || block.points.empty());
}

Status check_block(const ReportBlock& block) {
  if (!has_only_its_own(block)) return invalid("a block has what another kind of block has");
  for (const std::vector<Cell>& row : block.rows)
    if (row.size() != block.columns.size()) return invalid("a row has not one cell for each column");
  AMONT_TRY(check_tree(block.tree));
  return check_drawing(block.graph);
}

Status check_completeness(const Completeness& completeness) {
  for (const PartialReason& reason : completeness.reasons)
    if (reason.reason.empty() || reason.reason.size() > kReasonBytesMax ||
        reason.reason.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos)
      return invalid("what it lacks has no name");
  for (const UnknownOrigin& unknown : completeness.unknown)
    if (unknown.missing != "origin" && unknown.missing != "inputs") return invalid("what is unknown has no name");
  return {};
}

}  // namespace

Status check_report(const Report& report, std::uint64_t rows_max) {
  std::uint64_t rows = 0;
  for (const ReportBlock& block : report.blocks) {
    rows += block.rows.size() + block.tree.size() + block.graph.nodes.size() + block.graph.edges.size() +
            block.spans.size() + block.points.size();
    AMONT_TRY(check_block(block));
  }
  if (rows > rows_max) return invalid("it has more rows than its limits allow");
  return check_completeness(report.completeness);
}

}  // namespace amont
