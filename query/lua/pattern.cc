#include "query/lua/pattern.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace amont {
namespace {

constexpr std::uint64_t kStepsPerCharge = 1024;

using What = PatternItem::What;
using Repeat = PatternItem::Repeat;

std::size_t run_length(const ByteSet& bytes, const char* at, const char* end) {
  const char* p = at;
  while (p < end && bytes.has(static_cast<unsigned char>(*p))) ++p;
  return static_cast<std::size_t>(p - at);
}

// The end of the balanced stretch that opens at `at`, or nullptr.
const char* balanced_end(const PatternItem& item, const char* at, const char* end) {
  if (at == end || static_cast<unsigned char>(*at) != item.first) return nullptr;
  std::uint64_t depth = 1;
  for (const char* p = at + 1; p < end; ++p) {
    const auto byte = static_cast<unsigned char>(*p);
    if (byte == item.second) {
      if (--depth == 0) return p + 1;
    } else if (byte == item.first) {
      ++depth;
    }
  }
  return nullptr;
}

// The subject is taken to have a zero byte before its first and after its last byte.
bool at_frontier(const ByteSet& bytes, std::string_view subject, const char* at) {
  const char* end = subject.data() + subject.size();
  const unsigned char before = at == subject.data() ? 0 : static_cast<unsigned char>(at[-1]);
  const unsigned char after = at == end ? 0 : static_cast<unsigned char>(*at);
  return !bytes.has(before) && bytes.has(after);
}

}  // namespace

Pattern::Found Pattern::match_at(std::string_view subject, const char* at, Budget& budget,
                                 PatternMatch* match) noexcept {
  const char* const end = subject.data() + subject.size();
  std::array<Capture, kCapturesMax>& captures = match->captures;
  std::uint32_t pending = 0;  // choices on the stack
  std::uint32_t i = 0;
  const char* s = at;
  while (true) {
    if (++steps_ >= kStepsPerCharge) {
      if (!budget.charge(steps_)) return Found::kEnded;
      steps_ = 0;
    }
    if (i == count_) {
      match->begin = at;
      match->end = s;
      match->count = captures_;
      return Found::kYes;
    }
    const PatternItem& item = items_[i];
    bool fits = true;
    switch (item.what) {
      case What::kBytes: {
        if (item.repeat == Repeat::kOnce) {
          fits = s < end && item.bytes.has(static_cast<unsigned char>(*s));
          s += fits;
          break;
        }
        std::size_t taken = 0;
        if (item.repeat == Repeat::kOptional)
          taken = s < end && item.bytes.has(static_cast<unsigned char>(*s));
        else if (item.repeat != Repeat::kFewest)
          taken = run_length(item.bytes, s, end);
        steps_ += taken / 4;
        if (item.repeat == Repeat::kFewest || taken > 0) choices_[pending++] = {i, s, taken};
        fits = taken > 0 || item.repeat != Repeat::kSome;
        s += taken;
        break;
      }
      case What::kOpen: captures[item.first].begin = s; break;
      case What::kPosition: captures[item.first] = {s, Capture::kIsPosition}; break;
      case What::kClose: captures[item.first].length = s - captures[item.first].begin; break;
      case What::kSameAs: {
        const Capture& same = captures[item.first];
        if ((fits = same.length >= 0 && end - s >= same.length)) {
          steps_ += static_cast<std::uint64_t>(same.length) / 32;
          fits = std::memcmp(s, same.begin, static_cast<std::size_t>(same.length)) == 0;
        }
        if (fits) s += same.length;
        break;
      }
      case What::kBalanced: {
        const char* closed = balanced_end(item, s, end);
        steps_ += s < end && static_cast<unsigned char>(*s) == item.first
                      ? static_cast<std::uint64_t>((closed ? closed : end) - s) / 4
                      : 0;
        fits = closed != nullptr;
        if (fits) s = closed;
        break;
      }
      case What::kFrontier: fits = at_frontier(item.bytes, subject, s); break;
      case What::kEnd: fits = s == end; break;
    }
    if (fits) {
      ++i;
      continue;
    }
    // Back to the last choice that has another way to go.
    bool resumed = false;
    while (pending > 0 && !resumed) {
      PatternChoice& choice = choices_[pending - 1];
      const PatternItem& repeated = items_[choice.item];
      if (repeated.repeat == Repeat::kFewest) {
        const char* next = choice.from + choice.taken;
        resumed = next < end && repeated.bytes.has(static_cast<unsigned char>(*next));
        if (resumed)
          ++choice.taken;
        else
          --pending;
      } else {
        resumed = choice.taken > (repeated.repeat == Repeat::kSome ? 1 : 0);
        if (resumed)
          --choice.taken;
        else
          --pending;
      }
      if (resumed) {
        s = choice.from + choice.taken;
        i = choice.item + 1;
      }
    }
    if (!resumed) return Found::kNo;
  }
}

Pattern::Found Pattern::find_from(std::string_view subject, const char* at, Budget& budget,
                                  PatternMatch* match) noexcept {
  const char* const end = subject.data() + subject.size();
  // A pattern that begins with a byte that must be there is tried only where that byte is.
  const bool skips = count_ > 0 && items_[0].what == What::kBytes &&
                     (items_[0].repeat == Repeat::kOnce || items_[0].repeat == Repeat::kSome);
  Found found = Found::kNo;
  for (const char* s = at; s <= end; ++s) {
    if (skips && !anchored_) {
      const char* from = s;
      while (s < end && !items_[0].bytes.has(static_cast<unsigned char>(*s))) ++s;
      steps_ += static_cast<std::uint64_t>(s - from) / 8;
    }
    found = match_at(subject, s, budget, match);
    if (found != Found::kNo || anchored_) break;
  }
  return budget.charge(std::exchange(steps_, 0)) ? found : Found::kEnded;
}

std::size_t find_plain(std::string_view haystack, std::string_view needle, std::size_t from) noexcept {
  if (from > haystack.size()) return std::string_view::npos;
  if (needle.empty()) return from;
  const void* hit = memmem(haystack.data() + from, haystack.size() - from, needle.data(), needle.size());
  return hit ? static_cast<std::size_t>(static_cast<const char*>(hit) - haystack.data()) : std::string_view::npos;
}

}  // namespace amont
