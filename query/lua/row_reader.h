// RowReader: the rows of a CSV input under the names in its first row, one after the other, in bounded memory.
// Cells are separated by commas, or by semicolons when the first row has some and no comma.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amont/exchange.h"

namespace amont {

class RowReader {
 public:
  explicit RowReader(ByteSource source);
  ~RowReader();

  // Reads the first row. kInvalid when a name is empty or there twice, or the row can't be read.
  Status read_names();
  const std::vector<std::string>& names() const { return names_; }

  // The next row; its cells are those of names(), and good until the next call. False at the end. kInvalid for a row
  // that has more or fewer cells, or can't be read; can_go_on() says whether the next one can.
  Result<bool> next();
  std::string_view cell(std::size_t column) const;
  std::string_view raw() const;  // the row as it stands
  bool can_go_on() const { return can_go_on_; }

  std::uint64_t line() const;   // where the last row begins, from 1
  std::uint64_t bytes() const;  // taken from the input so far

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
  std::vector<std::string> names_;
  bool can_go_on_ = true;
};

}  // namespace amont
