// Decoded pages under a byte budget, least recently used out first. Shared by all readers of a store; one writer invalidates.
//
// A page as of a past transaction never changes. A current page does, and a slow reader must not put back what it read before
// the writer's change: it announces a load first (Load), and an invalidation in between makes finish() keep the page out.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/index/graph.h"
#include "core/index/node_pages.h"

namespace amont {

struct CachedPage {
  virtual ~CachedPage() = default;
  virtual std::size_t bytes() const = 0;
};

// A page of edges joined with its nodes, and what decides whether an older question may use it.
struct JoinedPage final : CachedPage {
  Page page;
  TxNumber max_tx = 0;
  std::size_t bytes() const override { return sizeof(*this) + page.bytes(); }
};

struct CachedNodePage final : CachedPage {
  NodePage page;
  std::size_t bytes() const override { return sizeof(*this); }
};

class PageCache {
 public:
  struct Key {
    std::uint8_t what = 0;     // class and direction, or kNodes
    std::uint32_t number = 0;  // of the page
    TxNumber as_of = 0;        // 0: current
    bool operator==(const Key&) const = default;
  };
  static constexpr std::uint8_t kNodes = 0xff;
  static Key edges(EdgeClass edge_class, Direction direction, std::uint32_t page, TxNumber as_of = 0) {
    return {static_cast<std::uint8_t>(static_cast<int>(edge_class) * 2 + static_cast<int>(direction)), page, as_of};
  }
  static Key nodes(std::uint32_t page) { return {kNodes, page, 0}; }

  explicit PageCache(std::uint64_t bytes_max) : shard_bytes_max_(bytes_max / kShards) {}
  // Upon the cache of an index that this one's is laid upon, and as large: what was not invalidated here since is the same in both,
  // and current pages of it are found and kept there.
  explicit PageCache(std::shared_ptr<PageCache> below)
      : shard_bytes_max_(below->shard_bytes_max_.load()), below_(std::move(below)) {}

  std::shared_ptr<const CachedPage> find(const Key& key);
  // Forgets the current page; loads of it under way will not be kept.
  void invalidate(const Key& key);
  std::uint64_t bytes() const;
  std::uint64_t bytes_max() const { return shard_bytes_max_ * kShards; }
  // Holds so much less until it gets it back. False, and nothing lent, when it has no more than that.
  bool lend(std::uint64_t bytes);
  void take_back(std::uint64_t bytes) { shard_bytes_max_ += bytes / kShards; }

  // A load under way. Destroyed without finish(), nothing is kept.
  class Load {
   public:
    Load(PageCache& cache, const Key& key);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    void finish(std::shared_ptr<const CachedPage> page);

   private:
    friend class PageCache;
    PageCache& cache_;
    Key key_;
    bool stale_ = false;
  };

 private:
  static constexpr std::size_t kShards = 16;
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  struct Entry {
    Key key;
    std::shared_ptr<const CachedPage> page;
    std::size_t bytes = 0;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Entry> recent;  // most recently used first
    std::unordered_map<Key, std::list<Entry>::iterator, Hash> entries;
    std::vector<Load*> loads;
    std::uint64_t bytes = 0;
  };
  Shard& shard_of(const Key& key) { return shards_[Hash()(key) % kShards]; }
  bool is_same_below(const Key& key) const;
  void make_room(Shard& shard);

  std::atomic<std::uint64_t> shard_bytes_max_;
  std::array<Shard, kShards> shards_;
  const std::shared_ptr<PageCache> below_;  // mostly nullptr
  mutable std::shared_mutex changed_mutex_;
  std::unordered_set<Key, Hash> changed_;  // not the same below
};

}  // namespace amont
