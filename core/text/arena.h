// Arena: many short texts that live as long as each other, kept end to end.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace amont {

class Arena {
 public:
  // A copy, good for as long as the arena is.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    char* const kept = room(text.size());
    std::memcpy(kept, text.data(), text.size());
    return {kept, text.size()};
  }
  // The same of three, end to end.
  std::string_view keep(std::string_view one, std::string_view two, std::string_view three) {
    char* const kept = room(one.size() + two.size() + three.size());
    char* at = kept;
    for (const std::string_view text : {one, two, three}) at = std::copy(text.begin(), text.end(), at);
    return {kept, at};
  }
  // Forgets all, and keeps one block for what comes.
  void clear() {
    if (blocks_.empty()) return;
    std::swap(blocks_.front(), blocks_.back());
    blocks_.resize(1);
    at_ = blocks_.front().bytes.get();
    left_ = blocks_.front().size;
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };

  static constexpr std::size_t kFirstBytes = 1 << 10, kBlockBytes = 256 << 10;

  char* room(std::size_t bytes) {
    if (bytes > left_) add_block(bytes);
    left_ -= bytes;
    return std::exchange(at_, at_ + bytes);
  }
  void add_block(std::size_t wanted) {
    left_ = std::max(wanted, std::min(kBlockBytes, kFirstBytes << std::min<std::size_t>(blocks_.size(), 8)));
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(left_), left_});
    at_ = blocks_.back().bytes.get();
  }

  std::vector<Block> blocks_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace amont
