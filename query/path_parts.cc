#include "query/path_parts.h"

#include <algorithm>

namespace amont {

FollowedEdge edge_of(const Step& step, Direction direction) {
  const bool up = direction == Direction::kUpstream;
  const NodeId near{step.near}, far{step.page->targets[step.edge]};
  return {EdgeKind(step.page->kinds[step.edge]), up ? near : far, up ? far : near,
          std::string(step.page->label(step.edge))};
}

Result<std::uint32_t> shown_member(Walk& walk, std::span<const std::uint32_t> thing, std::uint32_t reached) {
  std::vector<std::uint32_t> listed;
  AMONT_TRY(walk.listed(thing, listed));
  if (listed.empty() || std::ranges::find(listed, reached) != listed.end()) return reached;
  return *std::ranges::min_element(listed);
}

}  // namespace amont
