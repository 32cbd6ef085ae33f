#include "core/exchange/csv_types.h"

#include <utility>

namespace amont {

const CsvTypes::Row& CsvTypes::of(std::string_view kind) {
  if (last_ && kind == last_kind_) return *last_;
  auto known = known_.find(kind);
  if (known == known_.end()) {
    const NodeRow* const node = header_.is_edges ? nullptr : schema_.node(kind);
    const EdgeRow* const edge = header_.is_edges ? schema_.edge(kind) : nullptr;
    Row types(header_.columns.size());
    if (!node && !edge) return unknown_ = std::move(types);  // refused soon; what is not declared is not remembered
    const std::vector<PropertyRow>& rows = node ? node->props : edge->props;
    for (std::size_t i = 0; i < types.size(); ++i)
      if (const PropertyRow* const row = find_row(rows, header_.columns[i].name)) types[i] = *row;
    known = known_.emplace(std::string(kind), std::move(types)).first;
  }
  last_kind_ = kind;
  last_ = &known->second;
  return *last_;
}

}  // namespace amont
