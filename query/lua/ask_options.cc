#include "query/lua/ask_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "query/lua/nearest.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::uint64_t kStepsPerLook = 2048;  // what 1,024 expansions of a walk cost

Status not_an_option(std::string_view name, const OwnOptions* own) {
  std::vector<std::string_view> names = {"depth", "kind", "through", "precision", "exact", "granularity", "limit"};
  if (own && own->takes_direction) names.push_back("direction");
  if (own && own->takes_count) names.push_back("count");
  if (own && own->takes_reduce) names.push_back("reduce");
  if (own && own->coverage) names.insert(names.end(), {"as_of", own->takes_coverage ? "coverage" : "gaps", "project"});
  const std::string_view last = names.back();
  return invalid(fmt::format("there is no option \"{}\"; options are {} and {}{}", name,
                             fmt::join(names.begin(), names.end() - 1, ", "), last, did_you_mean(name, names)));
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

// Those that coverage() has besides. False when `name` is none of them.
Result<bool> read_coverage_option(const std::string& name, const ScriptValue& value, const AtView& at,
                                  CoverageOptions* options) {
  if (name == "as_of") {
    AMONT_LET(options->as_of, time_in(value, "as_of"));
  } else if (name == "gaps") {
    if (value.what != What::kBoolean) return invalid("gaps must be true or false");
    options->gaps_only = value.boolean;
  } else if (name == "project") {
    AMONT_LET(const std::vector<std::string> refs, names_in(value, "project"));
    for (const std::string& ref : refs) {
      AMONT_LET(const NodeId id, find_id(at, ref));
      options->projects.push_back(id);
    }
  } else {
    return false;
  }
  return true;
}

Status read_option(const std::string& name, const ScriptValue& value, const Schema& schema, AskOptions* options,
                   OwnOptions* own) {
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
  } else if (name == "direction" && own && own->takes_direction) {
    const auto direction = value.what == What::kText ? direction_named(value.text) : std::nullopt;
    if (!direction) return invalid("direction must be \"up\" or \"down\"");
    own->direction = *direction;
  } else if (name == "count" && own && own->takes_count) {
    AMONT_LET(own->count, count(1));
  } else if (name == "coverage" && own && own->takes_coverage) {
    if (value.what != What::kBoolean) return invalid("coverage must be true or false");
    own->of_coverage = value.boolean;
  } else if (name == "reduce" && own && own->takes_reduce) {
    if (value.what != What::kBoolean) return invalid("reduce must be true or false");
    options->reduce_edges = value.boolean;
  } else {
    return not_an_option(name, own);
  }
  return {};
}

}  // namespace

Result<AskOptions> options_in(const ScriptValue& table, const AtView& at, Budget& budget, OwnOptions* own) {
  AskOptions options;
  for (const auto& [name, value] : table.fields) {
    const bool is_of_coverage = own && own->coverage && !(own->takes_coverage && name == "gaps");
    if (is_of_coverage) {
      AMONT_LET(const bool taken, read_coverage_option(name, value, at, own->coverage));
      if (taken) continue;
    }
    AMONT_TRY(read_option(name, value, at.view.schema(), &options, own));
  }
  options.valid_at = at.valid_at;
  options.valid_until = at.valid_until;
  options.keep_going = [&budget] { return budget.charge_and_look(kStepsPerLook); };
  options.want_edges = false;
  return options;
}

Result<AskOptions> read_options(lua_State* L, int index, const AtView& at, Budget& budget, OwnOptions* own) {
  if (lua_isnoneornil(L, index)) return options_in({}, at, budget, own);
  AMONT_LET(const ScriptValue table, read_value(L, index));
  if (table.what != What::kTable || !table.list.empty())
    return invalid("options are named: {depth = 3, precision = \"exact\"}");
  return options_in(table, at, budget, own);
}

Result<bool> read_starts(lua_State* L, int index, const AtView& at, Budget& budget, std::vector<NodeId>& out) {
  if (lua_isnoneornil(L, index)) return true;
  AMONT_LET(const NodeSet starts, nodes_meant(L, index, at, budget));
  out = starts.ids();
  return !out.empty();
}

Result<NodeId> node_meant(lua_State* L, int index, const AtView& at, Budget& budget) {
  AMONT_LET(const NodeSet nodes, nodes_meant(L, index, at, budget));
  if (nodes.size() != 1) return invalid(fmt::format("expected one node, got a set of {}", nodes.size()));
  return nodes.ids().front();
}

}  // namespace amont
