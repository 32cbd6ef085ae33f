#include "tests/query/bundle/bundle_register.h"

namespace amont {
namespace {

const std::vector<std::string> kKinds = {"dataset", "variable", "project", "run", "output", "publication"};
const std::vector<std::string> kEdges = {"derived_from", "used",       "generated_by", "reports",
                                         "part_of",      "version_of", "informed_by",  "same_as"};

std::string any_ref(Dice& dice) { return kKinds[dice.below(kKinds.size())] + ":" + std::to_string(dice.below(7)); }

Change any_change(Dice& dice) {
  const std::uint64_t what = dice.below(20);
  if (what < 7) {
    Change put = BundleRegister::node(any_ref(dice), what < 4 ? "Title " + std::to_string(dice.below(100)) : "");
    if (what == 3) std::get<PutNode>(put).props.push_back({"n", Value(static_cast<std::int64_t>(dice.below(9)))});
    if (what == 2) std::get<PutNode>(put).props = {{"title", std::nullopt}};
    return put;
  }
  if (what == 7) return RetractNode{*Ref::parse(any_ref(dice))};
  const std::string& kind = kEdges[dice.below(kEdges.size())];
  if (what == 8) return RetractEdge{kind, *Ref::parse(any_ref(dice)), *Ref::parse(any_ref(dice)), ""};
  Change put = BundleRegister::edge(kind, any_ref(dice), any_ref(dice), dice.below(6) == 0 ? "again" : "");
  if (what == 9) std::get<PutEdge>(put).props.push_back({"title", Value(std::string("how"))});
  return put;
}

}  // namespace

void BundleRegister::grow(Dice& dice, int transactions) {
  for (int i = 0; i < transactions; ++i) {
    std::vector<Change> changes;
    for (std::uint64_t n = 1 + dice.below(4); n > 0; --n) changes.push_back(any_change(dice));
    if (commit(changes) || changes.size() == 1) continue;
    for (Change& one : changes) (void)commit({std::move(one)});
  }
}

}  // namespace amont
