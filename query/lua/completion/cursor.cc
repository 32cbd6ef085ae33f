#include "query/lua/completion/cursor.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

namespace amont {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::uint32_t kFirst[] = {0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(kFirst[more] | code >> (6 * more));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (code >> (6 * i) & 0x3f));
}

// What a text in quotes says, of the escapes that completion writes; others stand for themselves.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t close = text.find('}', i);
    std::uint32_t code = 0;
    if (text.substr(i, 3) == "\\u{" && close != std::string_view::npos &&
        std::from_chars(text.data() + i + 3, text.data() + close, code, 16).ptr == text.data() + close &&
        code <= 0x10ffff) {
      append_utf8(out, code);
      i = close;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      out += text[++i];
    } else {
      out += text[i];
    }
  }
  return out;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Cursor run() {
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("--")) {
        if (!skip_to(text_.find('\n', at_), 1)) return nothing();
      } else if (text_.substr(at_).starts_with("[[")) {
        if (!skip_to(text_.find("]]", at_), 2)) return nothing();
        words_end();
      } else if (text_[at_] == '"' || text_[at_] == '\'') {
        const std::size_t begin = at_ + 1;
        if (!skip_quoted()) return in_text(begin);
        words_end();
      } else if (is_letter(text_[at_])) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_word(text_[at_])) ++at_;
        if (at_ == text_.size()) return in_name(begin);
        word_ = text_.substr(begin, at_ - begin);
      } else {
        mark(text_[at_++]);
      }
    }
    return in_name(text_.size());
  }

 private:
  struct Open {
    char bracket;
    std::string caller;
    std::string option;  // of a list that is an option's value
  };

  bool skip_to(std::size_t end, std::size_t more) {
    if (end == std::string_view::npos) return false;
    at_ = end + more;
    return true;
  }
  bool skip_quoted() {
    const char quote = text_[at_];
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == quote) {
        ++at_;
        return true;
      } else if (text_[at_] == '\n') {
        ++at_;
        return true;  // a mistake of the line before, not of this one
      }
    }
    return false;
  }
  void words_end() {
    word_.clear();
    option_.clear();
  }
  void mark(char c) {
    if (c == ' ' || c == '\t' || c == '\n') return;
    if (c == '(' || c == '{') {
      // {depth = 3} belongs to the call around it; through = {"a"} to the option.
      const bool is_own = !word_.empty();
      const std::string caller = is_own ? word_ : open_.empty() ? std::string() : open_.back().caller;
      open_.push_back({c, caller, option_});
    } else if ((c == ')' || c == '}') && !open_.empty()) {
      open_.pop_back();
    }
    if (c == '=') {
      option_ = word_;
    } else if (c != '.' && c != ':') {
      option_.clear();
    }
    owner_ = word_;
    word_.clear();
  }

  Cursor nothing() const {
    Cursor cursor;
    cursor.at = Cursor::At::kNothing;
    return cursor;
  }
  void tell_place(Cursor& cursor) const {
    if (open_.empty()) return;
    cursor.caller = open_.back().caller;
    cursor.in_braces = open_.back().bracket == '{';
    cursor.option = open_.back().option;
  }
  Cursor in_text(std::size_t begin) const {
    Cursor cursor;
    tell_place(cursor);
    cursor.at = Cursor::At::kText;
    cursor.begin = begin;
    cursor.typed = unescaped(text_.substr(begin));
    if (!word_.empty()) cursor.caller = word_;
    if (!option_.empty()) cursor.option = option_;
    return cursor;
  }
  Cursor in_name(std::size_t begin) const {
    Cursor cursor;
    tell_place(cursor);
    cursor.begin = begin;
    cursor.typed = text_.substr(begin);
    const char before = begin > 0 ? text_[begin - 1] : '\0';
    if (before == '.' && !(begin > 1 && text_[begin - 2] == '.')) cursor.at = Cursor::At::kField;
    if (before == ':') cursor.at = Cursor::At::kMethod;
    cursor.owner = owner_;
    return cursor;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string word_, owner_, option_;
  std::vector<Open> open_;
};

}  // namespace

Cursor cursor_at_end(std::string_view text) { return Scanner(text).run(); }

}  // namespace amont
