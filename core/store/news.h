// News: how the writer wakes those who wait for transactions, and how a store that closes sees them all off first.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace amont {

class News {
 public:
  // Whoever looks at the store is inside meanwhile; false once it is closed.
  bool enter();
  void leave();
  bool is_closed() const;

  // Something may have become visible.
  void tell();
  // How often that was. To be asked before one looks.
  std::uint64_t told() const;
  // Returns when there was news since `seen`, at `deadline`, or when `stop` is asked for or the store closes.
  void wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop);

  // Lets nobody in any more, wakes who is inside, and returns when they have left.
  void close();

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t told_ = 0;
  std::uint64_t inside_ = 0;
  bool closed_ = false;
};

}  // namespace amont
