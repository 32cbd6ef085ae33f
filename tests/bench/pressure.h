// Closures with too little memory, and beside a writer. Both open the register themselves.
#pragma once

#include <string>

#include "amont/options.h"
#include "tests/bench/walks.h"

namespace amont {

// With memory for a quarter of a direction's decoded pages, beside memory for all of them.
Status bench_little_memory(const Field& field, const std::string& path, const Options& enough);

// One writer with no, one and four readers; and the readers without the writer. Each question is asked of a new snapshot.
// Writes to the register.
Status bench_readers(const Field& field, const std::string& path, const Options& options, double seconds);

}  // namespace amont
