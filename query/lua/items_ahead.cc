#include "query/lua/items_ahead.h"

#include <system_error>
#include <utility>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::size_t kBatchBytes = 128 << 10;
constexpr std::size_t kBatchItems = 1024;
constexpr std::size_t kBatchesAhead = 4;
constexpr std::size_t kPiecesAhead = 3;
constexpr std::size_t kBytesAhead = 4 << 20;
constexpr std::size_t kTextKept = 1 << 20;  // a batch that was larger gives its memory back

}  // namespace

ItemsAhead::ItemsAhead(ByteSource source, bool with_objects)
    : with_objects_(with_objects),
      source_(std::move(source)),
      items_([this](std::span<char> out) { return fill(out); }) {}

ItemsAhead::~ItemsAhead() {
  if (!has_thread_) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<const JsonItem*> ItemsAhead::next() {
  while (!current_ || position_ == current_->found.size()) {
    if (current_ && current_->is_last) {
      at_ = current_->end;
      if (!current_->failed.ok()) return current_->failed;
      return static_cast<const JsonItem*>(nullptr);
    }
    position_ = 0;
    if (current_) give_back(std::move(current_));
    current_ = receive();
  }
  const Found& found = current_->found[position_];
  const std::size_t begin = position_ == 0 ? 0 : current_->found[position_ - 1].end;
  const std::size_t objects_begin = position_ == 0 ? 0 : current_->found[position_ - 1].objects_end;
  ++position_;
  at_ = found.place;
  item_.text = std::string_view(current_->text).substr(begin, found.end - begin);
  item_.misfit = found.misfit;
  item_.objects = std::span(current_->objects).subspan(objects_begin, found.objects_end - objects_begin);
  return &item_;
}

void ItemsAhead::find(Batch& batch) {
  while (batch.text.size() < kBatchBytes && batch.found.size() < kBatchItems) {
    const std::size_t begin = batch.text.size();
    const Result<bool> more = items_.next(batch.text);
    const Place place{items_.line(), items_.column(), items_.bytes()};
    if (!more.ok() || !*more) {
      batch.is_last = true;
      batch.failed = more.status();
      batch.end = place;
      return;
    }
    look_at(batch, begin);
    batch.found.back().place = place;
  }
}

void ItemsAhead::look_at(Batch& batch, std::size_t begin) const {
  const std::string_view text = std::string_view(batch.text).substr(begin);
  if (with_objects_) SharedJson::find_objects(text, batch.objects);
  batch.found.push_back({{}, batch.text.size(), batch.objects.size(), first_misfit(text, TextRule::kNoNul)});
}

void ItemsAhead::give_back(std::unique_ptr<Batch> batch) {
  {
    const std::lock_guard lock(mutex_);
    bytes_found_ -= batch->text.size();
    if (batch->text.capacity() <= kTextKept) {
      batch->text.clear();
      batch->found.clear();
      batch->objects.clear();
      spare_ = std::move(batch);
    }
  }
  changed_.notify_all();
}

// The first batch is found here; when there is more, the thread goes on.
std::unique_ptr<ItemsAhead::Batch> ItemsAhead::receive() {
  if (!has_thread_) {
    auto batch = spare_ ? std::move(spare_) : std::make_unique<Batch>();
    find(*batch);
    bytes_found_ += batch->text.size();
    if (may_start_ && !batch->is_last) may_start_ = start_thread();
    return batch;
  }
  std::unique_lock lock(mutex_);
  while (true) {
    if (wants_bytes()) {
      read_piece(lock);
    } else if (!ready_.empty()) {
      auto batch = std::move(ready_.front());
      ready_.pop_front();
      lock.unlock();
      changed_.notify_all();
      return batch;
    } else {
      if (thrown_) std::rethrow_exception(thrown_);
      changed_.wait(lock, [&] { return !ready_.empty() || wants_bytes() || thrown_; });
    }
  }
}

bool ItemsAhead::wants_bytes() const { return !input_ended_ && pieces_.size() < kPiecesAhead; }

// Reads without the lock; only the caller's thread adds to pieces_.
void ItemsAhead::read_piece(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  std::string piece(JsonItems::kChunkBytes, '\0');
  std::size_t size = 0;
  Result<std::size_t> got(1);
  while (size < piece.size() && got.ok() && *got > 0) {
    got = source_(std::span<char>(piece).subspan(size));
    if (got.ok()) size += *got;
  }
  piece.resize(size);
  lock.lock();
  if (!piece.empty()) pieces_.push_back(std::move(piece));
  input_ended_ = !got.ok() || *got == 0;
  if (!got.ok()) input_failed_ = std::move(got).status();
  changed_.notify_all();
}

Result<std::size_t> ItemsAhead::fill(std::span<char> out) { return has_thread_ ? take_piece(out) : source_(out); }

Result<std::size_t> ItemsAhead::take_piece(std::span<char> out) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stop_ || input_ended_ || !pieces_.empty(); });
  if (stop_) return Status(Code::kClosed, "nobody reads on");
  if (pieces_.empty()) {
    if (!input_failed_.ok()) return input_failed_;
    return std::size_t{0};
  }
  const std::string& piece = pieces_.front();
  const std::size_t taken = piece.copy(out.data(), out.size(), piece_at_);
  piece_at_ += taken;
  if (piece_at_ == piece.size()) {
    pieces_.pop_front();
    piece_at_ = 0;
  }
  lock.unlock();
  changed_.notify_all();
  return taken;
}

// A system that has no thread left reads slower, that is all.
bool ItemsAhead::start_thread() {
  has_thread_ = true;
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
    has_thread_ = false;
  }
  return has_thread_;
}

bool ItemsAhead::has_room() const { return ready_.size() < kBatchesAhead && bytes_found_ < kBytesAhead; }

void ItemsAhead::work() {
  try {
    find_all();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    thrown_ = std::current_exception();
  }
  changed_.notify_all();
}

void ItemsAhead::find_all() {
  bool is_last = false;
  while (!is_last) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || has_room(); });
    if (stop_) return;
    std::unique_ptr<Batch> batch = std::move(spare_);
    lock.unlock();
    if (!batch) batch = std::make_unique<Batch>();
    find(*batch);
    is_last = batch->is_last;
    lock.lock();
    bytes_found_ += batch->text.size();
    ready_.push_back(std::move(batch));
    lock.unlock();
    changed_.notify_all();
  }
}

}  // namespace amont
