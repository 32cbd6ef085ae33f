// The limit: breadth-first search over flat arrays in memory, with an epoch-marked visited array.
#include "tests/bench/peer.h"
#include "tests/bench/rows.h"

namespace amont {
namespace {

class FlatArrays final : public Peer {
 public:
  std::string name() const override { return "flat arrays"; }

  Status load(std::uint64_t nodes, std::span<const GeneratedEdge> edges) override {
    for (const bool reverse : {false, true}) rows_.emplace_back(nodes, edges, reverse);
    seen_.resize(nodes);
    queue_.resize(nodes);
    return {};
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    const Rows& rows = rows_[static_cast<std::size_t>(direction)];
    ++epoch_;
    seen_[start] = epoch_;
    queue_[0] = start;
    std::size_t tail = 1;
    constexpr std::size_t kAhead = 8;  // memory is slow: ask for a node before its turn comes
    for (std::size_t head = 0; head < tail; ++head) {
      if (head + kAhead < tail) __builtin_prefetch(rows.begin.data() + queue_[head + kAhead]);
      const std::uint32_t node = queue_[head];
      for (std::uint32_t i = rows.begin[node]; i < rows.begin[node + 1]; ++i) {
        const std::uint32_t far = rows.targets[i];
        if (seen_[far] == epoch_) continue;
        seen_[far] = epoch_;
        queue_[tail++] = far;
      }
    }
    found_ = static_cast<std::int64_t>(tail) - 1;
    return tail - 1;
  }
  std::vector<std::uint32_t> found() const override { return {queue_.begin() + 1, queue_.begin() + 1 + found_}; }

 private:
  std::vector<Rows> rows_;  // by direction
  std::vector<std::uint32_t> seen_;
  std::vector<std::uint32_t> queue_;
  std::uint32_t epoch_ = 0;
  std::int64_t found_ = 0;
};

}  // namespace

std::unique_ptr<Peer> flat_arrays() { return std::make_unique<FlatArrays>(); }

}  // namespace amont
