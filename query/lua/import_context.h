// What an import script works with: the importer that takes its changes, and the file being read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <lua.hpp>

#include "amont/exchange.h"
#include "amont/script.h"
#include "query/lua/line_reader.h"
#include "query/lua/lua_json.h"
#include "query/lua/script_context.h"

namespace amont {

struct ImportContext : HostContext {
  ImportContext(Importer& to, const ImportOptions& with, const ScriptRunLimits& within)
      : importer(to), options(with), limits(within) {}

  Importer& importer;
  const ImportOptions& options;
  const ScriptRunLimits& limits;
  std::string path;                 // of the file being read, or the script's name before the first
  std::optional<LineReader> lines;  // of an input "lines"
  std::optional<JsonReading> json;  // of an input "json"
  std::uint64_t bytes_before = 0;   // of the files read before this one
  std::uint64_t credits = 0;
  std::uint64_t bytes_credited = 0;  // of this file
  Status failure;                    // what ended the import, in the words it should be told in

  Position where() const { return {path, lines ? lines->line() : 0, 0}; }

  // A script may use its budget anew for every so many bytes it is given, so that a large file is no reason to stop,
  // and a script that runs in circles still is. Called where a script takes input or gives changes.
  void renew_if_due(Budget& budget, std::uint64_t bytes_of_file);
  // kTimeout when the caller wants no more.
  Status tell_progress(std::uint64_t bytes_of_file) const;
};

// node, edge, retract, warn, schema, time, null. Raises.
void install_import(lua_State* L, ImportContext* context);
// Pushes the function that gives the next line, or nil. Raises.
void push_next_line(lua_State* L, ImportContext* context);

}  // namespace amont
