// What export scripts say:
//
//   write("a", 1, "\n")            appends to what is exported
//   warn("...")                    told when the export is done
//   own_schema("node ...")         what the schema has beyond the hub's and this text
//   json(value)  from_json(text)  null  empty_list  lua_json_text.cc
//   prefix  triple  syntax         lua_rdf_words.cc

#include "amont/schema_script.h"
#include "query/lua/export_context.h"
#include "query/lua/lua_json.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr std::size_t kBytesPerPiece = 64 << 10;
constexpr std::size_t kNotesMax = 1000;

// The arguments are texts by now.
int write(lua_State* L) {
  ExportContext* context = context_of<ExportContext>(L);
  const int count = lua_gettop(L);
  for (int i = 1; i <= count; ++i) {
    if (lua_type(L, i) != LUA_TSTRING && lua_type(L, i) != LUA_TNUMBER)
      return luaL_typeerror(L, i, "text or a number; json(value) makes a text of anything else");
    lua_tolstring(L, i, nullptr);
  }
  const bool ok = run_work(L, context, [&]() -> Status {
    if (context->is_rdf) return invalid("write: a script whose header says --- @output rdf writes by triple()");
    Budget& budget = budget_of(L);
    std::uint64_t bytes = 0;
    for (int i = 1; i <= count; ++i) {
      std::string_view text;
      read_text(L, i, &text);
      context->waiting += text;
      bytes += text.size();
    }
    budget.charge(1 + bytes / 64);
    Status given = context->give_if_much(budget);
    if (!given.ok()) budget.end(given);
    return given;
  });
  return ok ? 0 : raise_status(L, context->status);
}

int warn(lua_State* L) {
  ExportContext* context = context_of<ExportContext>(L);
  luaL_checktype(L, 1, LUA_TSTRING);
  const bool ok = run_work(L, context, [&]() -> Status {
    std::string_view text;
    read_text(L, 1, &text);
    if (!budget_of(L).take_output(text.size())) return budget_of(L).reason();
    if (context->notes.size() == kNotesMax) return limit_exceeded("warn: an export may warn 1,000 times; count them");
    context->notes.emplace_back(text);
    return {};
  });
  return ok ? 0 : raise_status(L, context->status);
}

// Rows of `schema` that `known` has not, or has otherwise. Nodes first: an edge may name only kinds that are declared.
std::string rows_beyond(const Schema& schema, const Schema& known) {
  std::string out;
  for (const NodeRow& row : schema.nodes()) {
    const NodeRow* const same = known.node(row.name);
    if (!same || same->text() != row.text()) out += row.text() + "\n";
  }
  for (const EdgeRow& row : schema.edges()) {
    const EdgeRow* const same = known.edge(row.name);
    if (!same || same->text() != row.text()) out += row.text() + "\n";
  }
  return out;
}

int own_schema(lua_State* L) {
  ExportContext* context = context_of<ExportContext>(L);
  luaL_checktype(L, 1, LUA_TSTRING);
  const bool ok = run_work(L, context, [&]() -> Status {
    std::string_view declared;
    read_text(L, 1, &declared);
    AMONT_LET(const SchemaGrowth growth, read_schema(declared));
    Schema known;
    AMONT_TRY(known.grow(hub_schema()).status());
    AMONT_TRY(known.grow(growth).status());
    context->text = rows_beyond(context->schema, known);
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  push_text(L, context->text);
  return 1;
}

}  // namespace

Status ExportContext::give() {
  failure = sink(waiting);
  bytes_given += waiting.size();
  waiting.clear();
  return failure;
}

Status ExportContext::give_if_much(Budget& budget) {
  allowance.renew_if_due(budget, bytes_given + waiting.size());
  return waiting.size() < kBytesPerPiece ? Status() : give();
}

std::span<const std::string_view> export_script_words() {
  static constexpr std::string_view kWords[] = {"empty_list", "export", "from_json", "json", "null", "own_schema",
                                                "prefix",     "syntax", "triple",    "warn", "write"};
  return kWords;
}

void install_export(lua_State* L, ExportContext* context) {
  static constexpr HostFunction kGlobals[] = {{"own_schema", own_schema}, {"warn", warn}, {"write", write}};
  install_json(L, context);
  install_fields(L, context);
  set_globals(L, kGlobals, context);
  install_rdf(L, context);
}

}  // namespace amont
