// RecordCache: the newest records of nodes that are asked for few at a time, and the ids of refs, under a byte budget. Shared by all
// readers of an index; its writer forgets what it changed. All methods may run on many threads.
//
// An id never changes, so what is known of a ref is right at every transaction. A record does: a slow reader must not put back what
// it read before the writer's change, so it asks before_reading() first.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <unordered_set>

#include "amont/model.h"
#include "core/index/kept_bytes.h"

namespace amont {

class RecordCache {
 public:
  explicit RecordCache(std::uint64_t bytes_max);
  // Of an index that is laid upon another: what was not changed here is found in that one's cache, and nothing new is put there, since
  // a node that is new here may never come into that index, and another get its id. Itself it is small.
  explicit RecordCache(std::shared_ptr<RecordCache> below);

  // see(std::string_view) the record, as KeptBytes::find() has it; false when it is not kept.
  template <class See>
  bool find(NodeId node, See&& see) {
    return (is_same_below(node) && below_->find(node, see)) || records_.find(number_of(node), see);
  }
  // Bring near what find() of each will look at; for some dozen at a time.
  void fetch_ahead(std::span<const NodeId> nodes) const;
  std::uint64_t before_reading(NodeId node) const { return records_.before_reading(number_of(node)); }
  // `may_push_out`: at the cost of others, where there is no more room.
  void keep(NodeId node, std::string_view record, std::uint64_t before, bool may_push_out);
  void forget(NodeId node);

  std::optional<NodeId> find_ref(std::string_view ref);
  void keep_ref(std::string_view ref, NodeId node);

 private:
  bool is_same_below(NodeId node) const { return below_ && is_unchanged(node); }
  bool is_unchanged(NodeId node) const;

  KeptBytes records_, refs_;
  const std::shared_ptr<RecordCache> below_;  // mostly nullptr
  mutable std::shared_mutex changed_mutex_;
  std::unordered_set<std::uint64_t> changed_;  // ids of nodes that are not the same below
};

}  // namespace amont
