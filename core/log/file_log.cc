#include "core/log/file_log.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "core/guarded.h"
#include "core/log/salt.h"

namespace amont {
namespace {

constexpr std::size_t kWriteBytes = 1 << 20;       // frames are gathered to about this much
constexpr std::size_t kKeptBufferBytes = 8 << 20;  // a larger buffer is given back
constexpr std::uint64_t kRoomBytes = 256 << 10;    // written ahead of the frames
constexpr std::size_t kOpenMax = 16;               // segments whose files are kept open for reading
constexpr std::chrono::seconds kHeadSyncEvery{1};
constexpr int kHeadTries = 5;  // of a reader, when the writer goes on meanwhile
constexpr std::chrono::microseconds kHeadPause{200};

// "hub/log" -> "hub/head"
std::string head_path_of(const std::string& directory) {
  const std::size_t slash = directory.find_last_of('/');
  return directory.substr(0, slash == std::string::npos ? 0 : slash + 1) + "head";
}

std::string without_trailing_slashes(std::string directory) {
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  return directory;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

// Opening -------------------------------------------------------------------------------------------------------------

FileLog::FileLog(Files& files, std::string directory, const LogOptions& options)
    : files_(files), directory_(std::move(directory)), head_path_(head_path_of(directory_)), options_(options) {}

FileLog::~FileLog() {
  if (!refusal_.empty()) return;
  // If these fail, the next open has a tail to cut, and walks a little further.
  (void)give_room_back();
  if (head_file_) (void)head_file_->settle(shown_);
}

Result<std::unique_ptr<Log>> FileLog::create(Files& files, const std::string& directory, const LogOptions& options) {
  std::unique_ptr<FileLog> log(new FileLog(files, without_trailing_slashes(directory), options));
  AMONT_TRY(files.make_directory(log->directory_));
  AMONT_LET(const auto firsts, list_segments(files, log->directory_));
  if (!firsts.empty())
    return Status(Code::kConflict, fmt::format("there is a log in {} already; it is not overwritten", log->directory_));
  AMONT_TRY(log->make_head_file());
  return std::unique_ptr<Log>(std::move(log));
}

Result<std::unique_ptr<Log>> FileLog::open(Files& files, const std::string& directory, const LogOptions& options) {
  std::unique_ptr<FileLog> log(new FileLog(files, without_trailing_slashes(directory), options));
  AMONT_TRY(log->recover());
  return std::unique_ptr<Log>(std::move(log));
}

Status FileLog::recover() {
  AMONT_LET(reading_, options_.writable ? read_head(files_, head_path_, options_.register_id)
                                        : read_head_beside_writer(files_, head_path_, options_.register_id));
  AMONT_LET(FoundHead found, find_head({files_, directory_, options_.register_id, options_.writable}, reading_.newest));
  damage_ = std::move(found.damage);
  segments_ = std::move(found.segments);
  closed_bytes_ = found.closed_bytes;
  end_ = found.end;
  shown_ = written_ = found.head;
  synced_ = readable_ = found.head.number;
  if (!options_.writable || !damage().empty()) return {};
  if (found.torn) AMONT_TRY(cut(*found.torn, found.torn_at));
  if (found.unsure) {
    const bool knows_some = reading_.newest && reading_.newest->segment == segments_.back()->first();
    AMONT_TRY(write_again(knows_some ? reading_.newest->end : 0));
  }
  // One that says 0 may come from a create() that was interrupted.
  head_is_right_ = reading_.newest && shown_.number > 0 && reading_.newest->number == shown_.number && !reading_.torn;
  const Status ready = head_is_right_ ? Status() : make_head_file();
  // A full disk keeps nobody from reading; append() tries again.
  return ready.code() == Code::kNoSpace ? Status() : ready;
}

// A tail that no one was told of.
Status FileLog::cut(const Segment& torn, std::uint64_t at) {
  torn.close();
  if (at == 0) {
    AMONT_TRY(files_.remove(torn.path()));
    return files_.sync_directory(directory_);
  }
  AMONT_LET(const auto file, files_.open_for_writing(torn.path(), OpenMode::kMustExist));
  AMONT_TRY(file->truncate(at));
  return file->sync();
}

// What an earlier writer left behind the second place may be in memory only, and from now on it is shown and built
// upon. A sync alone will not do: if one failed before, the system may have forgotten that those bytes are not on disk.
Status FileLog::write_again(std::uint64_t from) {
  AMONT_TRY(open_segment());
  AMONT_LET(const auto file, files_.open_for_reading(segments_.back()->path()));
  std::string bytes;
  while (from < end_) {
    bytes.resize(std::min<std::uint64_t>(kWriteBytes, end_ - from));
    AMONT_LET(const std::size_t got, file->read(from, std::span<char>(bytes)));
    if (got == 0) break;
    AMONT_TRY(file_->write(from, std::string_view(bytes).substr(0, got)));
    from += got;
  }
  AMONT_TRY(file_->sync());
  return files_.sync_directory(directory_);
}

// Makes both slots of the second place say what is shown.
Status FileLog::make_head_file() {
  head_file_.reset();
  AMONT_LET(auto made, HeadFile::open(files_, head_path_, options_.register_id, reading_));
  AMONT_TRY(made->settle(shown_));
  AMONT_TRY(files_.sync_directory(directory_of(head_path_)));
  head_file_ = std::move(made);
  head_is_right_ = true;
  return {};
}

Status FileLog::ready_head_file() {
  if (head_file_) return {};
  if (!head_is_right_) return make_head_file();
  AMONT_LET(head_file_, HeadFile::open(files_, head_path_, options_.register_id, reading_));
  return {};
}

Status FileLog::rewrite_head() {
  if (!options_.writable) return Status(Code::kReadOnly, "the log was opened for reading");
  if (!damage().empty()) return damaged(damage());
  if (!refusal_.empty()) return Status(Code::kReadOnly, refusal_);
  AMONT_LET(reading_, read_head(files_, head_path_, options_.register_id));
  return make_head_file();
}

// Appending -----------------------------------------------------------------------------------------------------------

// What is thrown in the middle leaves it open how far that came.
Status FileLog::append(TxNumber expected_head, std::span<const EncodedRecord> records, Timestamp time, bool sync,
                       const Meanwhile& meanwhile) {
  AMONT_TRY(may_append(expected_head, records));
  try {
    return append_records(records, time, sync, meanwhile);
  } catch (...) {
    refusal_ = "out of memory";  // so short that it needs none
    return refuse(status_of_exception());
  }
}

Status FileLog::append_records(std::span<const EncodedRecord> records, Timestamp time, bool sync,
                               const Meanwhile& meanwhile) {
  AMONT_TRY(ready_head_file());
  HeadSlot next = written_;
  std::vector<std::uint64_t> offsets;
  if (!records.empty()) {
    AMONT_TRY(ready_segment());
    next.time = time;
    AMONT_TRY(write(records, next, offsets));
  }
  if (sync && next.number > shown_.number) AMONT_TRY(acknowledge(next, meanwhile));
  publish(std::move(next), offsets, sync);
  return {};
}

Status FileLog::may_change() const {
  if (!options_.writable) return Status(Code::kReadOnly, "the log was opened for reading");
  if (!damage().empty()) return damaged("nothing is written to a damaged log: " + damage());
  return refusal_.empty() ? Status() : Status(Code::kReadOnly, refusal_);
}

Status FileLog::may_append(TxNumber expected_head, std::span<const EncodedRecord> records) const {
  AMONT_TRY(may_change());
  if (expected_head != written_.number)
    return Status(Code::kConflict,
                  fmt::format("the log's head is transaction {}, not {}; read what is new and try again",
                              written_.number, expected_head));
  for (const EncodedRecord& record : records)
    if (record.number != ++expected_head)
      return invalid(fmt::format("transaction {} was to be appended where {} should be", record.number, expected_head));
  return {};
}

// Makes sure that there is a segment to write to. A group is never divided: the segment that takes it may grow past its
// size.
Status FileLog::ready_segment() {
  return segments_.empty() || end_ >= options_.segment_bytes ? roll() : open_segment();
}

Status FileLog::open_segment() {
  if (file_) return {};
  AMONT_LET(const SegmentHeader header, segments_.back()->header());
  AMONT_LET(file_, files_.open_for_writing(segments_.back()->path(), OpenMode::kMustExist));
  salt_ = header.salt;
  return {};
}

Status FileLog::roll() {
  SegmentHeader header;
  header.register_id = options_.register_id;
  header.first = written_.number + 1;
  header.previous_root = written_.tree.root();
  AMONT_LET(header.salt, random_salt());
  if (!segments_.empty()) {
    header.previous_segment = segments_.back()->first();
    AMONT_TRY(open_segment());
    if (synced_ < written_.number || room_ > end_) {
      AMONT_TRY(give_room_back());
      if (const Status synced = file_->sync(); !synced.ok()) return refuse(synced);
      synced_ = written_.number;
    }
  }
  auto segment = std::make_shared<Segment>(files_, directory_, header.first);
  AMONT_TRY(create_segment(segment->path(), header));
  salt_ = header.salt;
  const std::lock_guard lock(mutex_);
  segments_.push_back(std::move(segment));
  closed_bytes_ += end_;
  room_ = end_ = kSegmentHeaderBytes;
  return {};
}

// The header is on disk before a frame follows it: so a file that has frames and no good header was damaged.
Status FileLog::create_segment(const std::string& path, const SegmentHeader& header) {
  AMONT_LET(auto file, files_.open_for_writing(path, OpenMode::kMustNotExist));
  Status begun = file->write(0, encode_segment_header(header));
  if (begun.ok()) begun = file->sync();
  if (begun.ok()) begun = files_.sync_directory(directory_);
  if (begun.ok()) {
    file_ = std::move(file);
    return {};
  }
  // Away with it: nothing was appended, and the same may be tried again.
  file.reset();
  Status removed = files_.remove(path);
  if (removed.ok()) removed = files_.sync_directory(directory_);
  return removed.ok() ? begun : refuse(removed);
}

Status FileLog::write(std::span<const EncodedRecord> records, HeadSlot& next, std::vector<std::uint64_t>& offsets) {
  std::uint64_t at = end_;
  buffer_.clear();
  offsets.reserve(records.size());
  next.segment = segments_.back()->first();
  for (const EncodedRecord& record : records) {
    next.last = at + buffer_.size();
    append_frame(buffer_, record, synced_ + 1, salt_);
    next.end = at + buffer_.size();
    next.number = record.number;
    next.tree.append(record.leaf);
    offsets.push_back(next.last);
    if (buffer_.size() < kWriteBytes && &record != &records.back()) continue;
    if (Status written = file_->write(at, buffer_); !written.ok()) return take_back(std::move(written));
    at = next.end;
    buffer_.clear();
  }
  if (buffer_.capacity() > kKeptBufferBytes) std::string().swap(buffer_);
  return {};
}

// While a file keeps its size, a sync writes frames and nothing of the file system's own: so zeros are written ahead of them, which
// are a torn tail to whoever opens the log after a crash. When there are none, the file grows frame by frame, and no harm is done.
void FileLog::make_room(std::uint64_t end) {
  if (end <= room_) return;
  room_ = std::max(end, std::min(end + kRoomBytes, options_.segment_bytes));
  if (room_ > end) (void)file_->write(end, std::string(room_ - end, '\0'));
}

// The last segment ends with its last frame again; on disk with the next sync.
Status FileLog::give_room_back() {
  if (room_ > end_) AMONT_TRY(file_->truncate(end_));
  room_ = 0;
  return {};
}

// The disk takes the frames while `meanwhile` works: a sync is two steps to it, and only the second, in which it empties its own
// memory, has to be waited for then.
Status FileLog::sync_up_to(std::uint64_t end, const Meanwhile& meanwhile) {
  if (meanwhile) {
    AMONT_TRY(file_->start_sync(end_, end - end_));
    meanwhile();
  }
  return file_->sync();
}

Status FileLog::acknowledge(const HeadSlot& next, const Meanwhile& meanwhile) {
  make_room(next.end);
  if (const Status synced = sync_up_to(next.end, meanwhile); !synced.ok()) return refuse(synced);
  if (Status named = head_file_->write(next); !named.ok())
    return named.code() == Code::kNoSpace ? take_back(std::move(named)) : refuse(named);
  synced_ = next.number;
  const auto now = std::chrono::steady_clock::now();
  if (now - head_synced_at_ < kHeadSyncEvery) return {};
  head_synced_at_ = now;
  // This group is on disk and in the second place all the same; it is the next append that is refused.
  if (const Status synced = head_file_->sync(); !synced.ok()) (void)refuse(synced);
  return {};
}

// The file is again as it was before this append, on disk too: so the caller may say that nothing was appended.
Status FileLog::take_back(Status why) {
  room_ = 0;
  Status back = file_->truncate(end_);
  if (back.ok()) back = file_->sync();
  return back.ok() ? std::move(why) : refuse(back);
}

Status FileLog::refuse(const Status& why) {
  refusal_ = fmt::format(
      "what is on disk is not known, since writing the log failed ({}); close the register and open it again",
      why.text());
  return io_error(refusal_);
}

void FileLog::publish(HeadSlot next, const std::vector<std::uint64_t>& offsets, bool shown) {
  const std::lock_guard lock(mutex_);
  TxNumber number = written_.number;
  for (const std::uint64_t offset : offsets) segments_.back()->note(++number, offset);
  if (!offsets.empty()) end_ = next.end;
  readable_ = next.number;
  if (shown) shown_ = next;
  written_ = std::move(next);
}

// Reading -------------------------------------------------------------------------------------------------------------

LogHead FileLog::head() const {
  const std::lock_guard lock(mutex_);
  const HeadSlot& head = options_.writable ? written_ : shown_;
  return {std::min(head.number, good_), head.time, head.tree};
}

std::string FileLog::damage() const {
  const std::lock_guard lock(mutex_);
  return damage_;
}

// What is damaged in the middle is met only by who reads there. From then on it is known.
void FileLog::note_damage(TxNumber number, const Status& why) const {
  const std::lock_guard lock(mutex_);
  if (number > good_) return;
  good_ = number - 1;
  damage_ =
      fmt::format("{}; the register is good to transaction {}; put the file back from a backup", why.text(), good_);
}

std::uint64_t FileLog::bytes() const {
  const std::lock_guard lock(mutex_);
  return closed_bytes_ + end_;
}

Status FileLog::read(TxNumber first, TxNumber last, const Visit& visit) const {
  if (first == 0) return invalid("transactions are numbered from 1");
  while (first <= last) {
    AMONT_LET(const Part part, part_from(first, last));
    TxNumber damaged_at = 0;
    Status done = part.segment->read(
        first, part.last,
        [&](const FrameHeader& header, std::uint64_t, std::string_view record) { return visit(header.number, record); },
        damaged_at);
    keep_open(part.segment);
    if (damaged_at != 0) note_damage(damaged_at, done);
    AMONT_TRY(std::move(done));
    first = part.last + 1;
  }
  return {};
}

Result<FileLog::Part> FileLog::part_from(TxNumber first, TxNumber last) const {
  const std::lock_guard lock(mutex_);
  if (last > readable_) {
    if (!damage_.empty()) return damaged(damage_);
    return not_found(fmt::format("transaction {} is beyond the log's head, {}", last, readable_));
  }
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), first,
                                      [](TxNumber number, const auto& segment) { return number < segment->first(); });
  return Part{*std::prev(after), after == segments_.end() ? last : std::min(last, (*after)->first() - 1)};
}

// Of a log of a thousand segments no more than a few are kept open.
void FileLog::keep_open(const std::shared_ptr<const Segment>& segment) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = std::find(open_.begin(), open_.end(), segment); found != open_.end()) open_.erase(found);
  open_.push_back(segment);
  if (open_.size() <= kOpenMax) return;
  open_.front()->close();
  open_.erase(open_.begin());
}

