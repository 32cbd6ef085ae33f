// Restore: makes the register that a backup holds. Until its log is whole it is an unfinished one (`register.new`), which the next
// restore or init may clear away; then its index is made, as rebuild makes it. And the same without making anything.
#include <fmt/format.h>

#include "amont/keeping.h"
#include "core/evidence/kept.h"
#include "core/log/chain.h"
#include "core/store/copies.h"
#include "core/store/copy_file.h"
#include "core/store/manifest.h"
#include "core/store/redacting.h"

namespace amont {
namespace {

constexpr std::uint64_t kPasses = 2;  // over each file: copying it, or its digest, and following its records

class RestoreRun {
 public:
  RestoreRun(Files& files, const std::string& backup, const std::string& path, const Progress& progress)
      : files_(files), backup_(backup), path_(path), progress_(progress) {}

  // All but the index.
  Result<RestoreReport> run() {
    AMONT_TRY(lock_backup());
    AMONT_LET(manifest_, read_manifest(files_, backup_));
    AMONT_TRY(begin());
    AMONT_TRY(begin_register_file(files_, path_, manifest_.register_file));
    AMONT_TRY(files_.make_directory(log_directory(path_)));
    for (const BackupFile& file : manifest_.files) AMONT_TRY(copy(file));
    AMONT_TRY(check_log([this](const BackupFile& file) { return path_ + "/" + file.path; }));  // as it is on this disk
    AMONT_TRY(write_head());
    AMONT_TRY(files_.make_directory(index_directory(path_)));
    for (const std::string& directory : {log_directory(path_), checkpoint_directory(path_)})
      if (files_.stat(directory).ok()) AMONT_TRY(files_.sync_directory(directory));
    AMONT_TRY(mark_redacting(files_, path_));  // the backup may have been taken while one was carried out
    AMONT_TRY(finish_register_file(files_, path_));
    // What is redacted here is still in the backup. The register is whole in any case.
    (void)note_copy(files_, path_, {"backup", absolute_path(backup_), manifest_.head.number, manifest_.taken});
    return report();
  }

  // Only reads.
  Result<RestoreReport> check() {
    doing_ = "checking the backup";
    AMONT_TRY(lock_backup());
    AMONT_LET(manifest_, read_manifest(files_, backup_));
    for (const BackupFile& file : manifest_.files) {
      const std::string path = copy_of(file);
      AMONT_TRY(as_listed(file, digest_of_file(files_, path, file.bytes, [this](std::uint64_t n) { return tell(n); })));
    }
    AMONT_TRY(check_log([this](const BackupFile& file) { return copy_of(file); }));
    return report();
  }

 private:
  std::string copy_of(const BackupFile& file) const { return backup_ + "/" + file.copy_path(); }

  // Nobody may bring it up to date meanwhile. A backup that can't be locked because it can't be written is in no such danger.
  Status lock_backup() {
    if (!files_.stat(manifest_path(backup_)).ok()) return {};
    auto lock = files_.lock(lock_path(backup_));
    if (lock.ok()) backup_lock_ = *std::move(lock);
    if (lock.code() == Code::kLocked)
      return Status(Code::kLocked,
                    fmt::format("{} is in use by another backup or restore; try again when that is done", backup_));
    return {};
  }

  Status begin() {
    if (lies_within(path_, backup_))
      return invalid(fmt::format("{} is within the backup; restore it to another place", path_));
    AMONT_TRY(files_.make_directory(path_));
    AMONT_TRY(check_directory(files_, path_));
    AMONT_TRY(files_.sync_directory(parent_of(path_)));
    const Result<RegisterFile> there = read_register_file(files_, path_);
    if (there.ok()) return invalid(fmt::format("there is a register in {} already; nothing is overwritten", path_));
    if (there.code() != Code::kNotFound) return there.status();
    const bool had_lock = files_.stat(lock_path(path_)).ok();
    AMONT_LET(lock_, files_.lock(lock_path(path_)));
    Status cleared = clear_unfinished(files_, path_);
    if (!cleared.ok() && !had_lock) (void)files_.remove(lock_path(path_));  // what is somebody else's stays as it was
    return cleared;
  }

