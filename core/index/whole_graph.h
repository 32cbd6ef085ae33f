// WholeGraph: beside an index, what a question has worked out about all of its graph and keeps for the next questions: one thing,
// as of one transaction. And what has changed in the graph since, so that they know how far it still holds.
//
// It is made on a thread of its own once the questions that would have used it have cost about as much as making it does: so
// whoever asks little never pays for it, and whoever asks much pays about twice. Nothing of it is on disk.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/record/logged.h"

namespace amont {

class WholeGraph {
 public:
  // Something worked out; never changes.
  struct Work {
    virtual ~Work() = default;
    TxNumber tx = 0;          // what it was made of: the graph as of this transaction,
    std::uint64_t nodes = 0;  // which had ids below this
  };
  using Make = std::function<std::shared_ptr<const Work>(const std::atomic<bool>& stop)>;

  // The work, and what has changed in the graph since, up to the transaction asked about.
  static constexpr std::size_t kGrownMax = 16;
  struct Found {
    std::shared_ptr<const Work> work;
    // Nodes of the work that edges were put at since: lineage that leaves them, or ties at either end.
    std::uint32_t grown[kGrownMax];
    std::size_t grown_count = 0;
  };

  explicit WholeGraph(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  ~WholeGraph() { stop(); }
  WholeGraph(const WholeGraph&) = delete;
  WholeGraph& operator=(const WholeGraph&) = delete;

  std::uint64_t bytes_max() const { return bytes_max_; }  // of a work

  // What a transaction changes for questions about all of the graph.
  struct Growth {
    std::vector<NodeId> grown;  // nodes as Found tells of them
    bool spoils = false;        // no work can bear it; then `grown` may lack some

    // A new edge.
    void add(const EdgeRow& row, NodeId from, NodeId to);
  };
  static Growth growth_of(const LoggedTransaction& transaction, const Schema& schema);

  // For the index: the last transaction that it showed when it was opened; then what each next one changes, before anybody is
  // shown it.
  void begin(TxNumber last_shown);
  void take(TxNumber tx, const Growth& growth);

  // Nothing when there is no work, or when more has changed between it and `tx` than it can bear. A work that is newer than `tx` is
  // found too, with nothing grown: whoever uses it has to know what it says of older graphs.
  std::optional<Found> find(TxNumber tx) const;

  // Says that a question cost so much. True for the one that should now start() making a work; never again after one could not be
  // made, since graphs mostly grow.
  bool spend(std::uint64_t cost, std::uint64_t cost_of_making);
  // Makes it, of the graph as of `tx`, which must be the last one taken; else nothing is done. What was kept goes at once: changes
  // are noted for one work at a time. `make` may give nothing.
  void start(TxNumber tx, const Make& make);
  // Returns when nothing is being made. For tests and benchmarks.
  void wait();
  // No more is made; returns when what is being made has stopped.
  void stop();

 private:
  struct Change {
    TxNumber tx = 0;
    std::uint32_t node = 0;
  };
  void note(TxNumber tx, NodeId node);
  bool is_noted(std::uint32_t node) const;
  void install(std::shared_ptr<const Work> work);

  const std::uint64_t bytes_max_;
  std::atomic<std::uint64_t> spent_{0};

  std::mutex thread_mutex_;  // guards what follows
  std::thread thread_;
  bool closed_ = false;
  std::atomic<bool> stop_{false};
  std::atomic<bool> making_{false};
  std::atomic<bool> given_up_{false};

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Work> work_;
  TxNumber last_taken_ = 0;
  // Since the work, or since its making began:
  TxNumber spoilt_at_ = 0;       // 0, or the first transaction that the work can't bear
  std::uint64_t nodes_ = 0;      // changes at nodes from here on are not noted: they are none of the work's
  std::vector<Change> changes_;  // ascending; with a work, each node once
};

}  // namespace amont