std::string FileLog::place_of(TxNumber number) const {
  const Result<Part> part = part_from(number, number);
  if (number == 0 || !part) return fmt::format("log/, where there is no transaction {}", number);
  const Result<std::uint64_t> offset = part->segment->offset_of(number);
  keep_open(part->segment);
  return offset ? part->segment->place(*offset) : "log/" + Segment::name_of(part->segment->first());
}

// Beside a writer -----------------------------------------------------------------------------------------------------

Status FileLog::refresh() {
  if (options_.writable || !damage().empty()) return {};
  HeadSlot slot;
  std::vector<std::shared_ptr<Segment>> begun;
  for (int attempt = 1;; ++attempt) {
    AMONT_LET(const HeadReading reading, read_head_beside_writer(files_, head_path_, options_.register_id));
    if (!reading.newest || reading.newest->number <= head().number) return {};
    slot = *reading.newest;
    AMONT_LET(begun, segments_since(slot.segment));
    const std::shared_ptr<Segment> last = begun.empty() ? segments_.back() : begun.back();
    AMONT_LET(const bool holds_it, holds(*last, slot));
    if (holds_it) break;
    if (attempt == kHeadTries)
      return damaged(
          fmt::format("{}: transaction {} was acknowledged and is not here", last->place(slot.last), slot.number));
    // The writer may have gone on, and replaced the segment, since the head was read.
    last->forget();
    std::this_thread::sleep_for(kHeadPause);
  }
  std::uint64_t closed = 0;
  if (!begun.empty() && !segments_.empty()) {
    AMONT_LET(closed, segments_.back()->bytes());
  }
  for (std::size_t i = 0; i + 1 < begun.size(); ++i) {
    AMONT_LET(const std::uint64_t bytes, begun[i]->bytes());
    closed += bytes;
  }
  const std::lock_guard lock(mutex_);
  std::move(begun.begin(), begun.end(), std::back_inserter(segments_));
  closed_bytes_ += closed;
  end_ = slot.end;
  readable_ = slot.number;
  shown_ = slot;
  return {};
}

