// A file system in memory that crashes, fills up, fails and rots on demand.
//
// Every file keeps what is on disk apart from what was only written, every directory apart from what was only renamed:
// a file's sync makes its data durable, but its name only once the directory is synced (as ext4 may have it). A sweep
// reads
//
//   for (std::uint64_t n = 0;; ++n) {
//     auto disk = start->clone();
//     disk->crash_at(n);
//     run(*disk);                                  // whatever it does, it must not crash itself
//     if (!disk->crashed()) break;                 // n is past the last operation
//     auto after = disk->after_crash(model, seed);
//     check(*after);                               // everything acknowledged is there
//   }
//
// Operations are numbered from 0 since the object was made (clone and after_crash begin at 0 again, with no fault set,
// no lock held and no space limit). A mutation is a write, a sync or the beginning of one, a truncation, or the making,
// renaming, linking, removing or syncing of names; opening with kTruncate is one more if there was something to cut. A
// read is any other question asked of the disk. What is refused for its arguments is no operation. Only "/" exists at
// first; "a/b" means "/a/b".
// Any thread may call anything. Handles and locks must not outlive the CrashFiles they came from.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/files.h"
#include "tests/support/crash_disk.h"

namespace amont {

class CrashFiles final : public Files {
 public:
  enum class Operation { kMutation, kRead };
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  CrashFiles() = default;

  // Faults. Mutation n, and every call after it, fails with kIo; a write that is mutation n may be done in part.
  void crash_at(std::uint64_t n);
  // Operation n fails with `code` and does nothing, except that a write may be done in part and that a failed sync
  // loses what it was to write, even for syncs to come (CrashContent::fail_sync).
  void fail_once(std::uint64_t n, Code code, Operation operation = Operation::kMutation);
  // The same for operation n and all after it, until clear_faults().
  void fail_forever(std::uint64_t n, Code code, Operation operation = Operation::kMutation);
  // Forgets the crash and the failures that have not happened yet, and lets failing operations work again.
  void clear_faults();
  // Files may hold this many bytes together; a write that needs more is done in part and says kNoSpace.
  void limit_space(std::uint64_t bytes);

  std::uint64_t mutations() const;
  std::uint64_t reads() const;
  // How many calls failed because of a fault or the space limit.
  std::uint64_t failures() const;
  std::uint64_t used_space() const;
  bool crashed() const;
  // What the crash, or else the last failure, hit: "write /db/000004.log". Empty when nothing has failed.
  std::string struck() const;

  // What a disk would hold if the power went now (it need not have crashed). The same seed gives the same damage.
  std::unique_ptr<CrashFiles> after_crash(DamageModel model, std::uint64_t seed) const;
  // All as it is, unsynced changes included. Costs about as much as there are files and unsynced bytes.
  std::unique_ptr<CrashFiles> clone() const;

  // Straight to the bytes, past faults and counters.
  std::vector<std::string> paths() const;  // of all files, sorted
  Result<std::string> contents(const std::string& path) const;
  // What is on disk of it, whether or not its name is.
  Result<std::string> durable_contents(const std::string& path) const;
  // In memory and on disk alike, its name too; made if absent, its directory must exist.
  Status replace(const std::string& path, std::string bytes);
  // Turns the bits of `mask` in one byte; what the file held unsynced counts as synced from then on.
  Status flip(const std::string& path, std::uint64_t offset, unsigned char mask);

  Result<std::unique_ptr<ReadableFile>> open_for_reading(const std::string& path) override;
  Result<std::unique_ptr<WritableFile>> open_for_writing(const std::string& path, OpenMode mode) override;
  Result<FileEntry> stat(const std::string& path) override;
  Result<std::vector<FileEntry>> list(const std::string& directory) override;
  Status make_directory(const std::string& path) override;
  Status remove(const std::string& path) override;
  Status remove_directory(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status link(const std::string& from, const std::string& to) override;
  Status sync_directory(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

 private:
  class Reader;
  class Writer;
  class Lock;
  using Node = CrashDisk::Node;

  struct Fault {
    std::uint64_t at = 0;
    bool forever = false;
    Code code = Code::kIo;
  };
  // A path taken apart: the directory it is in, its last name, and what that names (empty: nothing).
  struct Place {
    Node directory;
    std::string name;
    Node node;
  };

  explicit CrashFiles(CrashDisk disk) : disk_(std::move(disk)) {}

  // All of these want mutex_ held.
  Status alive() const;
  Status begin(Operation operation, std::string_view what, const std::string& path);
  Status fail(Code code, std::string_view what, const std::string& path, std::string_view why);
  Result<Place> find(const std::string& path) const;
  Result<Node> find_file(const std::string& path) const;
  Result<Node> find_directory(const std::string& path) const;
  Result<Node> make_file(const Place& place, const std::string& path);
  std::uint64_t used_space_locked() const;
  Status write(const Node& node, const std::string& path, std::uint64_t offset, std::string_view bytes);
  Status truncate(const Node& node, const std::string& path, std::uint64_t size);
  void touch(const Node& node);

  mutable std::mutex mutex_;
  CrashDisk disk_;
  std::set<const CrashNode*> locked_;
  std::uint64_t counts_[2] = {0, 0};  // by Operation
  std::vector<Fault> faults_[2];      // by Operation
  std::optional<std::uint64_t> crash_at_;
  bool crashed_ = false;
  std::string struck_;
  std::uint64_t failures_ = 0;
  std::uint64_t space_limit_ = kNoLimit;
  std::uint64_t clock_micros_ = 1'700'000'000'000'000;  // a step per change, so that runs do not differ
};

}  // namespace amont
