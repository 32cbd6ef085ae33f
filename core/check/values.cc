#include "core/check/values.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text/timestamp.h"

namespace amont {
namespace {

void widen_integers(Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    value = static_cast<double>(*integer);
  } else if (List* list = std::get_if<List>(&value)) {
    for (Scalar& item : *list)
      if (const auto* one = std::get_if<std::int64_t>(&item)) item = static_cast<double>(*one);
  }
}

Status check_change(PropertyChange& change, const std::vector<PropertyRow>& rows,
                    const std::function<std::string()>& whose) {
  AMONT_TRY(check_property_name(change.name));
  if (!change.value) return {};
  if (Status bad = check_value(*change.value); !bad.ok()) return std::move(bad).while_doing(change.name);
  const PropertyRow* row = find_row(rows, change.name);
  if (!row) return {};
  if (Status misfit = check_type(*row, {}, *change.value); !misfit.ok())
    return check_type(*row, fmt::format("{} {{ {} = \"{}\" }}", whose(), row->name, row->type_text()), *change.value);
  if (row->type == ValueType::kReal) widen_integers(*change.value);
  return {};
}

bool changes_time(const std::optional<Timestamp>& time, const TimeChange& change) { return change && *change != time; }

}  // namespace

Status check_properties(std::vector<PropertyChange>& props, const std::vector<PropertyRow>& rows,
                        const std::function<std::string()>& whose) {
  for (PropertyChange& change : props) AMONT_TRY(check_change(change, rows, whose));
  const auto by_name = [](const PropertyChange& a, const PropertyChange& b) { return a.name < b.name; };
  if (!std::is_sorted(props.begin(), props.end(), by_name)) std::sort(props.begin(), props.end(), by_name);
  for (std::size_t i = 1; i < props.size(); ++i)
    if (props[i].name == props[i - 1].name)
      return invalid(fmt::format("the property {} is given twice", props[i].name));
  return {};
}

void trim(std::vector<PropertyChange>& changes) {
  std::erase_if(changes, [](const PropertyChange& change) { return !change.value; });
}

void merge_and_trim(Properties& props, std::vector<PropertyChange>& changes) {
  if (props.empty()) {
    trim(changes);
    props.reserve(changes.size());
    for (const PropertyChange& change : changes) props.push_back({change.name, *change.value});
    return;
  }
  std::erase_if(changes, [&](const PropertyChange& change) {
    const Value* old = find_property(props, change.name);
    return change.value ? old && *old == *change.value : !old;
  });
  for (const PropertyChange& change : changes) {
    const auto at =
        std::lower_bound(props.begin(), props.end(), change.name,
                         [](const Property& property, const std::string& name) { return property.name < name; });
    const bool present = at != props.end() && at->name == change.name;
    if (!change.value)
      props.erase(at);
    else if (present)
      at->value = *change.value;
    else
      props.insert(at, {change.name, *change.value});
  }
}

void merge_and_trim(Interval& valid, TimeChange& from, TimeChange& to) {
  if (changes_time(valid.from, from))
    valid.from = *from;
  else
    from.reset();
  if (changes_time(valid.to, to))
    valid.to = *to;
  else
    to.reset();
}

Status check_interval(const Interval& valid) {
  if (valid.from) AMONT_TRY(check_timestamp(*valid.from).while_doing("valid_from"));
  if (valid.to) AMONT_TRY(check_timestamp(*valid.to).while_doing("valid_to"));
  if (!valid.from || !valid.to || *valid.from < *valid.to) return {};
  return invalid(fmt::format("valid_from {} is not before valid_to {}", valid.from->text(), valid.to->text()));
}

}  // namespace amont
