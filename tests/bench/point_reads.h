// A node by its ref, with its properties and the refs of its neighbours both ways; and what the same content takes on disk. Beside
// SQLite: prepared statements over a table of nodes with their properties as JSON, and edges clustered both ways.
#pragma once

#include <cstdint>
#include <string>

#include "amont/snapshot.h"
#include "tests/bench/walks.h"

namespace amont {

// `disk`: the bytes that Amont takes. The database is made in `folder`; without `with_sqlite` Amont stands alone.
Status bench_point_reads(const Field& field, const Snapshot& view, std::uint64_t disk, const std::string& folder,
                         bool with_sqlite);

}  // namespace amont
