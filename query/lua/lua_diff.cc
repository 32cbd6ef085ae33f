// diff(since, x, options) in scripts: what differs between an earlier state of the register and the one that is asked.
#include "query/lua/lua_diff.h"

#include "amont/diff.h"
#include "query/lua/ask_options.h"
#include "query/lua/known_at.h"
#include "query/lua/made_values.h"

namespace amont {
namespace {

using Fields = std::vector<std::pair<std::string, ScriptValue>>;

constexpr std::uint64_t kStepsPerTransaction = 1'000, kStepsPerDifference = 100;

std::string_view name_of(DiffKind what) {
  return what == DiffKind::kAdded ? "added" : what == DiffKind::kRemoved ? "removed" : "changed";
}
ScriptValue tx_value(TxNumber tx) { return integer_value(static_cast<std::int64_t>(tx)); }

void add_text(ScriptValue& table, const char* name, const std::string& text) {
  table.fields.emplace_back(name, text_value(text));
}
ScriptValue& add_difference(ScriptValue& list, DiffKind what) {
  ScriptValue& one = list.list.emplace_back(table_value());
  one.fields.emplace_back("what", text_value(name_of(what)));
  return one;
}

Result<ScriptValue> records_value(Store& store, const Snapshot& before, const Snapshot& after,
                                  const AskOptions& options) {
  AMONT_LET(const std::vector<RecordDiff> diffs, diff_records(store, before, after, options));
  ScriptValue list = table_value();
  for (const RecordDiff& diff : diffs) {
    ScriptValue& one = add_difference(list, diff.what);
    if (diff.edge_kind.empty()) {
      add_text(one, "ref", diff.node.text());
    } else {
      add_text(one, "from", diff.node.text());
      add_text(one, "kind", diff.edge_kind);
      add_text(one, "to", diff.to.text());
      add_text(one, "label", diff.label);
    }
    one.fields.emplace_back("tx", tx_value(diff.tx));
    ScriptValue names = table_value();
    for (const RecordDiff::Property& property : diff.props) names.list.push_back(text_value(property.name));
    one.fields.emplace_back("names", std::move(names));
  }
  return list;
}

ScriptValue lineage_value(const LineageDiff& diff) {
  ScriptValue list = table_value(), nodes = table_value();
  for (const LineageDiff::EdgeDiff& edge : diff.edges) {
    ScriptValue& one = add_difference(list, edge.what);
    add_text(one, "from", edge.from.text());
    add_text(one, "kind", edge.kind);
    add_text(one, "to", edge.to.text());
    add_text(one, "label", edge.label);
    if (edge.tx != 0) one.fields.emplace_back("tx", tx_value(edge.tx));
  }
  for (const LineageDiff::NodeDiff& node : diff.nodes)
    add_text(add_difference(nodes, node.what), "ref", node.node.text());
  list.fields.emplace_back("nodes", std::move(nodes));
  return list;
}

ScriptValue reasons_value(const UseCoverage& use) {
  ScriptValue reasons = table_value();
  for (const CoverageGap& gap : use.gaps) reasons.list.push_back(text_value(name_of(gap.reason)));
  return reasons;
}

ScriptValue coverage_value(const CoverageDiff& diff) {
  ScriptValue list = table_value();
  for (const CoverageDiff::UseDiff& use : diff.uses) {
    ScriptValue& one = add_difference(list, use.what);
    const bool by_project = use.project && *use.project == use.user;
    if (!by_project) add_text(one, "run", use.user.text());
    if (use.project) add_text(one, "project", use.project->text());
    add_text(one, "dataset", use.used.text());
    one.fields.emplace_back("tx", tx_value(use.tx));
    if (use.before) one.fields.emplace_back("was_covered", flag_value(use.before->covered()));
    if (use.after) one.fields.emplace_back("covered", flag_value(use.after->covered()));
    if (use.before) one.fields.emplace_back("before", reasons_value(*use.before));
    if (use.after) one.fields.emplace_back("after", reasons_value(*use.after));
  }
  return list;
}

// The refs of what is named: looked up in the later state, which knows all that the earlier one did.
Result<std::vector<Ref>> refs_meant(lua_State* L, int index, const AtView& at, Budget& budget) {
  AMONT_LET(const NodeSet nodes, nodes_meant(L, index, at, budget));
  return at.view.refs(nodes.ids());
}

int ask_diff(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  lua_settop(L, first + 2);
  Slot<ScriptValue>* slot = push_slot<ScriptValue>(L);
  run_into(slot, [&]() -> Result<ScriptValue> {
    Budget& budget = *slot->budget;
    AMONT_LET(const ScriptValue since, read_value(L, first));
    AMONT_LET(const Snapshot before, read_known_at(*context, since));
    if (before.tx() > at.view.tx()) return invalid("diff(since): it must be earlier than the state that is asked");
    if (!context->store()) return Status(Code::kUnsupported, "diff() needs the register's log, and here is none");
    CoverageOptions options;
    OwnOptions own;
    own.takes_direction = own.takes_coverage = true;
    own.coverage = &options;
    AMONT_LET(options.ask, read_options(L, first + 2, at, budget, &own));
    const bool everything = lua_isnoneornil(L, first + 1);
    std::vector<Ref> of;
    if (!everything) {
      AMONT_LET(of, refs_meant(L, first + 1, at, budget));
      if (of.empty()) return table_value();
    }
    if (!budget.charge(kStepsPerTransaction * (at.view.tx() - before.tx() + 1))) return budget.reason();
    ScriptValue list;
    if (own.of_coverage) {
      AMONT_LET(const CoverageDiff diff, diff_coverage(*context->store(), before, at.view, of, options));
      context->take(diff.completeness);
      list = coverage_value(diff);
    } else if (everything) {
      AMONT_LET(list, records_value(*context->store(), before, at.view, options.ask));
    } else {
      AMONT_LET(const LineageDiff diff,
                diff_lineage(*context->store(), before, at.view, of, own.direction, options.ask));
      context->take(diff.completeness);
      list = lineage_value(diff);
    }
    if (!budget.charge(kStepsPerDifference * (list.list.size() + 1))) return budget.reason();
    return list;
  });
  if (!slot->value) return raise_status(L, slot->status);
  push_script_value(L, *slot->value);
  slot->value.reset();
  return 1;
}

}  // namespace

std::span<const TimedFunction> diff_functions() {
  static constexpr TimedFunction kFunctions[] = {timed<ask_diff>("diff")};
  return kFunctions;
}

}  // namespace amont
