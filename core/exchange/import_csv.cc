// Reading nodes.csv and edges.csv: header -> columns; chunks of rows (read on another thread) -> puts, or changes -> ImportWork, in order.
//
//   kind,key,...             nodes
//   kind,from,to,label,...   edges; without a column `label` labels are empty
//
// The other columns, in any order, are valid_from, valid_to and properties (csv_values.h).
#include "core/exchange/import_csv.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/exchange/csv_header.h"
#include "core/exchange/csv_reader.h"
#include "core/exchange/csv_types.h"
#include "core/exchange/csv_values.h"
#include "core/exchange/import_work.h"
#include "core/exchange/read_ahead.h"
#include "core/store/batch_door.h"

namespace amont {
namespace {

class CsvImport {
 public:
  CsvImport(Store& store, const ByteSource& input, const ImportOptions& options, CsvWay way)
      : store_(store), input_(input), reader_(input), work_(store, options), way_(way) {
    work_.set_source({"csv", options.file, options.sha256, {}, {}});
    work_.set_locate([this](Place begin, std::string_view, const Culprit& culprit) { return locate(begin, culprit); });
  }

  Result<ImportReport> run() {
    AMONT_LET(const bool has_header, next());
    if (!has_header) return work_.fail(invalid("the input is empty; a CSV file begins with a header"), {1, 1});
    if (const auto bad = read_header(row_, header_)) return work_.fail(bad->why, bad->at);
    RefsAhead refs = BatchDoor::refs_ahead(store_);
    AMONT_LET(const Schema* const schema, work_.schema());
    types_.emplace(header_, *schema);
    AMONT_TRY(way_ == CsvWay::kLong ? take_rows() : take_chunks(*schema, std::move(refs)));
    return work_.finish();
  }

 private:
  Result<bool> next() {
    auto more = reader_.next(row_);
    if (more || reader_.failed_at().line == 0) return more;
    return work_.fail(more.status(), reader_.failed_at());
  }

  Status take_rows() {
    while (true) {
      AMONT_LET(const bool more, next());
      if (!more) return work_.progress(reader_.bytes_read());
      AMONT_TRY(take_row());
    }
  }

  Status take_chunks(const Schema& schema, RefsAhead refs) {
    const std::uint64_t line = reader_.line();
    CsvAhead chunks(CsvChunker(input_, reader_.take_rest(), reader_.bytes_read(), reader_.at_end()),
                    CsvChunkReader(header_, schema, line, std::move(refs)));
    while (true) {
      AMONT_LET(CsvChunk* const chunk, chunks.next());
      if (!chunk) return {};
      work_.set_plain(chunk->is_plain);
      for (const CsvChunk::Row& row : chunk->rows) AMONT_TRY(take(*chunk, row));
      if (chunk->failure) return work_.fail(chunk->failure->why, chunk->failure->at);
      AMONT_TRY(work_.progress(chunks.bytes_read()));
    }
  }

  Status take(CsvChunk& chunk, const CsvChunk::Row& row) {
    const std::string_view raw = chunk.text_of(row);
    if (row.put != CsvChunk::Row::kNoPut) {
      work_.expect(chunk.puts, row.put);
      AMONT_LET(const bool taken, work_.take(chunk.puts[row.put], {row.line, 1}, raw));
      if (taken) return {};
    }
    alone_ = CsvRows(',', row.line);
    alone_.show(raw, true);
    (void)alone_.next(row_);  // it is one row
    return take_row();
  }

  Status take_row() {
    if (!row_.bad.ok()) return work_.refuse(row_.bad, row_.bad_at, row_.raw);
    if (row_.cell_count != header_.columns.size())
      return work_.refuse(
          invalid(fmt::format("the row has {} cells, and the header {}", row_.cell_count, header_.columns.size())),
          row_.begin, row_.raw);
    bad_cell_ = 0;
    auto change = header_.is_edges ? edge() : node();
    if (!change) return work_.refuse(change.status(), row_.cells[bad_cell_].place, row_.raw);
    return work_.take(*std::move(change), row_.begin, row_.raw);
  }

