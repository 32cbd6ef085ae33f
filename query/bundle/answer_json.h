// An answer in the form that bundles hold: the members of the command's JSON answer, in canonical JSON, without properties, for these
// are read from the proven parts.
#pragma once

#include "amont/make_bundle.h"
#include "core/evidence/canonical_json.h"

namespace amont {

// Refs of many nodes, each looked up once.
class RefNames {
 public:
  explicit RefNames(const Snapshot& view) : view_(view) {}
  Status learn(std::vector<NodeId> ids);
  const Ref& operator[](NodeId id) const;
  const std::vector<NodeId>& ids() const { return ids_; }

 private:
  const Snapshot& view_;
  std::vector<NodeId> ids_;
  std::vector<Ref> refs_;
};

Json question_json(const BundleRequest& request, const RefNames& names);
Json valid_at_json(const AskOptions& options);
Json known_at_json(const Snapshot& view);
Json completeness_json(const Completeness& completeness, const RefNames& names);
Json nodes_json(const std::vector<Reached>& nodes, const RefNames& names, bool with_depth, bool with_direct);
// `tx` of each edge, in order.
Json edges_json(const std::vector<FollowedEdge>& edges, const std::vector<TxNumber>& tx, const Snapshot& view,
                const RefNames& names);
Json uses_json(const Coverage& coverage, const RefNames& names);

}  // namespace amont
