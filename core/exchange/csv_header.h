// The first row of a CSV file: what stands in each column.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/csv_reader.h"

namespace amont {

struct CsvColumn {
  enum class What { kFixed, kProperty, kJson };
  What what{};
  std::string name;  // of the property, or of the fixed column
};

struct CsvHeader {
  bool is_edges = false;
  std::vector<CsvColumn> columns;

  // How many columns there are when there is no such.
  std::size_t index_of(std::string_view fixed) const;
};

struct BadHeader {
  Status why;
  Place at;
};
std::optional<BadHeader> read_header(const CsvRow& row, CsvHeader& out);

}  // namespace amont
