// One line of JSONL, read by itself: what it says, without the register. FORMAT.md section 9 has the words of the
// format; besides them {"comment": "..."} is skipped, and {"tx": {...}} opens a transaction of an exported history.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "amont/redaction.h"
#include "amont/transaction.h"
#include "core/exchange/json_cursor.h"

namespace amont {

struct CommentLine {};
struct SchemaLine {
  std::string lua;
};
// What an exported history tells of a transaction. `source` says where its content came from before it was exported.
struct TxLine {
  TxNumber number = 0;
  Timestamp time;
  std::string author;
  std::string reason;
  Source source;
  std::string key;
  std::string again;
  std::vector<std::string> overrides;  // the rules that it overrode
};
// A redaction that an exported history tells of.
struct RedactLine {
  RedactText text;
};
struct BadLine {
  Status why;
  std::size_t at = 0;  // byte offset in the line
};
using JsonlLine = std::variant<CommentLine, Change, SchemaLine, TxLine, RedactLine, BadLine>;

enum class LineField : std::uint8_t {
  kNode,
  kEdge,
  kRetract,
  kSchema,
  kTx,
  kRedact,
  kComment,
  kRule,
  kFrom,
  kTo,
  kLabel,
  kProps,
  kValidFrom,
  kValidTo,
  kMode,
  kLua,
  kArguments
};
inline constexpr std::size_t kLineFields = 17;

class JsonlLineReader {
 public:
  // `line` without its newline: a JSON object in UTF-8, without U+0000.
  JsonlLine read(std::string_view line);

  // Of the line read last: where the value of a field, or of the n-th property, begins. 0 for what it has not.
  std::size_t offset_of(LineField field) const { return field_at_[static_cast<std::size_t>(field)]; }
  std::size_t offset_of_property(std::size_t n) const { return n < prop_at_.size() ? prop_at_[n].value : 0; }

 private:
  struct PropertyOffsets {
    std::uint32_t name = 0;
    std::uint32_t value = 0;
  };

  bool read_field(JsonCursor& in, std::string_view name, std::size_t name_at);
  bool read_value_of(JsonCursor& in, LineField field, std::size_t at);
  bool read_ref(JsonCursor& in, Ref& out);
  bool read_text(JsonCursor& in, std::string& out, std::string_view what);
  bool read_time_change(JsonCursor& in, TimeChange& out);
  bool read_props(JsonCursor& in);
  bool sort_props(JsonCursor& in);
  bool read_retract(JsonCursor& in);
  bool read_arguments(JsonCursor& in);
  bool read_tx(JsonCursor& in);
  bool read_redact(JsonCursor& in);
  bool read_findings(JsonCursor& in);
  bool read_source(JsonCursor& in, Source& out);
  bool check_fields(JsonCursor& in);
  JsonlLine made() &&;

  bool has(LineField field) const { return seen_ >> static_cast<unsigned>(field) & 1; }

  // What was read of a line, before it is known what kind of line it is.
  unsigned seen_ = 0;
  std::array<std::uint32_t, kLineFields> field_at_{};
  Ref node_, from_, to_;
  std::string text_;  // an edge's kind, a schema, a comment
  std::string label_;
  std::vector<PropertyChange> props_;
  TimeChange valid_from_, valid_to_;
  Change retract_;
  Rule rule_;
  TxLine tx_;
  RedactLine redact_;

  std::vector<PropertyOffsets> prop_at_;
  std::vector<std::uint32_t> by_name_;
  std::string scratch_;
};

}  // namespace amont
