// What one transaction changes in the index, worked out from its record alone: the same for a commit, a replay and a rebuild.
#pragma once

#include <cstdint>
#include <vector>

#include "core/index/reader.h"
#include "core/index/table.h"
#include "core/record/logged.h"

namespace amont {

// Kept counts: what is alive now, by kind.
struct Counts {
  std::vector<std::uint64_t> nodes;
  std::vector<std::uint64_t> edges;
  std::uint64_t retracted_nodes = 0;  // and not put again

  bool operator==(const Counts&) const = default;
};

// Whether a transaction only adds: then apply_changes() does not read, and `reader` may be any number of transactions behind.
bool only_adds(const LoggedTransaction& transaction);

// Adds the changes to `batch`, their effect to `counts`, and the pages that they change to `touched`. `schema` is as of after
// the transaction. `reader` reads the index as it stands before it. kDamaged when the record does not fit the index.
Status apply_changes(const LoggedTransaction& transaction, const Schema& schema, const IndexReader& reader,
                     TableBatch& batch, Counts& counts, std::vector<PageCache::Key>& touched);

}  // namespace amont
