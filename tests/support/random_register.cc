#include "tests/support/random_register.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "tests/support/small_schema.h"

namespace amont {
namespace {

template <class Container>
const auto& any_of(Dice& dice, const Container& container) {
  return *std::next(container.begin(), static_cast<std::ptrdiff_t>(dice.below(container.size())));
}

Timestamp random_time(Dice& dice) {
  constexpr std::int64_t kDay = 86'400'000'000;
  return {static_cast<std::int64_t>(dice.below(40)) * 100 * kDay + static_cast<std::int64_t>(dice.below(3))};
}

Scalar random_scalar(Dice& dice) {
  constexpr std::array<const char*, 5> kTexts = {"", "one", "two words", "caf\xc3\xa9 \xe2\x80\x94 \"quoted\"",
                                                 "line\nbreak\ttab"};
  constexpr std::array<double, 6> kReals = {0.0, -0.0, 0.1, -1.5e300, 5e-324, 123456789.0};
  constexpr std::array<std::int64_t, 5> kIntegers = {0, 1, -1, INT64_MAX, INT64_MIN};
  switch (dice.below(5)) {
    case 0: return std::string(any_of(dice, kTexts));
    case 1: return any_of(dice, kIntegers);
    case 2: return any_of(dice, kReals);
    case 3: return dice.coin();
    default: return random_time(dice);
  }
}

Value widen(Scalar scalar) {
  return std::visit([](auto&& one) { return Value(std::forward<decltype(one)>(one)); }, std::move(scalar));
}

List random_list(Dice& dice, bool of_text) {
  List list;
  for (std::uint64_t n = dice.below(4); n > 0; --n) {
    list.push_back(of_text ? Scalar("tag" + std::to_string(n)) : random_scalar(dice));
  }
  return list;
}

}  // namespace

SchemaGrowth random_growth(Dice& dice) {
  SchemaGrowth growth;
  growth.source = "-- grown by chance";
  const PropertyRow row{"extra" + std::to_string(dice.below(4)), dice.coin() ? ValueType::kText : ValueType::kInteger,
                        dice.coin(), false};
  switch (dice.below(4)) {
    case 0: return custom_growth();
    case 1: growth.nodes.push_back({NodeKind{}, "dataset", Role::kNone, {row}}); break;
    case 2: growth.nodes.push_back({NodeKind{}, "kind" + std::to_string(dice.below(3)), Role::kNone, {row}}); break;
    default: {
      EdgeRow edge;  // refused when a name in it is not declared yet, or when the standing row has another class
      edge.name = "edge" + std::to_string(dice.below(3));
      edge.edge_class = dice.below(4) == 0 ? EdgeClass::kStructure : EdgeClass::kLineage;
      edge.ends = {{{"kind" + std::to_string(dice.below(3))}, {"dataset"}}};
      growth.edges.push_back(edge);
    }
  }
  return growth;
}

Ref RandomRegister::ref_of_kind(const std::string& kind) {
  const std::uint64_t n = dice_.below(shape_.keys_per_kind);
  constexpr std::array<const char*, 4> kOdd = {"a:b/c d", "\xc3\xa9\xe2\x82\xac", "2", "-"};
  return {kind, n < kOdd.size() ? kOdd[n] : "k" + std::to_string(n)};
}

Ref RandomRegister::ref(const ModelState& state) {
  std::vector<std::string> kinds;
  for (const NodeRow& row : state.schema.nodes()) kinds.push_back(row.name);
  return ref_of_kind(any_of(dice_, kinds));
}

// Mostly one that is alive, so that edges find their ends.
Ref RandomRegister::alive_or_any(const ModelState& state, const std::vector<std::string>& kinds) {
  std::vector<Ref> alive;
  for (const auto& [ref, record] : state.nodes) {
    if (std::ranges::count(kinds, ref.kind) > 0) alive.push_back(ref);
  }
  if (alive.empty() || one_in(40)) return ref_of_kind(any_of(dice_, kinds));
  return any_of(dice_, alive);
}

Value RandomRegister::value_for(const std::string& name) {
  if (name == "title") return "title " + std::to_string(dice_.below(5));
  if (name == "n") return static_cast<std::int64_t>(dice_.below(4));
  if (name == "ratio") return static_cast<double>(dice_.below(4)) / 2;
  if (name == "flag") return dice_.coin();
  if (name == "at") return random_time(dice_);
  if (name == "tags") return random_list(dice_, true);
  return one_in(4) ? Value(random_list(dice_, false)) : widen(random_scalar(dice_));
}

std::vector<PropertyChange> RandomRegister::props() {
  std::vector<std::string> names = {"title", "n",    "ratio", "flag",   "at",
                                    "tags",  "free", "Free",  "extra0", "\xc3\xa9t\xc3\xa9"};
  std::vector<PropertyChange> changes;
  for (std::uint64_t n = dice_.below(4); n > 0; --n) {
    const std::string name = any_of(dice_, names);
    std::erase(names, name);
    changes.push_back({name, one_in(5) ? std::nullopt : std::optional(value_for(name))});
  }
  return changes;
}

void RandomRegister::interval(TimeChange& from, TimeChange& to) {
  if (!one_in(4)) return;
  std::optional<Timestamp> first = random_time(dice_);
  std::optional<Timestamp> last = random_time(dice_);
  if (*last < *first) std::swap(first, last);
  if (one_in(3)) first.reset();
  if (one_in(3)) last.reset();
  if (!one_in(4)) from = first;
  if (!one_in(4)) to = last;
}

PutNode RandomRegister::put_node(const ModelState& state) {
  PutNode put;
  put.ref = ref(state);
  put.props = props();
  interval(put.valid_from, put.valid_to);
  return put;
}

PutEdge RandomRegister::put_edge(const ModelState& state) {
  PutEdge put;
  const EdgeRow& row = any_of(dice_, state.schema.edges());
  put.kind = row.name;
  if (row.same_kind) {
    put.from = alive_or_any(state, {any_of(dice_, state.schema.nodes()).name});
    put.to = alive_or_any(state, {put.from.kind});
  } else {
    const EdgeEnds& ends = any_of(dice_, row.ends);
    put.from = alive_or_any(state, ends.from);
    put.to = alive_or_any(state, ends.to);
  }
  if (one_in(3)) put.label = one_in(2) ? "second" : "\xc3\xa9tiquette " + std::to_string(dice_.below(3));
  put.props = props();
  interval(put.valid_from, put.valid_to);
  return put;
}

Change RandomRegister::retraction(const ModelState& state) {
  if (one_in(2) && !state.nodes_known.empty()) return RetractNode{any_of(dice_, state.nodes_known)};
  if (state.edges_known.empty()) return put_node(state);
  const bool alive = !state.edges.empty() && !one_in(4);
  const ModelEdgeKey key = alive ? any_of(dice_, state.edges).first : any_of(dice_, state.edges_known);
  return RetractEdge{key.kind, key.from, key.to, key.label};
}

Change RandomRegister::wrong(const ModelState& state) {
  PutNode node = put_node(state);
  PutEdge edge = put_edge(state);
  switch (dice_.below(9)) {
    case 0: node.ref.kind = "nosuchkind"; return node;
    case 1: node.ref.key = "bell\x07"; return node;
    case 2: node.props = {{"n", Value("no number")}}; return node;
    case 3: node.props = {{"tags", Value("no list")}}; return node;
    case 4: edge.kind = "nosuchedge"; return edge;
    case 5:
      edge.kind = "reports";
      edge.from.kind = "dataset";
      return edge;
    case 6: edge.to.key = "absent"; return edge;
    case 7: return RetractNode{{"dataset", "never put"}};
    default: return RetractEdge{"derived_from", ref(state), ref(state), "never put"};
  }
}

Change RandomRegister::change(const ModelState& state) {
  const std::uint64_t what = dice_.below(200);
  if (what < 3) return GrowSchema{random_growth(dice_)};
  if (what < 8) return wrong(state);
  if (what < 30) return retraction(state);
  if (what < 95) return put_node(state);
  return put_edge(state);
}

// Drawn against the state as the earlier ones of them leave it.
std::vector<Change> RandomRegister::changes(const ModelState& state) {
  ModelState ahead = state;
  std::vector<Change> drawn;
  for (std::uint64_t n = 1 + dice_.below(shape_.changes_max); n > 0; --n) {
    drawn.push_back(change(ahead));
    (void)apply(ahead, drawn.back(), state.tx + 1);
  }
  return drawn;
}

}  // namespace amont