  Status copy(const BackupFile& file) {
    if (file.path.starts_with("checkpoints/")) AMONT_TRY(files_.make_directory(checkpoint_directory(path_)));
    return as_listed(file, copy_file(files_, copy_of(file), path_ + "/" + file.path, file.bytes,
                                     [this](std::uint64_t bytes) { return tell(bytes); }));
  }

  Status as_listed(const BackupFile& file, const Result<Digest>& digest) const {
    if (digest.code() == Code::kNotFound)
      return damaged(fmt::format("{} is missing; use another backup", copy_of(file)));
    AMONT_TRY(digest.status());
    if (*digest == file.sha256) return {};
    return damaged(
        fmt::format("{} is not what was written (its SHA-256 is another); use another backup", copy_of(file)));
  }

  // Each transaction follows from those before it, and the last root is the one that the backup was taken with.
  Status check_log(const std::function<std::string(const BackupFile&)>& path_of) {
    const HeadSlot& head = manifest_.head;
    Chain chain(manifest_.register_file.id);
    for (const BackupFile& file : manifest_.files) {
      if (!file.is_segment()) continue;
      const Segment segment(files_, file.first(), path_of(file));
      AMONT_TRY(chain.take(segment, head.number, [this](TxNumber) { return tell(0); }));
      AMONT_TRY(tell(file.bytes));
    }
    if (chain.tree().size() == head.number && chain.tree().peaks() == head.tree.peaks()) return {};
    return damaged(
        fmt::format("the log in {} ends with transaction {} and the root {}, and should with {} and {}; use another "
                    "backup",
                    backup_, chain.tree().size(), hex(chain.tree().root()), head.number, hex(head.tree.root())));
  }

  Status write_head() {
    AMONT_LET(const auto head, HeadFile::open(files_, path_ + "/head", manifest_.register_file.id, {}));
    return head->settle(manifest_.head);
  }

  RestoreReport report() const {
    const RegisterId& id = manifest_.register_file.id;
    return {hex(std::string_view(reinterpret_cast<const char*>(id.data()), id.size())), manifest_.head.number,
            hex(manifest_.head.tree.root()), manifest_.taken, manifest_.bytes()};
  }

  Status tell(std::uint64_t bytes) {
    bytes_done_ += bytes;
    if (!progress_ || progress_(doing_, bytes_done_, kPasses * manifest_.bytes())) return {};
    if (path_.empty()) return Status(Code::kTimeout, "checking the backup was cancelled");
    return Status(Code::kTimeout,
                  fmt::format("restoring was cancelled; {} is no register yet and may be removed", path_));
  }

  Files& files_;
  const std::string& backup_;
  const std::string& path_;
  const Progress& progress_;
  std::string_view doing_ = "restoring";
  std::unique_ptr<FileLock> backup_lock_, lock_;
  Manifest manifest_;
  std::uint64_t bytes_done_ = 0;
};

}  // namespace

Result<RestoreReport> Store::restore(const std::string& backup, const std::string& path, Options options,
                                     const Progress& progress) {
  Files& files = options.files ? *options.files : posix_files();
  const std::string from = plain_path(backup), to = plain_path(path);
  AMONT_LET(RestoreReport report, RestoreRun(files, from, to, progress).run());
  AMONT_TRY(Store::rebuild(to, options, progress));
  AMONT_LET(const auto store, Store::open_read_only(to, options));
  AMONT_LET(const Snapshot now, store->snapshot());
  AMONT_LET(const bool has_redacted, now.has_redacted());
  if (!has_redacted) AMONT_TRY(unmark_redacting(files, to));
  const StoreInfo info = store->info();
  if (info.head == report.head && info.root == report.root) return report;
  return damaged(
      fmt::format("{} shows transaction {} with the root {}, and the backup {} with {}; it is not to be used", to,
                  info.head, info.root, report.head, report.root));
}

Result<RestoreReport> Store::check_backup(const std::string& backup, Options options, const Progress& progress) {
  Files& files = options.files ? *options.files : posix_files();
  const std::string from = plain_path(backup), nowhere;
  return RestoreRun(files, from, nowhere, progress).check();
}

}  // namespace amont
