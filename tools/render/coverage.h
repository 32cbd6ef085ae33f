// Uses and what covers them, as table, JSON, NDJSON and CSV.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "amont/coverage.h"
#include "tools/output.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {

// Refs by id, of the nodes that some uses name.
class RefTexts {
 public:
  // kDamaged.
  Status read(const Snapshot& view, std::span<const UseCoverage> uses);
  const std::string& of(NodeId id) const;

 private:
  std::vector<NodeId> ids_;
  std::vector<std::string> texts_;
};

// `, "checked": 7, ...`: what the heading is followed by.
std::string coverage_counts_json(const Coverage& answer);
std::string coverage_json(const UseCoverage& one, const RefTexts& refs);

std::vector<TableColumn> coverage_columns();
// A row for a use that is covered, else one for each gap.
void add_coverage_rows(std::vector<std::vector<TableCell>>& rows, const UseCoverage& one, const RefTexts& refs);

std::string coverage_csv_header();
std::string coverage_csv(const UseCoverage& one, const RefTexts& refs, bool raw);

}  // namespace amont::tool
