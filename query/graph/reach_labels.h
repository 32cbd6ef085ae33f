// ReachLabels: does one vertex of a directed acyclic graph reach another? Most pairs are settled by 32 bytes at either end; the
// rest by a search that these guide.
//
// Each vertex has
// - its number, which is a topological order, and its level, the length of its longest way down;
// - its place in a depth-first forest, as the interval of those below it in its tree: who lies in there is reached for sure;
// - the interval of all that it reaches, in the post-orders of two such forests: who lies outside is not. From H. Yildirim,
//   V. Chaoji, M. Zaki, "GRAIL: Scalable Reachability Index for Large Graphs", PVLDB 3 (2010);
// - a Bloom filter of all that reach it: who reaches `to` has no more above it than `to` has. From J. Su, Q. Zhu, H. Wei, J. X. Yu,
//   "Reachability Querying: Can It Be Even Faster?", IEEE TKDE 29 (2017).
// Building takes time in proportion to the graph.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "query/graph/rows.h"

namespace amont {

class ReachLabels {
 public:
  ReachLabels() = default;
  // Edges must lead from higher to lower numbers, those of a vertex ascending. Ends early, with labels that mean nothing, once `stop` is set.
  ReachLabels(Rows graph, const std::atomic<bool>& stop);

  // Of two different vertices. Different threads may ask at once.
  bool reaches(std::uint32_t from, std::uint32_t to) const;

  // Of memory, for a graph of this size.
  static std::size_t bytes_for(std::uint64_t vertices, std::uint64_t edges) { return vertices * 36 + edges * 4; }

 private:
  enum class Verdict : std::uint8_t { kNo, kYes, kMaybe };
  struct Label {
    std::uint32_t post = 0;        // its place in the first forest's post-order
    std::uint32_t tree_begin = 0;  // those below it in its tree have posts from here to its own
    std::uint32_t least = 0;       // least post of all that it reaches
    std::uint32_t other_post = 0;  // the same of the second forest
    std::uint32_t other_least = 0;
    std::uint32_t level = 0;
    std::uint64_t above = 0;  // a bit for each that reaches it, itself too
  };
  static Verdict verdict(const Label& from, const Label& to, bool in_order) {
    if (from.tree_begin <= to.post && to.post < from.post) return Verdict::kYes;
    const bool no = !in_order | (from.level <= to.level) | (to.post > from.post) | (to.least < from.least) |
                    (to.other_post > from.other_post) | (to.other_least < from.other_least) |
                    ((from.above & ~to.above) != 0);
    return no ? Verdict::kNo : Verdict::kMaybe;
  }
  bool search(std::uint32_t from, std::uint32_t to) const;

  Rows graph_;
  std::vector<Label> labels_;
};

}  // namespace amont
