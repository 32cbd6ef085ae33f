#include "query/lua/record_changes.h"

#include <algorithm>
#include <utility>

namespace amont {
namespace {

std::string name_of_edge(std::string_view kind, const Ref& from, const Ref& to, std::string_view label) {
  std::string name(kind);
  for (const std::string& part : {from.text(), to.text(), std::string(label)}) {
    name.push_back('\0');  // in none of them
    name += part;
  }
  return name;
}

struct NameOf {
  std::string operator()(const PutNode& put) const { return put.ref.text(); }
  std::string operator()(const RetractNode& retraction) const { return retraction.ref.text(); }
  std::string operator()(const PutEdge& put) const { return name_of_edge(put.kind, put.from, put.to, put.label); }
  std::string operator()(const RetractEdge& edge) const {
    return name_of_edge(edge.kind, edge.from, edge.to, edge.label);
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

void merge(Properties& props, const std::vector<PropertyChange>& changes) {
  for (const PropertyChange& change : changes) {
    const auto at = std::ranges::find(props, change.name, &Property::name);
    if (at != props.end() && change.value)
      at->value = *change.value;
    else if (at != props.end())
      props.erase(at);
    else if (change.value)
      props.push_back({change.name, *change.value});
  }
}

// What a change makes of a record.
void apply(const Change& change, std::optional<Properties>& props) {
  const std::vector<PropertyChange>* changes = nullptr;
  if (const auto* node = std::get_if<PutNode>(&change)) changes = &node->props;
  if (const auto* edge = std::get_if<PutEdge>(&change)) changes = &edge->props;
  if (!changes) return props.reset();
  if (!props) props.emplace();
  merge(*props, *changes);
}

}  // namespace

Status give_or_refuse(Importer& importer, Result<Change>&& change, Position where, std::string_view record) {
  if (!change.ok()) return importer.refuse(std::move(change).status(), std::move(where), record);
  return importer.take(*std::move(change), std::move(where), record);
}

void RecordChanges::add(Result<Change> change, Position where, std::string_view record) {
  std::string name = change.ok() ? std::visit(NameOf(), *change) : std::string();
  if (!name.empty()) by_name_[std::move(name)].push_back(kept_.size());
  kept_.push_back({std::move(change), std::move(where), std::string(record)});
}

const std::vector<std::size_t>* RecordChanges::about(const std::string& name) const {
  const auto at = by_name_.find(name);
  return at == by_name_.end() ? nullptr : &at->second;
}

Result<std::optional<Properties>> RecordChanges::node(Importer& importer, const Ref& ref) const {
  AMONT_LET(std::optional<Node> node, importer.node(ref));
  std::optional<Properties> props = node ? std::optional(std::move(node->props)) : std::nullopt;
  if (kept_.empty()) return props;
  if (const auto* positions = about(ref.text()))
    for (const std::size_t position : *positions) apply(*kept_[position].change, props);
  return props;
}

Result<std::optional<Properties>> RecordChanges::edge(Importer& importer, std::string_view kind, const Ref& from,
                                                      const Ref& to, std::string_view label) const {
  AMONT_LET(std::optional<Properties> props, importer.edge_properties(kind, from, to, label));
  if (kept_.empty()) return props;
  if (const auto* positions = about(name_of_edge(kind, from, to, label)))
    for (const std::size_t position : *positions) apply(*kept_[position].change, props);
  return props;
}

Status RecordChanges::give(Importer& importer) {
  Status given;
  for (Kept& kept : kept_) {
    given = give_or_refuse(importer, std::move(kept.change), std::move(kept.where), kept.record);
    if (!given.ok()) break;
  }
  forget();
  return given;
}

void RecordChanges::forget() {
  kept_.clear();
  by_name_.clear();
}

}  // namespace amont
