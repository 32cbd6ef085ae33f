// FileLog: the log in a directory. What must stay true:
//
//   - A group of transactions is on disk before the second place names it, and that before append() returns.
//   - A segment is on disk, name and all, before the next is begun; its header is before its first frame.
//   - What other processes are shown, through the second place, was acknowledged.
//   - After a sync failed nothing more is appended: nobody knows what is on disk. The next open writes again what it
//   can't be sure of.
//
// The second place is synced by the first group that comes a second after its last sync, and at close. There is no
// thread that does it for a log that falls silent: what stays unsynced is then the last second of a burst, which the
// operating system writes within half a minute, and all that depends on it is whether the loss of what *was* synced
// would be noticed.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/log/find_head.h"
#include "core/log/head_file.h"
#include "core/log/log.h"
#include "core/log/segment.h"

namespace amont {

class FileLog final : public Log {
 public:
  static Result<std::unique_ptr<Log>> create(Files& files, const std::string& directory, const LogOptions& options);
  static Result<std::unique_ptr<Log>> open(Files& files, const std::string& directory, const LogOptions& options);
  ~FileLog() override;

  LogHead head() const override;
  std::string damage() const override;
  Status append(TxNumber expected_head, std::span<const EncodedRecord> records, Timestamp time, bool sync,
                const Meanwhile& meanwhile) override;
  Status begin_segment() override;
  Status replace(std::span<const TxNumber> numbers, const Rewrite& rewrite) override;
  Status refresh() override;
  Status read(TxNumber first, TxNumber last, const Visit& visit) const override;
  Status rewrite_head() override;
  std::string place_of(TxNumber number) const override;
  std::uint64_t bytes() const override;

 private:
  // Where some of the records lie that are read.
  struct Part {
    std::shared_ptr<const Segment> segment;
    TxNumber last = 0;
  };
  FileLog(Files& files, std::string directory, const LogOptions& options);

  Status recover();
  Status cut(const Segment& torn, std::uint64_t at);
  Status write_again(std::uint64_t from);
  Status make_head_file();
  Status ready_head_file();

  Status may_append(TxNumber expected_head, std::span<const EncodedRecord> records) const;
  Status append_records(std::span<const EncodedRecord> records, Timestamp time, bool sync, const Meanwhile& meanwhile);
  Status ready_segment();
  Status open_segment();
  Status roll();
  Status create_segment(const std::string& path, const SegmentHeader& header);
  Status may_change() const;
  Status replace_in(const Segment& segment, TxNumber last, std::span<const TxNumber> numbers, const Rewrite& rewrite);
  Status write(std::span<const EncodedRecord> records, HeadSlot& next, std::vector<std::uint64_t>& offsets);
  void make_room(std::uint64_t end);
  Status give_room_back();
  Status acknowledge(const HeadSlot& next, const Meanwhile& meanwhile);
  Status sync_up_to(std::uint64_t end, const Meanwhile& meanwhile);
  Status take_back(Status why);
  Status refuse(const Status& why);
  void publish(HeadSlot next, const std::vector<std::uint64_t>& offsets, bool shown);

  Result<Part> part_from(TxNumber first, TxNumber last) const;
  void note_damage(TxNumber number, const Status& why) const;
  void keep_open(const std::shared_ptr<const Segment>& segment) const;
  Result<std::vector<std::shared_ptr<Segment>>> segments_since(TxNumber last) const;

  Files& files_;
  const std::string directory_;
  const std::string head_path_;
  const LogOptions options_;
  // The writer's.
  HeadSlot written_;                    // the last record written, whether on disk or not
  TxNumber synced_ = 0;                 // the last one known to be on disk
  std::uint64_t salt_ = 0;              // of the last segment
  std::unique_ptr<WritableFile> file_;  // that segment's; opened by the first append
  std::uint64_t room_ = 0;              // how far the file may reach; beyond the frames there are zeros
  HeadReading reading_;                 // the second place as it was at open
  bool head_is_right_ = false;          // it says what is shown
  std::unique_ptr<HeadFile> head_file_;
  std::chrono::steady_clock::time_point head_synced_at_{};
  std::string refusal_;  // why nothing is appended any more
  std::string buffer_;   // frames on their way to the file

  // Changed by the writer alone, or by refresh(), which hold the mutex then; others hold it to read.
  mutable std::mutex mutex_;
  HeadSlot shown_;
  TxNumber readable_ = 0;  // read() goes so far: what was written, shown or not
  std::vector<std::shared_ptr<Segment>> segments_;
  std::uint64_t closed_bytes_ = 0;                            // of all segments but the last
  std::uint64_t end_ = 0;                                     // of the last: the next frame goes there
  mutable std::vector<std::shared_ptr<const Segment>> open_;  // read of late; the oldest first
  mutable std::string damage_;                                // found at open, or by a read since
  mutable TxNumber good_ = ~TxNumber{0};                      // records up to this one were not found damaged
};

}  // namespace amont
