// The native types that scripts hold (slot.h), and what the files of the script API have in common. Each lua_*.cc
// installs one group of functions; script.cc lists the groups.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

#include "amont/script.h"
#include "query/lua/answer_set.h"
#include "query/lua/script_context.h"
#include "query/lua/slot.h"
#include "query/lua/value_reader.h"

namespace amont {

// A node as a script sees it. `reached` means something only when it came from an answer.
struct NodeItem {
  const AtView* at = nullptr;
  std::shared_ptr<const NodesRead> page;
  std::size_t index = 0;     // in the page
  std::size_t position = 0;  // in the set that a loop runs over
  bool is_answer = false;
  Reached reached;

  NodeId id() const { return page->ids[index]; }
  Status read(Budget& budget) const { return page->read(budget); }
  // After read().
  const Node& node() const { return page->nodes[index]; }
  bool alive() const { return page->alive[index]; }
};

// The edges that a script asked for together, with the refs of their ends.
struct EdgeList {
  struct Row {
    Edge edge;
    std::string from;
    std::string to;
  };
  std::vector<Row> rows;
  std::unique_ptr<Held> held;
};
struct EdgeItem {
  const AtView* at = nullptr;
  std::shared_ptr<const EdgeList> list;
  std::size_t index = 0;

  const EdgeList::Row& row() const { return list->rows[index]; }
};

// A finished block, and a report made of blocks. Copies of a block share what it holds.
struct Block {
  std::shared_ptr<const ReportBlock> block;
  std::shared_ptr<const Held> held;
  std::uint64_t bytes = 0;
};
struct ReportValue {
  std::string title;
  std::optional<bool> answer;
  std::vector<Block> blocks;
};
inline std::uint64_t bytes_held(const ReportValue& report) noexcept {
  return report.title.size() + report.blocks.size() * sizeof(Block);
}

// The register at another time: at{...}.
struct OtherTime {
  const AtView* at = nullptr;
};

// A function that reads the register: a global for the run's own view, and a method of at{...}.
struct TimedFunction {
  const char* name;
  lua_CFunction now;
  lua_CFunction then;
};
// `function` gets the view and where its arguments begin.
using ViewFunction = int (*)(lua_State* L, ScriptContext* context, const AtView& at, int first);
template <ViewFunction function>
int run_now(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  return function(L, context, context->now(), 1);
}
template <ViewFunction function>
int run_then(lua_State* L) {
  const Slot<OtherTime>* then = to_slot<OtherTime>(L, 1);
  if (!then || !then->value)
    return luaL_error(L, "call it with a colon: before:upstream(...), not before.upstream(...)");
  return function(L, context_of<ScriptContext>(L), *then->value->at, 2);
}
template <ViewFunction function>
constexpr TimedFunction timed(const char* name) {
  return {name, run_now<function>, run_then<function>};
}
std::span<const TimedFunction> question_functions();  // walks: upstream, downstream...
std::span<const TimedFunction> path_functions();      // path, paths, edges
std::span<const TimedFunction> graph_functions();     // order, cycles, components, chokepoints
std::span<const TimedFunction> why_functions();       // why, why_not
std::span<const TimedFunction> coverage_functions();
std::span<const TimedFunction> register_functions();  // look-ups: node, nodes, known_at...
void define_path_types(lua_State* L);
void define_graph_types(lua_State* L);
void define_coverage_types(lua_State* L);

// Each raises. Types are defined before functions that use them.
void install_times(lua_State* L, HostContext* context);
void install_items(lua_State* L, ScriptContext* context);
void install_sets(lua_State* L, ScriptContext* context);
void install_questions(lua_State* L, ScriptContext* context);  // of both kinds, and at{...}
void install_report(lua_State* L, ScriptContext* context);

// All names that a script finds there, Lua's own too.
Result<std::vector<std::string>> names_in_scripts();

// Makes the global table guess what was meant by an unknown name that is near to one of these; other unknown names stay
// nil. `names` is kept, so it must be static. Raises.
void install_guesses(lua_State* L, const std::span<const std::string_view>& names);

// Words that are written in Lua (scripts/words.lua) and read when a script first says one of them.
std::span<const std::string_view> words_in_lua();
// Keeps the globals as they are, for these words to call. Once, after all others are installed. Raises.
void keep_globals_for_words(lua_State* L);
// Pushes one of them. The script's own globals stay as they are. Raises.
void push_word_in_lua(lua_State* L, std::string_view word);

// Sets the functions as globals, with `context` in their first upvalue. Raises.
void set_globals(lua_State* L, std::span<const HostFunction> functions, void* context);
// __concat for types that have __tostring.
int concat_texts(lua_State* L);
// Direction by its name ("up", "upstream", "down", "downstream").
std::optional<Direction> direction_named(std::string_view name);

// Pushes a property's value: timestamps as times, lists as tables. The value must live in a slot or a context. Raises.
void push_value(lua_State* L, const Value& value);
void push_time(lua_State* L, Timestamp time);
// Pushes a time or nil. Raises.
void push_time(lua_State* L, const std::optional<Timestamp>& time);
void push_text(lua_State* L, std::string_view text);
// Pushes a table read or made natively; handles can't be pushed and become nil. Raises.
void push_script_value(lua_State* L, const ScriptValue& value);
// Pushes a node of a page. Raises.
NodeItem* push_item(lua_State* L);
// The node at `index`, read. Raises.
const NodeItem& check_node(lua_State* L, int index, HostContext* context);
// Reads a node that lies on the stack, unless it is read. Raises.
void read_item(lua_State* L, const NodeItem& item, HostContext* context);

// What follows never raises and may hold C++ objects.

// A time given as time or as text. kInvalid otherwise.
Result<Timestamp> time_in(const ScriptValue& value, std::string_view what);
std::optional<Timestamp> time_at(lua_State* L, int index);
// The nodes meant by the value at `index`: a ref, a node, a set, or a list of these.
Result<NodeSet> nodes_meant(lua_State* L, int index, const AtView& at, Budget& budget);
// Names given as the arguments first .. last, one by one or as a list. kInvalid when one is no text.
Result<std::vector<std::string>> names_given(lua_State* L, int first, int last);
// The value at `index` as a cell: lists and sets become text, their members joined by ", ".
Result<Cell> cell_at(lua_State* L, int index, Budget& budget);
// The same of a value that was read.
Result<Cell> cell_in(const ScriptValue& value, Budget& budget);
// A property's value as a cell.
Cell cell_of(const Value& value);
// What an item knows under `name`, besides its properties. False when `name` is no such word.
bool field_cell(const Node& node, bool is_answer, const Reached& reached, std::string_view name, Cell* cell);
// kInvalid with a guess when `name` is near to a word that a node of this kind has; kOk otherwise.
Status check_field(const std::vector<PropertyRow>& declared, std::string_view kind, std::string_view name);
// A table of default columns over a set.
Result<Block> rows_of_set(AnswerSet& set, Budget& budget);
// What the script returned.
Status read_report(lua_State* L, int first, int count, Budget& budget, Report* report);

}  // namespace amont
