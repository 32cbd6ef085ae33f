#include "query/graph/reach_labels.h"

#include <algorithm>

#include "query/graph/seen.h"

namespace amont {
namespace {

// A depth-first forest from the vertices that nothing leads to, without recursion. `left_to_right`: the order of children.
class Forest {
 public:
  Forest(const Rows& graph, bool left_to_right)
      : graph_(graph), left_to_right_(left_to_right), post_(graph.size(), kNone) {}

  // Calls finish(vertex, post, the post-order's length when it was discovered).
  template <class Finish>
  void visit(const std::vector<std::uint8_t>& has_parent, const std::atomic<bool>& stop, const Finish& finish) {
    const std::uint32_t size = graph_.size();
    for (std::uint32_t i = 0; i < size && !stop.load(std::memory_order_relaxed); ++i) {
      const std::uint32_t root = left_to_right_ ? size - 1 - i : i;
      if (!has_parent[root]) descend(root, finish);
    }
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0}, kOpen = kNone - 1;
  struct Place {
    std::uint32_t vertex, next, begun;
  };

  template <class Finish>
  void descend(std::uint32_t root, const Finish& finish) {
    post_[root] = kOpen;
    stack_.push_back({root, 0, count_});
    while (!stack_.empty()) {
      Place& place = stack_.back();
      const auto children = graph_.of(place.vertex);
      if (place.next == children.size()) {
        finish(place.vertex, count_, place.begun);
        post_[place.vertex] = count_++;
        stack_.pop_back();
        continue;
      }
      const std::uint32_t at = place.next++;
      const std::uint32_t child = children[left_to_right_ ? at : children.size() - 1 - at];
      if (post_[child] != kNone) continue;
      post_[child] = kOpen;
      stack_.push_back({child, 0, count_});
    }
  }

  const Rows& graph_;
  const bool left_to_right_;
  std::vector<std::uint32_t> post_;
  std::vector<Place> stack_;
  std::uint32_t count_ = 0;
};

std::uint64_t bit_of(std::uint32_t vertex) { return 1ull << ((vertex * 0x9e3779b97f4a7c15ull) >> 58); }

thread_local Seen seen_by_thread;
thread_local std::vector<std::uint32_t> stack_of_thread;

}  // namespace

ReachLabels::ReachLabels(Rows graph, const std::atomic<bool>& stop) : graph_(std::move(graph)), labels_(graph_.size()) {
  const std::uint32_t size = graph_.size();
  std::vector<std::uint8_t> has_parent(size, 0);
  for (const std::uint32_t target : graph_.targets) has_parent[target] = 1;
  Forest(graph_, true).visit(has_parent, stop, [&](std::uint32_t vertex, std::uint32_t post, std::uint32_t begun) {
    labels_[vertex].post = labels_[vertex].least = post;
    labels_[vertex].tree_begin = begun;
  });
  Forest(graph_, false).visit(has_parent, stop, [&](std::uint32_t vertex, std::uint32_t post, std::uint32_t) {
    labels_[vertex].other_post = labels_[vertex].other_least = post;
  });
  if (stop) return;
  for (std::uint32_t vertex = 0; vertex < size; ++vertex) {  // what it reaches has lower numbers
    Label& label = labels_[vertex];
    for (const std::uint32_t target : graph_.of(vertex)) {
      const Label& below = labels_[target];
      label.least = std::min(label.least, below.least);
      label.other_least = std::min(label.other_least, below.other_least);
      label.level = std::max(label.level, below.level + 1);
    }
  }
  for (std::uint32_t vertex = size; vertex-- > 0;) {
    labels_[vertex].above |= bit_of(vertex);
    for (const std::uint32_t target : graph_.of(vertex)) labels_[target].above |= labels_[vertex].above;
  }
}

bool ReachLabels::reaches(std::uint32_t from, std::uint32_t to) const {
  const Verdict known = verdict(labels_[from], labels_[to], from > to);
  return known == Verdict::kMaybe ? search(from, to) : known == Verdict::kYes;
}

bool ReachLabels::search(std::uint32_t from, std::uint32_t to) const {
  Seen& seen = seen_by_thread;
  std::vector<std::uint32_t>& stack = stack_of_thread;
  seen.start(graph_.size());
  stack.assign(1, from);
  const Label goal = labels_[to];
  while (!stack.empty()) {
    auto targets = graph_.of(stack.back());
    stack.pop_back();
    while (!targets.empty() && targets.front() < to) targets = targets.subspan(1);  // these reach lower numbers only
    if (targets.empty()) continue;
    if (targets.front() == to) return true;
    for (const std::uint32_t target : targets) __builtin_prefetch(labels_.data() + target);
    // The lowest comes onto the stack last, and off it first: it is nearest to the goal.
    for (std::size_t i = targets.size(); i-- > 0;) {
      const std::uint32_t target = targets[i];
      const Verdict known = verdict(labels_[target], goal, true);
      if (known == Verdict::kYes) return true;
      if (known == Verdict::kNo || seen.has(target)) continue;
      seen.add(target);
      __builtin_prefetch(graph_.begin.data() + target);
      stack.push_back(target);
    }
  }
  return false;
}

}  // namespace amont
