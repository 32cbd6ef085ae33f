// What a schema declares for each column of a CSV file, kind by kind. No CSV file changes the schema.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amont/schema.h"
#include "core/exchange/csv_header.h"

namespace amont {

class CsvTypes {
 public:
  // Of one kind; nothing for what is not declared.
  using Row = std::vector<std::optional<PropertyRow>>;

  CsvTypes(const CsvHeader& header, const Schema& schema) : header_(header), schema_(schema) {}

  // Of a kind that is not declared, nothing is. Good until the next call.
  const Row& of(std::string_view kind);

 private:
  CsvHeader header_;
  Schema schema_;
  std::map<std::string, Row, std::less<>> known_;
  std::string last_kind_;
  const Row* last_ = nullptr;
  Row unknown_;
};

}  // namespace amont
