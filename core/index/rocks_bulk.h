// Many entries as one sorted file that RocksDB takes as it is.
#pragma once

#include <span>
#include <string>

#include "core/index/table.h"

namespace rocksdb {
struct Options;
}

namespace amont {

// Writes the batches, taken one after another, to a new file at `path` and syncs it. kDamaged when a page does not take its deltas.
Status write_sorted_file(const rocksdb::Options& options, const std::string& path, std::span<const TableBatch> batches);

}  // namespace amont
