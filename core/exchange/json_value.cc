#include "core/exchange/json_value.h"

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::string_view kWhatAValueIs =
    "a value (text, a number, true, false, null, {\"@time\": \"...\"} or a list of these)";

bool read_marked_time(JsonCursor& in, std::string& scratch, Timestamp& out) {
  const std::size_t begins = in.offset();
  bool seen = false;
  const bool read = in.object(scratch, [&](std::string_view name, std::size_t at) {
    if (name != "@time")
      return in.fail(invalid("a value can't be an object, except {\"@time\": \"...\"} for a timestamp"), at);
    if (seen) return in.fail(invalid("\"@time\" is given twice"), at);
    seen = true;
    return read_json_time(in, scratch, out);
  });
  if (read && !seen)
    return in.fail(invalid("a value can't be an object, except {\"@time\": \"...\"} for a timestamp"), begins);
  return read;
}

// {"@redacted": {...}}: a text that is gone. What is told of it is for people and stays behind.
bool skip_redacted(JsonCursor& in, std::string& scratch) {
  return in.object(scratch, [&](std::string_view name, std::size_t at) {
    if (name != "@redacted") return in.fail(invalid("unknown field beside \"@redacted\""), at);
    std::string inner;
    return in.object(inner, [&](std::string_view, std::size_t) {
      std::string_view text;
      Scalar number;
      return in.peek() == '"' ? in.string(text, inner, "a text") : in.number(number);
    });
  });
}

// Whether an object begins here that says so.
bool next_is_redacted(JsonCursor in, std::string& scratch) {
  std::string_view name;
  return in.take('{') && in.peek() == '"' && in.string(name, scratch, {}) && name == "@redacted";
}

bool read_scalar(JsonCursor& in, std::string& scratch, Scalar& out) {
  switch (in.peek()) {
    case '"': {
      const std::size_t at = in.offset();
      std::string_view text;
      if (!in.string(text, scratch, {})) return false;
      if (text.size() > kTextBytesMax)
        return in.fail(limit_exceeded(fmt::format("a text of {} bytes is more than the {} a value may have",
                                                  text.size(), kTextBytesMax)),
                       at);
      out.emplace<std::string>(text);
      return true;
    }
    case '{': return read_marked_time(in, scratch, out.emplace<Timestamp>());
    case 't':
    case 'f': return in.boolean(out.emplace<bool>());
    default: return in.next_is_number() ? in.number(out) : in.expected(kWhatAValueIs);
  }
}

bool read_list(JsonCursor& in, std::string& scratch, List& out) {
  if (!in.expect('[', {})) return false;
  if (in.take(']')) return true;
  do {
    const std::size_t at = in.offset();
    if (out.size() >= kListItemsMax)
      return in.fail(limit_exceeded(fmt::format("a list of more than {} items", kListItemsMax)), at);
    if (in.peek() == '[') return in.fail(invalid("a list can't hold a list"), at);
    if (in.null()) return in.fail(invalid("a list can't hold null"), at);
    if (!read_scalar(in, scratch, out.emplace_back())) return false;
  } while (in.take(','));
  return in.expect(']', "a list's item");
}

}  // namespace

bool read_json_time(JsonCursor& in, std::string& scratch, Timestamp& out) {
  const std::size_t at = in.offset();
  std::string_view text;
  if (!in.string(text, scratch, "a time such as \"2026-01-01T00:00:00Z\"")) return false;
  auto time = Timestamp::parse(text);
  if (!time) return in.fail(std::move(time).status(), at);
  out = *time;
  return true;
}

bool read_json_value(JsonCursor& in, std::string& scratch, std::optional<Value>& out) {
  if (in.peek() == '[') return read_list(in, scratch, out.emplace().emplace<List>());
  if (in.peek() == 'n' && in.null()) return out.reset(), true;
  if (in.peek() == '{' && next_is_redacted(in, scratch)) return out.reset(), skip_redacted(in, scratch);
  Scalar scalar;
  if (!read_scalar(in, scratch, scalar)) return false;
  std::visit([&](auto& held) { out.emplace(std::move(held)); }, scalar);
  return true;
}

}  // namespace amont
