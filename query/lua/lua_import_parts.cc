// What an import script reads a large JSON document with, part by part.
//
//   for _, name in ipairs(document.names()) do                     the names in the document, in order
//   for id, record in document.members("entity") do                what is in the object under "entity", as it stands there
//
// Names lead from the outside in: members("bundle", "b", "entity"). What is not there has no names and no members.

#include <algorithm>
#include <deque>
#include <unordered_set>
#include <vector>

#include "core/text/utf8.h"
#include "query/lua/import_context.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr int kPathMax = 16;

// On the way through one object.
struct PartsWalk {
  std::size_t at = 0;  // behind what was read
  std::uint64_t line = 1;
  bool begun = false;
  bool ended = false;
  std::unordered_set<std::string_view> seen;  // names, in the text or in `kept`
  std::deque<std::string> kept;
};

std::uint64_t bytes_held(const PartsWalk& walk) noexcept { return walk.seen.size() * 64; }

Result<std::vector<std::string>> read_path(lua_State* L, int count) {
  std::vector<std::string> path;
  for (int i = 1; i <= count; ++i) {
    std::string_view name;
    read_text(L, i, &name);
    path.emplace_back(name);
  }
  return path;
}

int check_path(lua_State* L) {
  const int count = lua_gettop(L);
  luaL_argcheck(L, count <= kPathMax, kPathMax + 1, "too many names");
  for (int i = 1; i <= count; ++i) luaL_checktype(L, i, LUA_TSTRING);
  return count;
}

// What can't be read is the document's fault: an import that keeps going does without it.
Status refuse_part(lua_State* L, ImportContext* context, const Status& why, std::size_t at) {
  Status refused = context->importer.refuse(why, position_in(context->path, context->json->text, at), {});
  if (refused.ok()) return {};
  return end_with(L, context, std::move(refused));
}

Status not_now() { return invalid("a document can be read while it is converted, and not after"); }

int names(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  const int count = check_path(L);
  const JsonParts::Members* found = nullptr;
  const bool ok = run_work(L, context, [&]() -> Status {
    if (!context->parts) return not_now();
    AMONT_LET(const auto path, read_path(L, count));
    auto spot = context->parts->find(path);
    if (spot.ok() && !*spot) return {};
    auto members = spot.ok() ? context->parts->members(**spot, path.empty() ? "" : path.back())
                             : Result<const JsonParts::Members*>(std::move(spot).status());
    if (!members.ok()) return refuse_part(L, context, members.status(), context->parts->failed_at());
    found = *members;
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  lua_newtable(L);
  if (!found) return 1;
  charge(L, 5 * found->size());
  lua_Integer index = 0;
  for (const auto& [name, spot] : *found) {
    push_text(L, name);
    lua_rawseti(L, -2, ++index);
  }
  return 1;
}

// Reads the next name; the cursor stands before its value. False when there is none.
bool read_name(ImportContext* context, PartsWalk& walk, std::string_view* name, Status* why) {
  JsonReading& reading = *context->json;
  JsonCursor& in = reading.cursor;
  if (!in.ok()) in = JsonCursor(reading.text);  // something else could not be read, and the import keeps going
  in.go_to(walk.at);
  const auto failed = [&](Status status, std::size_t at) {
    *why = std::move(status);
    reading.failed_at = at;
    return false;
  };
  walk.ended = true;
  if (!walk.begun && !in.take('{')) return failed(invalid("expected an object"), in.offset());
  if (in.take('}')) return false;
  if (std::exchange(walk.begun, true) && !in.expect(',', "a field")) return failed(in.status(), in.failed_at());
  const std::size_t name_at = in.offset();
  if (!in.string(*name, reading.scratch, "a field's name in double quotes") || !in.expect(':', "a field's name"))
    return failed(in.status(), in.failed_at());
  if (name->data() == reading.scratch.data()) *name = walk.kept.emplace_back(*name);
  if (!walk.seen.insert(*name).second)
    return failed(invalid("the field " + in_quotes(*name) + " is there twice"), name_at);
  walk.ended = false;
  return true;
}

void count_lines(ImportContext* context, PartsWalk& walk, std::size_t at) {
  const std::string_view read = context->json->text.substr(walk.at, at - walk.at);
  walk.line += static_cast<std::uint64_t>(std::count(read.begin(), read.end(), '\n'));
  walk.at = at;
}

int next_member(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  Slot<PartsWalk>* slot = to_slot<PartsWalk>(L, lua_upvalueindex(2));
  charge(L, 20);
  end_record(L, context);
  std::string_view name;
  bool has = false;
  const bool ok = run_work(L, context, [&]() -> Status {
    if (!context->parts) return not_now();
    PartsWalk& walk = *slot->value;
    if (walk.ended) return {};
    const std::size_t before = walk.at;
    Status why;
    has = read_name(context, walk, &name, &why);
    if (!why.ok()) return refuse_part(L, context, why, context->json->failed_at);
    count_lines(context, walk, has ? context->json->cursor.offset() : walk.at);
    context->part_line = walk.line;
    context->part_at = before;
    context->part_end = walk.at;
    context->has_record = has;
    const std::uint64_t given = context->part_bytes;
    context->part_bytes += walk.at - before;
    if (walk.seen.size() % 1024 == 0) account(slot);
    return go_on(L, context, given);
  });
  if (!ok) return raise_status(L, context->status);
  if (!has) {
    lua_pushnil(L);
    return 1;
  }
  push_text(L, name);
  if (push_json_value(L, context, &*context->json)) {
    const std::size_t before = slot->value->at;
    count_lines(context, *slot->value, context->json->cursor.offset());
    context->part_bytes += slot->value->at - before;
    context->part_end = slot->value->at;
    return 2;
  }
  const bool refused = run_work(L, context, [&] {
    slot->value->ended = true;
    return refuse_part(L, context, Status(context->status), context->json->failed_at);
  });
  if (!refused) return raise_status(L, context->status);
  lua_pushnil(L);
  return 1;
}

int members(lua_State* L) {
  ImportContext* context = context_of<ImportContext>(L);
  const int count = check_path(L);
  Slot<PartsWalk>* slot = push_slot<PartsWalk>(L);
  run_into(slot, [&]() -> Result<PartsWalk> {
    if (!context->parts) return not_now();
    AMONT_LET(const auto path, read_path(L, count));
    PartsWalk walk;
    const auto spot = context->parts->find(path);
    if (!spot.ok()) AMONT_TRY(refuse_part(L, context, spot.status(), context->parts->failed_at()));
    walk.ended = !spot.ok() || !*spot;
    if (!walk.ended) walk.at = (*spot)->at, walk.line = (*spot)->line;
    return walk;
  });
  if (!slot->value) return raise_status(L, slot->status);
  lua_pushlightuserdata(L, context);
  lua_insert(L, -2);
  lua_pushcclosure(L, next_member, 2);
  return 1;
}

}  // namespace

void define_parts(lua_State* L) { define_slot_type<PartsWalk>(L, {"members", {}, {}}); }

void push_parts(lua_State* L, ImportContext* context) {
  static constexpr HostFunction kWords[] = {{"names", names}, {"members", members}};
  lua_createtable(L, 0, 2);
  set_functions(L, kWords, context);
}

}  // namespace amont
