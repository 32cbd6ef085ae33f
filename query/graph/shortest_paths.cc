#include "query/graph/shortest_paths.h"

#include <algorithm>

namespace amont {

ShortestPaths::ShortestPaths(const Rows& graph, std::uint32_t from, std::uint32_t to, std::size_t most,
                             std::function<bool(std::uint32_t place)> allows, std::function<bool()> stops)
    : graph_(graph), from_(from), to_(to), most_(most), allows_(std::move(allows)), stops_(std::move(stops)) {
  came_from_.resize(graph.size());
  find_those_that_lead();
  on_root_.start(graph.size());
  on_root_.add(from_);
  offer(Root(&from_, 1), {});
}

void ShortestPaths::find_those_that_lead() {
  std::vector<RowPair> pairs;
  for (std::uint32_t near = 0; near < graph_.size(); ++near)
    for (std::uint32_t place = graph_.begin[near]; place < graph_.begin[near + 1]; ++place)
      if (allows_(place)) pairs.push_back({graph_.targets[place], near});
  const Rows reverse = rows_of(graph_.size(), pairs);
  leads_.assign(graph_.size(), false);
  leads_[to_] = true;
  queue_.assign(1, to_);
  for (std::size_t next = 0; next < queue_.size() && !stopped_; ++next) {
    stopped_ = stops_();
    for (const std::uint32_t far : reverse.of(queue_[next])) {
      if (leads_[far]) continue;
      leads_[far] = true;
      queue_.push_back(far);
    }
  }
}

bool ShortestPaths::may_step(std::uint32_t place) const {
  const std::uint32_t far = graph_.targets[place];
  return leads_[far] && !on_root_.has(far) && allows_(place);
}

// Neighbours come in order, so the first to reach a vertex does it by the first of the shortest ways.
VertexPath ShortestPaths::search(Root root, std::span<const std::uint32_t> barred) {
  const std::uint32_t begin = root.back();
  seen_.start(graph_.size());
  queue_.assign(1, begin);
  for (std::size_t next = 0; next < queue_.size(); ++next) {
    stopped_ = stopped_ || stops_();
    if (stopped_) return {};
    const std::uint32_t near = queue_[next];
    for (std::uint32_t place = graph_.begin[near]; place < graph_.begin[near + 1]; ++place) {
      const std::uint32_t far = graph_.targets[place];
      if (seen_.has(far) || !may_step(place)) continue;
      if (near == begin && std::ranges::find(barred, far) != barred.end()) continue;
      seen_.add(far);
      came_from_[far] = near;
      queue_.push_back(far);
      if (far != to_) continue;
      VertexPath path;
      for (std::uint32_t at = to_; at != begin; at = came_from_[at]) path.push_back(at);
      path.insert(path.end(), root.rbegin(), root.rend());
      std::ranges::reverse(path);
      return path;
    }
  }
  return {};
}

void ShortestPaths::offer(Root root, std::span<const std::uint32_t> barred) {
  VertexPath path = search(root, barred);
  if (path.empty()) return;
  candidates_.insert({std::move(path), root.size() - 1});
  if (found_.size() + candidates_.size() > most_) candidates_.erase(std::prev(candidates_.end()));
}

// Each later path departs from one that was found, at some place: it takes another step there than all found ones that came the
// same way.
void ShortestPaths::depart_from(const Candidate& parent) {
  std::vector<const VertexPath*> same_way;
  for (const VertexPath& path : found_) same_way.push_back(&path);
  std::vector<std::uint32_t> barred;
  on_root_.start(graph_.size());
  for (std::size_t at = 0; at + 1 < parent.path.size() && !stopped_; ++at) {
    const std::uint32_t vertex = parent.path[at];
    on_root_.add(vertex);
    std::erase_if(same_way, [&](const VertexPath* path) { return at >= path->size() || (*path)[at] != vertex; });
    if (at < parent.departs) continue;
    barred.clear();
    for (const VertexPath* path : same_way) barred.push_back((*path)[at + 1]);
    bool departs = false;
    for (std::uint32_t place = graph_.begin[vertex]; place < graph_.begin[vertex + 1] && !departs; ++place)
      departs = may_step(place) && std::ranges::find(barred, graph_.targets[place]) == barred.end();
    if (departs) offer(Root(parent.path).first(at + 1), barred);
  }
}

VertexPath ShortestPaths::next() {
  if (stopped_ || candidates_.empty()) return {};
  const Candidate best = std::move(candidates_.extract(candidates_.begin()).value());
  found_.push_back(best.path);
  if (found_.size() < most_) depart_from(best);
  return stopped_ ? VertexPath{} : best.path;
}

}  // namespace amont
