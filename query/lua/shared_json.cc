#include "query/lua/shared_json.h"

#include <algorithm>

#include "core/text/hash.h"

namespace amont {
namespace {

constexpr std::size_t kShortest = 40;
constexpr std::size_t kLongest = 64 << 10;
constexpr std::size_t kBytesOfEntry = 100;  // besides the text

bool is_to_keep(std::size_t size) { return size >= kShortest && size <= kLongest; }

// Behind the string that begins at `at` with a quote.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

}  // namespace

void SharedJson::find_objects(std::string_view document, std::vector<Object>& objects) {
  const std::size_t first = objects.size();
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < document.size();) {
    const char c = document[i];
    if (c == '"') {
      i = end_of_string(document, i);
      continue;
    }
    ++i;
    if (c == '{') {
      open.push_back(objects.size());
      objects.push_back({static_cast<std::uint32_t>(i - 1), 0, 0});
    } else if (c == '}' && !open.empty()) {
      Object& object = objects[open.back()];
      open.pop_back();
      object.size = static_cast<std::uint32_t>(i - object.begin);
      if (is_to_keep(object.size)) object.hash = hash_of(document.substr(object.begin, object.size));
    }
  }
  const auto others = std::remove_if(objects.begin() + static_cast<std::ptrdiff_t>(first), objects.end(),
                                     [](const Object& object) { return !is_to_keep(object.size); });
  objects.erase(others, objects.end());
}

void SharedJson::begin(std::string_view document, std::span<const Object> objects) {
  document_ = document;
  objects_ = objects;
  at_ = 0;
}

const SharedJson::Object* SharedJson::object_at(std::size_t offset) {
  while (at_ < objects_.size() && objects_[at_].begin < offset) ++at_;
  return at_ < objects_.size() && objects_[at_].begin == offset ? &objects_[at_] : nullptr;
}

const SharedJson::Known* SharedJson::find(const Object& object) const {
  const auto found = known_.find(object.hash);
  return found != known_.end() && found->second.text == text_of(object) ? &found->second : nullptr;
}

bool SharedJson::is_worth_keeping(const Object& object) {
  std::uint64_t& seen = seen_once_[object.hash % seen_once_.size()];
  if (seen == object.hash) return !known_.contains(object.hash);
  seen = object.hash;
  return false;
}

std::int64_t SharedJson::keep(const Object& object, int height, bool* forgot) {
  *forgot = bytes_ + object.size + kBytesOfEntry > bytes_max_;
  if (*forgot) {
    known_.clear();
    bytes_ = 0;
  }
  bytes_ += object.size + kBytesOfEntry;
  const auto number = static_cast<std::int64_t>(known_.size()) + 1;
  known_.emplace(object.hash, Known{std::string(text_of(object)), number, height});
  return number;
}

}  // namespace amont
