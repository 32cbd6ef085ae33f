// Why in scripts: why(a, b), why_not(a, b).

#include "amont/explain.h"
#include "query/lua/ask_options.h"
#include "query/lua/made_values.h"

namespace amont {
namespace {

constexpr std::uint64_t kStepsPerFinding = 10'000;  // about what one more path costs

Result<ScriptValue> refs_value(const Snapshot& view, std::span<const NodeId> ids) {
  AMONT_LET(const std::vector<Ref> refs, view.refs(ids));
  ScriptValue list = table_value();
  for (const Ref& ref : refs) list.list.push_back(text_value(ref.text()));
  return list;
}

ScriptValue direction_value(Direction direction) {
  return text_value(direction == Direction::kUpstream ? "up" : "down");
}
ScriptValue precision_value(Precision precision) {
  return text_value(precision == Precision::kExact ? "exact" : "possible");
}

Result<ScriptValue> step_value(const AtView& at, const WhyStep& step) {
  const NodeId ends[] = {step.edge.from, step.edge.to};
  AMONT_LET(const std::vector<Ref> refs, at.view.refs(ends));
  ScriptValue value = table_value();
  value.fields = {{"kind", text_value(at.view.schema().edge(step.edge.kind).name)},
                  {"from", text_value(refs[0].text())},
                  {"to", text_value(refs[1].text())},
                  {"label", text_value(step.edge.label)},
                  {"tx", integer_value(static_cast<std::int64_t>(step.tx))}};
  if (!step.because.empty()) value.fields.emplace_back("because", text_value(step.because));
  return value;
}

// why(a, b, options): a list of steps {kind, from, to, label, tx, because}, with direction, precision and refs; empty when neither
// comes from the other.
int ask_why(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  luaL_checkany(L, first + 1);
  lua_settop(L, first + 2);
  Slot<ScriptValue>* slot = push_slot<ScriptValue>(L);
  run_into(slot, [&]() -> Result<ScriptValue> {
    Budget& budget = *slot->budget;
    AMONT_LET(const NodeId a, node_meant(L, first, at, budget));
    AMONT_LET(const NodeId b, node_meant(L, first + 1, at, budget));
    AMONT_LET(AskOptions options, read_options(L, first + 2, at, budget));
    options.want_edges = true;
    AMONT_LET(const Why answer, why(at.view, a, b, options));
    context->take(answer.path.completeness);
    ScriptValue value = table_value();
    for (const WhyStep& step : answer.steps) {
      AMONT_LET(ScriptValue one, step_value(at, step));
      value.list.push_back(std::move(one));
    }
    if (answer.steps.empty()) return value;
    AMONT_LET(ScriptValue refs, refs_value(at.view, answer.path.nodes));
    value.fields.emplace_back("direction", direction_value(answer.path.direction));
    value.fields.emplace_back("precision", precision_value(answer.path.precision));
    value.fields.emplace_back("refs", std::move(refs));
    return value;
  });
  if (!slot->value) return raise_status(L, slot->status);
  push_script_value(L, *slot->value);
  slot->value.reset();
  return 1;
}

// why_not(a, b, options): a list of findings {reason, tx, path}, with upstream (it is, after all) and common (refs that both come from).
int ask_why_not(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  luaL_checkany(L, first + 1);
  lua_settop(L, first + 2);
  Slot<ScriptValue>* slot = push_slot<ScriptValue>(L);
  run_into(slot, [&]() -> Result<ScriptValue> {
    Budget& budget = *slot->budget;
    AMONT_LET(const NodeId a, node_meant(L, first, at, budget));
    AMONT_LET(const NodeId b, node_meant(L, first + 1, at, budget));
    AMONT_LET(AskOptions options, read_options(L, first + 2, at, budget));
    options.want_edges = true;
    if (!budget.charge(10 * kStepsPerFinding)) return budget.reason();
    AMONT_LET(const WhyNot answer, why_not(context->store(), at.view, a, b, options, &context->now().view));
    context->take({answer.completeness.reasons, answer.unknown});
    ScriptValue value = table_value();
    for (const WhyNotFinding& finding : answer.findings) {
      AMONT_LET(ScriptValue path, refs_value(at.view, finding.path.nodes));
      ScriptValue& one = value.list.emplace_back(table_value());
      one.fields = {{"reason", text_value(finding.reason)}, {"path", std::move(path)}};
      if (finding.tx != 0) one.fields.emplace_back("tx", integer_value(static_cast<std::int64_t>(finding.tx)));
    }
    AMONT_LET(ScriptValue common, refs_value(at.view, answer.common));
    value.fields.emplace_back("common", std::move(common));
    value.fields.emplace_back("upstream", flag_value(answer.upstream));
    return value;
  });
  if (!slot->value) return raise_status(L, slot->status);
  push_script_value(L, *slot->value);
  slot->value.reset();
  return 1;
}

}  // namespace

std::span<const TimedFunction> why_functions() {
  static constexpr TimedFunction kFunctions[] = {timed<ask_why>("why"), timed<ask_why_not>("why_not")};
  return kFunctions;
}

}  // namespace amont
