// From the text of a pattern to its items.

#include <new>

#include "query/lua/pattern.h"

namespace amont {
namespace {

constexpr bool in_range(unsigned char byte, char low, char high) { return byte >= low && byte <= high; }

// The classes of the manual for ASCII; bytes from 128 on belong to none.
constexpr bool in_class(unsigned char byte, char letter) {
  const bool digit = in_range(byte, '0', '9');
  const bool lower = in_range(byte, 'a', 'z');
  const bool upper = in_range(byte, 'A', 'Z');
  const bool graphic = byte > 32 && byte < 127;
  switch (letter) {
    case 'a': return lower || upper;
    case 'c': return byte < 32 || byte == 127;
    case 'd': return digit;
    case 'g': return graphic;
    case 'l': return lower;
    case 'p': return graphic && !digit && !lower && !upper;
    case 's': return byte == ' ' || in_range(byte, '\t', '\r');
    case 'u': return upper;
    case 'w': return digit || lower || upper;
    case 'x': return digit || in_range(byte, 'a', 'f') || in_range(byte, 'A', 'F');
    case 'z': return byte == 0;  // no longer in the manual, still in Lua
    default: return false;
  }
}

constexpr std::string_view kClassLetters = "acdglpsuwxz";

constexpr auto kClasses = [] {
  std::array<ByteSet, kClassLetters.size()> sets;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      if (in_class(static_cast<unsigned char>(byte), kClassLetters[i])) sets[i].add(static_cast<unsigned char>(byte));
    }
  }
  return sets;
}();

void unite(ByteSet& set, const ByteSet& other) {
  for (std::size_t i = 0; i < set.words.size(); ++i) set.words[i] |= other.words[i];
}

// Adds what `%c` stands for: a class, the complement of one for an upper-case letter, or the byte itself.
void add_escaped(ByteSet& set, char c) {
  const bool upper = in_range(static_cast<unsigned char>(c), 'A', 'Z');
  const std::size_t letter = kClassLetters.find(upper ? static_cast<char>(c - 'A' + 'a') : c);
  if (letter == std::string_view::npos) return set.add(static_cast<unsigned char>(c));
  ByteSet named = kClasses[letter];
  if (upper) named.invert();
  unite(set, named);
}

class Compiler {
 public:
  Compiler(std::string_view pattern, PatternItem* items) : pattern_(pattern), items_(items) {}

  const char* compile() {
    while (at_ < pattern_.size()) {
      if (const char* wrong = one()) return wrong;
    }
    for (int i = 0; i < captures; ++i) {
      if (open_[i]) return "unfinished capture";
    }
    return nullptr;
  }

  std::uint32_t count = 0;
  int captures = 0;

 private:
  const char* one() {
    const char c = pattern_[at_];
    if (c == '(') return open();
    if (c == ')') return close();
    if (c == '$' && at_ + 1 == pattern_.size()) {
      ++at_;
      add(PatternItem::What::kEnd);
      return nullptr;
    }
    if (c == '%' && at_ + 1 < pattern_.size()) {
      const char next = pattern_[at_ + 1];
      if (next == 'b') return balanced();
      if (next == 'f') return frontier();
      if (in_range(static_cast<unsigned char>(next), '0', '9')) return same_as(next - '1');
    }
    return bytes();
  }

  PatternItem& add(PatternItem::What what, int capture = 0) {
    PatternItem* item = new (items_ + count++) PatternItem;
    item->what = what;
    item->first = static_cast<unsigned char>(capture);
    return *item;
  }

  const char* open() {
    if (captures == kCapturesMax) return "too many captures";
    ++at_;
    const bool position = at_ < pattern_.size() && pattern_[at_] == ')';
    if (position) ++at_;
    add(position ? PatternItem::What::kPosition : PatternItem::What::kOpen, captures);
    open_[captures++] = !position;
    return nullptr;
  }

  const char* close() {
    ++at_;
    for (int i = captures - 1; i >= 0; --i) {
      if (!open_[i]) continue;
      open_[i] = false;
      add(PatternItem::What::kClose, i);
      return nullptr;
    }
    return "invalid pattern capture";
  }

