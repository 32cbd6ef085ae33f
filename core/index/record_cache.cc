#include "core/index/record_cache.h"

#include <mutex>

#include "core/text/bytes.h"
#include "core/text/hash.h"

namespace amont {
namespace {

constexpr std::uint64_t kUponPart = 16;  // of the budget of the one below
constexpr std::uint64_t kRefsPart = 4;   // of the whole

}  // namespace

RecordCache::RecordCache(std::uint64_t bytes_max)
    : records_(bytes_max - bytes_max / kRefsPart), refs_(bytes_max / kRefsPart) {}

RecordCache::RecordCache(std::shared_ptr<RecordCache> below)
    : records_(below->records_.bytes_max() / kUponPart),
      refs_(below->refs_.bytes_max() / kUponPart),
      below_(std::move(below)) {}

bool RecordCache::is_unchanged(NodeId node) const {
  const std::shared_lock lock(changed_mutex_);
  return !changed_.contains(number_of(node));
}

void RecordCache::fetch_ahead(std::span<const NodeId> nodes) const {
  for (const NodeId node : nodes) records_.fetch_place(number_of(node));
  for (const NodeId node : nodes) records_.fetch_bytes(number_of(node));
}

void RecordCache::keep(NodeId node, std::string_view record, std::uint64_t before, bool may_push_out) {
  records_.keep(number_of(node), record, before, may_push_out);
}

void RecordCache::forget(NodeId node) {
  if (below_) {
    const std::unique_lock lock(changed_mutex_);
    changed_.insert(number_of(node));
  }
  records_.forget(number_of(node));
}

// Kept as the id and the ref itself, so that two refs of one hash are never taken for each other.
std::optional<NodeId> RecordCache::find_ref(std::string_view ref) {
  std::optional<NodeId> known;
  const bool kept = refs_.find(hash_of(ref), [&](std::string_view bytes) {
    ByteReader in(bytes);
    const NodeId id{in.varint()};
    if (in.rest() == ref) known = id;
  });
  return kept || !below_ ? known : below_->find_ref(ref);
}

void RecordCache::keep_ref(std::string_view ref, NodeId node) {
  std::string kept;
  append_varint(kept, number_of(node));
  const std::uint64_t hash = hash_of(ref);
  refs_.keep(hash, kept.append(ref), refs_.before_reading(hash));
}

}  // namespace amont
