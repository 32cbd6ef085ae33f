#include "query/walk/reach_index.h"

#include <algorithm>
#include <numeric>

#include "query/graph/components.h"
#include "query/walk/plan.h"

namespace amont {

// Reads the graph page by page, makes states of it and components of those.
class ReachMaking {
 public:
  ReachMaking(const IndexView& view, const std::atomic<bool>& stop)
      : view_(view), stop_(stop), ids_(static_cast<std::uint32_t>(view.graph->id_count())) {}

  Status run(ReachIndex& out) {
    AMONT_TRY(plan_.make(view_.schema, Direction::kUpstream, AskOptions()));
    AMONT_TRY(read_steps());
    if (ties_) AMONT_TRY(read_ties());
    if (ties_) make_states();
    AMONT_TRY(keep_within_bounds());
    std::vector<std::uint32_t> component_of(steps_.size());
    const std::uint32_t components = strong_components(steps_, component_of);
    AMONT_TRY(going_on());
    out.labels_ = ReachLabels(condensed(steps_, component_of, components), stop_);
    AMONT_TRY(going_on());
    if (ties_) {
      for (std::uint32_t node = 0; node < ids_; ++node)
        if (const std::uint32_t state = edges_of_[thing_of(node)]; state >= ids_)
          out.edges_component_.emplace_back(node, component_of[state]);
      mark_shared(component_of);
    }
    component_of.resize(ids_);
    for (std::uint32_t node = 0; node < ids_; ++node)
      if (!there_[node]) component_of[node] = ReachIndex::kNotThere;
    out.component_ = std::move(component_of);
    out.last_retraction_ = last_retraction_;
    out.nodes = ids_;
    out.tx = view_.tx;
    return {};
  }

 private:
  Status going_on() const { return stop_ ? Status(Code::kTimeout, "stopped") : Status(); }

  // Lineage steps, node to node.
  Status read_steps() {
    steps_.begin.assign(std::size_t{ids_} + 1, 0);
    for (std::uint32_t number = 0; number * std::uint64_t{kPageNodes} < ids_; ++number) {
      AMONT_TRY(going_on());
      AMONT_LET(const auto page, view_.graph->page(EdgeClass::kLineage, Direction::kUpstream, number));
      last_retraction_ = std::max(last_retraction_, page->last_retraction);
      const std::uint32_t first = number * kPageNodes, last = std::min(ids_ - first, kPageNodes);
      for (std::uint32_t slot = 0; slot < last; ++slot) {
        const PageNode& node = page->nodes[slot];
        kinds_.push_back(node.kind);
        there_.push_back((node.flags & kNodeAlive) != 0);
        ties_ = ties_ || (node.ties & plan_.watch[node.kind] & 0xff) != 0;
        const auto edges = std::span(page->targets).subspan(node.begin, page->nodes[slot + 1].begin - node.begin);
        std::uint32_t before = ids_;
        for (const std::uint32_t far : edges) {  // ascending
          if (far >= ids_)
            return damaged("an edge in the index leads to a node that was never put; run `amont rebuild`");
          if (far != before) steps_.targets.push_back(far);
          before = far;
        }
        steps_.begin[first + slot + 1] = static_cast<std::uint32_t>(steps_.targets.size());
      }
      AMONT_TRY(keep_within_bounds());
    }
    return {};
  }

  // Which nodes are one thing; which things are parts of which.
  Status read_ties() {
    thing_.resize(ids_);
    std::iota(thing_.begin(), thing_.end(), 0u);
    for (std::uint32_t number = 0; number * std::uint64_t{kPageNodes} < ids_; ++number) {
      AMONT_TRY(going_on());
      AMONT_LET(const auto page, view_.graph->page(EdgeClass::kStructure, Direction::kUpstream, number));
      last_retraction_ = std::max(last_retraction_, page->last_retraction);
      for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
        const std::uint32_t near = number * kPageNodes + slot;
        for (std::uint32_t edge = page->nodes[slot].begin; edge < page->nodes[slot + 1].begin; ++edge)
          tie(plan_.ties[page->kinds[edge]], near, page->targets[edge]);
      }
    }
    return {};
  }

  void tie(Tie tie, std::uint32_t near, std::uint32_t far) {
    if (tie == Tie::kNone || near >= ids_ || far >= ids_) return;
    const Role role = plan_.roles[kinds_[near]], far_role = plan_.roles[kinds_[far]];
    const bool of_variables = role == Role::kVariable || far_role == Role::kVariable;
    if (tie == Tie::kSameAs ? !of_variables
                            : tie == Tie::kPartOf && role == Role::kVariable && holds_variables(far_role))
      thing_[thing_of(near)] = thing_of(far);
    else if (tie != Tie::kSameAs && role == Role::kDataset && far_role == Role::kDataset)
      wholes_.push_back({near, far});
  }

  std::uint32_t thing_of(std::uint32_t node) {
    while (thing_[node] != node) node = thing_[node] = thing_[thing_[node]];
    return node;
  }

