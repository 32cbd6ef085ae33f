#include "core/index/memory_table.h"

#include <mutex>

#include "core/index/fold.h"

namespace amont {

Result<std::optional<std::string>> MemoryTable::folded(Space space, std::string_view key, const Entry& entry) const {
  if (entry.deltas.empty() && entry.base == Entry::Base::kErased) return std::optional<std::string>();
  std::optional<std::string> base;
  if (entry.base == Entry::Base::kValue) {
    base = entry.value;
  } else if (entry.base == Entry::Base::kBelow && below_) {
    AMONT_LET(base, below_->get(space, key));
  }
  if (entry.deltas.empty()) return base;
  std::string out;
  if (!fold(space, base ? std::string_view(*base) : std::string_view(), {entry.deltas}, out))
    return damaged("a page of the index does not take its deltas; run `amont rebuild`");
  return std::optional<std::string>(std::move(out));
}

Result<std::optional<std::string>> MemoryTable::get(Space space, std::string_view key) const {
  {
    std::shared_lock lock(mutex_);
    const auto& entries = spaces_[static_cast<std::size_t>(space)];
    const auto at = entries.find(key);
    if (at != entries.end()) return folded(space, key, at->second);
  }
  if (below_) return below_->get(space, key);
  return std::optional<std::string>();
}

Result<std::vector<std::optional<std::string>>> MemoryTable::multi_get(Space space,
                                                                       const std::vector<std::string>& keys) const {
  std::vector<std::optional<std::string>> out(keys.size());
  // What is not here is asked of the table below at once, which is what multi_get() is for.
  std::vector<std::string> below;
  std::vector<std::size_t> places;
  {
    std::shared_lock lock(mutex_);
    const auto& entries = spaces_[static_cast<std::size_t>(space)];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto at = entries.find(keys[i]);
      if (at != entries.end()) {
        AMONT_LET(out[i], folded(space, keys[i], at->second));
      } else if (below_) {
        below.push_back(keys[i]);
        places.push_back(i);
      }
    }
  }
  if (below.empty()) return out;
  AMONT_LET(auto found, below_->multi_get(space, below));
  for (std::size_t n = 0; n < places.size(); ++n) out[places[n]] = std::move(found[n]);
  return out;
}

Status MemoryTable::apply(const TableOp& op) {
  auto& entries = spaces_[static_cast<std::size_t>(op.space)];
  auto at = entries.find(op.key);
  if (at == entries.end()) {
    bytes_ += op.key.size() + 128;
    at = entries.emplace(op.key, Entry()).first;
  }
  Entry& entry = at->second;
  bytes_ += op.value.size();
  if (op.what != TableOp::What::kMerge) {
    const bool put = op.what == TableOp::What::kPut;
    entry = {put ? Entry::Base::kValue : Entry::Base::kErased, std::string(op.value), {}};
    return {};
  }
  join_deltas(op.space, entry.deltas, op.value);
  // Deltas as long as what they change are folded, so that reading stays cheap and writing costs little more.
  if (entry.deltas.size() < 4096 + entry.value.size()) return {};
  AMONT_LET(auto value, folded(op.space, op.key, entry));
  bytes_ -= std::min(bytes_, entry.value.size() + entry.deltas.size());
  bytes_ += value->size();
  entry = {Entry::Base::kValue, *std::move(value), {}};
  return {};
}

Status MemoryTable::write(std::span<const TableBatch> batches) {
  std::unique_lock lock(mutex_);
  for (const TableBatch& batch : batches)
    for (std::size_t i = 0; i < batch.size(); ++i) AMONT_TRY(apply(batch[i]));
  return {};
}

// Readers come in between.
Status MemoryTable::write_bulk(std::span<const TableBatch> batches) {
  for (const TableBatch& batch : batches) AMONT_TRY(write(batch));
  return {};
}

Status MemoryTable::scan(const Visit& visit) const {
  std::shared_lock lock(mutex_);
  for (std::size_t space = 0; space < kSpaces; ++space) {
    for (const auto& [key, entry] : spaces_[space]) {
      AMONT_LET(const auto value, folded(static_cast<Space>(space), key, entry));
      if (value) AMONT_TRY(visit(static_cast<Space>(space), key, *value));
    }
  }
  return {};
}

std::uint64_t MemoryTable::bytes() const {
  std::shared_lock lock(mutex_);
  return bytes_;
}

}  // namespace amont
