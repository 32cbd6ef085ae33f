#include "core/evidence/proven_walk.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace amont {
namespace {

using Place = std::size_t;  // of a node; of a thing, that of the first node in it

class Search {
 public:
  Search(const Proven& proven, const std::vector<Place>& starts, const ProvenWalkOptions& options)
      : proven_(proven), options_(options) {
    find_things();
    find_ties();
    for (const Place start : starts) starts_.insert(thing(start));
  }

  ProvenWalk run() {
    const Depths exactly = search(true);
    const Depths all = options_.exact ? exactly : search(false);
    ProvenWalk out;
    for (const auto& [one, depth] : all) {
      if (starts_.contains(one)) continue;
      const auto exact = exactly.find(one);
      for (const Place node : shown_of(one))
        out.listed.push_back({node, exact == exactly.end() ? depth : exact->second, exact == exactly.end()});
    }
    const auto ref = [&](Place node) { return proven_.nodes[node].ref.text(); };
    std::ranges::sort(out.listed, {}, [&](const BundleEntry& one) { return std::pair(*one.depth, ref(one.node)); });
    std::set<std::size_t> followed;
    for (const auto& [one, depth] : all) {
      if (depth >= options_.depth_max) continue;
      for (const Step& step : steps(one))
        if (step.exact || !options_.exact) followed.insert(step.edge);
    }
    out.followed.assign(followed.begin(), followed.end());
    std::ranges::sort(out.followed, {}, [&](std::size_t at) {
      const ProvenEdge& edge = proven_.edges[at];
      return std::tuple(edge.kind_name, ref(edge.from), ref(edge.to), edge.label);
    });
    return out;
  }

 private:
  using Depths = std::map<Place, std::uint32_t>;
  using Relation = std::map<Place, std::set<Place>>;
  struct Step {
    std::size_t edge = 0;
    Place far = 0;
    bool exact = false;
  };

  Role role(Place node) const { return proven_.schema.node(proven_.nodes[node].ref.kind)->role; }
  bool holds_variables(Place node) const { return role(node) == Role::kDataset || role(node) == Role::kOutput; }
  const EdgeRow& row(const ProvenEdge& edge) const { return proven_.schema.edge(edge.kind); }

  Place thing(Place node) {
    while (first_[node] != node) node = first_[node] = first_[first_[node]];
    return node;
  }

  // A variable is one with what it is part of; twins are one, but variables.
  void find_things() {
    first_.resize(proven_.nodes.size());
    std::iota(first_.begin(), first_.end(), Place{0});
    for (const ProvenEdge& edge : proven_.edges) {
      const bool from_variable = role(edge.from) == Role::kVariable;
      const Tie tie = row(edge).tie();
      if ((tie == Tie::kPartOf && from_variable && holds_variables(edge.to)) || (tie == Tie::kSameAs && !from_variable))
        first_[thing(edge.from)] = thing(edge.to);
    }
    for (Place node = 0; node < first_.size(); ++node) members_[thing(node)].push_back(node);
  }

  void find_ties() {
    near_.resize(proven_.nodes.size());
    for (std::size_t at = 0; at < proven_.edges.size(); ++at) {
      const ProvenEdge& edge = proven_.edges[at];
      if (row(edge).edge_class == EdgeClass::kLineage)
        near_[options_.direction == Direction::kUpstream ? edge.from : edge.to].push_back(at);
      const Tie tie = row(edge).tie();
      const Place from = thing(edge.from);
      const Place to = thing(edge.to);
      if (tie != Tie::kPartOf && tie != Tie::kVersionOf) continue;
      if (from == to || role(edge.from) != Role::kDataset || role(edge.to) != Role::kDataset) continue;
      wholes_[from].insert(to);
      parts_[to].insert(from);
      if (tie == Tie::kPartOf) tables_[to].insert(from);
    }
  }

  static std::set<Place> all_from(const Relation& relation, Place start) {
    std::set<Place> found;
    std::vector<Place> open = {start};
    while (!open.empty()) {
      const auto next = relation.find(open.back());
      open.pop_back();
      if (next == relation.end()) continue;
      for (const Place one : next->second)
        if (one != start && found.insert(one).second) open.push_back(one);
    }
    return found;
  }

  // Whose edges count for a thing, and whether exactly.
  std::map<Place, bool> contributors(Place one) const {
    std::map<Place, bool> found;
    const bool upstream = options_.direction == Direction::kUpstream;
    const std::set<Place> tables = upstream ? all_from(tables_, one) : std::set<Place>();
    for (const Place whole : all_from(wholes_, one)) found[whole] = false;
    for (const Place part : all_from(parts_, one)) found[part] = found[part] || !upstream || tables.contains(part);
    found[one] = true;
    return found;
  }

  std::vector<Step> steps(Place one) {
    std::vector<Step> out;
    for (const auto& [contributor, exact] : contributors(one)) {
      const std::vector<Place>& members = members_.at(contributor);
      const bool leaves_project = !starts_.contains(contributor) && std::ranges::any_of(members, [&](Place node) {
        return role(node) == Role::kProject;
      });
      for (const Place node : members) {
        for (const std::size_t at : near_[node]) {
          const ProvenEdge& edge = proven_.edges[at];
          const Place far = options_.direction == Direction::kUpstream ? edge.to : edge.from;
          out.push_back({at, thing(far), exact && !leaves_project && !row(edge).weak});
        }
      }
    }
    return out;
  }

  Depths search(bool exact_only) {
    Depths depths;
    std::vector<Place> level(starts_.begin(), starts_.end());
    for (const Place start : level) depths[start] = 0;
    for (std::uint32_t depth = 1; depth <= options_.depth_max && !level.empty(); ++depth) {
      std::vector<Place> next;
      for (const Place one : level)
        for (const Step& step : steps(one))
          if ((step.exact || !exact_only) && depths.emplace(step.far, depth).second) next.push_back(step.far);
      level = std::move(next);
    }
    return depths;
  }

  std::vector<Place> shown_of(Place one) const {
    std::vector<Place> out;
    const std::vector<Place>& members = members_.at(one);
    const bool only_variables = std::ranges::all_of(members, [&](Place node) { return role(node) == Role::kVariable; });
    for (const Place node : members) {
      const std::string& kind = proven_.nodes[node].ref.kind;
      if (!only_variables && role(node) == Role::kVariable) continue;
      if (options_.kinds.empty() || std::ranges::count(options_.kinds, kind) > 0) out.push_back(node);
    }
    return out;
  }

  const Proven& proven_;
  const ProvenWalkOptions& options_;
  std::vector<Place> first_;                     // towards the first node of its thing
  std::map<Place, std::vector<Place>> members_;  // of each thing
  std::vector<std::vector<std::size_t>> near_;   // lineage edges of each node, at its near end
  Relation wholes_, parts_, tables_;
  std::set<Place> starts_;
};

}  // namespace

ProvenWalk walk_proven(const Proven& proven, const std::vector<std::size_t>& starts, const ProvenWalkOptions& options) {
  return Search(proven, starts, options).run();
}

}  // namespace amont
