// ReadAhead: chunks of JSONL in order, read on a second thread while the caller works on those before. The input itself
// is only read on the caller's thread. A short input is read without a thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/exchange/jsonl_chunk.h"

namespace amont {

class ReadAhead {
 public:
  explicit ReadAhead(ByteSource input, std::uint64_t first_line = 1) : chunker_(std::move(input), first_line) {}
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // Good until the next call; its lines may be moved from. nullptr at the end.
  Result<JsonlChunk*> next();
  std::uint64_t bytes_read() const { return chunker_.bytes_read(); }

 private:
  struct Job {
    JsonlChunk chunk;
    bool done = false;  // under mutex_ once it is submitted
    std::exception_ptr thrown;
  };

  void cut_ahead();
  void submit(Job& job);
  bool start_thread();
  void work();

  JsonlChunker chunker_;
  Status cut_status_;  // why no more chunks come, once those ahead are taken
  bool at_end_ = false;
  JsonlLineReader own_reader_;
  std::unique_ptr<Job> current_;
  std::deque<std::unique_ptr<Job>> ahead_;
  std::vector<std::unique_ptr<Job>> spare_;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job*> waiting_;
  bool stop_ = false;
};

}  // namespace amont
