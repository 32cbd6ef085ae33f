#include "core/exchange/fit.h"

namespace amont {
namespace {

Status fit_scalar(auto& held, const std::string& name) {
  const std::string* const text = std::get_if<std::string>(&held);
  if (!text) return {};
  auto time = Timestamp::parse(*text);
  if (!time) return std::move(time).status().while_doing(name);
  held = *time;
  return {};
}

}  // namespace

Status fit_text(PropertyChange& change, const PropertyRow& row) {
  if (!change.value || row.type != ValueType::kTimestamp) return {};
  List* const list = std::get_if<List>(&*change.value);
  if (static_cast<bool>(list) != row.is_list) return {};  // refused later, with the schema's row
  if (!list) return fit_scalar(*change.value, change.name);
  for (Scalar& item : *list) AMONT_TRY(fit_scalar(item, change.name));
  return {};
}

const std::vector<PropertyRow>* declared_for(const Change& change, const Schema& schema) {
  if (const auto* node = std::get_if<PutNode>(&change)) {
    const NodeRow* const row = schema.node(node->ref.kind);
    return row ? &row->props : nullptr;
  }
  if (const auto* edge = std::get_if<PutEdge>(&change)) {
    const EdgeRow* const row = schema.edge(edge->kind);
    return row ? &row->props : nullptr;
  }
  return nullptr;
}

}  // namespace amont
