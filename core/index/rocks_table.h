// The index in RocksDB 7.8. ARCHITECTURE.md tells why each option is as it is. With rocks_files, the only file that sees RocksDB.
#pragma once

#include <memory>
#include <string>

#include "core/index/memory_plan.h"
#include "core/index/rocks_settle.h"
#include "core/index/table.h"
#include "core/io/files.h"

namespace amont {

struct RocksOptions {
  MemoryPlan memory{256ull << 20};
  bool read_only = false;  // beside a writer in another process
  SettleOptions settle{};
};

// kDamaged: RocksDB can't open it, or there is none and it was to be read only; rebuild heals it.
Result<std::unique_ptr<Table>> open_rocks_table(Files& files, const std::string& path, const RocksOptions& options);

}  // namespace amont
