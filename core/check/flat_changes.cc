#include "core/check/flat_changes.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/text/hash.h"
#include "core/text/timestamp.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

// Within these a record is far from the model's bounds.
constexpr std::size_t kPropertiesAtMost = 64, kTextAtMost = 4 << 10;

// Views do not fit what has more text.
constexpr std::size_t kRefsAtMost = 1u << 30;

bool changes_its_ground(const Change& change) {
  return std::holds_alternative<GrowSchema>(change) || std::holds_alternative<PutRule>(change) ||
         std::holds_alternative<RemoveRule>(change);
}

// Clearing it where nothing was is as good as not naming it.
std::optional<Timestamp> time_of(const TimeChange& time) { return time.value_or(std::nullopt); }
bool is_time(const TimeChange& time) { return !time_of(time) || check_timestamp(*time_of(time)).ok(); }

bool is_plain(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value))
    return text->size() <= kTextAtMost && first_misfit(*text, TextRule::kNoNul) == text->size();
  if (const auto* real = std::get_if<double>(&value)) return std::isfinite(*real) && *real != 0;  // there is a -0.0
  if (const auto* time = std::get_if<Timestamp>(&value)) return check_timestamp(*time).ok();
  return !std::holds_alternative<List>(value);
}

// Whether each sets a value.
bool are_plain(const std::vector<PropertyChange>& props) {
  return props.size() <= kPropertiesAtMost && std::ranges::all_of(props, [](const PropertyChange& change) {
           return change.value && check_property_name(change.name).ok() && is_plain(*change.value);
         });
}

FlatProperty flat(const PropertyChange& change) {
  using Type = FlatProperty::Type;
  FlatProperty prop;
  prop.name = change.name;
  const Value& value = *change.value;
  if (const auto* text = std::get_if<std::string>(&value)) {
    prop.type = Type::kText;
    prop.text = *text;
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    prop.type = Type::kInteger;
    prop.bits = static_cast<std::uint64_t>(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    prop.type = Type::kReal;
    prop.bits = std::bit_cast<std::uint64_t>(*real);
  } else if (const auto* boolean = std::get_if<bool>(&value)) {
    prop.type = Type::kBoolean;
    prop.bits = *boolean;
  } else {
    prop.type = Type::kTime;
    prop.bits = static_cast<std::uint64_t>(std::get<Timestamp>(value).micros);
  }
  return prop;
}

}  // namespace

FlatChanges::FlatChanges(const Transaction& transaction) : changes_(transaction.changes) {
  one_by_one_ = std::ranges::none_of(changes_, changes_its_ground);
  if (!one_by_one_) return;
  std::size_t bytes = 0;
  const auto count = [&](const Ref& ref) { bytes += ref.kind.size() + 1 + ref.key.size(); };
  for (const Change& change : changes_) {
    if (const auto* node = std::get_if<PutNode>(&change)) {
      count(node->ref);
    } else if (const auto* edge = std::get_if<PutEdge>(&change)) {
      count(edge->from);
      count(edge->to);
    }
  }
  if (bytes > kRefsAtMost) return;
  refs_.reserve(bytes);
  puts_.reserve(changes_.size());
  for (const Change& change : changes_) puts_.push_back(read(change));
}

bool FlatChanges::add(const Ref& ref, std::uint32_t& bytes, std::uint64_t& hash) {
  if (!ref.check().ok()) return false;
  const std::size_t before = refs_.size();
  refs_.append(ref.kind).append(1, ':').append(ref.key);
  bytes = static_cast<std::uint32_t>(refs_.size() - before);
  hash = hash_of(std::string_view(refs_).substr(before));
  return true;
}

FlatChanges::Refs FlatChanges::read(const Change& change) {
  Refs refs;
  refs.at = static_cast<std::uint32_t>(refs_.size());
  if (const auto* node = std::get_if<PutNode>(&change)) {
    if (are_plain(node->props) && is_time(node->valid_from) && is_time(node->valid_to) &&
        add(node->ref, refs.bytes, refs.hash))
      return refs;
  } else if (const auto* edge = std::get_if<PutEdge>(&change)) {
    if (are_plain(edge->props) && is_time(edge->valid_from) && is_time(edge->valid_to) &&
        check_label(edge->label).ok() && add(edge->from, refs.bytes, refs.hash) &&
        add(edge->to, refs.to_bytes, refs.to_hash))
      return refs;
  }
  return {};
}

// False when a name is given twice.
bool FlatChanges::set_props(const std::vector<PropertyChange>& props) {
  props_.clear();
  for (const PropertyChange& change : props) props_.push_back(flat(change));
  put_.props = props_;
  if (!std::ranges::is_sorted(props_, {}, &FlatProperty::name)) std::ranges::sort(props_, {}, &FlatProperty::name);
  return std::ranges::adjacent_find(props_, {}, &FlatProperty::name) == props_.end();
}

FlatPut* FlatChanges::put(std::size_t change) {
  if (puts_.empty() || puts_[change].bytes == 0) return nullptr;
  const Refs& refs = puts_[change];
  put_ = {};
  put_.ref = std::string_view(refs_).substr(refs.at, refs.bytes);
  put_.ref_hash = refs.hash;
  if (const auto* node = std::get_if<PutNode>(&changes_[change])) {
    put_.kind = node->ref.kind;
    put_.valid_from = time_of(node->valid_from);
    put_.valid_to = time_of(node->valid_to);
    return set_props(node->props) ? &put_ : nullptr;
  }

  const auto& edge = std::get<PutEdge>(changes_[change]);
  put_.is_edge = true;
  put_.kind = edge.kind;
  put_.to = std::string_view(refs_).substr(refs.at + refs.bytes, refs.to_bytes);
  put_.to_hash = refs.to_hash;
  put_.label = edge.label;
  put_.valid_from = time_of(edge.valid_from);
  put_.valid_to = time_of(edge.valid_to);
  return set_props(edge.props) ? &put_ : nullptr;
}

}  // namespace amont
