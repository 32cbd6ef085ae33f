#include "tools/render/excerpt.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "tools/render/escape.h"

namespace amont::tool {
namespace {

constexpr std::size_t kLineBytesMax = 400;  // of a longer line nothing is shown: it was not written by hand

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::string_view nth_line(std::string_view source, std::size_t line) {
  while (--line > 0) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  return source.substr(0, std::min(source.find('\n'), source.size()));
}

// Where the first quoted text of the message stands in the line.
std::string_view named_in(std::string_view line, std::string_view message) {
  for (const char quote : {'"', '\''}) {
    const std::size_t begin = message.find(quote);
    if (begin == std::string_view::npos) continue;
    const std::size_t end = message.find(quote, begin + 1);
    if (end == std::string_view::npos || end == begin + 1) continue;
    const std::size_t at = line.find(message.substr(begin + 1, end - begin - 1));
    if (at != std::string_view::npos) return line.substr(at, end - begin - 1);
  }
  return {};
}

}  // namespace

std::string excerpt(std::string_view source, std::size_t line, std::size_t column, std::string_view message) {
  if (line == 0) return {};
  std::string_view text = nth_line(source, line);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLineBytesMax) return {};
  std::string_view marked = named_in(text, message);
  if (column > 0 && column <= text.size()) {
    const std::string_view rest = text.substr(column - 1);
    const auto end = std::ranges::find_if(rest, [](char c) { return !is_word(c); }) - rest.begin();
    marked = rest.substr(0, std::max<std::size_t>(1, static_cast<std::size_t>(end)));
  }
  std::string out = fmt::format("{:>5} | {}", line, for_terminal(text));
  if (marked.empty()) return out;
  const std::size_t before =
      display_width(for_terminal(text.substr(0, static_cast<std::size_t>(marked.data() - text.data()))));
  return out + fmt::format("\n      | {}{}", std::string(before, ' '),
                           std::string(std::max<std::size_t>(1, display_width(for_terminal(marked))), '^'));
}

std::size_t line_in(std::string_view name, std::string_view message) {
  const std::string begin = std::string(name) + ":";
  if (!message.starts_with(begin)) return 0;
  std::size_t line = 0;
  const std::string_view rest = message.substr(begin.size());
  std::from_chars(rest.data(), rest.data() + rest.size(), line);
  return line;
}

}  // namespace amont::tool
