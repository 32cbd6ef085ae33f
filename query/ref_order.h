// The order of refs as bytes, for the nodes of one answer.
#pragma once

#include <vector>

#include "query/walk/walk.h"

namespace amont {

class RefOrder {
 public:
  void want(NodeId id) { ids_.push_back(id); }

  // Reads the refs. When the time is up before many are read it stops, and known() tells for which they were.
  Status read(const Snapshot& view, Clock& clock);

  bool known(NodeId id) const { return index(id) < places_.size(); }
  std::uint32_t place(NodeId id) const { return places_[index(id)]; }

  // So many are read even when the time is up, so that an answer shows something.
  static constexpr std::size_t kReadAfterStop = 8192;

 private:
  std::size_t index(NodeId id) const;

  std::vector<NodeId> ids_;            // ascending
  std::vector<std::uint32_t> places_;  // of each id, in the order of refs
};

}  // namespace amont
