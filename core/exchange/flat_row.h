// Rows of CSV that say the commonest things, as FlatPuts; what a row says otherwise, and what is wrong with it, import_csv.cc tells.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "amont/schema.h"
#include "core/exchange/csv_header.h"
#include "core/record/flat_put.h"

namespace amont {

// What the schema declares for each column, of one kind.
using CsvTypes = std::vector<std::optional<PropertyRow>>;

class FlatRow {
 public:
  explicit FlatRow(const CsvHeader& header) : header_(header) {}

  // Once the header was read.
  void begin();
  // Whether the row, which has a cell for each column, is such a put. It views the row's text, and is good until the next call.
  bool read(const CsvRow& row, const CsvTypes& types);
  FlatPut& put() { return put_; }

 private:
  bool read_ends(const CsvRow& row);
  bool read_fixed(std::size_t column, std::string_view cell);
  bool read_properties(const CsvRow& row, const CsvTypes& types);

  const CsvHeader& header_;
  std::vector<std::size_t> fixed_;       // columns that may be empty: label, valid_from, valid_to
  std::vector<std::size_t> properties_;  // columns, by the property's name
  bool has_ascii_names_ = true;          // of properties
  FlatPut put_;
  std::string ref_;  // of a node
  std::vector<FlatProperty> props_;
};

}  // namespace amont
