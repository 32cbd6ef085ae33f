#include "query/coverage/facts.h"

namespace amont::approvals {
namespace {

template <class T>
std::optional<T> value_in(const Properties& props, std::string_view name) {
  const Value* value = find_property(props, name);
  const T* found = value ? std::get_if<T>(value) : nullptr;
  return found ? std::optional<T>(*found) : std::nullopt;
}

template <class T>
std::vector<T> list_in(const Properties& props, std::string_view name) {
  std::vector<T> out;
  const Value* value = find_property(props, name);
  if (!value) return out;
  if (const T* one = std::get_if<T>(value)) out.push_back(*one);
  if (const List* list = std::get_if<List>(value)) {
    for (const Scalar& item : *list)
      if (const T* one = std::get_if<T>(&item)) out.push_back(*one);
  }
  return out;
}

}  // namespace

Identifiability identifiability_named(std::string_view name) {
  if (name == "aggregated") return Identifiability::kAggregated;
  if (name == "anonymised") return Identifiability::kAnonymised;
  if (name == "pseudonymised") return Identifiability::kPseudonymised;
  if (name == "nominative") return Identifiability::kNominative;
  return Identifiability::kUnsaid;
}

std::optional<Timestamp> time_in(const Properties& props, std::string_view name) {
  return value_in<Timestamp>(props, name);
}
std::optional<bool> flag_in(const Properties& props, std::string_view name) { return value_in<bool>(props, name); }
std::optional<std::int64_t> integer_in(const Properties& props, std::string_view name) {
  return value_in<std::int64_t>(props, name);
}
std::vector<std::string> texts_in(const Properties& props, std::string_view name) {
  return list_in<std::string>(props, name);
}
std::vector<Timestamp> times_in(const Properties& props, std::string_view name) {
  return list_in<Timestamp>(props, name);
}
Interval interval_in(const Properties& props, std::string_view from, std::string_view to) {
  return {time_in(props, from), time_in(props, to)};
}

EdgeWords::EdgeWords(const Schema& schema) {
  const auto number = [&](std::string_view name) {
    const EdgeRow* row = schema.edge(name);
    return row ? row->kind : EdgeKind{0xffff};
  };
  used = number("used");
  generated_by = number("generated_by");
  derived_from = number("derived_from");
  part_of = number("part_of");
  version_of = number("version_of");
  same_as = number("same_as");
  performed_for = number("performed_for");
  under = number("under");
  executed_in = number("executed_in");
  performed_by = number("performed_by");
  acts_for = number("acts_for");
  holds = number("holds");
  covers = number("covers");
  for_project = number("for_project");
  for_purpose = number("for_purpose");
  requires_ = number("requires");
  supersedes = number("supersedes");
  revokes = number("revokes");
  suspends = number("suspends");
  permits_in = number("permits_in");
  checked_by = number("checked_by");
}

}  // namespace amont::approvals
