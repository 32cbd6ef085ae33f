#include "query/graph/dominators.h"

#include <algorithm>

namespace amont {
namespace {

// Vertices by the number that a depth-first search gives them. 0 is a root above all roots.
class LengauerTarjan {
 public:
  LengauerTarjan(const Rows& graph, std::span<const std::uint32_t> roots) : graph_(graph), roots_(roots) {}

  bool run(const std::function<bool()>& stops, Dominators& out) {
    number_vertices();
    find_predecessors();
    const auto count = static_cast<std::uint32_t>(vertices_.size());
    semi_.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) semi_[i] = i;
    best_ = semi_;
    ancestor_.assign(count, kNone);
    dominator_.assign(count, 0);
    std::vector<std::uint32_t> bucket(count, kNone), next_in_bucket(count, kNone);
    for (std::uint32_t w = count; w-- > 1;) {
      if (stops()) return false;
      for (const std::uint32_t v : predecessors_.of(w)) semi_[w] = std::min(semi_[w], semi_[evaluate(v)]);
      next_in_bucket[w] = bucket[semi_[w]];
      bucket[semi_[w]] = w;
      ancestor_[w] = parent_[w];
      for (std::uint32_t& v = bucket[parent_[w]]; v != kNone; v = next_in_bucket[v]) {
        const std::uint32_t u = evaluate(v);
        dominator_[v] = semi_[u] < semi_[v] ? u : parent_[w];
      }
    }
    out.nearest.assign(graph_.size(), kNone);
    out.order.clear();
    for (std::uint32_t w = 1; w < count; ++w) {
      if (dominator_[w] != semi_[w]) dominator_[w] = dominator_[dominator_[w]];
      if (dominator_[w] != 0) out.nearest[vertices_[w]] = vertices_[dominator_[w]];
      out.order.push_back(vertices_[w]);
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kNone = Dominators::kNone;

  void number_vertices() {
    numbers_.assign(graph_.size(), kNone);
    vertices_ = {kNone};
    parent_ = {kNone};
    struct Visit {
      std::uint32_t number, next;
    };
    std::vector<Visit> visits;
    const auto visit = [&](std::uint32_t vertex, std::uint32_t parent) {
      if (numbers_[vertex] != kNone) return;
      numbers_[vertex] = static_cast<std::uint32_t>(vertices_.size());
      vertices_.push_back(vertex);
      parent_.push_back(parent);
      visits.push_back({numbers_[vertex], graph_.begin[vertex]});
    };
    for (const std::uint32_t root : roots_) {
      visit(root, 0);
      while (!visits.empty()) {
        Visit& here = visits.back();
        if (here.next == graph_.begin[vertices_[here.number] + 1])
          visits.pop_back();
        else
          visit(graph_.targets[here.next++], here.number);
      }
    }
  }

  void find_predecessors() {
    std::vector<RowPair> pairs;
    for (const std::uint32_t root : roots_) pairs.push_back({numbers_[root], 0});
    for (std::uint32_t w = 1; w < vertices_.size(); ++w)
      for (const std::uint32_t far : graph_.of(vertices_[w])) pairs.push_back({numbers_[far], w});
    predecessors_ = rows_of(static_cast<std::uint32_t>(vertices_.size()), pairs);
  }

  // The vertex of least semidominator between v and the root of its tree in the forest built so far; shortens the way for the next.
  std::uint32_t evaluate(std::uint32_t v) {
    if (ancestor_[v] == kNone) return v;
    way_.clear();
    for (std::uint32_t u = v; ancestor_[ancestor_[u]] != kNone; u = ancestor_[u]) way_.push_back(u);
    while (!way_.empty()) {
      const std::uint32_t u = way_.back(), above = ancestor_[u];
      way_.pop_back();
      if (semi_[best_[above]] < semi_[best_[u]]) best_[u] = best_[above];
      ancestor_[u] = ancestor_[above];
    }
    return best_[v];
  }

  const Rows& graph_;
  std::span<const std::uint32_t> roots_;
  std::vector<std::uint32_t> numbers_, vertices_, parent_;
  Rows predecessors_;
  std::vector<std::uint32_t> semi_, best_, ancestor_, dominator_, way_;
};

}  // namespace

bool find_dominators(const Rows& graph, std::span<const std::uint32_t> roots, const std::function<bool()>& stops,
                     Dominators& out) {
  return LengauerTarjan(graph, roots).run(stops, out);
}

}  // namespace amont
