// What an import script works with: the importer that takes its changes, and the file being read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <lua.hpp>

#include "amont/exchange.h"
#include "amont/script.h"
#include "query/lua/allowance.h"
#include "query/lua/items_ahead.h"
#include "query/lua/json_parts.h"
#include "query/lua/line_reader.h"
#include "query/lua/lua_json.h"
#include "query/lua/record_changes.h"
#include "query/lua/row_reader.h"
#include "query/lua/script_context.h"
#include "query/lua/triple_reader.h"

namespace amont {

struct ImportContext : HostContext {
  ImportContext(Importer& to, const ImportOptions& with, const ScriptRunLimits& within)
      : importer(to), options(with), allowance(within) {}

  Importer& importer;
  const ImportOptions& options;
  std::string path;                     // of the file being read, or the script's name before the first
  std::optional<LineReader> lines;      // of an input "lines"
  std::optional<RowReader> rows;        // of an input "csv"
  std::optional<ItemsAhead> items;      // of an input "json items"
  std::optional<TripleReader> triples;  // of an input "triples"
  std::optional<JsonReading> json;      // the document, or the item, that is being converted
  std::optional<JsonParts> parts;       // of an input "json parts": of that document
  std::uint64_t part_line = 0;          // of the member at hand
  std::uint64_t part_bytes = 0;         // of the members that were given
  std::size_t part_at = 0;              // the text of the member at hand
  std::size_t part_end = 0;
  std::optional<Properties> known;  // of what the script asked for last
  std::uint64_t bytes_before = 0;   // of the files read before this one
  Allowance allowance;
  RecordChanges changes;         // of the record at hand, in an import that keeps going
  bool has_record = false;       // a record is at hand: a document, an item, a row or a line
  bool refused = false;          // it is left out
  Status failure;                // what ended the import, in the words it should be told in
  SharedJson* shared = nullptr;  // of an input "json items shared"

  Position where() const {
    return {path,
            lines     ? lines->line()
            : rows    ? rows->line()
            : triples ? triples->line()
            : items   ? items->line()
                      : part_line,
            0};
  }
  std::uint64_t bytes_of_file() const {
    if (lines) return lines->bytes();
    if (rows) return rows->bytes();
    if (triples) return triples->bytes();
    if (items) return items->bytes();
    if (parts) return part_bytes;
    return json ? json->text.size() : 0;
  }

  // What the record at hand is, as it stood in the input; empty between two.
  std::string_view record() const;

  // Gives the importer a change, in an import that keeps going when the record is done.
  Status give(Result<Change>&& change, std::string_view shown);
  // Leaves the record at hand out, with all that was and will be put for it, or ends the import. Where no record is at hand it is only
  // told.
  Status refuse_record(const Status& why, Position place);
  // What was put since the last record stands, unless that one was refused.
  Status end_record();
  // kTimeout when the caller wants no more.
  Status tell_progress(std::uint64_t bytes_of_file) const;
};

// What import scripts say besides what changes the register: known, warn, reject.
std::span<const HostFunction> import_words();
// These, and node, edge, retract, schema, time, json, null. Raises.
void install_import(lua_State* L, ImportContext* context);
// Pushes the function that gives the next line, the next row as a table of cells by column, or the next triple as a table; nil at
// the end. Raises.
void push_reader(lua_State* L, ImportContext* context);
// Pushes what a script reads a document in parts with: a table of its functions names and members. Raises.
void push_parts(lua_State* L, ImportContext* context);
// Makes what these need known to a state. Raises.
void define_parts(lua_State* L);
// What was put for the record before stands, unless it was refused: then the script forgets it too. Raises.
void end_record(lua_State* L, ImportContext* context);
// Where an offset of a text is.
Position position_in(const std::string& path, std::string_view text, std::size_t offset);
// Lets the script use its budget anew for what was read since there were `before` bytes, and tells how far the import is.
Status go_on(lua_State* L, ImportContext* context, std::uint64_t before);
// Ends the run with this failure.
Status end_with(lua_State* L, ImportContext* context, Status why);

}  // namespace amont
