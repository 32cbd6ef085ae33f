// The k shortest paths without a vertex twice, by J. Y. Yen, "Finding the K Shortest Loopless Paths in a Network", Management
// Science 17 (1971), with each step counted as one, and E. Lawler's rule that a path departs from its parent no earlier than that
// departed from its own (Management Science 18, 1972).
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <span>
#include <vector>

#include "query/graph/rows.h"
#include "query/graph/seen.h"

namespace amont {

using VertexPath = std::vector<std::uint32_t>;

class ShortestPaths {
 public:
  // `graph`, whose edges of a vertex must be ascending, must outlive this. `allows` says of an edge by its place in Rows::targets
  // whether it may be used. No more than `most` paths will be asked for.
  ShortestPaths(const Rows& graph, std::uint32_t from, std::uint32_t to, std::size_t most,
                std::function<bool(std::uint32_t place)> allows, std::function<bool()> stops);

  // The next shortest path; of those of one length the first in the order of vertices. Empty when there is none, or when `stops`,
  // which is asked for each vertex searched, said so.
  VertexPath next();
  bool stopped() const { return stopped_; }

 private:
  using Root = std::span<const std::uint32_t>;
  struct Candidate {
    VertexPath path;
    std::size_t departs = 0;  // up to this place the path is its parent's
    bool operator<(const Candidate& other) const {
      return path.size() != other.path.size() ? path.size() < other.path.size() : path < other.path;
    }
  };

  void find_those_that_lead();
  void depart_from(const Candidate& parent);
  bool may_step(std::uint32_t place) const;
  // Adds the first of the shortest paths that begin with `root`, whose vertices are on_root_, and with none of `barred` behind it.
  void offer(Root root, std::span<const std::uint32_t> barred);
  VertexPath search(Root root, std::span<const std::uint32_t> barred);

  const Rows& graph_;
  std::uint32_t from_, to_;
  std::size_t most_;
  std::function<bool(std::uint32_t)> allows_;
  std::function<bool()> stops_;
  bool stopped_ = false;
  std::vector<bool> leads_;  // to `to`
  Seen seen_, on_root_;
  std::vector<std::uint32_t> came_from_, queue_;
  std::deque<VertexPath> found_;
  std::set<Candidate> candidates_;
};

}  // namespace amont
