#include "query/lua/shared_json.h"

#include "core/text/hash.h"

namespace amont {
namespace {

constexpr std::size_t kShortest = 40;
constexpr std::size_t kLongest = 64 << 10;
constexpr std::size_t kBytesOfEntry = 100;  // besides the text

// Behind the string that begins at `at` with a quote.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

}  // namespace

void SharedJson::begin(std::string_view document) {
  document_ = document;
  spans_.clear();
  open_.clear();
  at_ = 0;
  for (std::size_t i = 0; i < document.size();) {
    const char c = document[i];
    if (c == '"') {
      i = end_of_string(document, i);
      continue;
    }
    ++i;
    if (c == '{') {
      open_.push_back(spans_.size());
      spans_.push_back({i - 1, i - 1});
    } else if (c == '}' && !open_.empty()) {
      spans_[open_.back()].end = i;
      open_.pop_back();
    }
  }
}

std::string_view SharedJson::object_at(std::size_t offset) {
  while (at_ < spans_.size() && spans_[at_].begin < offset) ++at_;
  if (at_ == spans_.size() || spans_[at_].begin != offset) return {};
  const std::size_t size = spans_[at_].end - offset;
  return size < kShortest || size > kLongest ? std::string_view() : document_.substr(offset, size);
}

const SharedJson::Known* SharedJson::find(std::string_view object) const {
  const auto found = known_.find(hash_of(object));
  return found != known_.end() && found->second.text == object ? &found->second : nullptr;
}

bool SharedJson::is_worth_keeping(std::string_view object) {
  const std::uint64_t hash = hash_of(object);
  std::uint64_t& seen = seen_once_[hash % seen_once_.size()];
  if (seen == hash) return !known_.contains(hash);
  seen = hash;
  return false;
}

std::int64_t SharedJson::keep(std::string_view object, int height, bool* forgot) {
  *forgot = bytes_ + object.size() + kBytesOfEntry > bytes_max_;
  if (*forgot) {
    known_.clear();
    bytes_ = 0;
  }
  bytes_ += object.size() + kBytesOfEntry;
  const auto number = static_cast<std::int64_t>(known_.size()) + 1;
  known_.emplace(hash_of(object), Known{std::string(object), number, height});
  return number;
}

}  // namespace amont
