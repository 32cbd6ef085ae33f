#include "core/store/news.h"

namespace amont {

bool News::enter() {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  ++inside_;
  return true;
}

void News::leave() {
  const std::lock_guard lock(mutex_);
  if (--inside_ == 0 && closed_) changed_.notify_all();
}

bool News::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void News::tell() {
  const std::lock_guard lock(mutex_);
  ++told_;
  if (inside_ > 0) changed_.notify_all();
}

std::uint64_t News::told() const {
  const std::lock_guard lock(mutex_);
  return told_;
}

void News::wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  (void)changed_.wait_until(lock, stop, deadline, [&] { return closed_ || told_ != seen; });
}

void News::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return inside_ == 0; });
}

}  // namespace amont
