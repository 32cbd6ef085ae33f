// Chunks: whole lines of an input, some 256 KiB at a time, and what they say once they are read. Reading a chunk needs
// nothing but the chunk, so it happens on another thread (read_ahead.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "amont/exchange.h"
#include "core/check/refs_ahead.h"
#include "core/exchange/flat_line.h"
#include "core/exchange/jsonl_line.h"

namespace amont {

// A longer line is refused, and only its beginning kept.
inline constexpr std::size_t kLineBytesMax = 32 << 20;
inline constexpr std::size_t kLongLineBytesKept = 64 << 10;

struct JsonlChunk {
  struct Line {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
    std::uint64_t number = 0;
    bool is_flat = false;    // a plain put, in `puts`; else what it says is in `contents`
    std::uint32_t what = 0;  // its place there
  };

  std::string text;  // lines with their newlines
  std::uint64_t first_line = 1;
  bool is_long_line = false;  // the beginning of one line that is longer than kLineBytesMax
  bool is_plain = false;      // ASCII without escapes; once it is read
  // Once it is read:
  std::vector<Line> lines;  // without the blank ones
  FlatPuts puts;
  std::vector<JsonlLine> contents;

  std::string_view text_of(const Line& line) const { return std::string_view(text).substr(line.begin, line.size); }
  // What the line says; nullptr of a plain put.
  JsonlLine* content_of(const Line& line) { return line.is_flat ? nullptr : &contents[line.what]; }
  // The same line once more, as a Change.
  JsonlLine read_again(const Line& line) const { return JsonlLineReader().read(text_of(line)); }
};

class JsonlChunkReader {
 public:
  JsonlChunkReader() = default;
  explicit JsonlChunkReader(RefsAhead refs) : refs_(std::move(refs)) {}
  void read(JsonlChunk& chunk);

 private:
  JsonlLineReader reader_;
  RefsAhead refs_;
};

// Cuts an input into chunks.
class JsonlChunker {
 public:
  explicit JsonlChunker(ByteSource input, std::uint64_t first_line = 1)
      : input_(std::move(input)), next_line_(first_line) {}

  // Fills text, first_line and is_long_line; false at the end.
  Result<bool> next(JsonlChunk& chunk);
  // Whether to cut the next one before this one, the last, was taken: a line that is too long is shown before anybody looks for its end.
  static bool goes_on_at_once(const JsonlChunk& last) { return !last.is_long_line; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  Result<bool> fill(std::string& text, std::size_t bytes);
  Status skip_long_line();

  ByteSource input_;
  std::string rest_;  // read, but behind the last chunk's last newline
  std::uint64_t next_line_;
  std::uint64_t bytes_read_ = 0;
  bool at_end_ = false;
  bool in_long_line_ = false;  // the last chunk is the beginning of one
};

}  // namespace amont
