// Does a log hold together? Goes through its segments in order, from any of them on, and sees that each frame is what was written
// and that each transaction follows from all those before it. Looks at no transaction's parts: their hashes are verify's business.
#pragma once

#include <functional>

#include "core/log/segment.h"
#include "core/merkle/tree.h"

namespace amont {

class Chain {
 public:
  // `before`: the tree over all transactions before the first segment that is taken.
  explicit Chain(const RegisterId& register_id, MerkleFrontier before = {})
      : register_id_(register_id), tree_(std::move(before)) {}

  // The next segment, to transaction `last` at most. kDamaged says what and where. `done`, if given, is told each transaction.
  Status take(const Segment& segment, TxNumber last, const std::function<Status(TxNumber)>& done = {});

  // Over all that was taken; its size is the number of the last transaction.
  const MerkleFrontier& tree() const { return tree_; }
  // Where the last segment's last frame ended that was taken.
  std::uint64_t end() const { return end_; }

 private:
  Status check_header(const Segment& segment) const;
  Status check_record(std::string_view record);

  RegisterId register_id_;
  MerkleFrontier tree_;
  std::uint64_t end_ = 0;
};

}  // namespace amont
