// Arena: many short texts that live as long as each other, kept end to end.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace amont {

class Arena {
 public:
  // A copy, good for as long as the arena is.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) add_block(text.size());
    char* const kept = at_;
    std::memcpy(kept, text.data(), text.size());
    at_ += text.size();
    left_ -= text.size();
    return {kept, text.size()};
  }

 private:
  static constexpr std::size_t kFirstBytes = 1 << 10, kBlockBytes = 256 << 10;

  void add_block(std::size_t wanted) {
    left_ = std::max(wanted, std::min(kBlockBytes, kFirstBytes << std::min<std::size_t>(blocks_.size(), 8)));
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    at_ = blocks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace amont
