// Walks, as scripts ask for them: upstream(x, {depth = 3}), touches(x), path(a, b)...

#include <fmt/format.h>

#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::uint64_t kStepsPerLook = 2048;  // what 1,024 expansions of a walk cost

Status not_an_option(std::string_view name) {
  static constexpr std::string_view kNames[] = {"depth", "kind",        "through", "precision",
                                                "exact", "granularity", "limit"};
  return invalid(fmt::format(
      "there is no option \"{}\"; options are depth, kind, through, precision, exact, granularity and limit{}", name,
      did_you_mean(name, kNames)));
}

Result<std::vector<std::string>> names_in(const ScriptValue& value, std::string_view option) {
  if (value.what == What::kText) return std::vector{value.text};
  std::vector<std::string> names;
  const bool is_list = value.what == What::kTable && value.fields.empty();
  for (const ScriptValue& one : value.list)
    if (one.what == What::kText) names.push_back(one.text);
  if (!is_list || names.size() != value.list.size())
    return invalid(fmt::format("{} must be a name or a list of names", option));
  return names;
}

// "derived_from" walks that kind instead of lineage, "+coded_with" as well.
Status read_through(const ScriptValue& value, const Schema& schema, AskOptions* options) {
  AMONT_LET(std::vector<std::string> names, names_in(value, "through"));
  std::size_t added = 0;
  for (std::string& name : names) {
    if (!name.starts_with('+')) continue;
    name.erase(0, 1);
    ++added;
  }
  if (added != 0 && added != names.size())
    return invalid(
        "through: either all kinds begin with \"+\" (walked besides lineage) or none (walked instead of it)");
  for (const std::string& name : names) AMONT_TRY(check_edge_kind(schema, name));
  options->through = std::move(names);
  options->through_adds = added != 0;
  return {};
}

Status read_option(const std::string& name, const ScriptValue& value, const Schema& schema, AskOptions* options) {
  const auto one_of = [&](std::string_view first, std::string_view second) -> Result<bool> {
    if (value.what == What::kText && value.text == first) return true;
    if (value.what == What::kText && value.text == second) return false;
    return invalid(fmt::format("{} must be \"{}\" or \"{}\"", name, first, second));
  };
  const auto count = [&](lua_Integer least) -> Result<std::uint64_t> {
    if (value.what == What::kInteger && value.integer >= least) return static_cast<std::uint64_t>(value.integer);
    return invalid(fmt::format("{} must be a whole number, {} or more", name, least));
  };
  if (name == "depth") {
    AMONT_LET(const std::uint64_t depth, count(0));
    options->depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(depth, kAnyDepth));
  } else if (name == "limit") {
    AMONT_LET(options->limit, count(1));
  } else if (name == "kind" || name == "kinds") {
    AMONT_LET(options->kinds, names_in(value, name));
    for (const std::string& kind : options->kinds) AMONT_TRY(check_node_kind(schema, kind));
  } else if (name == "through") {
    AMONT_TRY(read_through(value, schema, options));
  } else if (name == "precision") {
    AMONT_LET(options->exact, one_of("exact", "possible"));
  } else if (name == "exact") {
    if (value.what != What::kBoolean) return invalid("exact must be true or false");
    options->exact = value.boolean;
  } else if (name == "granularity") {
    AMONT_LET(const bool variable, one_of("variable", "dataset"));
    options->granularity = variable ? Granularity::kVariable : Granularity::kDataset;
  } else {
    return not_an_option(name);
  }
  return {};
}

// The options at `index`, or none; and what the view and the budget add to every question.
Result<AskOptions> read_options(lua_State* L, int index, const AtView& at, Budget& budget) {
  AskOptions options;
  if (!lua_isnoneornil(L, index)) {
    AMONT_LET(const ScriptValue table, read_value(L, index));
    if (table.what != What::kTable || !table.list.empty())
      return invalid("options are named: {depth = 3, precision = \"exact\"}");
    for (const auto& [name, value] : table.fields) AMONT_TRY(read_option(name, value, at.view.schema(), &options));
  }
  options.valid_at = at.valid_at;
  options.valid_until = at.valid_until;
  options.keep_going = [&budget] { return budget.charge_and_look(kStepsPerLook); };
  options.want_edges = false;
  return options;
}

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

