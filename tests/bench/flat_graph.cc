#include "tests/bench/flat_graph.h"

namespace amont {

FlatGraph::FlatGraph(std::uint64_t nodes, std::span<const GeneratedEdge> edges, bool reverse)
    : begin_(nodes + 1), targets_(edges.size()), seen_(nodes), queue_(nodes) {
  const auto near = [&](const GeneratedEdge& edge) { return reverse ? edge.to : edge.from; };
  for (const GeneratedEdge& edge : edges) ++begin_[near(edge) + 1];
  for (std::uint64_t i = 1; i <= nodes; ++i) begin_[i] += begin_[i - 1];
  std::vector<std::uint32_t> at(begin_.begin(), begin_.end() - 1);
  for (const GeneratedEdge& edge : edges) targets_[at[near(edge)]++] = reverse ? edge.from : edge.to;
}

std::span<const std::uint32_t> FlatGraph::closure(std::uint32_t start) {
  ++epoch_;
  seen_[start] = epoch_;
  queue_[0] = start;
  std::size_t tail = 1;
  constexpr std::size_t kAhead = 8;  // memory is slow: ask for a node before its turn comes
  for (std::size_t head = 0; head < tail; ++head) {
    if (head + kAhead < tail) __builtin_prefetch(begin_.data() + queue_[head + kAhead]);
    const std::uint32_t node = queue_[head];
    for (std::uint32_t i = begin_[node]; i < begin_[node + 1]; ++i) {
      const std::uint32_t far = targets_[i];
      if (seen_[far] == epoch_) continue;
      seen_[far] = epoch_;
      queue_[tail++] = far;
    }
  }
  return {queue_.data() + 1, tail - 1};
}

}  // namespace amont
