#include "query/coverage/circumstances.h"

#include <algorithm>

namespace amont::approvals {
namespace {

template <class Map>
void keep_unknown(std::vector<NodeId>& ids, const Map& known) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  std::erase_if(ids, [&](NodeId id) { return known.contains(id); });
}

bool has(const std::vector<NodeId>& ids, NodeId id) { return std::ranges::find(ids, id) != ids.end(); }

}  // namespace

Status Circumstances::need_purposes(std::vector<NodeId> ids) {
  const auto wanted = WantedEdges(reader_.schema()).bare("part_of");
  for (keep_unknown(ids, purposes_); !ids.empty() && !reader_.clock().stopped(); keep_unknown(ids, purposes_)) {
    std::vector<NodeId> next;
    AMONT_TRY(reader_.read(ids, wanted, [&](NodeFacts& facts) -> Status {
      Purpose& purpose = purposes_[facts.id];
      purpose.prohibited = flag_in(facts.record.props, "prohibited").value_or(false);
      for (const EdgeFacts& edge : facts.out) purpose.broader.push_back(edge.far);
      next.insert(next.end(), purpose.broader.begin(), purpose.broader.end());
      return {};
    }));
    ids = std::move(next);
  }
  return {};
}

Status Circumstances::need_places(std::vector<NodeId> ids) {
  keep_unknown(ids, places_);
  return reader_.read(ids, WantedEdges(reader_.schema()), [&](NodeFacts& facts) -> Status {
    places_[facts.id] = stretch_of(interval_in(facts.record.props, "homologated_from", "homologated_to"));
    return {};
  });
}

Status Circumstances::need_performers(std::vector<NodeId> ids) {
  keep_unknown(ids, performers_);
  const auto wanted = WantedEdges(reader_.schema()).whole("acts_for");
  return reader_.read(ids, wanted, [&](NodeFacts& facts) -> Status {
    Performer& performer = performers_[facts.id];
    performer.habilitated = stretch_of(interval_in(facts.record.props, "habilitated_from", "habilitated_to"));
    for (const EdgeFacts& edge : facts.out) performer.acts_for.push_back({edge.far, stretch_of(edge.valid)});
    return {};
  });
}

std::vector<NodeId> Circumstances::and_broader(NodeId purpose) const {
  std::vector<NodeId> all = {purpose};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto found = purposes_.find(all[i]);
    if (found == purposes_.end()) continue;
    for (const NodeId broader : found->second.broader)
      if (!has(all, broader)) all.push_back(broader);
  }
  return all;
}

bool Circumstances::is_prohibited(NodeId purpose) const {
  return std::ranges::any_of(and_broader(purpose), [this](NodeId id) {
    const auto found = purposes_.find(id);
    return found != purposes_.end() && found->second.prohibited;
  });
}

bool Circumstances::is_within(NodeId purpose, NodeId broad) const {
  return purpose == broad || has(and_broader(purpose), broad);
}

Stretch Circumstances::homologated(NodeId place) const {
  const auto found = places_.find(place);
  return found == places_.end() ? kAlways : found->second;
}

Stretch Circumstances::habilitated(NodeId performer) const {
  const auto found = performers_.find(performer);
  return found == performers_.end() ? kAlways : found->second.habilitated;
}

Result<Times> Circumstances::holds(std::span<const NodeId> performers, std::span<const NodeId> datasets) {
  boost::unordered_flat_map<NodeId, Times> organisations;
  for (const NodeId id : performers) {
    organisations[id] = Times::always();
    if (const auto found = performers_.find(id); found != performers_.end())
      for (const Held& one : found->second.acts_for) organisations[one.by].add(one.when);
  }
  std::vector<NodeId> unread(datasets.begin(), datasets.end());
  keep_unknown(unread, holders_);
  for (const NodeId id : unread) holders_[id];
  const auto wanted = WantedEdges(reader_.schema()).whole("holds", Direction::kDownstream);
  AMONT_TRY(reader_.read(unread, wanted, [&](NodeFacts& facts) -> Status {
    for (const EdgeFacts& edge : facts.in) holders_[facts.id].push_back({edge.far, stretch_of(edge.valid)});
    return {};
  }));
  Times all;
  for (const NodeId dataset : datasets) {
    for (const Held& holder : holders_[dataset]) {
      const auto acting = organisations.find(holder.by);
      if (acting == organisations.end()) continue;
      Times both(holder.when);
      both.keep(acting->second);
      all.add(both);
    }
  }
  return all;
}

}  // namespace amont::approvals
