// Lua patterns, matched within a budget. The meaning is that of the Lua 5.4 manual (6.4.1) in the C locale, whatever the locale of
// the host; the algorithm is not that of stock Lua, whose matcher recurses and can't be interrupted.
//
// A pattern is compiled once into items that stand in one block of memory. Matching walks the items with an explicit stack of
// choices, one per repeated item at most, so memory is fixed before the match starts and nothing recurses. Every item tried and
// every byte run over is a step. Malformed patterns are all refused when compiled; stock Lua sees some only when it gets there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "query/lua/budget.h"

namespace amont {

inline constexpr int kCapturesMax = 32;
inline constexpr std::size_t kPatternBytesMax = 64 << 10;

struct ByteSet {
  std::array<std::uint64_t, 4> words{};

  constexpr bool has(unsigned char byte) const { return (words[byte >> 6] >> (byte & 63)) & 1; }
  constexpr void add(unsigned char byte) { words[byte >> 6] |= std::uint64_t{1} << (byte & 63); }
  constexpr void invert() {
    for (std::uint64_t& word : words) word = ~word;
  }
};

struct PatternItem {
  enum class What : std::uint8_t { kBytes, kOpen, kPosition, kClose, kSameAs, kBalanced, kFrontier, kEnd };
  enum class Repeat : std::uint8_t { kOnce, kOptional, kAny, kSome, kFewest };

  ByteSet bytes;  // kBytes, kFrontier
  What what = What::kBytes;
  Repeat repeat = Repeat::kOnce;
  unsigned char first = 0;   // kBalanced: the opening byte; kOpen, kPosition, kClose, kSameAs: which capture
  unsigned char second = 0;  // kBalanced: the closing byte
};

// A repeated item that may still be tried otherwise: `taken` bytes from `from` now, fewer or (kFewest) more later.
struct PatternChoice {
  std::uint32_t item;
  const char* from;
  std::size_t taken;
};

struct Capture {
  static constexpr std::ptrdiff_t kIsPosition = -1;
  const char* begin = nullptr;
  std::ptrdiff_t length = 0;
};

struct PatternMatch {
  const char* begin = nullptr;
  const char* end = nullptr;
  int count = 0;  // of captures
  std::array<Capture, kCapturesMax> captures;
};

class Pattern {
 public:
  // Bytes of memory, aligned as for pointers, that a pattern of this length needs at most.
  static constexpr std::size_t room_for(std::size_t pattern_length) {
    return pattern_length * (sizeof(PatternItem) + sizeof(PatternChoice));
  }
  // Compiles into `room`, which must live as long as the pattern. nullptr, or what is wrong (static storage).
  // `may_anchor`: a leading '^' ties the match to its start; otherwise it is an ordinary byte, as gmatch wants it.
  const char* compile(std::string_view pattern, bool may_anchor, void* room) noexcept;

  enum class Found : std::uint8_t { kNo, kYes, kEnded };
  // Looks for a match that begins at `at`; or, unless the pattern is anchored, at it or after. kEnded: the budget has ended.
  Found find_from(std::string_view subject, const char* at, Budget& budget, PatternMatch* match) noexcept;
  Found match_at(std::string_view subject, const char* at, Budget& budget, PatternMatch* match) noexcept;

  bool anchored() const { return anchored_; }

 private:
  PatternItem* items_ = nullptr;
  PatternChoice* choices_ = nullptr;
  std::uint32_t count_ = 0;
  int captures_ = 0;
  bool anchored_ = false;
  std::uint64_t steps_ = 0;  // not yet charged
};

// Where `needle` first occurs in `haystack` at or after `from`; npos if nowhere. Linear time.
std::size_t find_plain(std::string_view haystack, std::string_view needle, std::size_t from) noexcept;
// Whether a pattern is only plain bytes.
bool is_plain(std::string_view pattern) noexcept;

}  // namespace amont
