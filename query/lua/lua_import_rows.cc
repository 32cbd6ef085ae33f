// What an import script reads its file with: the next line of a text, the next row of a table, the next triple of a graph.

#include "query/lua/import_context.h"
#include "query/lua/script_types.h"

namespace amont {

void end_record(lua_State* L, ImportContext* context) {
  const bool refused = context->refused;
  const bool ok = run_work(L, context, [&]() -> Status {
    Status ended = context->end_record();
    if (ended.ok()) return {};
    context->failure = ended;
    budget_of(L).end(ended);
    return ended;
  });
  if (!ok) raise_status(L, context->status);
  if (!refused) return;
  if (lua_getglobal(L, "undo") == LUA_TFUNCTION)
    lua_call(L, 0, 0);
  else
    lua_pop(L, 1);
}

Status go_on(lua_State* L, ImportContext* context, std::uint64_t before) {
  if (context->bytes_of_file() == before) return {};
  context->allowance.renew_if_due(budget_of(L), context->bytes_of_file());
  Status cancelled = context->tell_progress(context->bytes_of_file());
  if (!cancelled.ok()) budget_of(L).end(cancelled);
  return cancelled;
}

Status end_with(lua_State* L, ImportContext* context, Status why) {
  context->failure = std::move(why);
  budget_of(L).end(context->failure);
  return context->failure;
}

namespace {

int next_line(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  charge(L, 10);
  end_record(L, context);
  std::string_view line;
  bool at_end = false;
  const bool ok = run_work(L, context, [&]() -> Status {
    if (!context->lines) return invalid("the lines of a file can be read while it is converted, and not after");
    const std::uint64_t before = context->bytes_of_file();
    Result<std::optional<std::string_view>> next = context->lines->next();
    if (!next.ok()) return end_with(L, context, std::move(next).status().while_doing(context->path));
    at_end = !next->has_value();
    line = next->value_or(std::string_view());
    return go_on(L, context, before);
  });
  if (!ok) return raise_status(L, context->status);
  context->has_record = !at_end;
  if (at_end)
    lua_pushnil(L);
  else
    push_text(L, line);
  return 1;
}

// Rows that can't be read are refused one by one, so an import that keeps going does without them.
Status read_row(lua_State* L, ImportContext* context, bool* at_end) {
  if (!context->rows) return invalid("the rows of a file can be read while it is converted, and not after");
  const std::uint64_t before = context->bytes_of_file();
  while (true) {
    const Result<bool> next = context->rows->next();
    *at_end = next.ok() && !*next;
    if (next.ok()) return go_on(L, context, before);
    Status refused = context->importer.refuse(next.status(), context->where(), context->rows->raw());
    if (!refused.ok()) return end_with(L, context, std::move(refused));
    if (context->rows->can_go_on()) continue;
    *at_end = true;
    return {};
  }
}

// The cells by the names of their columns, without the empty ones.
int next_row(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  charge(L, 20);
  end_record(L, context);
  bool at_end = false;
  if (!run_work(L, context, [&] { return read_row(L, context, &at_end); })) return raise_status(L, context->status);
  context->has_record = !at_end;
  if (at_end) {
    lua_pushnil(L);
    return 1;
  }
  const std::vector<std::string>& names = context->rows->names();
  charge(L, 5 * names.size());
  lua_createtable(L, 0, static_cast<int>(names.size()));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view text = context->rows->cell(i);
    if (text.empty()) continue;
    push_text(L, names[i]);
    push_text(L, text);
    lua_rawset(L, -3);
  }
  return 1;
}

// What follows a fault can't be read, so an import that keeps going does without it.
Status read_triple(lua_State* L, ImportContext* context, const Triple** triple) {
  if (!context->triples) return invalid("the triples of a file can be read while it is converted, and not after");
  const std::uint64_t before = context->bytes_of_file();
  Result<const Triple*> next = context->triples->next();
  if (next.ok()) {
    *triple = *next;
    return go_on(L, context, before);
  }
  const Position where{context->path, context->triples->line(), context->triples->column()};
  Status refused = context->importer.refuse(next.status(), where, {});
  return refused.ok() ? refused : end_with(L, context, std::move(refused));
}

void push_field(lua_State* L, const char* name, std::string_view text) {
  push_text(L, text);
  lua_setfield(L, -2, name);
}

// { subject, predicate, object, kind = "iri" | "blank" | "literal", language, datatype, graph }, without what is empty.
int next_triple(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  charge(L, 20);
  const Triple* triple = nullptr;
  if (!run_work(L, context, [&] { return read_triple(L, context, &triple); })) return raise_status(L, context->status);
  if (!triple) {
    lua_pushnil(L);
    return 1;
  }
  charge(L, triple->object.size() / 64);
  lua_createtable(L, 0, 6);
  push_field(L, "subject", triple->subject);
  push_field(L, "predicate", triple->predicate);
  push_field(L, "object", triple->object);
  push_field(L, "kind",
             triple->kind == Triple::Kind::kIri     ? "iri"
             : triple->kind == Triple::Kind::kBlank ? "blank"
                                                    : "literal");
  if (!triple->language.empty()) push_field(L, "language", triple->language);
  if (!triple->datatype.empty()) push_field(L, "datatype", triple->datatype);
  if (!triple->graph.empty()) push_field(L, "graph", triple->graph);
  return 1;
}

}  // namespace

void push_reader(lua_State* L, ImportContext* context) {
  lua_pushlightuserdata(L, context);
  lua_pushcclosure(L, context->rows ? next_row : context->triples ? next_triple : next_line, 1);
}

}  // namespace amont
