// Reading Amont's own JSONL: chunks of lines -> what each says (on another thread) -> ImportWork, in order.
#include "amont/exchange.h"

#include <functional>

#include "core/exchange/history_import.h"
#include "core/exchange/import_work.h"
#include "core/exchange/jsonl_take.h"
#include "core/exchange/read_ahead.h"
#include "core/store/batch_door.h"

namespace amont {
namespace {

template <class What>
bool is(JsonlChunk& chunk, const JsonlChunk::Line& line) {
  const JsonlLine* const content = chunk.content_of(line);
  return content && std::holds_alternative<What>(*content);
}

Status take_line(ImportWork& work, JsonlChunk& chunk, const JsonlChunk::Line& line, const SchemaReader& read_schema) {
  if (is<TxLine>(chunk, line))
    return work.fail(
        invalid("\"tx\" opens a transaction of an exported history, and then the file must begin with one"),
        {line.number, 1});
  return take_jsonl(work, chunk, line, read_schema);
}

}  // namespace

Result<ImportReport> import_jsonl(Store& store, const ByteSource& input, const ImportOptions& options) {
  JsonlAhead chunks(JsonlChunker(std::cref(input)), JsonlChunkReader(BatchDoor::refs_ahead(store)));
  ImportWork work(store, options);
  work.set_source({"jsonl", options.file, options.sha256, {}, {}});
  work.set_locate(locate_in_jsonl());
  bool first_record = true;
  while (true) {
    AMONT_LET(JsonlChunk* const chunk, chunks.next());
    if (!chunk) break;
    work.set_plain(chunk->is_plain);
    for (const JsonlChunk::Line& line : chunk->lines) {
      if (is<CommentLine>(*chunk, line)) continue;
      if (first_record && is<TxLine>(*chunk, line)) return import_history(store, chunks, *chunk, options);
      first_record = false;
      AMONT_TRY(take_line(work, *chunk, line, options.read_schema));
    }
    AMONT_TRY(work.progress(chunks.bytes_read()));
  }
  if (chunks.bytes_read() == 0) return work.fail(invalid("the input is empty"), {1, 1});
  return work.finish();
}

}  // namespace amont
