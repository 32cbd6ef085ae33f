// Backup: copies a register's log beside whoever writes it, as far as it was acknowledged.
//
//   earlier manifest -> head -> each segment: kept, or copied, read back and checked -> is all still as copied? -> manifest
//
// Takes no lock of the register. What the writer appends meanwhile lies behind the head that is copied; when a redaction rewrites
// a segment meanwhile, that is seen at the end and the segment is copied again.
#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "amont/keeping.h"
#include "core/evidence/kept.h"
#include "core/log/chain.h"
#include "core/log/find_head.h"
#include "core/store/copies.h"
#include "core/store/copy_file.h"
#include "core/store/manifest.h"

namespace amont {
namespace {

constexpr int kTries = 5;  // until no segment is rewritten while it is copied
constexpr std::chrono::milliseconds kPause{20};
constexpr std::uint64_t kPasses = 3;  // over what is copied: the copying, reading it back, the checking

class BackupRun {
 public:
  BackupRun(Files& files, const std::string& path, const std::string& destination, const Options& options,
            const Progress& progress)
      : files_(files), path_(path), destination_(destination), options_(options), progress_(progress) {}

  Result<BackupReport> run() {
    AMONT_LET(next_.register_file, read_register_file(files_, path_));
    AMONT_TRY(check_directory(files_, path_));
    AMONT_TRY(ready_destination());
    AMONT_TRY(copy_checkpoints());
    for (int tried = 1;; ++tried) {
      const Status copied = copy_log();
      // A segment that is rewritten meanwhile may look damaged; one that is damaged stays so.
      if (copied.code() != Code::kDamaged || tried == kTries) AMONT_TRY(Status(copied));
      if (copied.ok() && sources_stand()) break;
      if (tried == kTries)
        return Status(Code::kConflict, "segments of the log are rewritten again and again; back up when that is over");
      std::this_thread::sleep_for(kPause);
    }
    next_.taken = now();
    for (const std::string& directory : {destination_ + "/log", checkpoint_directory(destination_)})
      if (files_.stat(directory).ok()) AMONT_TRY(files_.sync_directory(directory));
    AMONT_TRY(write_manifest(files_, destination_, next_));
    AMONT_TRY(remove_what_is_not_listed());
    note();
    return report();
  }

 private:
  // Before anything is copied, for a backup that is killed holds texts too, and once it is whole. Where the register can't be
  // written to, that is told.
  void note() {
    report_.noted = note_copy(files_, path_, {"backup", absolute_path(destination_), next_.head.number, now()}).ok();
  }

  // The destination ---------------------------------------------------------------------------------------------------

  Status ready_destination() {
    if (lies_within(destination_, path_))
      return invalid(
          fmt::format("{} is within the register; a backup belongs elsewhere, best on another disk", destination_));
    AMONT_TRY(files_.make_directory(destination_));
    AMONT_TRY(files_.sync_directory(parent_of(destination_)));
    AMONT_TRY(check_directory(files_, destination_));
    if (files_.stat(destination_ + "/register").ok())
      return invalid(
          fmt::format("{} is a register; name a directory that is absent, empty or holds a backup", destination_));
    AMONT_LET(const auto entries, files_.list(destination_));
    Result<Manifest> earlier = read_manifest(files_, destination_);
    if (earlier.ok()) {
      earlier_ = *std::move(earlier);
      know_earlier_copies();
    } else if (earlier.code() != Code::kNotFound) {
      return earlier.status();
    } else if (!files_.stat(unfinished_manifest_path(destination_)).ok()) {
      for (const FileEntry& entry : entries)
        if (entry.name != "LOCK")
          return invalid(
              fmt::format("{} is not empty and no backup ({} is in it); name a directory that is absent, "
                          "empty or holds a backup",
                          destination_, entry.name));
    }
    AMONT_LET(lock_, files_.lock(lock_path(destination_)));
    if (earlier_ && earlier_->register_file.id != next_.register_file.id)
      return invalid(fmt::format("the backup in {} is of another register; name another directory", destination_));
    if (!earlier_)
      AMONT_TRY(files_.open_for_writing(unfinished_manifest_path(destination_), OpenMode::kTruncate).status());
    AMONT_TRY(files_.sync_directory(destination_));
    return files_.make_directory(destination_ + "/log");
  }

