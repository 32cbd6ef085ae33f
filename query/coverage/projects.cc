#include "query/coverage/projects.h"

#include <algorithm>

namespace amont::approvals {

const Project* Projects::find(NodeId id) const {
  const auto found = known_.find(id);
  return found == known_.end() ? nullptr : &found->second->project;
}

Status Projects::read(NodeFacts& facts) {
  auto read = std::make_unique<Read>();
  read->project.id = facts.id;
  read->project.period = interval_in(facts.record.props, "start", "end");
  for (const EdgeFacts& edge : facts.out) {
    if (edge.kind == words_.for_purpose) read->project.purposes.push_back(edge.far);
    if (edge.kind == words_.supersedes) read->superseded.push_back(edge.far);
  }
  for (const EdgeFacts& edge : facts.in) {  // applications are for projects as well
    AMONT_LET(const PageNode far, reader_.brief(edge.far));
    if (reader_.schema().node(NodeKind{far.kind}).name == "approval") read->approved_by.push_back(edge.far);
  }
  known_[facts.id] = std::move(read);
  return {};
}

Status Projects::need(std::vector<NodeId> ids) {
  const auto wanted =
      WantedEdges(reader_.schema()).bare("for_purpose").bare("supersedes").bare("for_project", Direction::kDownstream);
  std::vector<NodeId> fresh, approvals;
  while (!ids.empty() && !reader_.clock().stopped()) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    std::erase_if(ids, [&](NodeId id) { return known_.contains(id); });
    AMONT_TRY(reader_.read(ids, wanted, [&](NodeFacts& facts) { return read(facts); }));
    std::vector<NodeId> next;
    for (const NodeId id : ids) {
      const auto found = known_.find(id);
      if (found == known_.end()) continue;
      fresh.push_back(id);
      next.insert(next.end(), found->second->superseded.begin(), found->second->superseded.end());
      approvals.insert(approvals.end(), found->second->approved_by.begin(), found->second->approved_by.end());
    }
    ids = std::move(next);
  }
  AMONT_TRY(approvals_.need(std::move(approvals)));
  for (const NodeId id : fresh) finish(*known_[id]);
  return {};
}

void Projects::finish(Read& read) const {
  std::vector<NodeId>& all = read.project.itself_and_superseded;
  all = {read.project.id};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto one = known_.find(all[i]);
    if (one == known_.end()) continue;
    for (const NodeId id : one->second->approved_by)
      if (const Approval* approval = approvals_.find(id)) read.project.approvals.push_back(approval);
    for (const NodeId older : one->second->superseded)
      if (std::ranges::find(all, older) == all.end()) all.push_back(older);
  }
  auto& approvals = read.project.approvals;
  std::ranges::sort(approvals, [](const Approval* a, const Approval* b) { return a->key < b->key; });
  approvals.erase(std::ranges::unique(approvals).begin(), approvals.end());
}

}  // namespace amont::approvals
