// why_not(): asks the question again with one thing otherwise each time, and tells which of them would have made it a yes.
#include <algorithm>
#include <set>

#include "amont/explain.h"
#include "query/completeness.h"

namespace amont {
namespace {

constexpr std::size_t kCommonMax = 5;
constexpr std::size_t kNodesLookedAt = 1000;  // of the upstream, for transactions that changed it
constexpr std::size_t kTransactionsLookedAt = 200;

class Asking {
 public:
  Asking(Store* store, const Snapshot& view, NodeId a, NodeId b, const AskOptions& options, const Snapshot* newest)
      : store_(store), view_(view), newest_(newest), a_(a), b_(b), options_(options) {
    options_.limit = 0;
    options_.kinds.clear();
  }

  Result<WhyNot> run() {
    AMONT_LET(const bool is_so, finds("reached", options_));
    if (is_so) {
      answer_.upstream = true;
      return std::move(answer_);
    }
    AMONT_TRY(with_one_option_otherwise());
    AMONT_TRY(other_way_round());
    AMONT_TRY(without_options());
    AMONT_TRY(by_structure());
    AMONT_TRY(later());
    AMONT_TRY(earlier());
    AMONT_TRY(around());
    return std::move(answer_);
  }

 private:
  // Adds a finding when there is a path upstream from a to b.
  Result<bool> finds(std::string reason, const AskOptions& options, const Snapshot* view = nullptr, TxNumber tx = 0) {
    if (out_of_time()) return false;
    Result<PathAnswer> found = path(view ? *view : view_, a_, b_, options);
    if (found.code() == Code::kNotFound && view) return false;  // one of them was not there yet
    if (!found.ok()) return std::move(found).status();
    if (found->completeness.out_of_time()) add_reason(answer_.completeness, "timeout", 1, true);
    if (found->nodes.empty() || found->direction != Direction::kUpstream) return false;
    answer_.findings.push_back({std::move(reason), *std::move(found), tx});
    return true;
  }
  bool out_of_time() const { return answer_.completeness.out_of_time(); }

  Status with_one_option_otherwise() {
    const auto otherwise = [&](const char* reason, auto change) -> Status {
      AskOptions options = options_;
      change(options);
      return finds(reason, options).status();
    };
    if (options_.exact) AMONT_TRY(otherwise("exact", [](AskOptions& options) { options.exact = false; }));
    if (options_.depth != kAnyDepth)
      AMONT_TRY(otherwise("depth", [](AskOptions& options) { options.depth = kAnyDepth; }));
    if (options_.valid_at) {
      AMONT_TRY(otherwise("valid_at", [](AskOptions& options) {
        options.valid_at.reset();
        options.valid_until.reset();
      }));
    }
    AMONT_TRY(otherwise("granularity", [](AskOptions& options) {
      const bool by_dataset = options.granularity == Granularity::kDataset;
      options.granularity = by_dataset ? Granularity::kVariable : Granularity::kDataset;
    }));
    if (!options_.through.empty())
      AMONT_TRY(otherwise("through", [](AskOptions& options) { options.through.clear(); }));
    return {};
  }

  Status other_way_round() {
    std::swap(a_, b_);
    const Result<bool> found = finds("direction", options_);
    std::swap(a_, b_);
    return found.status();
  }

  // When no one option alone keeps it out.
  Status without_options() {
    if (!answer_.findings.empty()) return {};
    AskOptions bare;
    bare.deadline = options_.deadline;
    bare.cancel = options_.cancel;
    bare.keep_going = options_.keep_going;
    AMONT_TRY(finds("options", bare).status());
    if (!answer_.findings.empty()) return {};
    std::swap(a_, b_);
    const Result<bool> found = finds("direction", bare);
    std::swap(a_, b_);
    return found.status();
  }

  Status by_structure() {
    AskOptions options = options_;
    options.through.clear();
    options.through_adds = true;
    for (const EdgeRow& row : view_.schema().edges())
      if (row.edge_class == EdgeClass::kStructure) options.through.push_back(row.name);
    if (options.through.empty() || !options_.through.empty() || !answer_.findings.empty()) return {};
    return finds("structure", options).status();
  }

  Status later() {
    std::optional<Snapshot> head;
    if (!newest_ && store_) {
      AMONT_LET(head, store_->snapshot());
    }
    const Snapshot* const now = newest_ ? newest_ : head ? &*head : nullptr;
    if (!now || now->tx() <= view_.tx()) return {};
    AMONT_LET(const bool found, finds("later", options_, now));
    if (!found || !store_) return {};
    TxNumber without = view_.tx(), with = now->tx();
    AMONT_TRY(bisect(without, with));
    return retell(with, with);
  }

  Status earlier() {
    if (!store_) return {};
    AMONT_LET(const std::vector<TxNumber> changes, changes_upstream());
    for (std::size_t i = 0; i < changes.size() && i < kTransactionsLookedAt && !out_of_time(); ++i) {
      AMONT_LET(const Snapshot before, store_->snapshot_at(changes[i] - 1));
      AMONT_LET(const bool found, finds("earlier", options_, &before, changes[i]));
      if (!found) continue;
      // Not every change between is among those looked at.
      TxNumber with = changes[i] - 1, without = view_.tx();
      AMONT_TRY(bisect(without, with));
      return retell(with, without);
    }
    if (changes.size() > kTransactionsLookedAt)
      add_reason(answer_.completeness, "limit", changes.size() - kTransactionsLookedAt, false);
    return {};
  }

