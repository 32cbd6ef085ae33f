// From a line that was read to ImportWork.
#pragma once

#include <string_view>

#include "core/exchange/import_work.h"
#include "core/exchange/jsonl_chunk.h"

namespace amont {

// A comment, a change, a schema or a bad line. Moves the content away.
Status take_jsonl(ImportWork& work, JsonlChunk& chunk, const JsonlChunk::Line& line, const SchemaReader& read_schema);

// Finds a part of a change in its line, by reading the line again.
Locate locate_in_jsonl();

}  // namespace amont
