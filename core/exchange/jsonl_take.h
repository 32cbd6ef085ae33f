// From a line that was read to ImportWork.
#pragma once

#include <string_view>

#include "core/exchange/import_work.h"
#include "core/exchange/jsonl_chunk.h"

namespace amont {

// A comment, a change, a schema or a bad line. Moves the content away.
Status take_jsonl(ImportWork& work, JsonlChunk& chunk, const JsonlChunk::Line& line, const SchemaReader& read_schema);
// Says that line `i` of the chunk is about to be taken, and some lines after it soon.
void expect_jsonl(const ImportWork& work, JsonlChunk& chunk, std::size_t i);

// Finds a part of a change in its line, by reading the line again.
Locate locate_in_jsonl();

}  // namespace amont
