// Reading nodes.csv and edges.csv: header -> columns; rows -> changes -> ImportWork.
//
//   kind,key,...             nodes
//   kind,from,to,label,...   edges; without a column `label` labels are empty
//
// The other columns, in any order, are valid_from, valid_to and properties (csv_values.h).
#include "core/exchange/import_csv.h"

#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/exchange/csv_header.h"
#include "core/exchange/csv_reader.h"
#include "core/exchange/csv_values.h"
#include "core/exchange/flat_row.h"
#include "core/exchange/import_work.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

class CsvImport {
 public:
  CsvImport(Store& store, const ByteSource& input, const ImportOptions& options, CsvWay way)
      : reader_(input), work_(store, options), way_(way) {
    work_.set_source({"csv", options.file, options.sha256, {}, {}});
    work_.set_locate([this](Place begin, std::string_view, const Culprit& culprit) { return locate(begin, culprit); });
  }

  Result<ImportReport> run() {
    AMONT_LET(const bool has_header, next());
    if (!has_header) return work_.fail(invalid("the input is empty; a CSV file begins with a header"), {1, 1});
    if (const auto bad = read_header(row_, header_)) return work_.fail(bad->why, bad->at);
    flat_.begin();
    for (std::uint64_t rows = 0;; ++rows) {
      AMONT_LET(const bool more, next());
      if (!more) break;
      AMONT_TRY(take_row());
      constexpr std::uint64_t kRowsPerProgress = 4096;
      if (rows % kRowsPerProgress == 0) AMONT_TRY(work_.progress(reader_.bytes_read()));
    }
    AMONT_TRY(work_.progress(reader_.bytes_read()));
    return work_.finish();
  }

 private:
  Result<bool> next() {
    auto more = reader_.next(row_);
    if (more || reader_.failed_at().line == 0) return more;
    return work_.fail(more.status(), reader_.failed_at());
  }

  Status take_row() {
    if (!row_.bad.ok()) return work_.refuse(row_.bad, row_.bad_at, row_.raw);
    if (row_.cell_count != header_.columns.size())
      return work_.refuse(
          invalid(fmt::format("the row has {} cells, and the header {}", row_.cell_count, header_.columns.size())),
          row_.begin, row_.raw);
    AMONT_LET(const bool taken, take_flat());
    if (taken) return {};
    bad_cell_ = 0;
    auto change = header_.is_edges ? edge() : node();
    if (!change) return work_.refuse(change.status(), row_.cells[bad_cell_].place, row_.raw);
    return work_.take(*std::move(change), row_.begin, row_.raw);
  }

  // The short way of the commonest rows.
  Result<bool> take_flat() {
    if (way_ == CsvWay::kLong) return false;
    AMONT_LET(const CsvTypes* const types, types_of(row_.cells[0].text));
    if (!flat_.read(row_, *types)) return false;
    return work_.take(flat_.put(), row_.begin, row_.raw);
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
    AMONT_LET(const CsvTypes* const types, types_of(row_.cells[0].text));
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
      const std::optional<PropertyRow>& type = (*types)[i];
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

  // What the schema declares for each column of a kind. The schema stays as it is: no CSV file changes it.
  Result<const CsvTypes*> types_of(std::string_view kind) {
    const auto known = types_.find(kind);
    if (known != types_.end()) return &known->second;
    AMONT_LET(const Schema* const schema, work_.schema());
    const NodeRow* const node = header_.is_edges ? nullptr : schema->node(kind);
    const EdgeRow* const edge = header_.is_edges ? schema->edge(kind) : nullptr;
    static const std::vector<PropertyRow> kNone;
    const std::vector<PropertyRow>& rows = node ? node->props : edge ? edge->props : kNone;
    CsvTypes types(header_.columns.size());
    for (std::size_t i = 0; i < types.size(); ++i)
      if (const PropertyRow* const row = find_row(rows, header_.columns[i].name)) types[i] = *row;
    if (!node && !edge) return &(unknown_ = std::move(types));  // refused soon; what is not declared is not remembered
    return &types_.emplace(std::string(kind), std::move(types)).first->second;
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

  CsvReader reader_;
  ImportWork work_;
  const CsvWay way_;
  CsvHeader header_;
  CsvRow row_;
  FlatRow flat_{header_};
  std::size_t bad_cell_ = 0;
  std::vector<std::size_t> cell_of_property_;
  std::map<std::string, CsvTypes, std::less<>> types_;
  CsvTypes unknown_;
};

}  // namespace

Result<ImportReport> import_csv(Store& store, const ByteSource& input, const ImportOptions& options, CsvWay way) {
  return CsvImport(store, input, options, way).run();
}

Result<ImportReport> import_csv(Store& store, const ByteSource& input, const ImportOptions& options) {
  return import_csv(store, input, options, CsvWay::kShort);
}

}  // namespace amont
