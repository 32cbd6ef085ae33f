// The options of a question as a script gives them: upstream(x, {depth = 3, kind = "dataset"}).
#pragma once

#include "amont/coverage.h"
#include "query/lua/script_types.h"

namespace amont {

// Options that some questions have besides: what they take, and what was given.
struct OwnOptions {
  bool takes_direction = false, takes_count = false, takes_reduce = false;
  Direction direction = Direction::kUpstream;
  std::uint64_t count = 0;
  CoverageOptions* coverage = nullptr;  // takes as_of, gaps, project
  bool takes_coverage = false;          // coverage = true
  bool of_coverage = false;
};

// The options at `index`, or none; and what the view and the budget add to every question. kInvalid.
Result<AskOptions> read_options(lua_State* L, int index, const AtView& at, Budget& budget, OwnOptions* own = nullptr);

// The same of the fields of a table that was read. kInvalid.
Result<AskOptions> options_in(const ScriptValue& table, const AtView& at, Budget& budget, OwnOptions* own = nullptr);

// What is meant by an argument that may be left out: nothing, then, which asks about the whole register. False when something was
// named and nothing meant, such as an empty set.
Result<bool> read_starts(lua_State* L, int index, const AtView& at, Budget& budget, std::vector<NodeId>& out);

// The one node meant by an argument. kInvalid when it is none or several.
Result<NodeId> node_meant(lua_State* L, int index, const AtView& at, Budget& budget);

}  // namespace amont
