#include "core/index/fold.h"

#include "core/index/edge_pages.h"
#include "core/index/node_pages.h"

namespace amont {

bool fold(Space space, std::string_view value, const std::vector<std::string_view>& deltas, std::string& out) {
  switch (space) {
    case Space::kPages: return fold_edge_page(value, deltas, out);
    case Space::kNodePages: return fold_node_page(value, deltas, out);
    case Space::kPageHistory:
      out.append(value);
      for (const std::string_view delta : deltas) out.append(delta);
      return true;
    default: return false;
  }
}

void join_deltas(Space space, std::string& first, std::string_view second) {
  if (space != Space::kPageHistory && !first.empty() && !second.empty()) second.remove_prefix(1);  // its mark
  first.append(second);
}

}  // namespace amont
