// The two ways of a row of CSV into a register; tests hold them to the same bytes.
#pragma once

#include "amont/exchange.h"

namespace amont {

enum class CsvWay { kShort, kLong };

// As import_csv() with kShort; with kLong every row comes as a Change.
Result<ImportReport> import_csv(Store& store, const ByteSource& input, const ImportOptions& options, CsvWay way);

}  // namespace amont
