#include "query/lua/json_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <utility>

#include "core/text/utf8.h"

namespace amont {
namespace {

// Deeper than what scripts are given, so that they can say what is wrong about it.
constexpr std::size_t kDepthMax = 1000;

bool skip_scalar(JsonCursor& in, std::string& scratch) {
  const char first = in.peek();
  if (first == '"') {
    std::string_view text;
    return in.string(text, scratch, "a value");
  }
  if (first == 't' || first == 'f') {
    bool value = false;
    return in.boolean(value);
  }
  if (first == 'n') return in.null() || in.expected("a value");
  if (!in.next_is_number()) return in.expected("a value");
  Scalar number;
  return in.number(number);
}

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// Goes over one value without keeping it.
bool skip_value(JsonCursor& in, std::string& scratch) {
  std::bitset<kDepthMax> is_object;
  std::size_t depth = 0;
  bool is_first = false;  // of what was opened last
  while (true) {
    const char next = in.peek();
    if (next == '{' || next == '[') {
      if (depth == kDepthMax)
        return in.fail(limit_exceeded(fmt::format("it is nested deeper than {} levels", kDepthMax)), in.offset());
      in.take(next);
      is_object[depth++] = next == '{';
      is_first = true;
    } else if (!skip_scalar(in, scratch)) {
      return false;
    }
    // Whatever ends here, then the name of what comes next.
    while (true) {
      if (depth == 0) return true;
      const bool object = is_object[depth - 1];
      if (in.take(object ? '}' : ']')) {
        --depth;
        is_first = false;
        continue;
      }
      if (!std::exchange(is_first, false) && !in.expect(',', object ? "a field" : "an item")) return false;
      std::string_view name;
      if (object && !(in.string(name, scratch, "a field's name in double quotes") && in.expect(':', "a field's name")))
        return false;
      break;
    }
  }
}

}  // namespace

Result<const JsonParts::Members*> JsonParts::members(Spot spot, std::string_view what) {
  if (const auto found = known_.find(spot.at); found != known_.end()) return &found->second;
  JsonCursor in(text_);
  in.go_to(spot.at);
  if (in.peek() != '{' && in.peek() != '\0') {
    failed_at_ = in.offset();
    return invalid(what.empty() ? std::string("expected an object") : fmt::format("{} should be an object", what));
  }
  Members members;
  std::string scratch;
  Spot here = spot;
  const bool ok = in.object(scratch, [&](std::string_view name, std::size_t name_at) {
    const std::size_t at = in.offset();
    here.line += lines_in(text_.substr(here.at, at - here.at));
    here.at = at;
    if (!members.emplace(std::string(name), here).second)
      return in.fail(invalid(fmt::format("the field {} is there twice", in_quotes(name))), name_at);
    return skip_value(in, scratch);
  });
  if (!ok || (spot.at == 0 && !in.expect_end())) {
    failed_at_ = in.failed_at();
    return in.status();
  }
  return &known_.emplace(spot.at, std::move(members)).first->second;
}

Result<std::optional<JsonParts::Spot>> JsonParts::find(std::span<const std::string> path) {
  Spot spot;
  std::string_view what;
  for (const std::string& name : path) {
    AMONT_LET(const Members* inside, members(spot, what));
    const auto found = inside->find(name);
    if (found == inside->end()) return std::optional<Spot>();
    spot = found->second;
    what = name;
  }
  return std::optional(spot);
}

}  // namespace amont
