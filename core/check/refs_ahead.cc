#include "core/check/refs_ahead.h"

#include <utility>

namespace amont {
namespace {

constexpr std::size_t kSlots = 1 << 17;

}  // namespace

RefsAhead::RefsAhead(const Index& index, std::shared_ptr<const RefMarks> known)
    : nodes_(static_cast<std::uint32_t>(index.newest_view()->graph->id_count())), known_(std::move(known)) {
  if (nodes_ == 0) return;
  index_ = index.reader();
  asked_.resize(kSlots);
}

void RefsAhead::look_up(std::span<FlatPut> puts) {
  if (!index_) return;
  refs_.clear();
  out_.clear();
  for (FlatPut& put : puts) {
    want(put.ref, put.ref_hash, put.ref_ahead);
    if (put.is_edge) want(put.to, put.to_hash, put.to_ahead);
  }
  if (refs_.empty()) return;
  const auto found = index_->find(refs_);
  if (!found) return;
  for (std::size_t i = 0; i < out_.size(); ++i) {
    const std::optional<NodeId>& id = (*found)[i];
    *out_[i] = {id ? static_cast<std::uint32_t>(number_of(*id)) : AheadId::kNone, nodes_};
  }
}

void RefsAhead::want(std::string_view ref, std::uint64_t hash, AheadId& out) {
  if (known_ && known_->has(hash)) return;
  std::uint64_t& asked = asked_[hash % kSlots];
  if (asked == hash) return;
  asked = hash;
  refs_.emplace_back(ref);
  out_.push_back(&out);
}

}  // namespace amont
