// What the blocks of a report have in common: the words that are named in them, the texts that they may hold, what they count, and
// the rows of cells that several of them are read from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/lua/script_types.h"

namespace amont {

// Where a cell of a row comes from.
struct Column {
  std::string header;
  std::string field;      // empty: a function of the script gives the cell
  bool may_lack = false;  // it is no slip of the pen when no row has it
  bool found = false;
};

// Rows while they are made. On the stack below it lies the table of the functions that columns call, by the column's number from 1.
struct RowsBuilder {
  std::vector<Column> columns;
  bool calls_script = false;
  std::shared_ptr<ReportBlock> block = std::make_shared<ReportBlock>();
  std::uint64_t bytes = 0;
  std::uint64_t bytes_counted = 0;
};
std::uint64_t bytes_held(const RowsBuilder& builder) noexcept;

// What follows never raises and may hold C++ objects.

// kInvalid for bytes that are no text; `where` begins the message.
Status check_text(std::string_view text, std::string_view where);
// The same, and kLimit for what is too long to be a title, a header or a label.
Status check_label_text(std::string_view text, std::string_view what);
// The fields of a block's table that are not its list, sorted by name. kInvalid for a hole in the list, and for a name that is not
// among `names`.
Result<ScriptValue> read_named(lua_State* L, int table, std::string_view block,
                               std::span<const std::string_view> names);
Status check_names(const ScriptValue& table, std::string_view block, std::span<const std::string_view> names);
// The text under a name into `out`, which is left alone when there is none. kInvalid when it is no text.
Status read_label(const ScriptValue& table, std::string_view name, std::string* out);
// true or false under a name, else `unless_told`.
Result<bool> read_flag(const ScriptValue& table, std::string_view name, bool unless_told);
// Which register a value looks at: that of the first set, node or edge in it, else `unless_told`.
const AtView& view_of(const ScriptValue& value, const AtView& unless_told);

void name_columns(RowsBuilder& builder);
// Counts what the rows took since the last time, in steps large enough to be cheap; all of it when `now`.
Status count_bytes(Slot<RowsBuilder>* slot, bool now);
// All rows of a set whose cells need no call into the script.
Status add_set_rows(Slot<RowsBuilder>* slot, AnswerSet& set);
// `bytes` of its content were counted as output already; its title and headers are now.
Result<Block> make_block(Budget& budget, std::shared_ptr<const ReportBlock> block, std::uint64_t bytes);

// Adds rows from the set or list at `source`, calling the functions of the table at `callbacks` where columns need it. `block` is
// for messages. Raises.
void add_rows(lua_State* L, ScriptContext* context, Slot<RowsBuilder>* slot, int source, int callbacks,
              const char* block);

// Each is one function given to scripts.
int make_rows(lua_State* L);
int make_tree(lua_State* L);
int make_graph(lua_State* L);
int make_timeline(lua_State* L);
int make_chart(lua_State* L);
void define_tree_types(lua_State* L);

}  // namespace amont
