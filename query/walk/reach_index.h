// ReachIndex: who is upstream of whom, in the whole register as of one transaction, by the rules of query/WALKS.md: exact or
// possible, at granularity dataset. The walk that it foretells is a path in a graph of *states*:
//
//   settled(x)  -> edges(x), up(each whole of x), down(each part of x)
//   up(x)       -> edges(x), up(each whole of x)          rule 6: a whole may speak for its part, without going down again
//   down(x)     -> edges(x), down(each part of x)         rule 5: a part speaks for its whole
//   edges(x)    -> settled(y) for each recorded step from a member of x to one of y
//
// where x and y are things (a dataset with its variables, twins) and most things have one state. Its strong components make an
// acyclic graph, which gets labels (query/graph/reach_labels.h).
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "amont/query.h"
#include "core/index/view.h"
#include "core/index/whole_graph.h"
#include "query/graph/reach_labels.h"

namespace amont {

class ReachIndex final : public WholeGraph::Work {
 public:
  enum class Verdict : std::uint8_t { kNo, kYes, kMaybe };

  // Of the view's graph, which must be the newest. Nothing when it would take more than the view's WholeGraph allows, when the
  // index can't be read, or when it is stopped.
  static std::shared_ptr<const ReachIndex> make(const std::shared_ptr<const IndexView>& view,
                                                const std::atomic<bool>& stop);
  // About what that costs, in nodes and edges visited by a walk.
  static std::uint64_t cost_of_making(const IndexView& view);

  // Is the thing of `to` upstream of that of `from`? Both ids are below `nodes`. kMaybe where they are, or may be, of one thing, and
  // where one is not in the register.
  Verdict verdict(std::uint32_t from, std::uint32_t to) const;
  // May a walk from `from` follow edges of `near`: as settled, as a part or as a whole of what it settles?
  bool may_follow(std::uint32_t from, std::uint32_t near) const;
  TxNumber last_retraction() const { return last_retraction_; }

 private:
  friend class ReachMaking;
  static constexpr std::uint32_t kSharedThing = 1u << 31;  // of a component: one of its things has more than one node
  static constexpr std::uint32_t kNotThere = ~std::uint32_t{0};

  std::vector<std::uint32_t> component_;  // of each node's settled thing
  std::vector<std::pair<std::uint32_t, std::uint32_t>>
      edges_component_;  // of nodes whose edges are a state apart; ascending
  ReachLabels labels_;
  TxNumber last_retraction_ = 0;
};

// A question that the index can answer: of lineage alone, by dataset, at any time and depth, exact or possible.
inline bool is_plain_question(const AskOptions& options) {
  return options.through.empty() && options.depth == kAnyDepth && !options.exact && !options.valid_at &&
         options.granularity == Granularity::kDataset;
}

// What the newest ReachIndex says of the graph as of a view.
class ReachGuide {
 public:
  using Verdict = ReachIndex::Verdict;
  ReachGuide() = default;  // of no use
  // Of no use when there is none, or none that holds for the view.
  explicit ReachGuide(const IndexView& view);

  explicit operator bool() const { return index_ != nullptr; }
  // kYes and kNo are said of nodes that are in the register only, unless the view is older than the index: then of any, and never
  // kYes.
  bool older_view() const { return older_view_; }
  Verdict verdict(std::uint32_t from, std::uint32_t to) const;
  // The same of any ids, there or not.
  Verdict verdict_of(NodeId from, NodeId to) const {
    const bool known = number_of(from) < index_->nodes && number_of(to) < index_->nodes;
    return known ? verdict(static_cast<std::uint32_t>(number_of(from)), static_cast<std::uint32_t>(number_of(to)))
                 : Verdict::kMaybe;
  }

 private:
  bool may_grow(std::uint32_t from) const;

  WholeGraph::Found found_;
  const ReachIndex* index_ = nullptr;
  bool older_view_ =
      false;  // the view is older than the index: what it says no to was not, what it says yes to may not have been
};

}  // namespace amont
