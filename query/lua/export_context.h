// What an export script works with: the register, and where what it writes goes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

#include "amont/exchange.h"
#include "query/lua/allowance.h"
#include "query/lua/rdf_writer.h"
#include "query/lua/script_context.h"

namespace amont {

struct ExportContext : HostContext {
  ExportContext(const Schema& of, const ByteSink& to, const ScriptRunLimits& within)
      : schema(of), sink(to), allowance(within) {}

  const Schema& schema;
  const ByteSink& sink;
  std::string text;     // on its way into Lua
  std::string waiting;  // written, and not given to the sink yet
  std::uint64_t bytes_given = 0;
  std::vector<std::string> notes;
  Allowance allowance;
  Status failure;                // of the sink
  bool is_rdf = false;           // the header says --- @output rdf
  std::optional<RdfWriter> rdf;  // writes to `waiting`; made when it is first needed

  // Gives what is waiting; the second when it is much, and lets the script use its limits anew if that is due.
  Status give();
  Status give_if_much(Budget& budget);
};

// What export scripts say besides what all scripts do, sorted.
std::span<const std::string_view> export_script_words();
// Makes them known, but `export`, which is the script's own. Raises.
void install_export(lua_State* L, ExportContext* context);
void install_rdf(lua_State* L, ExportContext* context);

}  // namespace amont