  const char* balanced() {
    if (at_ + 3 >= pattern_.size()) return "malformed pattern (missing arguments to '%b')";
    PatternItem& item = add(PatternItem::What::kBalanced);
    item.first = static_cast<unsigned char>(pattern_[at_ + 2]);
    item.second = static_cast<unsigned char>(pattern_[at_ + 3]);
    at_ += 4;
    return nullptr;
  }

  const char* frontier() {
    at_ += 2;
    if (at_ >= pattern_.size() || pattern_[at_] != '[') return "malformed pattern (missing '[' after '%f')";
    return set(add(PatternItem::What::kFrontier).bytes);
  }

  const char* same_as(int capture) {
    if (capture < 0 || capture >= captures || open_[capture]) return "invalid capture index in the pattern";
    at_ += 2;
    add(PatternItem::What::kSameAs, capture);
    return nullptr;
  }

  const char* bytes() {
    PatternItem& item = add(PatternItem::What::kBytes);
    if (const char* wrong = single(item.bytes)) return wrong;
    if (at_ == pattern_.size()) return nullptr;
    switch (pattern_[at_]) {
      case '?': item.repeat = PatternItem::Repeat::kOptional; break;
      case '*': item.repeat = PatternItem::Repeat::kAny; break;
      case '+': item.repeat = PatternItem::Repeat::kSome; break;
      case '-': item.repeat = PatternItem::Repeat::kFewest; break;
      default: return nullptr;
    }
    ++at_;
    return nullptr;
  }

  // One byte's worth of pattern: `.`, `%x`, `[set]` or the byte itself.
  const char* single(ByteSet& into) {
    const char c = pattern_[at_];
    if (c == '[') return set(into);
    ++at_;
    if (c == '.') {
      into.invert();
    } else if (c != '%') {
      into.add(static_cast<unsigned char>(c));
    } else if (at_ == pattern_.size()) {
      return "malformed pattern (ends with '%')";
    } else {
      add_escaped(into, pattern_[at_++]);
    }
    return nullptr;
  }

  // `[...]`: the first element may be ']' itself; `x-y` is a range unless y would be the closing ']'.
  const char* set(ByteSet& into) {
    ++at_;
    const bool inverted = at_ < pattern_.size() && pattern_[at_] == '^';
    if (inverted) ++at_;
    const std::size_t end = set_end();
    if (end == std::string_view::npos) return "malformed pattern (missing ']')";
    while (at_ < end) {
      const char c = pattern_[at_];
      if (c == '%') {
        add_escaped(into, pattern_[at_ + 1]);
        at_ += 2;
      } else if (at_ + 2 < end && pattern_[at_ + 1] == '-') {
        for (int byte = static_cast<unsigned char>(c); byte <= static_cast<unsigned char>(pattern_[at_ + 2]); ++byte)
          into.add(static_cast<unsigned char>(byte));
        at_ += 3;
      } else {
        into.add(static_cast<unsigned char>(c));
        ++at_;
      }
    }
    at_ = end + 1;
    if (inverted) into.invert();
    return nullptr;
  }

  // Where the set whose first element is at `at_` ends: its ']', or npos.
  std::size_t set_end() const {
    std::size_t at = at_;
    do {
      if (at < pattern_.size() && pattern_[at] == '%') ++at;
      ++at;
    } while (at < pattern_.size() && pattern_[at] != ']');
    return at < pattern_.size() ? at : std::string_view::npos;
  }

  std::string_view pattern_;
  PatternItem* items_;
  std::size_t at_ = 0;
  std::array<bool, kCapturesMax> open_{};
};

}  // namespace

const char* Pattern::compile(std::string_view pattern, bool may_anchor, void* room) noexcept {
  if (pattern.size() > kPatternBytesMax) return "the pattern is longer than 65536 bytes";
  items_ = static_cast<PatternItem*>(room);
  choices_ = reinterpret_cast<PatternChoice*>(items_ + pattern.size());
  anchored_ = may_anchor && !pattern.empty() && pattern[0] == '^';
  Compiler compiler(anchored_ ? pattern.substr(1) : pattern, items_);
  if (const char* wrong = compiler.compile()) return wrong;
  count_ = compiler.count;
  captures_ = compiler.captures;
  return nullptr;
}

bool is_plain(std::string_view pattern) noexcept {
  return pattern.find_first_of("^$*+?.([%-") == std::string_view::npos;
}

}  // namespace amont
