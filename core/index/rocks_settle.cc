#include "core/index/rocks_settle.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/table_properties.h>

namespace amont {

RocksSettling::RocksSettling(rocksdb::DB& db, std::string path, const SettleOptions& options)
    : db_(db), path_(std::move(path)), options_(options) {}

// One that waits for another compaction of RocksDB looks at its flag only when it is woken, which this does.
RocksSettling::~RocksSettling() {
  bool is_running = false;
  {
    const std::lock_guard lock(mutex_);
    is_running = running_;
    stopped_.store(is_running);
  }
  asked_.notify_all();
  if (is_running) db_.DisableManualCompaction();
  stop();
}

void RocksSettling::begin() {
  std::uint64_t files = 0;
  db_.GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &files);
  if (files < options_.bytes_min) return;  // most registers never need the thread
  const std::lock_guard lock(mutex_);
  if (pauses_ > 0 || stopped_.load()) return;
  due_ = Clock::now() + options_.quiet;
  if (running_) return;
  if (thread_.joinable()) thread_.join();  // has come to its end
  try {
    thread_ = std::thread([this] { run(); });
    running_ = true;
  } catch (const std::system_error&) {  // no thread to be had: it stays as it is
  }
}

void RocksSettling::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!stopped_.load() && Clock::now() < due_) asked_.wait_until(lock, due_);
    if (stopped_.load()) break;
    const Clock::time_point was_due = due_;
    lock.unlock();
    bool folded = false;
    try {
      folded = is_worth_it() && fold_all();
    } catch (...) {  // no memory, say: it stays as it is
    }
    lock.lock();
    if (!folded || due_ == was_due) break;
  }
  running_ = false;
}

// A file without anything to fold has been through this, and the next one is not before there is a quarter more: so what is written
// again stays in proportion. It needs room for all files once more, which must not be the room of the next commits.
bool RocksSettling::is_worth_it() const {
  rocksdb::TablePropertiesCollection tables;
  if (!db_.GetPropertiesOfAllTables(&tables).ok()) return false;
  std::uint64_t all = 0, unfolded = 0;
  for (const auto& [name, table] : tables) {
    const std::uint64_t bytes = table->data_size + table->index_size + table->filter_size;
    all += bytes;
    if (table->num_merge_operands > 0) unfolded += bytes;
  }
  if (unfolded < std::max(options_.bytes_min, all / 4)) return false;
  std::error_code unknown;
  const std::filesystem::space_info disk = std::filesystem::space(path_, unknown);
  return unknown || disk.available / 2 > all;
}

// With one level it takes all files.
bool RocksSettling::fold_all() {
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.canceled = &stopped_;
  return db_.CompactRange(options, nullptr, nullptr).ok();
}

void RocksSettling::stop() {
  const std::lock_guard one_at_a_time(stopping_);
  std::thread ending;
  {
    const std::lock_guard lock(mutex_);
    if (!thread_.joinable()) return;
    stopped_.store(true);
    ending = std::exchange(thread_, std::thread());
  }
  asked_.notify_all();
  ending.join();
  stopped_.store(false);
}

RocksSettling::Pause::Pause(RocksSettling& settling) : settling_(settling) {
  {
    const std::lock_guard lock(settling_.mutex_);
    ++settling_.pauses_;
  }
  settling_.stop();
}

RocksSettling::Pause::~Pause() {
  const std::lock_guard lock(settling_.mutex_);
  --settling_.pauses_;
}

}  // namespace amont
