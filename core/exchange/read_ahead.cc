#include "core/exchange/read_ahead.h"

#include <system_error>

namespace amont {
namespace {

constexpr std::size_t kAhead = 4;
constexpr std::size_t kTextKept = 1 << 20;  // a chunk that was larger gives its memory back

}  // namespace

template <class Of>
ReadAhead<Of>::~ReadAhead() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

template <class Of>
Result<typename Of::Chunk*> ReadAhead<Of>::next() {
  if (current_) {
    if (current_->chunk.text.capacity() > kTextKept) current_->chunk = {};
    spare_.push_back(std::move(current_));
  }
  cut_ahead();
  if (ahead_.empty()) {
    if (!cut_status_.ok()) return cut_status_;
    return static_cast<Chunk*>(nullptr);
  }
  current_ = std::move(ahead_.front());
  ahead_.pop_front();
  if (!thread_.joinable()) {
    reader_.read(current_->chunk);
    return &current_->chunk;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return current_->done; });
  if (current_->thrown) std::rethrow_exception(current_->thrown);  // out of memory
  return &current_->chunk;
}

// Keeps some chunks under way. The second one starts the thread.
template <class Of>
void ReadAhead<Of>::cut_ahead() {
  while (!at_end_ && ahead_.size() < kAhead && (ahead_.empty() || chunker_.goes_on_at_once(ahead_.back()->chunk))) {
    std::unique_ptr<Job> job;
    if (spare_.empty()) {
      job = std::make_unique<Job>();
    } else {
      job = std::move(spare_.back());
      spare_.pop_back();
    }
    job->done = false;
    const auto more = chunker_.next(job->chunk);
    if (!more || !*more) {
      cut_status_ = more.status();
      at_end_ = true;
      return;
    }
    ahead_.push_back(std::move(job));
    if (thread_.joinable()) {
      submit(*ahead_.back());
    } else if (ahead_.size() == 2 && start_thread()) {
      for (const auto& waiting : ahead_) submit(*waiting);
    }
  }
}

template <class Of>
void ReadAhead<Of>::submit(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&job);
  }
  changed_.notify_all();
}

// A system that has no thread left reads slower, that is all.
template <class Of>
bool ReadAhead<Of>::start_thread() {
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

template <class Of>
void ReadAhead<Of>::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    Job& job = *waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    std::exception_ptr thrown;
    try {
      reader_.read(job.chunk);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    job.thrown = thrown;
    job.done = true;
    changed_.notify_all();
  }
}

template class ReadAhead<OfJsonl>;
template class ReadAhead<OfCsv>;

}  // namespace amont
