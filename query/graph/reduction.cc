#include "query/graph/reduction.h"

#include <algorithm>
#include <atomic>
#include <span>

#include "query/graph/reach_labels.h"
#include "query/graph/seen.h"

namespace amont {
namespace {

// Pairs of a vertex's neighbours are asked one by one up to so many neighbours; beyond, a search asks for all of them at once.
constexpr std::size_t kFew = 64;

// Of one vertex: the highest neighbour can't be reached by way of the others. What it reaches need not be a neighbour, and so on down.
class NeededOf {
 public:
  NeededOf(const Rows& graph, const std::function<bool()>& stops) : graph_(graph), stops_(stops) {
    const std::atomic<bool> never = false;
    labels_ = ReachLabels(graph, never);
  }

  // Puts the places of those needed into `needed`. False when it was stopped.
  bool find(std::span<const std::uint32_t> neighbours, std::vector<std::uint32_t>& needed) {
    return neighbours.size() <= kFew ? ask_pairs(neighbours, needed) : search(neighbours, needed);
  }

 private:
  bool ask_pairs(std::span<const std::uint32_t> neighbours, std::vector<std::uint32_t>& needed) {
    if (stops_()) return false;
    for (std::size_t i = neighbours.size(); i-- > 0;)
      if (std::ranges::none_of(needed,
                               [&](std::uint32_t by) { return labels_.reaches(neighbours[by], neighbours[i]); }))
        needed.push_back(static_cast<std::uint32_t>(i));
    return true;
  }

  // Nothing below the lowest neighbour matters.
  bool search(std::span<const std::uint32_t> neighbours, std::vector<std::uint32_t>& needed) {
    reached_.start(graph_.size());
    for (std::size_t i = neighbours.size(); i-- > 0;) {
      if (reached_.has(neighbours[i])) continue;
      needed.push_back(static_cast<std::uint32_t>(i));
      if (i == 0) break;
      open_.assign(1, neighbours[i]);
      reached_.add(neighbours[i]);
      while (!open_.empty()) {
        if (stops_()) return false;
        const std::uint32_t here = open_.back();
        open_.pop_back();
        for (const std::uint32_t far : graph_.of(here)) {
          if (far < neighbours.front() || reached_.has(far)) continue;
          reached_.add(far);
          open_.push_back(far);
        }
      }
    }
    return true;
  }

  const Rows& graph_;
  const std::function<bool()>& stops_;
  ReachLabels labels_;
  Seen reached_;
  std::vector<std::uint32_t> open_;
};

}  // namespace

bool needed_edges(const Rows& graph, const std::function<bool()>& stops, std::vector<bool>& needed) {
  needed.assign(graph.targets.size(), false);
  NeededOf needed_of(graph, stops);
  std::vector<std::uint32_t> found;
  for (std::uint32_t vertex = 0; vertex < graph.size(); ++vertex) {
    found.clear();
    if (!needed_of.find(graph.of(vertex), found)) return false;
    for (const std::uint32_t place : found) needed[graph.begin[vertex] + place] = true;
  }
  return true;
}

}  // namespace amont