  // What was left by a backup that did not come to its end, and what this one has replaced.
  Status remove_what_is_not_listed() {
    for (const std::string_view directory : {"", "log/", "checkpoints/"}) {
      const auto entries = files_.list(fmt::format("{}/{}", destination_, directory));
      if (entries.code() == Code::kNotFound) continue;
      AMONT_TRY(entries.status());
      for (const FileEntry& entry : *entries) {
        const std::string path = std::string(directory) + entry.name;
        if (directory.empty() && !path.starts_with(fmt::format("{}.", kCopiesFile))) continue;
        if (entry.is_directory || std::ranges::find(next_.files, path, &BackupFile::copy_path) != next_.files.end())
          continue;
        AMONT_TRY(files_.remove(destination_ + "/" + path));
      }
    }
    return {};
  }

  // What is copied ----------------------------------------------------------------------------------------------------

  // Before the head is read: so none of them signs more than the backup holds.
  Status copy_checkpoints() {
    const auto entries = files_.list(checkpoint_directory(path_));
    if (entries.code() == Code::kNotFound) return {};
    AMONT_TRY(entries.status());
    AMONT_TRY(files_.make_directory(checkpoint_directory(destination_)));
    for (const FileEntry& entry : *entries) {
      // What is under way, and the tree that only saves work.
      if (entry.is_directory || entry.name.starts_with('.') || entry.name.ends_with(".new") || entry.name == "tree")
        continue;
      AMONT_TRY(copy_aside("checkpoints/" + entry.name));
    }
    return {};
  }

  // What was made of the register, this backup included: whoever redacts in a register that was put back looks for them all.
  Status copy_list_of_copies() {
    note();
    if (!files_.stat(path_ + "/" + std::string(kCopiesFile)).ok()) return {};
    std::erase_if(aside_, [](const BackupFile& file) { return file.path == kCopiesFile; });
    AMONT_TRY(copy_aside(std::string(kCopiesFile)));
    --report_.files_copied;  // it is new each time, and counts for nothing
    report_.bytes_copied -= aside_.back().bytes;
    return {};
  }

  // A file that is only ever replaced, by another that is renamed over it.
  Status copy_aside(const std::string& path) {
    for (int tried = 1;; ++tried) {
      AMONT_LET(const FileEntry before, files_.stat(path_ + "/" + path));
      BackupFile file{path, before.size, before.modified_micros, {}, {}};
      AMONT_TRY(copy(file));
      AMONT_LET(const FileEntry after, files_.stat(path_ + "/" + path));
      if (after.size == before.size && after.modified_micros == before.modified_micros) {
        aside_.push_back(std::move(file));
        return {};
      }
      if (tried == kTries)
        return Status(Code::kConflict,
                      fmt::format("{}/{} changes again and again; back up when that is over", path_, path));
    }
  }

