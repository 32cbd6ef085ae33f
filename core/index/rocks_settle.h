// RocksSettling: after bulk writes, folds what they left beside pages, in the background: otherwise each reader whose memory is short
// folds it anew. What it writes says the same as before, so nobody has to know, and whatever becomes of it, nothing is lost: what is
// not folded is folded by who reads it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace rocksdb {
class DB;
}

namespace amont {

struct SettleOptions {
  std::uint64_t bytes_min = 8 << 20;      // of files with something to fold; and a quarter of all files
  std::chrono::milliseconds quiet{2000};  // since it was asked for last
};

class RocksSettling {
 public:
  // `db` outlives it; `path` is its directory.
  RocksSettling(rocksdb::DB& db, std::string path, const SettleOptions& options);
  // Gives up what is under way, and waits for that: some milliseconds.
  ~RocksSettling();
  RocksSettling(const RocksSettling&) = delete;
  RocksSettling& operator=(const RocksSettling&) = delete;

  // Some time after the last call, looks whether there is enough to fold, and does it. Waits for nothing. Any thread.
  void begin();

  // While one lasts nothing is under way and nothing begins; what was under way is given up.
  class Pause {
   public:
    explicit Pause(RocksSettling& settling);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    RocksSettling& settling_;
  };

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  bool is_worth_it() const;
  bool fold_all();
  void stop();

  rocksdb::DB& db_;
  const std::string path_;
  const SettleOptions options_;
  std::atomic<bool> stopped_{false};  // RocksDB looks at it, too

  std::mutex stopping_;  // held while a thread is stopped, so that others wait for the same
  std::mutex mutex_;     // guards what follows
  std::condition_variable asked_;
  std::thread thread_;
  bool running_ = false;  // thread_ has not come to its end
  int pauses_ = 0;
  Clock::time_point due_{};
};

}  // namespace amont
