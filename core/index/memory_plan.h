// What Options::memory_bytes is spent on, in shares that add up to it.
#pragma once

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
  std::uint64_t shelves;      // of all snapshots together (shelf_room.h), and likewise
  std::uint64_t records;      // of nodes, as few are asked for at a time, and ids of refs (record_cache.h)
  std::uint64_t blocks;       // RocksDB's blocks, filters and indexes
  std::uint64_t unwritten;    // what RocksDB has not yet written to a file
  std::uint64_t whole_graph;  // what is kept of the graph as a whole (whole_graph.h)
};

}  // namespace amont
