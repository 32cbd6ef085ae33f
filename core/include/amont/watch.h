// Watch: a register's transactions as they become visible, in order, without gaps or repeats.
//
//   AMONT_LET(auto watch, store->watch(cursor + 1));
//   for (;;) {
//     AMONT_LET(std::optional<TxDetail> next, watch->next(std::chrono::seconds(10), stop));
//     if (next) cursor = deliver(*next);
//   }
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

#include "amont/store.h"

namespace amont {

class Engine;
class News;

// Reads the log at its own pace, so that a slow consumer holds up nobody. One thread at a time. It may outlive the store, and then
// says kClosed.
class Watch {
 public:
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // The next visible transaction; waits for it up to `patience`, or until `stop` is asked for: then nothing. In the process that
  // writes, a waiting watch is woken by each commit; beside a writer it looks every 20 milliseconds.
  // A batch is passed over until it closes, and then comes transaction by transaction (TxEntry::batch says which belong
  // together, TxKind::kBatchClose that it is whole); one that was voided never comes.
  // kDamaged: the log is damaged here. kClosed: the store was closed. After an error the same transaction is tried again.
  Result<std::optional<TxDetail>> next(std::chrono::milliseconds patience, const std::stop_token& stop = {});

  // The number that next() goes on from: a consumer that keeps it goes on from there after a restart.
  TxNumber cursor() const { return next_; }

 private:
  friend class Store;
  Watch(Engine& engine, TxNumber from);
  Result<std::optional<TxDetail>> wait_for_one(std::chrono::steady_clock::time_point deadline,
                                               const std::stop_token& stop);
  Result<std::optional<TxDetail>> look();

  Engine& engine_;  // there while news_ lets us in
  std::shared_ptr<News> news_;
  TxNumber next_;
};

}  // namespace amont
