// ItemsAhead: the values of a JSON input in order, as JsonItems finds them, found on a second thread while the caller works on those
// before. The input itself is only read on the caller's thread. A short input is read without a thread.
//
// What is found ahead is bounded by bytes, so a long value waits until the caller is done with what came before.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "amont/exchange.h"
#include "query/lua/json_items.h"
#include "query/lua/shared_json.h"

namespace amont {

struct JsonItem {
  std::string_view text;
  std::size_t misfit = 0;  // of the first byte that no text may have; the text's size when there is none
  std::span<const SharedJson::Object> objects;  // that are in it, if they were asked for
};

class ItemsAhead {
 public:
  // `with_objects`: those that SharedJson wants are looked for.
  ItemsAhead(ByteSource source, bool with_objects);
  ~ItemsAhead();
  ItemsAhead(const ItemsAhead&) = delete;
  ItemsAhead& operator=(const ItemsAhead&) = delete;

  // The next value, good until the next call; nullptr at the end. Fails as JsonItems::next() does, or as the input did, after all that came
  // before; then no more can be read.
  Result<const JsonItem*> next();

  // Where the last value began, or reading failed, from 1.
  std::uint64_t line() const { return at_.line; }
  std::uint64_t column() const { return at_.column; }
  // Taken from the input to find it, rounded up.
  std::uint64_t bytes() const { return at_.bytes; }

 private:
  struct Place {
    std::uint64_t line = 1;
    std::uint64_t column = 1;
    std::uint64_t bytes = 0;
  };
  struct Found {
    Place place;
    std::size_t end = 0;          // of its text in the batch's
    std::size_t objects_end = 0;  // of its objects
    std::size_t misfit = 0;
  };
  struct Batch {
    std::string text;
    std::vector<Found> found;
    std::vector<SharedJson::Object> objects;
    bool is_last = false;
    Status failed;  // what follows
    Place end;      // where it ended, or failed
  };

  Result<std::size_t> fill(std::span<char> out);
  Result<std::size_t> take_piece(std::span<char> out);
  void find(Batch& batch);
  void look_at(Batch& batch, std::size_t begin) const;
  bool has_room() const;
  bool wants_bytes() const;
  void give_back(std::unique_ptr<Batch> batch);
  std::unique_ptr<Batch> receive();
  void read_piece(std::unique_lock<std::mutex>& lock);
  bool start_thread();
  void work();
  void find_all();

  const bool with_objects_;
  const ByteSource source_;
  JsonItems items_;  // the thread's, once there is one
  Place at_;
  JsonItem item_;
  std::unique_ptr<Batch> current_;
  std::size_t position_ = 0;  // in it
  bool may_start_ = true;     // a thread
  bool has_thread_ = false;   // set before it begins

  std::thread thread_;
  std::mutex mutex_;  // of all that follows
  std::condition_variable changed_;
  std::deque<std::string> pieces_;  // of the input
  std::size_t piece_at_ = 0;        // in the first
  bool input_ended_ = false;
  Status input_failed_;
  std::deque<std::unique_ptr<Batch>> ready_;
  std::unique_ptr<Batch> spare_;
  std::size_t bytes_found_ = 0;  // in batches that are ready, or with the caller
  std::exception_ptr thrown_;    // what ended the thread: no memory
  bool stop_ = false;
};

}  // namespace amont