  // States are numbered: settled(x), which is edges(x) too where x has neither parts nor wholes, by the node that names x; behind
  // those the others.
  void make_states() {
    std::vector<RowPair> pairs;
    pairs.reserve(steps_.targets.size() + 8 * wholes_.size());
    edges_of_.resize(ids_);
    std::iota(edges_of_.begin(), edges_of_.end(), 0u);
    std::uint32_t next = ids_;
    for (const RowPair& pair : wholes_) {
      for (const std::uint32_t thing : {thing_of(pair.near), thing_of(pair.far)}) {
        if (edges_of_[thing] != thing) continue;
        edges_of_[thing] = next;  // up() and down() come behind it
        pairs.insert(pairs.end(), {{thing, next}, {next + 1, next}, {next + 2, next}});
        next += 3;
      }
    }
    for (const RowPair& pair : wholes_) {
      const std::uint32_t part = thing_of(pair.near), whole = thing_of(pair.far);
      const std::uint32_t up = edges_of_[whole] + 1, down = edges_of_[part] + 2;
      pairs.insert(pairs.end(), {{part, up}, {edges_of_[part] + 1, up}, {whole, down}, {edges_of_[whole] + 2, down}});
    }
    for (std::uint32_t node = 0; node < ids_; ++node) {
      const std::uint32_t from = edges_of_[thing_of(node)];
      for (const std::uint32_t far : steps_.of(node)) pairs.push_back({from, thing_of(far)});
    }
    steps_ = rows_of(next, pairs);
  }

  // Of what is kept; while it is made, the graph that was read and what its algorithms need stand beside.
  Status keep_within_bounds() const {
    const std::uint64_t kept = ReachLabels::bytes_for(steps_.size(), steps_.targets.size()) + std::uint64_t{ids_} * 4;
    return kept <= view_.whole->bytes_max() ? Status() : limit_exceeded("no room for an index of what reaches what");
  }

  void mark_shared(std::vector<std::uint32_t>& component_of) {
    std::vector<std::uint32_t> shared;
    for (std::uint32_t node = 0; node < ids_; ++node) {
      const std::uint32_t thing = thing_of(node);
      if (thing == node) continue;
      component_of[node] = component_of[thing];
      shared.push_back(component_of[thing]);
    }
    std::ranges::sort(shared);
    for (std::uint32_t node = 0; node < ids_; ++node)
      if (std::ranges::binary_search(shared, component_of[node])) component_of[node] |= ReachIndex::kSharedThing;
  }

  const IndexView& view_;
  const std::atomic<bool>& stop_;
  const std::uint32_t ids_;
  Plan plan_;
  Rows steps_;                        // between nodes; then between states
  std::vector<std::uint16_t> kinds_;  // by node
  std::vector<bool> there_;
  bool ties_ = false;
  std::vector<std::uint32_t> thing_;     // a node of the same thing; itself for the one that names it
  std::vector<RowPair> wholes_;          // datasets: the part and its whole
  std::vector<std::uint32_t> edges_of_;  // by thing: the state of its edges
  TxNumber last_retraction_ = 0;
};

// A walk visits a node, with its edges, in a fraction of the time that it takes to read, sort and label it here.
std::uint64_t ReachIndex::cost_of_making(const IndexView& view) { return 16 * view.graph->id_count(); }

std::shared_ptr<const ReachIndex> ReachIndex::make(const std::shared_ptr<const IndexView>& view,
                                                   const std::atomic<bool>& stop) {
  if (view->graph->id_count() >= kSharedThing) return nullptr;
  auto index = std::make_shared<ReachIndex>();
  if (!ReachMaking(*view, stop).run(*index).ok()) return nullptr;
  return index;
}

ReachIndex::Verdict ReachIndex::verdict(std::uint32_t from, std::uint32_t to) const {
  const std::uint32_t above = component_[from], below = component_[to];
  if (above == kNotThere || below == kNotThere) return Verdict::kMaybe;
  if (above == below) return (above & kSharedThing) || from == to ? Verdict::kMaybe : Verdict::kYes;
  return labels_.reaches(above & ~kSharedThing, below & ~kSharedThing) ? Verdict::kYes : Verdict::kNo;
}

bool ReachIndex::may_follow(std::uint32_t from, std::uint32_t near) const {
  if (from == near || verdict(from, near) != Verdict::kNo) return true;
  const auto apart = std::ranges::lower_bound(edges_component_, std::pair(near, 0u));
  if (apart == edges_component_.end() || apart->first != near) return false;
  const std::uint32_t above = component_[from] & ~kSharedThing;
  return above == apart->second || labels_.reaches(above, apart->second);
}

ReachGuide::ReachGuide(const IndexView& view) {
  if (!view.damage.empty()) return;
  auto found = view.whole->find(view.tx);
  if (!found) return;
  found_ = *std::move(found);
  const auto* index = static_cast<const ReachIndex*>(found_.work.get());
  older_view_ = view.tx < index->tx;
  // An older graph is a part of a newer one, as long as nothing was taken out in between.
  if (!older_view_ || view.tx >= index->last_retraction()) index_ = index;
}

// Does it reach a node from where the graph has grown since?
bool ReachGuide::may_grow(std::uint32_t from) const {
  for (std::size_t i = 0; i < found_.grown_count; ++i)
    if (index_->may_follow(from, found_.grown[i])) return true;
  return false;
}

ReachGuide::Verdict ReachGuide::verdict(std::uint32_t from, std::uint32_t to) const {
  if (from >= index_->nodes) return Verdict::kMaybe;
  if (to < index_->nodes) {
    const Verdict then = index_->verdict(from, to);
    if (then == Verdict::kYes) return older_view_ || found_.grown_count > 0 ? Verdict::kMaybe : Verdict::kYes;
    if (then == Verdict::kMaybe) return then;
  }
  return may_grow(from) ? Verdict::kMaybe : Verdict::kNo;
}

}  // namespace amont
