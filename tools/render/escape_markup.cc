// The encoders of escape.h for languages with markup. Each begins with for_terminal(), so that what is left is printable UTF-8.

#include <fmt/format.h>

#include <algorithm>

#include "tools/render/escape.h"

namespace amont::tool {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string entity(char c) { return fmt::format("&#{};", static_cast<int>(c)); }

// Would an underscore at `at` begin or end emphasis? Not between letters.
bool is_within_a_word(std::string_view text, std::size_t at) {
  return at > 0 && at + 1 < text.size() && is_letter_or_digit(text[at - 1]) && is_letter_or_digit(text[at + 1]);
}

// "http://" and "www." become links by themselves, and "@name" may call somebody.
bool begins_link(std::string_view text, std::size_t at) {
  if (text[at] == '@') return true;
  if (text[at] == ':') return text.substr(at + 1).starts_with("//");
  if (text[at] != '.' || at < 3) return false;
  std::string before(text.substr(at - 3, 3));
  std::ranges::transform(before, before.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return before == "www";
}

}  // namespace

std::string for_html(std::string_view text) {
  std::string out;
  for (const char c : for_terminal(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string for_dot(std::string_view text) {
  std::string out;
  for (const char c : for_terminal(text)) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '&': out += "&amp;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string for_mermaid(std::string_view text) {
  constexpr std::string_view kHarmless = " .,:/-_";
  std::string out;
  for (const char c : for_terminal(text)) {
    if (is_letter_or_digit(c) || kHarmless.find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("#{};", static_cast<int>(c));
  }
  return out;
}

std::string for_markdown(std::string_view text) {
  constexpr std::string_view kMarkup = "&<>[]|`*~\\#${}";
  const std::string safe = for_terminal(text);
  std::string out;
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    const bool is_markup = kMarkup.find(c) != std::string_view::npos || (c == '_' && !is_within_a_word(safe, i));
    if (is_markup || begins_link(safe, i))
      out += entity(c);
    else
      out += c;
  }
  return out;
}

std::string for_markdown_line(std::string_view text) {
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  std::string out;
  for (std::size_t i = 0; i < indent; ++i) out += "&nbsp;";
  text.remove_prefix(indent);
  if (text.empty()) return {};
  const std::size_t digits = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  const bool is_numbered = digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')');
  if (is_numbered)
    return out + std::string(text.substr(0, digits)) + entity(text[digits]) + for_markdown(text.substr(digits + 1));
  if (text[0] == '-' || text[0] == '+' || text[0] == '=') return out + entity(text[0]) + for_markdown(text.substr(1));
  return out + for_markdown(text);
}

}  // namespace amont::tool
