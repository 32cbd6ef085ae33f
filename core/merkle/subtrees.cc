#include "core/merkle/subtrees.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace amont {

std::vector<Subtree> subtrees_over(std::uint64_t begin, std::uint64_t end) {
  std::vector<Subtree> out;
  while (begin < end) {
    // The largest that begins here and does not reach beyond the end.
    const int fits = std::bit_width(end - begin) - 1;
    const int level = begin == 0 ? fits : std::min(std::countr_zero(begin), fits);
    out.push_back({static_cast<std::uint32_t>(level), begin >> level});
    begin = out.back().end();
  }
  return out;
}

void SubtreeHashes::want(std::uint64_t begin, std::uint64_t end) {
  for (const Subtree& subtree : subtrees_over(begin, end)) hashes_.emplace(subtree, Digest{});
}

Status SubtreeHashes::read(const ReadLeaves& leaves) {
  // Those that nothing else which is asked for stands over are walked one by one; those under them are met on the way.
  std::vector<Subtree> tops;
  for (const auto& [subtree, hash] : hashes_) tops.push_back(subtree);
  std::ranges::sort(tops, {}, [](const Subtree& one) { return std::pair(one.begin(), ~one.level); });
  std::uint64_t done = 0;
  for (const Subtree& top : tops) {
    if (top.end() <= done) continue;
    done = top.end();
    std::uint64_t at = top.begin();
    std::vector<Digest> left;  // the left sisters that wait, a level each, the largest first
    AMONT_TRY(leaves(top.begin(), top.end(), [&](const Digest& leaf) {
      Digest hash = leaf;
      std::uint32_t level = 0;
      const auto note = [&] {
        if (const auto found = hashes_.find({level, at >> level}); found != hashes_.end()) found->second = hash;
      };
      note();
      while (level < top.level && (at >> level & 1)) {
        hash = merkle_inner(left.back(), hash);
        left.pop_back();
        ++level;
        note();
      }
      left.push_back(hash);
      ++at;
    }));
  }
  return {};
}

Digest SubtreeHashes::hash_of(std::uint64_t begin, std::uint64_t end) const {
  const std::vector<Subtree> parts = subtrees_over(begin, end);
  if (parts.empty()) return MerkleFrontier().root();
  Digest hash = hashes_.at(parts.back());
  for (std::size_t i = parts.size() - 1; i-- > 0;) hash = merkle_inner(hashes_.at(parts[i]), hash);
  return hash;
}

}  // namespace amont