  // Moves both together until they are neighbours: a transaction as of which there is a path, and one as of which there is none.
  Status bisect(TxNumber& without, TxNumber& with) {
    while ((with > without ? with - without : without - with) > 1 && !out_of_time()) {
      const TxNumber middle = std::min(with, without) + (std::max(with, without) - std::min(with, without)) / 2;
      AMONT_LET(const Snapshot then, store_->snapshot_at(middle));
      AMONT_LET(const bool found, finds("", options_, &then));
      if (found) answer_.findings.pop_back();
      (found ? with : without) = middle;
    }
    return {};
  }

  // The last finding as of `with`, ascribed to `tx`.
  Status retell(TxNumber with, TxNumber tx) {
    if (out_of_time()) return {};
    const std::string reason = answer_.findings.back().reason;
    AMONT_LET(const Snapshot then, store_->snapshot_at(with));
    WhyNotFinding known = std::move(answer_.findings.back());
    answer_.findings.pop_back();
    AMONT_LET(const bool found, finds(reason, options_, &then, tx));
    if (!found) answer_.findings.push_back(std::move(known));
    return {};
  }

  // Transactions that may have changed it, the newest first: all when they are few; else those that changed what is upstream of `a`, what
  // belongs to it, or `b`. A step that was taken away began there: all steps before it are still there.
  Result<std::vector<TxNumber>> changes_upstream() {
    std::set<TxNumber, std::greater<>> changes;
    if (view_.tx() <= kTransactionsLookedAt) {
      for (TxNumber tx = 2; tx <= view_.tx(); ++tx) changes.insert(tx);
      return std::vector<TxNumber>(changes.begin(), changes.end());
    }
    AMONT_LET(const std::vector<NodeId> nodes, around_upstream());
    for (const NodeId node : nodes) {
      if (!goes_on()) return std::vector<TxNumber>();
      AMONT_LET(const std::vector<TxNumber> history, store_->history_of(node));
      for (const TxNumber tx : history)
        if (tx > 1 && tx <= view_.tx()) changes.insert(tx);
    }
    return std::vector<TxNumber>(changes.begin(), changes.end());
  }

  Result<std::vector<NodeId>> around_upstream() {
    AskOptions any_time = options_;
    any_time.valid_at.reset();
    any_time.valid_until.reset();
    AMONT_LET(const Closure found, closure(view_, {&a_, 1}, Direction::kUpstream, any_time));
    std::vector<NodeId> nodes = {a_, b_};
    nodes.insert(nodes.end(), found.exact.begin(), found.exact.end());
    nodes.insert(nodes.end(), found.possible.begin(), found.possible.end());
    AskOptions structure = any_time;
    structure.depth = kAnyDepth;
    structure.through_adds = false;
    structure.through.clear();
    for (const EdgeRow& row : view_.schema().edges())
      if (row.edge_class == EdgeClass::kStructure) structure.through.push_back(row.name);
    const std::vector<NodeId> met = nodes;
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      if (structure.through.empty()) break;
      AMONT_LET(const Closure near, closure(view_, met, direction, structure));
      nodes.insert(nodes.end(), near.exact.begin(), near.exact.end());
    }
    if (nodes.size() > kNodesLookedAt) {
      add_reason(answer_.completeness, "limit", nodes.size() - kNodesLookedAt, true);
      nodes.resize(kNodesLookedAt);
    }
    return nodes;
  }

  // Asked where no walk asks.
  bool goes_on() {
    const bool stopped = (options_.cancel && options_.cancel->load(std::memory_order_relaxed)) ||
                         (options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline) ||
                         (options_.keep_going && !options_.keep_going());
    if (stopped && !out_of_time()) add_reason(answer_.completeness, "timeout", 1, true);
    return !out_of_time();
  }

  Status around() {
    if (!goes_on()) return {};
    AskOptions options = options_;
    options.want_edges = false;
    AMONT_LET(Answer mine, upstream(view_, {&a_, 1}, options));
    AMONT_LET(const Answer theirs, upstream(view_, {&b_, 1}, options));
    std::set<NodeId> behind_b;
    for (const Reached& node : theirs.nodes) behind_b.insert(node.id);
    for (const Reached& node : mine.nodes)
      if (behind_b.contains(node.id) && answer_.common.size() < kCommonMax) answer_.common.push_back(node.id);
    answer_.unknown = std::move(mine.completeness.unknown);
    return {};
  }

  Store* store_;
  const Snapshot& view_;
  const Snapshot* newest_;
  NodeId a_, b_;
  AskOptions options_;
  WhyNot answer_;
};

}  // namespace

Result<WhyNot> why_not(Store* store, const Snapshot& view, NodeId a, NodeId b, const AskOptions& options,
                       const Snapshot* newest) {
  return Asking(store, view, a, b, options, newest).run();
}

}  // namespace amont
