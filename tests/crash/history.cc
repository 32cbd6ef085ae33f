#include "tests/crash/history.h"

#include <iterator>
#include <limits>
#include <string>

#include "tests/support/small_schema.h"

namespace amont {
namespace {

constexpr std::uint64_t kDatasets = 23;
constexpr std::uint64_t kOutputs = 40;

Ref dataset(std::uint64_t n) { return {"dataset", "d" + std::to_string(n % kDatasets)}; }
Ref output(std::uint64_t n) { return {"output", "o" + std::to_string(n % kOutputs)}; }
PropertyChange number(std::uint64_t n) { return {"n", Value(static_cast<std::int64_t>(n))}; }

// A text of any length up to 300 bytes, now and then of 6 kilobytes.
std::string text_for(std::uint64_t n) {
  return std::string(n % 31 == 0 ? 6'000 : n * 37 % 300, static_cast<char>('a' + n % 26));
}

// A crash may or may not have cost numbers of transactions (a batch that was voided), so none are expected.
template <class Records>
void forget_numbers(Records& records) {
  for (auto& [key, record] : records) {
    record.tx_first = 0;
    record.tx = std::numeric_limits<TxNumber>::max();
  }
}

}  // namespace

History::History() { (void)state_.schema.grow(small_schema()); }

std::vector<Change> History::next_changes() const {
  const std::uint64_t n = length_ + 1;
  std::vector<Change> changes;
  changes.push_back(PutNode{{"dataset", "marker"}, {number(n)}, {}, {}});
  changes.push_back(PutNode{dataset(n), {number(n)}, {}, {}});
  changes.push_back(PutNode{dataset(n * 7), {{"title", Value("dataset " + std::to_string(n % 5))}}, {}, {}});
  changes.push_back(PutNode{output(n), {number(n), {"free", Value(text_for(n))}}, {}, {}});
  changes.push_back(PutEdge{"derived_from", output(n), dataset(n), "", {number(n)}, {}, {}});
  changes.push_back(PutEdge{"derived_from", dataset(n), dataset(n * 7), "step " + std::to_string(n % 3), {}, {}, {}});
  if (n % 7 == 3 && state_.nodes_known.contains(output(n * 5))) changes.push_back(RetractNode{output(n * 5)});
  if (n % 11 == 5 && !state_.edges.empty()) {
    const auto at = static_cast<std::ptrdiff_t>(n % state_.edges.size());
    const ModelEdgeKey& key = std::next(state_.edges.begin(), at)->first;
    changes.push_back(RetractEdge{key.kind, key.from, key.to, key.label});
  }
  return changes;
}

void History::advance() {
  // In place: every process works the history out from its beginning, and a copy of the state for each commit would be most of it.
  const std::vector<Change> changes = next_changes();
  ++length_;
  for (const Change& change : changes) (void)apply(state_, change, length_);
  forget_numbers(state_.nodes);
  forget_numbers(state_.edges);
}

void History::advance_to(std::uint64_t length) {
  while (length_ < length) advance();
}

Status commit_next(Store& store, const History& history) {
  Transaction transaction;
  transaction.author = "writer";
  const std::vector<Change> changes = history.next_changes();
  if ((history.length() + 1) % 13 != 0) {
    transaction.changes = changes;
    return store.commit(transaction).status();
  }
  AMONT_LET(const std::unique_ptr<Batch> batch, store.begin_batch(transaction));
  for (const Change& change : changes) AMONT_TRY(batch->add(change).status());
  return batch->close().status();
}

Result<std::uint64_t> length_shown(const Snapshot& view) {
  AMONT_LET(const std::optional<Node> marker, view.node(Ref{"dataset", "marker"}));
  if (!marker) return std::uint64_t{0};
  const Value* n = find_property(marker->props, "n");
  if (n == nullptr || !std::holds_alternative<std::int64_t>(*n)) return damaged("the marker has no number");
  return static_cast<std::uint64_t>(std::get<std::int64_t>(*n));
}

}  // namespace amont
