// What Options::memory_bytes is spent on, in shares that add up to it; and a share that several draw on.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace amont {

struct MemoryPlan {
  explicit MemoryPlan(std::uint64_t memory_bytes)
      : pages(memory_bytes / 4),
        shelves(memory_bytes / 4),
        records(memory_bytes / 16),
        blocks(memory_bytes / 8),
        unwritten(memory_bytes / 8),
        whole_graph(memory_bytes / 16 * 3) {}

  std::uint64_t pages;        // decoded pages in the cache (page_cache.h), less what a batch was lent (lent_memory.h)
  std::uint64_t shelves;      // of all snapshots together (page_shelf.h), and likewise
  std::uint64_t records;      // of nodes, as few are asked for at a time, and ids of refs (record_cache.h)
  std::uint64_t blocks;       // RocksDB's blocks, filters and indexes
  std::uint64_t unwritten;    // what RocksDB has not yet written to a file
  std::uint64_t whole_graph;  // what is kept of the graph as a whole (whole_graph.h)
};

// Any thread may take and give.
class MemoryShare {
 public:
  explicit MemoryShare(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  // False, and nothing taken, when there is not so much left.
  bool take(std::uint64_t bytes) {
    std::uint64_t used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > bytes_max_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  std::uint64_t bytes_max() const { return bytes_max_; }

 private:
  const std::uint64_t bytes_max_;
  std::atomic<std::uint64_t> used_{0};
};

}  // namespace amont