// The segments begun since the last that is known, to the one that begins with `last`.
Result<std::vector<std::shared_ptr<Segment>>> FileLog::segments_since(TxNumber last) const {
  std::vector<std::shared_ptr<Segment>> begun;
  TxNumber before = segments_.empty() ? 0 : segments_.back()->first();
  if (before == last) return begun;
  AMONT_LET(const auto firsts, list_segments(files_, directory_));
  for (const TxNumber first : firsts) {
    if (first <= before || first > last) continue;
    begun.push_back(std::make_shared<Segment>(files_, directory_, first));
    AMONT_LET(const SegmentHeader header, begun.back()->header().while_doing(begun.back()->place(0)));
    if (header.register_id != options_.register_id || header.first != first || header.previous_segment != before)
      return damaged(begun.back()->place(0) + ": the segment does not follow the one before it");
    before = first;
  }
  if (before != last) return damaged(fmt::format("log/{} at offset 0: the file is missing", Segment::name_of(last)));
  return begun;
}

Result<std::unique_ptr<Log>> create_log(Files& files, const std::string& directory, const LogOptions& options) {
  return FileLog::create(files, directory, options);
}
Result<std::unique_ptr<Log>> open_log(Files& files, const std::string& directory, const LogOptions& options) {
  return FileLog::open(files, directory, options);
}

}  // namespace amont
