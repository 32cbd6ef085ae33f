#include "core/index/page_cache.h"

#include <algorithm>

namespace amont {

std::size_t PageCache::Hash::operator()(const Key& key) const {
  std::uint64_t mixed = (std::uint64_t{key.what} << 32 | key.number) + key.as_of * 0x9e3779b97f4a7c15ull;
  mixed = (mixed ^ mixed >> 33) * 0xff51afd7ed558ccdull;
  return mixed ^ mixed >> 33;
}

bool PageCache::is_same_below(const Key& key) const {
  if (!below_ || key.as_of != 0) return false;
  const std::shared_lock lock(changed_mutex_);
  return !changed_.contains(key);
}

std::shared_ptr<const CachedPage> PageCache::find(const Key& key) {
  if (is_same_below(key)) return below_->find(key);
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const auto at = shard.entries.find(key);
  if (at == shard.entries.end()) return nullptr;
  shard.recent.splice(shard.recent.begin(), shard.recent, at->second);
  return at->second->page;
}

void PageCache::invalidate(const Key& key) {
  if (below_) {
    const std::unique_lock lock(changed_mutex_);
    changed_.insert(key);
  }
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  for (Load* load : shard.loads)
    if (load->key_ == key) load->stale_ = true;
  const auto at = shard.entries.find(key);
  if (at == shard.entries.end()) return;
  shard.bytes -= at->second->bytes;
  shard.recent.erase(at->second);
  shard.entries.erase(at);
}

std::uint64_t PageCache::bytes() const {
  std::uint64_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.bytes;
  }
  return sum;
}

PageCache::Load::Load(PageCache& cache, const Key& key)
    : cache_(cache.is_same_below(key) ? *cache.below_ : cache), key_(key) {
  Shard& shard = cache_.shard_of(key_);
  const std::lock_guard lock(shard.mutex);
  shard.loads.push_back(this);
}

PageCache::Load::~Load() {
  Shard& shard = cache_.shard_of(key_);
  const std::lock_guard lock(shard.mutex);
  std::erase(shard.loads, this);
}

void PageCache::Load::finish(std::shared_ptr<const CachedPage> page) {
  const std::size_t bytes = page->bytes() + 128;
  Shard& shard = cache_.shard_of(key_);
  const std::lock_guard lock(shard.mutex);
  if (stale_ || bytes > cache_.shard_bytes_max_ || shard.entries.contains(key_)) return;
  shard.recent.push_front({key_, std::move(page), bytes});
  shard.entries.emplace(key_, shard.recent.begin());
  shard.bytes += bytes;
  cache_.make_room(shard);
}

void PageCache::make_room(Shard& shard) {
  while (shard.bytes > shard_bytes_max_) {
    const Entry& oldest = shard.recent.back();
    shard.bytes -= oldest.bytes;
    shard.entries.erase(oldest.key);
    shard.recent.pop_back();
  }
}

bool PageCache::lend(std::uint64_t bytes) {
  std::uint64_t left = shard_bytes_max_;
  do {
    if (left <= bytes / kShards) return false;
  } while (!shard_bytes_max_.compare_exchange_weak(left, left - bytes / kShards));
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    make_room(shard);
  }
  return true;
}

}  // namespace amont
