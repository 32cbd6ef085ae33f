// Rows of CSV that say the commonest things, as FlatPuts; what a row says otherwise, and what is wrong with it, import_csv.cc tells.
#pragma once

#include <vector>

#include "core/exchange/csv_header.h"
#include "core/exchange/csv_types.h"
#include "core/exchange/flat_puts.h"
#include "core/text/arena.h"

namespace amont {

class FlatRow {
 public:
  explicit FlatRow(const CsvHeader& header);

  // Whether the row, which has a cell for each column, is such a put; then it is the last of `out`. It views the row's cells, and what it
  // adds to `texts`.
  bool read(const CsvRow& row, const CsvTypes::Row& types, FlatPuts& out, Arena& texts) const;

  std::size_t columns() const { return header_.columns.size(); }
  bool has_ascii_names() const { return has_ascii_names_; }  // of properties

 private:
  bool read_ends(const CsvRow& row, FlatPut& put, Arena& texts) const;
  bool read_fixed(std::size_t column, std::string_view cell, FlatPut& put) const;
  bool read_properties(const CsvRow& row, const CsvTypes::Row& types, FlatPuts& out) const;

  CsvHeader header_;
  std::vector<std::size_t> fixed_;       // columns that may be empty: label, valid_from, valid_to
  std::vector<std::size_t> properties_;  // columns, by the property's name
  bool has_ascii_names_ = true;
};

}  // namespace amont
