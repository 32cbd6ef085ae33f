// Things: which nodes are one, which are parts and wholes, and what counts at valid_at.
#include "query/walk/for_each_tie.h"

namespace amont {

Result<bool> Walk::counts(std::uint32_t id) {
  if (!plan_.dated) return true;
  const std::uint32_t known = scratch_.marks.of(id) & (kCounts | kCountsNot);
  if (known != 0) return known == kCounts;
  AMONT_LET(const PageNode found, node(id));
  bool there = true;
  if (found.flags & kNodeDated) {
    AMONT_LET(const Interval valid, view_.graph->interval_of(NodeId{id}));
    there = plan_.counts(valid);
  }
  scratch_.marks.add(id, there ? kCounts : kCountsNot);
  return there;
}

// "An edge is taken only if it and its far node do." The near node counts, or the walk would not be there.
Result<bool> Walk::edge_counts(const Page& page, std::uint32_t edge, std::uint32_t near, std::uint32_t far,
                               Direction direction) {
  if (!plan_.dated) return true;
  if (page.edge_flags[edge] & kEdgeDated) {
    const bool up = direction == Direction::kUpstream;
    AMONT_LET(const Interval valid, view_.graph->interval_of(EdgeKind(page.kinds[edge]), NodeId{up ? near : far},
                                                             NodeId{up ? far : near}, page.label(edge)));
    if (!plan_.counts(valid)) return false;
  }
  return counts(far);
}

Status Walk::for_each_tie_far(std::uint32_t id, Direction direction, const SeeTie& see) {
  NodeEdges edges;
  AMONT_TRY(edges_at(EdgeClass::kStructure, direction, id, plan_.dated, edges));
  for (std::size_t i = 0; i < edges.far.size(); ++i) {
    const Tie tie = plan_.ties[edges.kinds[i]];
    if (tie == Tie::kNone) continue;
    const std::uint32_t far = edges.far[i];
    if (plan_.dated) {
      AMONT_LET(const bool there,
                edge_counts(*edges.page, static_cast<std::uint32_t>(edges.first + i), id, far, direction));
      if (!there) continue;
    }
    PageNode found;
    AMONT_TRY(look(far, found));
    AMONT_TRY(see(tie, plan_.role(found), far));
  }
  return {};
}

// "A variable and the dataset or output it is part_of are one thing", at granularity dataset. "same_as is transitive and joins
// its ends into one thing; between variables only at variable granularity."
Status Walk::gather(std::uint32_t id, std::uint32_t bit, std::vector<std::uint32_t>& out, ThingFacts& facts) {
  Marks& marks = scratch_.marks;
  if (marks.add(id, bit)) return {};
  std::size_t next = out.size();
  out.push_back(id);
  AMONT_LET(const bool there, counts(id));
  if (!there) return {};  // met only as the far end of a step not taken
  const auto add = [&](std::uint32_t one) {
    if (!marks.add(one, bit)) out.push_back(one);
    return Status();
  };
  for (; next < out.size(); ++next) {
    PageNode near;
    AMONT_TRY(look(out[next], near));
    note(out[next], near, facts);
    const Role role = plan_.role(near);
    const std::uint8_t ties = near.ties & static_cast<std::uint8_t>(plan_.watch[near.kind]);
    const bool contained = plan_.by_dataset && role == Role::kVariable;
    const bool contains = plan_.by_dataset && holds_variables(role) && (ties & kHasMembers);
    const bool twins = (ties & kHasTwins) != 0;
    if (role == Role::kDataset && (ties & kHasParts || (!contains && ties & kHasMembers))) facts.may_have_parts = true;
    if (twins || (contained && (ties & kHasContainer))) {
      AMONT_TRY(for_each_tie(out[next], Direction::kUpstream, [&](Tie tie, Role far_role, std::uint32_t far) {
        const bool joins =
            tie == Tie::kSameAs ? !contained : tie == Tie::kPartOf && contained && holds_variables(far_role);
        return joins ? add(far) : Status();
      }));
    }
    if (twins || contains) {
      AMONT_TRY(for_each_tie(out[next], Direction::kDownstream, [&](Tie tie, Role far_role, std::uint32_t far) {
        const bool of_variable = plan_.by_dataset && far_role == Role::kVariable;
        if (tie == Tie::kPartOf && far_role == Role::kDataset) facts.may_have_parts = true;
        const bool joins = tie == Tie::kSameAs ? !of_variable : tie == Tie::kPartOf && contains && of_variable;
        return joins ? add(far) : Status();
      }));
    }
  }
  return {};
}

Status Walk::variables_of(std::span<const std::uint32_t> thing, std::vector<std::uint32_t>& out) {
  if (plan_.by_dataset) return {};
  for (const std::uint32_t member : thing) {
    PageNode near;
    AMONT_TRY(look(member, near));
    if (!holds_variables(plan_.role(near)) || !(near.ties & kHasMembers)) continue;
    AMONT_TRY(for_each_tie(member, Direction::kDownstream, [&](Tie tie, Role role, std::uint32_t far) {
      if (tie == Tie::kPartOf && role == Role::kVariable) out.push_back(far);
      return Status();
    }));
  }
  return {};
}

Status Walk::holders_of(std::uint32_t variable, std::vector<std::uint32_t>& out) {
  PageNode near;
  AMONT_TRY(look(variable, near));
  if (plan_.role(near) != Role::kVariable || !(near.ties & kHasContainer)) return {};
  return for_each_tie(variable, Direction::kUpstream, [&](Tie tie, Role role, std::uint32_t far) {
    if (tie == Tie::kPartOf && holds_variables(role)) out.push_back(far);
    return Status();
  });
}

// part_of and version_of between datasets, both transitive.
Status Walk::climb(std::span<const std::uint32_t> thing, Climb where, std::uint32_t bit,
                   std::vector<std::uint32_t>& out) {
  const bool up = where == Climb::kUp;
  Marks& marks = scratch_.marks;
  if (marks.has(thing.front(), bit)) return {};
  for (const std::uint32_t member : thing) marks.add(member, bit);
  const int ties = up ? kHasContainer | kHasWholes : kHasMembers | kHasParts;
  const auto look_around = [&](std::uint32_t id) -> Status {
    PageNode near;
    AMONT_TRY(look(id, near));
    if (plan_.role(near) != Role::kDataset || !(near.ties & ties)) return {};
    const TieLists* const below =
        up ? nullptr : row_of(EdgeClass::kStructure, Direction::kDownstream).ties(id / kPageNodes);
    if (below && !below->has_others(id % kPageNodes)) return {};  // variables alone
    return for_each_tie(
        id, up ? Direction::kUpstream : Direction::kDownstream, [&](Tie tie, Role role, std::uint32_t far) {
          const bool joins = tie == Tie::kPartOf || (tie == Tie::kVersionOf && where != Climb::kDownPartsOnly);
          return joins && role == Role::kDataset ? gather(far, bit, out) : Status();
        });
  };
  std::size_t next = out.size();
  for (const std::uint32_t member : thing) AMONT_TRY(look_around(member));
  for (; next < out.size(); ++next) AMONT_TRY(look_around(out[next]));
  return {};
}

// "The answer lists the dataset, never the variable (a variable of nothing stands for itself)"; twins are all listed.
Status Walk::listed(std::span<const std::uint32_t> thing, std::vector<std::uint32_t>& out) {
  bool only_variables = true;
  const auto list = [&](bool variables) -> Status {
    for (const std::uint32_t member : thing) {
      PageNode found;
      AMONT_TRY(look(member, found));
      const bool is_variable = plan_.role(found) == Role::kVariable;
      only_variables = only_variables && is_variable;
      if (is_variable == variables && plan_.wants(found)) out.push_back(member);
    }
    return {};
  };
  AMONT_TRY(list(false));
  return only_variables ? list(true) : Status();
}

Status Walk::list_things(const Search& search, std::vector<NodeId>& out) {
  const Loans<std::uint32_t>::Loan nodes(scratch_.nodes);
  for (const ThingMembers& thing : search.things) {
    if ((thing.depth == 0 || !plan_.by_dataset) && is_own(search.members[thing.begin])) continue;
    if (thing.shown != kNoNode && plan_.wanted.empty()) {
      out.push_back(NodeId{thing.shown});
      continue;
    }
    pause();
    nodes->clear();
    AMONT_TRY(listed(search.members_of(thing), *nodes));
    for (const std::uint32_t node : *nodes) out.push_back(NodeId{node});
  }
  return {};
}

Status Walk::list_plain(std::span<const std::uint32_t> nodes, std::vector<NodeId>& out) {
  const std::size_t begin = out.size();
  out.resize(begin + nodes.size());
  NodeId* next = out.data() + begin;
  if (plan_.wanted.empty()) {
    for (const std::uint32_t id : nodes) {
      *next = NodeId{id};
      next += id != kNoNode;
    }
  } else {
    for (const std::uint32_t id : nodes) {
      if (id == kNoNode) continue;
      pause();
      const PageNode* const there = PageShelf::nodes_of(row_[id / kPageNodes]);
      std::uint16_t kind = 0;
      if (there) [[likely]] {
        kind = there[id % kPageNodes].kind;
      } else {
        AMONT_LET(const PageNode found, node(id));
        kind = found.kind;
      }
      *next = NodeId{id};
      next += plan_.wanted[kind];
    }
  }
  out.resize(static_cast<std::size_t>(next - out.data()));
  return {};
}

}  // namespace amont
