#include "query/lua/lua_tokens.h"

#include <algorithm>
#include <string>

namespace amont {
namespace {

using What = LuaToken::What;

constexpr std::string_view kKeywords[] = {"and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
                                          "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
                                          "repeat",   "return", "then", "true", "until",  "while"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<LuaToken> run() {
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
        move(1);
      } else if (source_.substr(at_, 2) == "--") {
        move(2);
        const std::size_t level = long_bracket();
        move(level > 0 ? long_length(level) : std::min(source_.find('\n', at_), source_.size()) - at_);
      } else if (is_letter(c)) {
        word();
      } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
        number();
      } else if (c == '"' || c == '\'') {
        quoted(c);
      } else if (const std::size_t level = long_bracket(); level > 0) {
        add(What::kText, long_length(level));
      } else {
        symbol();
      }
    }
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  void move(std::size_t count) {
    for (; count > 0 && at_ < source_.size(); --count, ++at_) {
      column_ = source_[at_] == '\n' ? 1 : column_ + 1;
      line_ += source_[at_] == '\n' ? 1 : 0;
    }
  }
  void add(What what, std::size_t length) {
    tokens_.push_back({what, source_.substr(at_, length), line_, column_});
    move(length);
  }

  // How long the opening of a long text or comment is here, "[[" or "[==[": 0 when there is none.
  std::size_t long_bracket() const {
    if (peek(0) != '[') return 0;
    std::size_t length = 1;
    while (peek(length) == '=') ++length;
    return peek(length) == '[' ? length + 1 : 0;
  }
  std::size_t long_length(std::size_t level) const {
    std::string closing = "]" + std::string(level - 2, '=') + "]";
    const std::size_t end = source_.find(closing, at_ + level);
    return end == std::string_view::npos ? source_.size() - at_ : end + closing.size() - at_;
  }

  void word() {
    std::size_t length = 1;
    while (is_letter(peek(length)) || is_digit(peek(length))) ++length;
    const bool keyword = std::ranges::find(kKeywords, source_.substr(at_, length)) != std::end(kKeywords);
    add(keyword ? What::kKeyword : What::kName, length);
  }
  void number() {
    std::size_t length = 1;
    while (is_letter(peek(length)) || is_digit(peek(length)) || peek(length) == '.' ||
           ((peek(length) == '+' || peek(length) == '-') && (peek(length - 1) == 'e' || peek(length - 1) == 'E')))
      ++length;
    add(What::kNumber, length);
  }
  void quoted(char quote) {
    std::size_t length = 1;
    while (at_ + length < source_.size() && peek(length) != quote) length += peek(length) == '\\' ? 2 : 1;
    add(What::kText, length + 1);
  }
  void symbol() {
    for (const std::string_view two : {"...", "::", "==", "~=", "<=", ">=", "//", "..", "<<", ">>"})
      if (source_.substr(at_, two.size()) == two) return add(What::kSymbol, two.size());
    add(What::kSymbol, 1);
  }

  std::string_view source_;
  std::size_t at_ = 0, line_ = 1, column_ = 1;
  std::vector<LuaToken> tokens_;
};

}  // namespace

std::vector<LuaToken> lua_tokens(std::string_view source) { return Lexer(source).run(); }

}  // namespace amont
