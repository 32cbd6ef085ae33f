#include "core/record/value_parts.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/record/part_format.h"
#include "core/text/bytes.h"
#include "core/text/timestamp.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

void append_scalar(std::string& out, const Scalar& scalar) {
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) {
          out.push_back(kText);
          append_text(out, value);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          out.push_back(kInteger);
          append_signed(out, value);
        } else if constexpr (std::is_same_v<T, double>) {
          out.push_back(kReal);
          append_u64(out, std::bit_cast<std::uint64_t>(value));
        } else if constexpr (std::is_same_v<T, bool>) {
          out.push_back(value ? kTrue : kFalse);
        } else {
          out.push_back(kTime);
          append_signed(out, value.micros);
        }
      },
      scalar);
}

double read_real(ByteReader& in) {
  const double real = std::bit_cast<double>(in.u64());
  if (!std::isfinite(real)) in.fail();
  return real;
}

// As a Scalar, or as the Value that it is.
template <class Out>
Out read_scalar(ByteReader& in, std::uint8_t tag) {
  switch (tag) {
    case kText: return std::string(in.text());
    case kInteger: return in.signed_varint();
    case kReal: return read_real(in);
    case kFalse: return false;
    case kTrue: return true;
    case kTime: return Timestamp{in.signed_varint()};
    default: in.fail(); return false;
  }
}

Value read_value(ByteReader& in, std::uint8_t tag) {
  if (tag != kList) return read_scalar<Value>(in, tag);
  List list;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    const std::uint8_t item_tag = in.u8();
    list.push_back(read_scalar<Scalar>(in, item_tag));
  }
  return list;
}

// -0.0 is written as 0.0.
bool has_negative_zero(const Value& value) {
  const auto is_one = [](const auto& scalar) {
    if constexpr (std::is_same_v<std::decay_t<decltype(scalar)>, double>)
      return scalar == 0 && std::signbit(scalar);
    else
      return false;
  };
  if (const List* list = std::get_if<List>(&value))
    return std::ranges::any_of(*list, [&](const Scalar& item) { return std::visit(is_one, item); });
  return std::visit(is_one, value);
}

}  // namespace

std::string_view read_text(ByteReader& in, std::size_t bytes_max) {
  const std::string_view text = in.text();
  if (text.size() > bytes_max || first_misfit(text, TextRule::kNoNul) < text.size()) in.fail();
  return text;
}

std::string_view read_name(ByteReader& in) {
  const std::string_view name = in.text();
  if (!check_property_name(name).ok()) in.fail();
  return name;
}

std::string_view read_label(ByteReader& in) {
  const std::string_view label = in.text();
  if (!check_label(label).ok()) in.fail();
  return label;
}

Timestamp read_timestamp(ByteReader& in) {
  const Timestamp time{in.signed_varint()};
  if (!check_timestamp(time).ok()) in.fail();
  return time;
}

void append_value(std::string& out, const Value& value) {
  if (const List* list = std::get_if<List>(&value)) {
    out.push_back(kList);
    append_varint(out, list->size());
    for (const Scalar& item : *list) append_scalar(out, item);
    return;
  }
  std::visit(
      [&](const auto& scalar) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(scalar)>, List>) append_scalar(out, Scalar(scalar));
      },
      value);
}

Value read_value(ByteReader& in) { return read_value(in, in.u8()); }

Value read_checked_value(ByteReader& in, std::uint8_t tag) {
  Value value = read_value(in, tag);
  if (has_negative_zero(value) || !check_value(value).ok()) in.fail();
  return value;
}

bool holds_text(const Value& value) {
  if (std::holds_alternative<std::string>(value)) return true;
  const List* list = std::get_if<List>(&value);
  if (!list) return false;
  for (const Scalar& item : *list)
    if (std::holds_alternative<std::string>(item)) return true;
  return false;
}

void append_properties(std::string& out, const Properties& props) {
  append_varint(out, props.size());
  for (const Property& property : props) {
    append_text(out, property.name);
    append_value(out, property.value);
  }
}

Properties read_properties(ByteReader& in) {
  Properties props;
  std::uint64_t left = in.varint();
  props.reserve(std::min<std::uint64_t>(left, 16));  // the number may be any
  for (; left > 0 && in.ok(); --left) {
    Property& property = props.emplace_back();
    property.name = in.text();
    property.value = read_value(in);
  }
  return props;
}

}  // namespace amont
