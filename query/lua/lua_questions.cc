// Walks, as scripts ask for them: upstream(x, {depth = 3}), touches(x), reaches(a, b).

#include "query/lua/ask_options.h"

namespace amont {
namespace {

using Ask = Result<Answer> (*)(const Snapshot&, std::span<const NodeId>, const AskOptions&);

template <Ask ask>
int question(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  lua_settop(L, first + 1);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    Budget& budget = *slot->budget;
    AMONT_LET(const NodeSet starts, nodes_meant(L, first, at, budget));
    AMONT_LET(const AskOptions options, read_options(L, first + 1, at, budget));
    if (starts.empty()) return AnswerSet(&at, budget, {});
    AMONT_LET(Answer answer, ask(at.view, starts.ids(), options));
    if (!budget.charge(answer.nodes.size() + 1)) return budget.reason();
    context->take(answer.completeness);
    return AnswerSet(&at, budget, std::move(answer.nodes));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int ask_reaches(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  luaL_checkany(L, first + 1);
  lua_settop(L, first + 2);
  bool yes = false;
  const bool ok = run_work(L, context, [&]() -> Status {
    Budget& budget = budget_of(L);
    AMONT_LET(const NodeId a, node_meant(L, first, at, budget));
    AMONT_LET(const NodeId b, node_meant(L, first + 1, at, budget));
    AMONT_LET(const AskOptions options, read_options(L, first + 2, at, budget));
    AMONT_LET(const Reaches answer, reaches(at.view, a, b, options));
    context->take(answer.completeness);
    yes = answer.yes;
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  lua_pushboolean(L, yes);
  return 1;
}

}  // namespace

std::span<const TimedFunction> question_functions() {
  static constexpr TimedFunction kFunctions[] = {
      timed<question<upstream>>("upstream"), timed<question<downstream>>("downstream"),
      timed<question<sources>>("sources"), timed<question<touches>>("touches"), timed<ask_reaches>("reaches")};
  return kFunctions;
}

}  // namespace amont
