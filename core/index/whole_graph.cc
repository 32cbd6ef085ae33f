#include "core/index/whole_graph.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace amont {
namespace {

constexpr std::size_t kChangesMax = 65'536;  // while a work is made

}  // namespace

void WholeGraph::begin(TxNumber last_shown) {
  const std::lock_guard lock(mutex_);
  last_taken_ = last_shown;
}

bool WholeGraph::is_noted(std::uint32_t node) const {
  return std::ranges::any_of(changes_, [node](const Change& change) { return change.node == node; });
}

void WholeGraph::note(TxNumber tx, NodeId id) {
  if (number_of(id) >= nodes_ || spoilt_at_ != 0) return;
  const auto node = static_cast<std::uint32_t>(number_of(id));
  if (work_ && is_noted(node)) return;
  changes_.push_back({tx, node});
  if (changes_.size() > (work_ ? kGrownMax : kChangesMax)) spoilt_at_ = tx;
}

void WholeGraph::Growth::add(const EdgeRow& row, NodeId from, NodeId to) {
  const bool is_tie = row.tie() != Tie::kNone;
  if (is_tie || row.edge_class == EdgeClass::kLineage) grown.push_back(from);
  if (is_tie) grown.push_back(to);
}

WholeGraph::Growth WholeGraph::growth_of(const LoggedTransaction& transaction, const Schema& schema) {
  Growth growth;
  for (const LoggedChange& change : transaction.changes) {
    if (const auto* put = std::get_if<LoggedEdgePut>(&change)) {
      if (put->begins) growth.add(schema.edge(put->edge.kind), put->edge.from, put->edge.to);
    } else if (const auto* retract = std::get_if<LoggedEdgeRetract>(&change)) {
      const EdgeRow& row = schema.edge(retract->edge.kind);
      growth.spoils = row.edge_class == EdgeClass::kLineage || row.tie() != Tie::kNone;
    } else {
      growth.spoils = std::holds_alternative<LoggedNodeRetract>(change);
    }
    if (growth.spoils) return growth;
  }
  return growth;
}

void WholeGraph::take(TxNumber tx, const Growth& growth) {
  const std::lock_guard lock(mutex_);
  last_taken_ = tx;
  if (nodes_ == 0 || spoilt_at_ != 0) return;  // nothing is kept, or nothing more can be known of it
  if (growth.spoils) spoilt_at_ = tx;
  for (const NodeId node : growth.grown) note(tx, node);
}

std::optional<WholeGraph::Found> WholeGraph::find(TxNumber tx) const {
  const std::lock_guard lock(mutex_);
  if (!work_) return std::nullopt;
  Found found;
  found.work = work_;
  if (tx <= work_->tx) return found;
  if (spoilt_at_ != 0 && spoilt_at_ <= tx) return std::nullopt;
  for (const Change& change : changes_) {
    if (change.tx > tx) break;
    if (change.tx > work_->tx) found.grown[found.grown_count++] = change.node;
  }
  return found;
}

bool WholeGraph::spend(std::uint64_t cost, std::uint64_t cost_of_making) {
  if (making_.load(std::memory_order_relaxed) || given_up_.load(std::memory_order_relaxed)) return false;
  if (spent_.fetch_add(cost, std::memory_order_relaxed) + cost < cost_of_making) return false;
  spent_.store(0, std::memory_order_relaxed);
  return true;
}

void WholeGraph::start(TxNumber tx, const Make& make) {
  const std::lock_guard thread_lock(thread_mutex_);
  if (closed_ || making_.exchange(true)) return;
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard lock(mutex_);
    if (last_taken_ != tx) {
      making_ = false;
      return;
    }
    work_ = nullptr;
    changes_.clear();
    spoilt_at_ = 0;
    nodes_ = ~std::uint64_t{0};
  }
  const auto run = [this, make] {
    try {
      install(make(stop_));
    } catch (const std::bad_alloc&) {  // then questions go without
      install(nullptr);
    }
    making_ = false;
  };
  try {
    thread_ = std::thread(run);
  } catch (const std::system_error&) {  // the system has no thread to give
    install(nullptr);
    making_ = false;
  }
}

void WholeGraph::install(std::shared_ptr<const Work> work) {
  const std::lock_guard lock(mutex_);
  given_up_ = work == nullptr;
  nodes_ = work ? work->nodes : 0;
  const TxNumber spoilt_while_made = std::exchange(spoilt_at_, 0);
  work_ = std::move(work);
  for (const Change& change : std::exchange(changes_, {})) note(change.tx, NodeId{change.node});
  if (spoilt_at_ == 0 || (spoilt_while_made != 0 && spoilt_while_made < spoilt_at_)) spoilt_at_ = spoilt_while_made;
}

void WholeGraph::wait() {
  const std::lock_guard lock(thread_mutex_);
  if (thread_.joinable()) thread_.join();
}

void WholeGraph::stop() {
  const std::lock_guard lock(thread_mutex_);
  closed_ = true;
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

}  // namespace amont