  Status copy_log() {
    const RegisterId& id = next_.register_file.id;
    AMONT_LET(const HeadReading reading, read_head_beside_writer(files_, path_ + "/head", id));
    AMONT_LET(const FoundHead found, find_head({files_, log_directory(path_), id, false}, reading.newest));
    if (!found.damage.empty())
      return damaged(
          fmt::format("{}; nothing is copied from a damaged log, and an earlier backup stays", found.damage));
    next_.head = found.head;
    AMONT_TRY(look_for_a_fork(found));
    AMONT_TRY(copy_list_of_copies());
    AMONT_LET(next_.files, wanted(found));
    Chain chain(id);
    for (std::size_t i = 0; i < next_.files.size(); ++i) {
      BackupFile& file = next_.files[i];
      file.before = chain.tree();
      if (const Known* const same = known_copy(file)) {
        file = same->file;
        chain = Chain(id, same->after);
        continue;
      }
      AMONT_TRY(copy(file));
      const TxNumber last = i + 1 == next_.files.size() ? found.head.number : found.segments[i + 1]->first() - 1;
      AMONT_TRY(check(*found.segments[i], last, chain));
      AMONT_TRY(tell(file.bytes));
      known_[file.path] = {file, chain.tree()};
    }
    if (chain.tree().peaks() != found.head.tree.peaks())
      return damaged(fmt::format("the log's root is {}, and its head says {}; look at it with: amont -s {} verify",
                                 hex(chain.tree().root()), hex(found.head.tree.root()), path_));
    next_.files.insert(next_.files.end(), aside_.begin(), aside_.end());
    return {};
  }

  // A register that was put back to an earlier state, or that goes on from such a state, would overwrite the better backup.
  Status look_for_a_fork(const FoundHead& found) const {
    if (!earlier_) return {};
    const HeadSlot& held = earlier_->head;
    const auto conflict = [&](std::string_view what) {
      return Status(
          Code::kConflict,
          fmt::format("the backup in {} ends with transaction {}, {}: it was put back to an earlier state. Keep that "
                      "backup, and name another directory",
                      destination_, held.number, what));
    };
    if (held.number > found.head.number) return conflict(fmt::format("and this register with {}", found.head.number));
    AMONT_LET(const Digest root, root_at(found, held.number));
    return root == held.tree.root() ? Status() : conflict("which is another one in this register");
  }

  Result<Digest> root_at(const FoundHead& found, TxNumber number) const {
    if (number == found.head.number) return found.head.tree.root();
    const auto after = std::ranges::find_if(found.segments, [&](const auto& one) { return one->first() > number + 1; });
    Digest root{};
    TxNumber damaged_at = 0;
    const auto visit = [&](const FrameHeader&, std::uint64_t, std::string_view record) -> Status {
      AMONT_LET(const RecordHead decoded, decode_head(record));
      root = decoded.head.previous_root;
      return {};
    };
    AMONT_TRY((*std::prev(after))->read(number + 1, number + 1, visit, damaged_at));
    return root;
  }

  // The segments as they are now. Of the last one no more than was acknowledged.
  Result<std::vector<BackupFile>> wanted(const FoundHead& found) {
    std::vector<BackupFile> files;
    bytes_total_ = bytes_done_ = 0;
    for (const auto& segment : found.segments) {
      AMONT_LET(const FileEntry entry, files_.stat(segment->path()));
      const bool is_last = segment == found.segments.back();
      files.push_back({"log/" + Segment::name_of(segment->first()),
                       is_last ? found.end : entry.size,
                       entry.modified_micros,
                       {},
                       {}});
      if (!same_as_known(files.back())) bytes_total_ += kPasses * files.back().bytes;
    }
    return files;
  }

  // Copies that need not be made again --------------------------------------------------------------------------------

  struct Known {
    BackupFile file;
    MerkleFrontier after;  // the tree over its last transaction and all before
  };

  void know_earlier_copies() {
    const std::vector<BackupFile>& files = earlier_->files;
    for (std::size_t i = 0; i < files.size() && files[i].is_segment(); ++i) {
      const bool is_last = i + 1 == files.size() || !files[i + 1].is_segment();
      known_[files[i].path] = {files[i], is_last ? earlier_->head.tree : files[i + 1].before};
    }
  }

  // The original has the time and the size that it had when it was copied. Whatever rewrites one makes a new file.
  const Known* same_as_known(const BackupFile& file) const {
    const auto found = known_.find(file.path);
    if (found == known_.end()) return nullptr;
    const BackupFile& known = found->second.file;
    return known.bytes == file.bytes && known.modified_micros == file.modified_micros ? &found->second : nullptr;
  }

