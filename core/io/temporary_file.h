// A file that only its handles know: it has no name, and goes away with the process.
#pragma once

#include <memory>

#include "core/io/files.h"

namespace amont {

struct TemporaryFile {
  std::unique_ptr<WritableFile> writer;
  std::unique_ptr<ReadableFile> reader;
};

// In the system's directory for temporary files (TMPDIR).
Result<TemporaryFile> make_temporary_file();

}  // namespace amont
