#include "amont/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text/timestamp.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_kind_character(char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; }

Status not_a_ref(std::string_view kind, std::string_view key, std::string_view why) {
  std::string text(kind);
  text += ':';
  text += key;
  return invalid(fmt::format("{} is no ref: {}", in_quotes(text), why));
}

Status check_ref(std::string_view kind, std::string_view key) {
  if (kind.empty()) return not_a_ref(kind, key, "a kind must stand before the colon, as in dataset:x");
  if (!is_lower(kind[0])) return not_a_ref(kind, key, "a kind begins with a letter a to z, unlike byte offset 0");
  for (std::size_t i = 1; i < kind.size(); ++i) {
    if (!is_kind_character(kind[i]))
      return not_a_ref(kind, key, fmt::format("a kind has only a to z, 0 to 9 and _, unlike byte offset {}", i));
  }
  if (kind.size() > kNameBytesMax)
    return not_a_ref(kind, key, fmt::format("its kind has {} bytes, more than {}", kind.size(), kNameBytesMax));
  if (key.empty())
    return not_a_ref(kind, key, fmt::format("a key must follow the colon at byte offset {}", kind.size()));
  if (key.size() > kKeyBytesMax)
    return not_a_ref(kind, key, fmt::format("its key has {} bytes, more than {}", key.size(), kKeyBytesMax));
  if (const std::size_t at = first_misfit(key, TextRule::kNoControls); at < key.size())
    return not_a_ref(kind, key, misfit_text(key, at, kind.size() + 1));
  return {};
}

Status check_text(std::string_view text) {
  if (text.size() > kTextBytesMax)
    return limit_exceeded(
        fmt::format("a text of {} bytes is more than the {} a value may have", text.size(), kTextBytesMax));
  if (const std::size_t at = first_misfit(text, TextRule::kNoNul); at < text.size())
    return invalid(fmt::format("{} can't be a value: {}", in_quotes(text), misfit_text(text, at)));
  return {};
}

Status check_real(double& real) {
  if (!std::isfinite(real)) return invalid("a real must be finite");
  if (real == 0) real = 0.0;  // never -0.0
  return {};
}

// Any alternative of Scalar or Value but List.
template <class T>
Status check_scalar(T& value) {
  if constexpr (std::is_same_v<T, std::string>)
    return check_text(value);
  else if constexpr (std::is_same_v<T, double>)
    return check_real(value);
  else if constexpr (std::is_same_v<T, Timestamp>)
    return check_timestamp(value);
  else
    return {};
}

Status check_list(List& list) {
  if (list.size() > kListItemsMax)
    return limit_exceeded(
        fmt::format("a list of {} items is longer than the {} a value may have", list.size(), kListItemsMax));
  for (std::size_t i = 0; i < list.size(); ++i) {
    Status bad = std::visit([](auto& item) { return check_scalar(item); }, list[i]);
    if (!bad.ok()) return std::move(bad).while_doing(fmt::format("item {}", i + 1));
  }
  return {};
}

}  // namespace

Result<Ref> Ref::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return invalid(fmt::format("{} is no ref: it has no colon; a ref is kind:key, as in dataset:x", in_quotes(text)));
  const std::string_view kind = text.substr(0, colon), key = text.substr(colon + 1);
  AMONT_TRY(check_ref(kind, key));
  return Ref{std::string(kind), std::string(key)};
}

Status Ref::check() const { return check_ref(kind, key); }

const Value* find_property(const Properties& properties, std::string_view name) {
  const auto at =
      std::lower_bound(properties.begin(), properties.end(), name,
                       [](const Property& property, std::string_view wanted) { return property.name < wanted; });
  return at != properties.end() && at->name == name ? &at->value : nullptr;
}

std::string_view text_property(const Properties& properties, std::string_view name) {
  const Value* value = find_property(properties, name);
  const std::string* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

Status check_label(std::string_view label) {
  if (label.size() > kLabelBytesMax)
    return limit_exceeded(
        fmt::format("the label {} has {} bytes, more than {}", in_quotes(label), label.size(), kLabelBytesMax));
  if (const std::size_t at = first_misfit(label, TextRule::kNoControls); at < label.size())
    return invalid(fmt::format("{} can't be a label: {}", in_quotes(label), misfit_text(label, at)));
  return {};
}

Status check_property_name(std::string_view name) {
  if (name.empty()) return invalid("a property's name must not be empty");
  if (name.size() > kNameBytesMax)
    return limit_exceeded(
        fmt::format("the property name {} has {} bytes, more than {}", in_quotes(name), name.size(), kNameBytesMax));
  if (const std::size_t at = first_misfit(name, TextRule::kNoControls); at < name.size())
    return invalid(fmt::format("{} can't name a property: {}", in_quotes(name), misfit_text(name, at)));
  return {};
}

Status check_value(Value& value) {
  return std::visit(
      [](auto& held) {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, List>)
          return check_list(held);
        else
          return check_scalar(held);
      },
      value);
}

bool has_invisible_characters(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.size > 0 && is_format_character(point.value)) return true;
    at += std::max<std::size_t>(point.size, 1);
  }
  return false;
}

}  // namespace amont
