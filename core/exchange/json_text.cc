// Values and records as JSON text: what JSONL, and everything that shows JSON to people, is made of. Always valid
// UTF-8, and nothing in it moves a terminal's cursor or ends a line: control characters and U+2028/2029 are escaped.
#include "amont/exchange.h"

#include <charconv>

#include <fmt/format.h>

#include "core/exchange/record_json.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

bool needs_escape(char32_t c) {
  return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

void append_escape(std::string& out, char32_t c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

// The shortest text that reads back as the same number, told from an integer by a point or an exponent.
void append_real(std::string& out, double real) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, real);
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_scalar(std::string& out, const auto& value) {
  using T = std::decay_t<decltype(value)>;
  if constexpr (std::is_same_v<T, std::string>)
    append_json_string(out, value);
  else if constexpr (std::is_same_v<T, std::int64_t>)
    fmt::format_to(std::back_inserter(out), "{}", value);
  else if constexpr (std::is_same_v<T, double>)
    append_real(out, value);
  else if constexpr (std::is_same_v<T, bool>)
    out += value ? "true" : "false";
  else if constexpr (std::is_same_v<T, Timestamp>)
    fmt::format_to(std::back_inserter(out), "{{\"@time\":\"{}\"}}", value.text());
}

// By name; what is left of texts stands where they stood.
void append_props(std::string& out, const Properties& props, std::span<const RedactedText> redacted = {}) {
  if (props.empty() && redacted.empty()) return;
  out += ",\"props\":{";
  const auto comma = [&] {
    if (out.back() != '{') out.push_back(',');
  };
  const auto append_redacted_before = [&](std::string_view name) {
    for (; !redacted.empty() && (name.empty() || redacted.front().property < name); redacted = redacted.subspan(1)) {
      comma();
      append_json_string(out, redacted.front().property);
      out.push_back(':');
      append_json_redacted(out, redacted.front());
    }
  };
  for (const Property& property : props) {
    append_redacted_before(property.name);
    comma();
    append_json_string(out, property.name);
    out.push_back(':');
    append_json(out, property.value);
  }
  append_redacted_before({});
  out.push_back('}');
}

void append_interval(std::string& out, const Interval& valid) {
  if (valid.from) append_json_time(out, ",\"valid_from\":", *valid.from);
  if (valid.to) append_json_time(out, ",\"valid_to\":", *valid.to);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t plain = 0;  // where what is not appended yet begins
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
      ++at;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.size == 0 || needs_escape(point.value)) {
      out += text.substr(plain, at - plain);
      if (point.size == 0)
        out += "\xef\xbf\xbd";  // U+FFFD for a byte that is not UTF-8
      else
        append_escape(out, point.value);
      plain = at + std::max<std::size_t>(point.size, 1);
    }
    at += std::max<std::size_t>(point.size, 1);
  }
  out += text.substr(plain);
  out.push_back('"');
}

void append_json(std::string& out, const Value& value) {
  const List* const list = std::get_if<List>(&value);
  if (!list) return std::visit([&](const auto& scalar) { append_scalar(out, scalar); }, value);
  out.push_back('[');
  for (const Scalar& item : *list) {
    if (&item != &list->front()) out.push_back(',');
    std::visit([&](const auto& scalar) { append_scalar(out, scalar); }, item);
  }
  out.push_back(']');
}

void append_json_time(std::string& out, std::string_view before, Timestamp time) {
  out += before;
  out.push_back('"');
  out += time.text();
  out.push_back('"');
}

void append_json_edge(std::string& out, std::string_view kind, const Ref& from, const Ref& to, std::string_view label) {
  out += "\"edge\":";
  append_json_string(out, kind);
  out += ",\"from\":";
  append_json_string(out, from.text());
  out += ",\"to\":";
  append_json_string(out, to.text());
  out += ",\"label\":";
  append_json_string(out, label);
}

void append_json_redacted(std::string& out, const RedactedText& text) {
  fmt::format_to(std::back_inserter(out), "{{\"@redacted\":{{\"by\":{},\"commitment\":\"{}\"}}}}", text.by,
                 text.commitment);
}

std::string to_jsonl(const Node& node) { return to_jsonl(node, {}); }

std::string to_jsonl(const Edge& edge, const Ref& from, const Ref& to) { return to_jsonl(edge, from, to, {}); }

std::string to_jsonl(const Node& node, std::span<const RedactedText> redacted) {
  std::string out = "{\"node\":";
  append_json_string(out, node.ref.text());
  append_props(out, node.props, redacted);
  append_interval(out, node.valid);
  out.push_back('}');
  return out;
}

std::string to_jsonl(const Edge& edge, const Ref& from, const Ref& to, std::span<const RedactedText> redacted) {
  std::string out = "{";
  append_json_edge(out, edge.kind_name, from, to, edge.label);
  append_props(out, edge.props, redacted);
  append_interval(out, edge.valid);
  out.push_back('}');
  return out;
}

}  // namespace amont
