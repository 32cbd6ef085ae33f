// diff_coverage(): coverage in both states, and the transactions that made it differ, found by halving what is between.
#include <algorithm>
#include <map>
#include <tuple>

#include "amont/diff.h"
#include "query/completeness.h"
#include "query/walk/walk.h"

namespace amont {
namespace {

using UseName = std::tuple<NodeId, NodeId, std::optional<NodeId>, std::string>;  // user, used, project, label
using Uses = std::map<UseName, UseCoverage>;

UseName name_of(const Use& use) { return {use.user, use.used, use.project, use.label}; }

// Absent is like absent; otherwise the gaps say.
bool alike(const UseCoverage* a, const UseCoverage* b) {
  if (!a || !b) return a == b;
  return std::ranges::equal(a->gaps, b->gaps, [](const CoverageGap& one, const CoverageGap& other) {
    return one.from == other.from && one.to == other.to && one.reason == other.reason;
  });
}

const UseCoverage* find(const Uses& uses, const UseName& name) {
  const auto found = uses.find(name);
  return found == uses.end() ? nullptr : &found->second;
}

class Comparing {
 public:
  Comparing(Store& store, std::span<const Ref> of, const CoverageOptions& options)
      : store_(store), of_(of), options_(options), clock_(options.ask) {
    options_.gaps_only = false;
    options_.ask.limit = 0;
  }

  Result<CoverageDiff> run(const Snapshot& before, const Snapshot& after) {
    AMONT_LET(Uses was, uses_in(before, &diff_.completeness));
    AMONT_LET(Uses is, uses_in(after, &diff_.completeness));
    std::vector<UseName> differing;
    for (const auto& [name, use] : was)
      if (!alike(&use, find(is, name))) differing.push_back(name);
    for (const auto& [name, use] : is)
      if (!was.contains(name)) differing.push_back(name);
    AMONT_TRY(find_transactions(before.tx(), after.tx(), is, differing));
    AMONT_TRY(tell(after, std::move(was), std::move(is), differing));
    return std::move(diff_);
  }

 private:
  // The uses that need an approval in one state. Of several nodes, those that are in it.
  Result<Uses> uses_in(const Snapshot& view, Completeness* completeness) {
    std::vector<NodeId> ids;
    for (const Ref& ref : of_) {
      AMONT_LET(const std::optional<Node> node, view.node(ref));
      if (node) ids.push_back(node->id);
    }
    Uses uses;
    if (ids.empty() && !of_.empty()) return uses;
    CoverageOptions options = options_;
    options.projects.clear();
    for (const NodeId id : options_.projects) {
      AMONT_LET(const std::optional<Node> node, view.node(id));
      if (node) options.projects.push_back(id);
    }
    if (options.projects.empty() != options_.projects.empty()) return uses;  // none of them is in it
    AMONT_LET(Coverage answer, coverage(view, ids, options));
    if (answer.completeness.out_of_time())
      return Status(Code::kTimeout, "the time was up before all uses were compared");
    for (UseCoverage& use : answer.uses) uses.emplace(name_of(use.use), std::move(use));
    if (!completeness) return uses;
    for (const PartialReason& reason : answer.completeness.reasons) take(reason, *completeness);
    return uses;
  }

  // For each of `names`, which at `first` do not stand as in `last_uses`, and at `last` do: a transaction that made it so.
  Status find_transactions(TxNumber first, TxNumber last, const Uses& last_uses, const std::vector<UseName>& names) {
    if (names.empty()) return {};
    if (first + 1 >= last) {
      for (const UseName& name : names) made_by_[name] = last;
      return {};
    }
    if (clock_.stops_now()) return Status(Code::kTimeout, "the time was up before all transactions were found");
    const TxNumber middle = first + (last - first) / 2;
    AMONT_LET(const Snapshot view, store_.snapshot_at(middle));
    if (view.tx() <= first) return find_transactions(middle, last, last_uses, names);  // nothing is visible between
    AMONT_LET(const Uses then, uses_in(view, nullptr));
    std::vector<UseName> earlier, later;
    for (const UseName& name : names)
      (alike(find(then, name), find(last_uses, name)) ? earlier : later).push_back(name);
    AMONT_TRY(find_transactions(first, view.tx(), last_uses, earlier));
    return find_transactions(middle, last, last_uses, later);
  }

  Status tell(const Snapshot& after, Uses was, Uses is, const std::vector<UseName>& differing) {
    std::vector<NodeId> ids;
    for (const auto& [user, used, project, label] : differing) {
      ids.insert(ids.end(), {user, used});
      if (project) ids.push_back(*project);
    }
    AMONT_LET(const std::vector<Ref> refs, after.refs(ids));
    std::size_t next = 0;
    for (const UseName& name : differing) {
      CoverageDiff::UseDiff& one = diff_.uses.emplace_back();
      one.user = refs[next++];
      one.used = refs[next++];
      if (std::get<2>(name)) one.project = refs[next++];
      one.label = std::get<3>(name);
      if (const auto use = was.find(name); use != was.end()) one.before = std::move(use->second);
      if (const auto use = is.find(name); use != is.end()) one.after = std::move(use->second);
      one.what = !one.before ? DiffKind::kAdded : !one.after ? DiffKind::kRemoved : DiffKind::kChanged;
      one.tx = made_by_[name];
    }
    std::ranges::sort(diff_.uses, {}, [](const CoverageDiff::UseDiff& one) {
      return std::tuple(one.user.text(), one.used.text(), one.project ? one.project->text() : std::string(), one.label);
    });
    return {};
  }

  static void take(const PartialReason& reason, Completeness& completeness) {
    const auto known = std::ranges::find(completeness.reasons, reason.reason, &PartialReason::reason);
    if (known == completeness.reasons.end()) {
      completeness.reasons.push_back(reason);
    } else if (known->count != reason.count) {
      known->count = std::max(known->count, reason.count);
      known->at_least = true;
    }
  }

  Store& store_;
  std::span<const Ref> of_;
  CoverageOptions options_;
  Clock clock_;
  std::map<UseName, TxNumber> made_by_;
  CoverageDiff diff_;
};

}  // namespace

Result<CoverageDiff> diff_coverage(Store& store, const Snapshot& before, const Snapshot& after, std::span<const Ref> of,
                                   const CoverageOptions& options) {
  if (before.tx() > after.tx()) return invalid("the first of the two states must be the earlier one");
  for (const Ref& ref : of) {
    AMONT_LET(const std::optional<Node> was, before.node(ref));
    AMONT_LET(const std::optional<Node> is, after.node(ref));
    if (!was && !is) return not_found(ref.text() + " is in neither of the two states");
  }
  return Comparing(store, of, options).run(before, after);
}

}  // namespace amont