  Result<Change> node() {
    PutNode put;
    put.ref = {std::string(row_.cells[0].text), std::string(row_.cells[1].text)};
    AMONT_TRY(put.ref.check());
    AMONT_TRY(read_rest(put));
    return Change(std::move(put));
  }

  Result<Change> edge() {
    PutEdge put;
    put.kind = row_.cells[0].text;
    bad_cell_ = 1;
    AMONT_LET(put.from, Ref::parse(row_.cells[1].text));
    bad_cell_ = 2;
    AMONT_LET(put.to, Ref::parse(row_.cells[2].text));
    AMONT_TRY(read_rest(put));
    return Change(std::move(put));
  }

  // valid_from, valid_to, label and properties.
  template <class Put>
  Status read_rest(Put& put) {
    const CsvTypes::Row& types = types_->of(row_.cells[0].text);
    cell_of_property_.clear();
    for (std::size_t i = header_.is_edges ? 3 : 2; i < row_.cells.size(); ++i) {
      const std::string_view cell = row_.cells[i].text;
      if (cell.empty()) continue;
      bad_cell_ = i;
      const CsvColumn& column = header_.columns[i];
      if (column.what == CsvColumn::What::kFixed) {
        AMONT_TRY(read_fixed(put, column.name, cell));
        continue;
      }
      const std::optional<PropertyRow>& type = types[i];
      std::optional<Value> value;
      if (column.what == CsvColumn::What::kJson) {
        AMONT_LET(value, value_of_json_cell(cell));
      } else {
        AMONT_LET(value, value_of_cell(cell, type ? &*type : nullptr));
      }
      put.props.push_back({column.name, std::move(value)});
      cell_of_property_.push_back(i);
    }
    return {};
  }

  template <class Put>
  Status read_fixed(Put& put, std::string_view name, std::string_view cell) {
    if (name == "label") {
      if constexpr (std::is_same_v<Put, PutEdge>) put.label = cell;
      return check_label(cell);
    }
    AMONT_LET(const Timestamp time, time_of_cell(cell));
    TimeChange& change = name == "valid_from" ? put.valid_from : put.valid_to;
    change.emplace(time);
    return {};
  }

  Place locate(Place begin, const Culprit& culprit) const {
    std::size_t cell = 0;
    switch (culprit.part) {
      case Culprit::Part::kWhole: return begin;
      case Culprit::Part::kFrom: cell = 1; break;
      case Culprit::Part::kTo: cell = 2; break;
      case Culprit::Part::kLabel: cell = header_.index_of("label"); break;
      case Culprit::Part::kInterval:
        cell = std::min(header_.index_of("valid_from"), header_.index_of("valid_to"));
        break;
      case Culprit::Part::kProperty:
        if (culprit.property < cell_of_property_.size()) cell = cell_of_property_[culprit.property];
        break;
    }
    return cell < row_.cells.size() ? row_.cells[cell].place : begin;
  }

  Store& store_;
  const ByteSource& input_;
  CsvReader reader_;
  ImportWork work_;
  const CsvWay way_;
  CsvHeader header_;
  std::optional<CsvTypes> types_;
  CsvRows alone_;  // of a row that is read again
  CsvRow row_;
  std::size_t bad_cell_ = 0;
  std::vector<std::size_t> cell_of_property_;
};

}  // namespace

Result<ImportReport> import_csv(Store& store, const ByteSource& input, const ImportOptions& options, CsvWay way) {
  return CsvImport(store, input, options, way).run();
}

Result<ImportReport> import_csv(Store& store, const ByteSource& input, const ImportOptions& options) {
  return import_csv(store, input, options, CsvWay::kShort);
}

}  // namespace amont
