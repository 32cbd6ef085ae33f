// coverage(x, options) in scripts: uses and what covers them, as tables.

#include <algorithm>

#include "amont/coverage.h"
#include "query/lua/ask_options.h"

namespace amont {
namespace {

constexpr std::uint64_t kStepsPerUse = 50;

// An answer, and the nodes that it names.
struct CoverageRead {
  Coverage answer;
  std::vector<NodeId> ids;  // ascending
  std::shared_ptr<const NodesRead> page;

  std::size_t place(NodeId id) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(ids, id) - ids.begin());
  }
};
std::uint64_t bytes_held(const CoverageRead& read) noexcept {
  std::uint64_t bytes = read.ids.size() * sizeof(NodeId);
  for (const UseCoverage& one : read.answer.uses) {
    bytes += sizeof(UseCoverage) + one.use.label.size() + one.by.size() * sizeof(CoveringApproval);
    for (const CoverageGap& gap : one.gaps)
      bytes += sizeof(CoverageGap) + gap.also.size() + gap.missing_sources.size() * sizeof(NodeId);
  }
  return bytes;
}

Result<CoverageRead> read_coverage(const AtView& at, Budget& budget, std::span<const NodeId> of,
                                   const CoverageOptions& options) {
  CoverageRead read;
  AMONT_LET(read.answer, coverage(at.view, of, options));
  if (!budget.charge(kStepsPerUse * read.answer.uses.size())) return budget.reason();
  for (const UseCoverage& one : read.answer.uses) {
    read.ids.push_back(one.use.user);
    read.ids.push_back(one.use.used);
    if (one.use.project) read.ids.push_back(*one.use.project);
    for (const CoveringApproval& cover : one.by) read.ids.push_back(cover.approval);
    for (const CoverageGap& gap : one.gaps) {
      if (gap.nearest) read.ids.push_back(*gap.nearest);
      read.ids.insert(read.ids.end(), gap.missing_sources.begin(), gap.missing_sources.end());
    }
  }
  std::ranges::sort(read.ids);
  read.ids.erase(std::ranges::unique(read.ids).begin(), read.ids.end());
  AMONT_LET(read.page, read_page(at, budget, read.ids));
  return read;
}

// Pushes fields of tables that lie on top of the stack. Raises, and holds nothing that a raise would leave behind.
struct Pusher {
  lua_State* L;
  const AtView& at;
  const CoverageRead& read;

  void item(NodeId id) const {
    NodeItem* item = push_item(L);
    item->at = &at;
    item->page = read.page;
    item->index = read.place(id);
  }
  void node(const char* name, NodeId id) const {
    item(id);
    lua_setfield(L, -2, name);
  }
  void time(const char* name, const std::optional<Timestamp>& value) const {
    if (!value) return;
    push_time(L, *value);
    lua_setfield(L, -2, name);
  }
  void integer(const char* name, std::uint64_t value) const {
    lua_pushinteger(L, static_cast<lua_Integer>(value));
    lua_setfield(L, -2, name);
  }
  void flag(const char* name, bool value) const {
    lua_pushboolean(L, value);
    lua_setfield(L, -2, name);
  }
  void reason(GapReason reason) const { push_text(L, name_of(reason)); }

  void cover(const CoveringApproval& cover) const {
    lua_createtable(L, 0, 5);
    node("approval", cover.approval);
    time("from", cover.from);
    time("to", cover.to);
    integer("recorded_in", cover.recorded_in);
    flag("recorded_late", cover.recorded_late);
    flag("changed_late", cover.changed_late);
  }
  void gap(const CoverageGap& gap) const {
    lua_createtable(L, 0, 7);
    time("from", gap.from);
    time("to", gap.to);
    if (gap.from && gap.to) {
      lua_pushnumber(L, gap.days());
      lua_setfield(L, -2, "days");
    }
    reason(gap.reason);
    lua_setfield(L, -2, "reason");
    if (gap.nearest) node("nearest", *gap.nearest);
    list(gap.also, [this](GapReason one) { reason(one); });
    lua_setfield(L, -2, "also");
    list(gap.missing_sources, [this](NodeId id) { item(id); });
    lua_setfield(L, -2, "missing_sources");
  }
  void use(const UseCoverage& one) const {
    lua_createtable(L, 0, 8);
    const bool by_project = one.use.project && *one.use.project == one.use.user;
    if (!by_project) node("run", one.use.user);
    if (one.use.project) node("project", *one.use.project);
    node("dataset", one.use.used);
    time("from", one.use.from);
    time("to", one.use.to);
    flag("covered", one.covered());
    list(one.by, [this](const CoveringApproval& one_cover) { cover(one_cover); });
    lua_setfield(L, -2, "by");
    list(one.gaps, [this](const CoverageGap& one_gap) { gap(one_gap); });
    lua_setfield(L, -2, "gaps");
  }

  template <class T, class Push>
  void list(const std::vector<T>& items, const Push& push) const {
    luaL_checkstack(L, 8, "too much on the stack");
    lua_createtable(L, static_cast<int>(items.size()), 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
      push(items[i]);
      lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
    }
  }
};

// coverage(x, {as_of = time, gaps = true, project = ref, ...}): a list of tables; of all without x.
int ask_coverage(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  lua_settop(L, first + 1);
  Slot<CoverageRead>* slot = push_slot<CoverageRead>(L);
  run_into(slot, [&]() -> Result<CoverageRead> {
    Budget& budget = *slot->budget;
    std::vector<NodeId> of;
    AMONT_LET(const bool any, read_starts(L, first, at, budget, of));
    CoverageOptions options;
    OwnOptions own;
    own.coverage = &options;
    AMONT_LET(options.ask, read_options(L, first + 1, at, budget, &own));
    if (!any) return CoverageRead();
    AMONT_LET(CoverageRead read, read_coverage(at, budget, of, options));
    context->take(read.answer.completeness);
    return read;
  });
  if (!slot->value) return raise_status(L, slot->status);
  const Pusher pusher{L, at, *slot->value};
  pusher.list(slot->value->answer.uses, [&pusher](const UseCoverage& one) { pusher.use(one); });
  return 1;
}

}  // namespace

std::span<const TimedFunction> coverage_functions() {
  static constexpr TimedFunction kFunctions[] = {timed<ask_coverage>("coverage")};
  return kFunctions;
}

void define_coverage_types(lua_State* L) { define_slot_type<CoverageRead>(L, {"coverage", {}, {}}); }

}  // namespace amont