  const Known* known_copy(const BackupFile& file) const {
    const Known* const known = same_as_known(file);
    if (known == nullptr || known->file.before.peaks() != file.before.peaks()) return nullptr;
    const auto there = files_.stat(destination_ + "/" + known->file.copy_path());
    return there.ok() && there->size == file.bytes ? known : nullptr;
  }

  // Copying one ---------------------------------------------------------------------------------------------------------

  Status copy(BackupFile& file) {
    const std::string part = fmt::format("{}/{}.part", destination_, file.path);
    const CopyDone done = [this](std::uint64_t bytes) { return tell(bytes); };
    AMONT_LET(file.sha256, copy_file(files_, path_ + "/" + file.path, part, file.bytes, done));
    const std::string target = destination_ + "/" + file.copy_path();
    AMONT_TRY(files_.rename(part, target));
    AMONT_LET(const Digest read_back, digest_of_file(files_, target, file.bytes, done));
    if (read_back != file.sha256)
      return io_error(fmt::format("{} reads otherwise than it was written: the disk is not to be trusted", target));
    ++report_.files_copied;
    report_.bytes_copied += file.bytes;
    return {};
  }

  Status check(const Segment& segment, TxNumber last, Chain& chain) {
    AMONT_TRY(chain.take(segment, last, [this](TxNumber) { return tell(0); }));
    if (chain.tree().size() == last) return {};
    return damaged(fmt::format("{}: the file ends with transaction {}, but {} was acknowledged",
                               segment.place(chain.end()), chain.tree().size(), last));
  }

  // The last segment has grown since, and what was copied of it must still be there.
  bool sources_stand() const {
    for (const BackupFile& file : next_.files) {
      if (!file.is_segment()) continue;
      const bool is_last = file.first() == next_.head.segment;
      const std::string path = path_ + "/" + file.path;
      const auto entry = files_.stat(path);
      if (!entry.ok()) return false;
      if (entry->size == file.bytes && entry->modified_micros == file.modified_micros) continue;
      const auto digest = is_last ? digest_of_file(files_, path, file.bytes) : Result<Digest>(Digest{});
      if (!digest.ok() || *digest != file.sha256) return false;
    }
    return true;
  }

  Status tell(std::uint64_t bytes) {
    bytes_done_ += bytes;
    if (!progress_ || progress_("backing up", bytes_done_, std::max(bytes_done_, bytes_total_))) return {};
    return Status(Code::kTimeout, "the backup was cancelled; an earlier one stays as it was");
  }

  Timestamp now() const {
    if (options_.clock) return options_.clock();
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  }

  BackupReport report() {
    const RegisterId& id = next_.register_file.id;
    report_.register_id = hex(std::string_view(reinterpret_cast<const char*>(id.data()), id.size()));
    report_.head = next_.head.number;
    report_.root = hex(next_.head.tree.root());
    report_.taken = next_.taken;
    const BackupFile* const list = next_.find(std::string(kCopiesFile));
    report_.files = next_.files.size() - (list ? 1 : 0);
    report_.bytes = next_.bytes() - (list ? list->bytes : 0);
    return std::move(report_);
  }

  Files& files_;
  const std::string& path_;
  const std::string& destination_;
  const Options& options_;
  const Progress& progress_;
  std::unique_ptr<FileLock> lock_;
  std::optional<Manifest> earlier_;
  std::map<std::string, Known> known_;  // by path in the register
  std::vector<BackupFile> aside_;       // what is no segment
  Manifest next_;
  std::uint64_t bytes_done_ = 0, bytes_total_ = 0;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> Store::backup(const std::string& path, const std::string& destination, Options options,
                                   const Progress& progress) {
  Files& files = options.files ? *options.files : posix_files();
  const std::string from = plain_path(path), to = plain_path(destination);
  return BackupRun(files, from, to, options, progress).run();
}

}  // namespace amont
