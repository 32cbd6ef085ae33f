// What import scripts say besides what changes the register.
//
//   known("dataset:x").title       known("part_of", "variable:x/a", "dataset:x", "label")
//                                  properties as they stand; nil when there is no such record, here or in the register
//   warn("...", line)              told, and the import goes on; the line is that at hand unless told
//   reject("...", line)            the record at hand can't be taken: the import ends, or leaves it out when it keeps going, with all
//                                  that is put for it

#include "query/lua/import_context.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr std::uint64_t kStepsPerLookUp = 200;

std::string_view text_argument(lua_State* L, int index) {
  std::string_view text;
  read_text(L, index, &text);
  return text;
}

Result<std::optional<Properties>> find_known(ImportContext& context, lua_State* L, bool of_edge) {
  if (!of_edge) {
    const Result<Ref> ref = Ref::parse(text_argument(L, 1));
    if (!ref.ok()) return std::optional<Properties>();  // what can't be a ref is no node's, as node() will say
    return context.changes.node(context.importer, *ref);
  }
  const Result<Ref> from = Ref::parse(text_argument(L, 2)), to = Ref::parse(text_argument(L, 3));
  if (!from.ok() || !to.ok()) return std::optional<Properties>();
  return context.changes.edge(context.importer, text_argument(L, 1), *from, *to, text_argument(L, 4));
}

int known(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  luaL_checktype(L, 1, LUA_TSTRING);
  const bool of_edge = !lua_isnoneornil(L, 2);
  if (of_edge) {
    for (int i = 2; i <= 3; ++i) luaL_checktype(L, i, LUA_TSTRING);
    luaL_optstring(L, 4, "");
  }
  lua_settop(L, 4);
  charge(L, kStepsPerLookUp);
  const bool ok = run_work(L, context, [&]() -> Status {
    AMONT_LET(context->known, find_known(*context, L, of_edge));
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  if (!context->known) {
    lua_pushnil(L);
    return 1;
  }
  charge(L, context->known->size());
  lua_createtable(L, 0, static_cast<int>(context->known->size()));
  for (const Property& property : *context->known) {
    push_text(L, property.name);
    push_value(L, property.value);
    lua_rawset(L, -3);
  }
  return 1;
}

// Where the record at hand is; a script that keeps records until later tells its line.
Position place_of(const ImportContext* context, lua_Integer line) {
  Position where = context->where();
  if (line > 0) where.line = static_cast<std::uint64_t>(line);
  return where;
}

int warn(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  luaL_checktype(L, 1, LUA_TSTRING);
  const lua_Integer line = luaL_optinteger(L, 2, 0);
  const bool ok = run_work(L, context, [&]() -> Status {
    if (!budget_of(L).take_output(text_argument(L, 1).size())) return budget_of(L).reason();
    context->importer.warn(place_of(context, line), text_argument(L, 1));
    return {};
  });
  return ok ? 0 : raise_status(L, context->status);
}

int reject(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  luaL_checktype(L, 1, LUA_TSTRING);
  const lua_Integer line = luaL_optinteger(L, 2, 0);
  const bool ok = run_work(L, context, [&]() -> Status {
    Status refused = context->refuse_record(invalid(std::string(text_argument(L, 1))), place_of(context, line));
    if (refused.ok()) return {};
    context->failure = refused;
    budget_of(L).end(refused);
    return refused;
  });
  return ok ? 0 : raise_status(L, context->status);
}

}  // namespace

std::span<const HostFunction> import_words() {
  static constexpr HostFunction kWords[] = {{"known", known}, {"warn", warn}, {"reject", reject}};
  return kWords;
}

}  // namespace amont
