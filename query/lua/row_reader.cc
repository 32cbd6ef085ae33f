#include "query/lua/row_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/exchange/csv_reader.h"
#include "core/text/utf8.h"

namespace amont {

struct RowReader::Rep {
  ByteSource source;
  CsvReader reader{source, CsvReader::Separator::kAsFirstLine};
  CsvRow row;
};

RowReader::RowReader(ByteSource source) : rep_(new Rep{.source = std::move(source), .row = {}}) {}
RowReader::~RowReader() = default;

std::string_view RowReader::cell(std::size_t column) const { return rep_->row.cells[column].text; }
std::string_view RowReader::raw() const { return rep_->row.raw; }
std::uint64_t RowReader::line() const { return rep_->row.begin.line; }
std::uint64_t RowReader::bytes() const { return rep_->reader.bytes_read(); }

Status RowReader::read_names() {
  AMONT_LET(const bool any, next());
  if (!any) return invalid("the file is empty; its first row should name the columns");
  for (const CsvCell& cell : rep_->row.cells) {
    if (cell.text.empty()) return invalid(fmt::format("column {} has no name", names_.size() + 1));
    if (std::ranges::find(names_, cell.text) != names_.end())
      return invalid(fmt::format("the column {} is there twice", in_quotes(std::string(cell.text))));
    names_.emplace_back(cell.text);
  }
  return {};
}

Result<bool> RowReader::next() {
  Result<bool> more = rep_->reader.next(rep_->row);
  if (!more.ok()) {
    can_go_on_ = false;
    rep_->row.begin = rep_->reader.failed_at();
    return more;
  }
  if (!*more) return false;
  AMONT_TRY(Status(rep_->row.bad));
  if (rep_->row.cell_count > CsvRow::kCellsKept)
    return limit_exceeded(fmt::format("a row of more than {} cells", CsvRow::kCellsKept));
  if (!names_.empty() && rep_->row.cell_count != names_.size())
    return invalid(fmt::format("the row has {} cells, and there are {} columns", rep_->row.cell_count, names_.size()));
  return true;
}

}  // namespace amont