// The one node meant by an argument.
Result<NodeId> node_meant(lua_State* L, int index, const AtView& at, Budget& budget) {
  AMONT_LET(const NodeSet nodes, nodes_meant(L, index, at, budget));
  if (nodes.size() != 1) return invalid(fmt::format("expected one node, got a set of {}", nodes.size()));
  return nodes.ids().front();
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

// What a path needs while its table is made.
struct PathRead {
  std::shared_ptr<const NodePage> page;
  std::shared_ptr<const EdgeList> edges;
  Direction direction = Direction::kUpstream;
  Precision precision = Precision::kExact;
};

Result<PathRead> read_path(const AtView& at, Budget& budget, const PathAnswer& answer) {
  PathRead read;
  AMONT_LET(read.page, read_page(at, budget, answer.nodes));
  auto edges = std::make_shared<EdgeList>();
  std::uint64_t bytes = 0;
  for (const FollowedEdge& followed : answer.edges) {
    AMONT_LET(std::optional<Edge> edge, at.view.edge(followed.kind, followed.from, followed.to, followed.label));
    if (!edge) continue;  // retracted since: can't be, in one view
    AMONT_LET(const Ref from, at.view.ref(followed.from));
    AMONT_LET(const Ref to, at.view.ref(followed.to));
    bytes += sizeof(EdgeList::Row) + bytes_of(edge->props) + 2 * sizeof(Ref);
    edges->rows.push_back({*std::move(edge), from.text(), to.text()});
  }
  edges->held = std::make_unique<Held>(budget, bytes);
  read.edges = std::move(edges);
  read.direction = answer.direction;
  read.precision = answer.precision;
  return read;
}

// path(a, b): the nodes of one shortest path as a list, which has direction, precision and edges too; an empty list
// when there is no path.
int ask_path(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  luaL_checkany(L, first);
  luaL_checkany(L, first + 1);
  lua_settop(L, first + 2);
  Slot<PathRead>* slot = push_slot<PathRead>(L);
  run_into(slot, [&]() -> Result<PathRead> {
    Budget& budget = *slot->budget;
    AMONT_LET(const NodeId a, node_meant(L, first, at, budget));
    AMONT_LET(const NodeId b, node_meant(L, first + 1, at, budget));
    AMONT_LET(AskOptions options, read_options(L, first + 2, at, budget));
    options.want_edges = true;
    AMONT_LET(const PathAnswer answer, path(at.view, a, b, options));
    context->take(answer.completeness);
    return read_path(at, budget, answer);
  });
  if (!slot->value) return raise_status(L, slot->status);
  const PathRead& read = *slot->value;
  const std::size_t count = read.page->nodes.size();
  lua_createtable(L, static_cast<int>(count), 3);
  const int list = lua_gettop(L);
  for (std::size_t i = 0; i < count; ++i) {
    NodeItem* item = push_item(L);
    item->at = &at;
    item->page = read.page;
    item->index = i;
    lua_rawseti(L, list, static_cast<lua_Integer>(i + 1));
  }
  if (count == 0) return 1;
  lua_pushstring(L, read.direction == Direction::kUpstream ? "up" : "down");
  lua_setfield(L, list, "direction");
  lua_pushstring(L, read.precision == Precision::kExact ? "exact" : "possible");
  lua_setfield(L, list, "precision");
  lua_createtable(L, static_cast<int>(read.edges->rows.size()), 0);
  for (std::size_t i = 0; i < read.edges->rows.size(); ++i) {
    push_slot<EdgeItem>(L)->value.emplace(EdgeItem{&at, read.edges, i});
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  lua_setfield(L, list, "edges");
  return 1;
}

}  // namespace

std::span<const TimedFunction> question_functions() {
  static constexpr TimedFunction kFunctions[] = {
      timed<question<upstream>>("upstream"), timed<question<downstream>>("downstream"),
      timed<question<sources>>("sources"),   timed<question<touches>>("touches"),
      timed<ask_reaches>("reaches"),         timed<ask_path>("path")};
  return kFunctions;
}

void define_path_type(lua_State* L) { define_slot_type<PathRead>(L, {"path", {}, {}}); }

}  // namespace amont
