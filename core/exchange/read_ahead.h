// ReadAhead: chunks of an input in order, read on a second thread while the caller works on those before. The input itself is only
// cut on the caller's thread. A short input is read without a thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/exchange/csv_chunk.h"
#include "core/exchange/jsonl_chunk.h"

namespace amont {

// What cuts chunks off an input, and what then reads each of them, in order.
struct OfJsonl {
  using Chunk = JsonlChunk;
  using Chunker = JsonlChunker;
  using Reader = JsonlChunkReader;
};
struct OfCsv {
  using Chunk = CsvChunk;
  using Chunker = CsvChunker;
  using Reader = CsvChunkReader;
};

template <class Of>
class ReadAhead {
 public:
  using Chunk = typename Of::Chunk;

  explicit ReadAhead(typename Of::Chunker chunker, typename Of::Reader reader = {})
      : chunker_(std::move(chunker)), reader_(std::move(reader)) {}
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // Good until the next call, and what is in it may be moved from. nullptr at the end.
  Result<Chunk*> next();
  std::uint64_t bytes_read() const { return chunker_.bytes_read(); }

 private:
  struct Job {
    Chunk chunk;
    bool done = false;  // under mutex_ once it is submitted
    std::exception_ptr thrown;
  };

  void cut_ahead();
  void submit(Job& job);
  bool start_thread();
  void work();

  typename Of::Chunker chunker_;
  typename Of::Reader reader_;  // the thread's, once there is one
  Status cut_status_;           // why no more chunks come, once those ahead are taken
  bool at_end_ = false;
  std::unique_ptr<Job> current_;
  std::deque<std::unique_ptr<Job>> ahead_;
  std::vector<std::unique_ptr<Job>> spare_;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job*> waiting_;
  bool stop_ = false;
};

using JsonlAhead = ReadAhead<OfJsonl>;
using CsvAhead = ReadAhead<OfCsv>;

}  // namespace amont
