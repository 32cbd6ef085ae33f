#include "core/index/rocks_table.h"

#include <algorithm>
#include <chrono>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <fmt/format.h>

#include "core/aside.h"
#include "core/index/fold.h"
#include "core/index/rocks_bulk.h"
#include "core/index/rocks_files.h"
#include "core/index/rocks_status.h"

namespace amont {
namespace {

// Keys of all spaces lie in one column family behind a byte for the space: then a flush is one file, atomic by itself.
std::string key_of(Space space, std::string_view key) {
  std::string out;
  out.reserve(key.size() + 1);
  out.push_back(static_cast<char>(space));
  return out.append(key);
}
Space space_of(const rocksdb::Slice& key) { return static_cast<Space>(key.empty() ? 0xff : key[0]); }
std::string_view view_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// What a crash left of a bulk write.
std::string bulk_path(const std::string& path) { return path + "/bulk.sst"; }

constexpr std::chrono::milliseconds kLookEvery{20};  // whether a compaction is to be cancelled

// Folds pages. RocksDB must see no exception; false is reported to the reader as corruption.
class PageMerge final : public rocksdb::MergeOperator {
 public:
  const char* Name() const override { return "amont.pages.1"; }

  bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const noexcept override {
    try {
      std::vector<std::string_view> deltas;
      deltas.reserve(in.operand_list.size());
      for (const rocksdb::Slice& operand : in.operand_list) deltas.push_back(view_of(operand));
      out->new_value.clear();
      return fold(space_of(in.key), in.existing_value ? view_of(*in.existing_value) : std::string_view(), deltas,
                  out->new_value);
    } catch (...) {
      return false;
    }
  }
  bool PartialMergeMulti(const rocksdb::Slice& key, const std::deque<rocksdb::Slice>& operands, std::string* out,
                         rocksdb::Logger*) const noexcept override {
    try {
      out->clear();
      for (const rocksdb::Slice& operand : operands) join_deltas(space_of(key), *out, view_of(operand));
      return true;
    } catch (...) {
      return false;
    }
  }
};

rocksdb::Options options_for(const RocksOptions& ours, rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.create_if_missing = !ours.read_only;
  options.merge_operator = std::make_shared<PageMerge>();
  // One level: every file is a sorted run of its own, the only layout in which 7.8 reports a damaged block from every read.
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.num_levels = 1;
  options.level0_file_num_compaction_trigger = 6;
  options.level0_slowdown_writes_trigger = 40;
  options.level0_stop_writes_trigger = 60;
  options.compaction_options_universal.allow_trivial_move = false;
  options.paranoid_checks = true;
  options.paranoid_file_checks = false;
  // One is written to while the other is on its way to a file.
  options.max_write_buffer_number = 2;
  options.write_buffer_size = ours.memory.unwritten / 2;
  options.max_background_jobs = 2;
  options.max_open_files = -1;
  options.max_file_opening_threads =
      1;  // there are few files, and sixteen threads take longer to start than to open them
  options.compression = rocksdb::kLZ4Compression;
  options.manual_wal_flush = false;
  options.allow_concurrent_memtable_write = false;
  // Keys of one space mostly come in order: each is looked for beside the one before.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(3));
  // Most of what a commit asks for is not there yet.
  options.memtable_prefix_bloom_size_ratio = 0.05;
  options.memtable_whole_key_filtering = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::HEADER_LEVEL;
  options.keep_log_file_num = 1;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(ours.memory.blocks);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = true;
  table.block_size = 8 << 10;
  table.cache_index_and_filter_blocks = true;
  // In parts: whole ones are as large as a small cache, and would be read again for each key.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = 16 << 10;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.enable_index_compression = false;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

class RocksTable final : public Table {
 public:
  RocksTable(std::unique_ptr<rocksdb::Env> env, std::string path) : env_(std::move(env)), path_(std::move(path)) {}
  ~RocksTable() override {
    settling_.reset();
    if (db_) (void)db_->Close();
  }

  Status open(const RocksOptions& ours) {
    const rocksdb::Options options = options_for(ours, env_.get());
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        ours.read_only ? rocksdb::DB::OpenForReadOnly(options, path_, &db) : rocksdb::DB::Open(options, path_, &db);
    db_.reset(db);
    if (db_ && !ours.read_only) settling_ = std::make_unique<RocksSettling>(*db_, path_, ours.settle);
    return translate(status, path_);
  }

  void settle() override {
    if (settling_) settling_->begin();
  }

  Result<std::optional<std::string>> get(Space space, std::string_view key) const override {
    std::string value;
    const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), key_of(space, key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    AMONT_TRY(translate(status, path_));
    return std::optional<std::string>(std::move(value));
  }

  Result<std::vector<std::optional<std::string>>> multi_get(Space space,
                                                            const std::vector<std::string>& keys) const override {
    std::vector<std::string> full;
    full.reserve(keys.size());
    for (const std::string& key : keys) full.push_back(key_of(space, key));
    const std::vector<rocksdb::Slice> slices(full.begin(), full.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->MultiGet(rocksdb::ReadOptions(), db_->DefaultColumnFamily(), keys.size(), slices.data(), values.data(),
                  statuses.data());
    std::vector<std::optional<std::string>> out(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      AMONT_TRY(translate(statuses[i], path_));
      out[i].emplace(values[i].data(), values[i].size());
    }
    return out;
  }

  Status write(std::span<const TableBatch> batches) override {
    rocksdb::WriteBatch batch;
    AMONT_TRY(gather(batches, batch));
    return write(batch);
  }

  Result<Write> prepare(std::vector<TableBatch>&& batches) override {
    const auto batch = std::make_shared<rocksdb::WriteBatch>();
    AMONT_TRY(gather(batches, *batch));
    return Write([this, batch] { return write(*batch); });
  }

  // As a file of its own, which RocksDB takes whole: a tenth of the work of as many entries one by one.
  Status write_bulk(std::span<const TableBatch> batches) override {
    if (std::ranges::all_of(batches, [](const TableBatch& batch) { return batch.size() == 0; })) return {};
    // One that RocksDB took and could not remove is another name of a table in use: it must go before anything is written.
    AMONT_TRY(remove_bulk_file());
    const std::string file = bulk_path(path_);
    if (Status failed = write_sorted_file(db_->GetOptions(), file, batches); !failed.ok()) {
      (void)remove_bulk_file();
      return failed;
    }
    rocksdb::IngestExternalFileOptions options;
    options.move_files = true;
    options.write_global_seqno = false;  // the file is never changed again
    const rocksdb::Status taken = db_->IngestExternalFile({file}, options);
    if (!taken.ok()) (void)remove_bulk_file();
    return translate(taken, path_);
  }

  Status flush() override {
    rocksdb::FlushOptions options;
    options.wait = true;
    return translate(db_->Flush(options), path_);
  }

  Status start_flush() override {
    rocksdb::FlushOptions options;
    options.wait = false;
    options.allow_write_stall = true;
    return translate(db_->Flush(options), path_);
  }

  // All files into one: with that every delta of a page meets the page, and is folded.
  Status compact(const std::function<bool()>& go_on) override {
    const RocksSettling::Pause pause(*settling_);
    std::atomic<bool> stop{false};
    rocksdb::CompactRangeOptions options;
    options.exclusive_manual_compaction = false;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    options.canceled = &stop;
    std::future<Status> done = aside([&] { return translate(db_->CompactRange(options, nullptr, nullptr), path_); });
    while (done.wait_for(kLookEvery) != std::future_status::ready)
      if (!go_on()) stop.store(true);
    Status status = done.get();
    if (!status.ok() && stop.load()) return Status(Code::kTimeout, "the index is not compacted: cancelled");
    return status;
  }

  // With one level a compaction by hand takes all files. RocksDB removes the old ones when it gets round to it; allowing it to
  // remove files, which was never forbidden, is the call that does it at once.
  Status forget_old_values() override {
    const RocksSettling::Pause pause(*settling_);
    AMONT_TRY(flush());
    AMONT_TRY(remove_bulk_file());
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    AMONT_TRY(translate(db_->CompactRange(options, nullptr, nullptr), path_));
    for (int attempt = 0; attempt < kForgetAttempts; ++attempt) {
      AMONT_TRY(translate(db_->EnableFileDeletions(/*force=*/false), path_));
      AMONT_LET(const bool left, has_old_files());
      if (!left) return sync_names();
      env_->SleepForMicroseconds(kForgetPauseMicros);  // a read that is under way still uses one
    }
    return io_error(path_ + ": files that are no longer needed can't be removed while they are read");
  }

  Status scan(const Visit& visit) const override {
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      const std::string_view key = view_of(at->key());
      if (key.empty() || static_cast<std::uint8_t>(key[0]) >= kSpaces)
        return damaged("index " + path_ + ": a key of no known space");
      AMONT_TRY(visit(static_cast<Space>(key[0]), key.substr(1), view_of(at->value())));
    }
    return translate(at->status(), path_);
  }

  std::uint64_t bytes() const override {
    std::uint64_t files = 0, memory = 0;
    db_->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &files);
    db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
    return files + memory;
  }

 private:
  static constexpr int kForgetAttempts = 500, kForgetPauseMicros = 10'000;

  Status gather(std::span<const TableBatch> batches, rocksdb::WriteBatch& out) const {
    return visit_keys(batches, [&](const TableOp& op) {
      const char space = static_cast<char>(op.space);
      const rocksdb::Slice key_pieces[] = {{&space, 1}, slice_of(op.key)};
      const rocksdb::Slice value_piece = slice_of(op.value);
      const rocksdb::SliceParts key(key_pieces, 2), value(&value_piece, 1);
      rocksdb::Status status;
      switch (op.what) {
        case TableOp::What::kPut: status = out.Put(key, value); break;
        case TableOp::What::kMerge: status = out.Merge(key, value); break;
        case TableOp::What::kErase: status = out.Delete(key); break;
      }
      return translate(status, path_);
    });
  }

  Status write(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    return translate(db_->Write(options, &batch), path_);
  }

  // Is there a table file that the newest state does not need?
  Result<bool> has_old_files() {
    std::vector<rocksdb::LiveFileMetaData> live;
    db_->GetLiveFilesMetaData(&live);
    std::vector<std::string> names;
    AMONT_TRY(translate(env_->GetChildren(path_, &names), path_));
    return std::ranges::any_of(names, [&](const std::string& name) {
      return name.ends_with(".sst") &&
             std::ranges::none_of(live, [&](const auto& file) { return file.name.ends_with(name); });
    });
  }

  Status sync_names() {
    std::unique_ptr<rocksdb::Directory> directory;
    AMONT_TRY(translate(env_->NewDirectory(path_, &directory), path_));
    return translate(directory->Fsync(), path_);
  }

  Status remove_bulk_file() {
    const rocksdb::Status removed = env_->DeleteFile(bulk_path(path_));
    return removed.IsNotFound() || removed.IsPathNotFound() ? Status() : translate(removed, path_);
  }

  std::unique_ptr<rocksdb::Env> env_;
  std::string path_;
  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<RocksSettling> settling_;  // nullptr when it is only read
};

// RocksDB begins a write-ahead log with each open, and keeps all since the last flush. Nothing is ever written to them.
Status remove_empty_logs(Files& files, const std::string& path) {
  const auto entries = files.list(path);
  if (!entries) return entries.code() == Code::kNotFound ? Status() : entries.status();
  for (const FileEntry& entry : *entries) {
    if (entry.is_directory || entry.size != 0 || !entry.name.ends_with(".log")) continue;
    const Status removed = files.remove(path + "/" + entry.name);
    if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Table>> open_rocks_table(Files& files, const std::string& path, const RocksOptions& options) {
  if (options.read_only && files.stat(path + "/CURRENT").code() == Code::kNotFound)
    return damaged(fmt::format("there is no index in {}; `amont rebuild` makes it anew from the log", path));
  if (!options.read_only) {
    const Status removed = files.remove(bulk_path(path));
    if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
    AMONT_TRY(remove_empty_logs(files, path));
  }
  auto table = std::make_unique<RocksTable>(rocks_env(files), path);
  // A reader may meet the moment in which the writer's compaction removes a file that the manifest still named.
  constexpr int kAttempts = 10;
  Status status;
  for (int attempt = 0; attempt < (options.read_only ? kAttempts : 1); ++attempt) {
    status = table->open(options);
    if (status.ok()) return std::unique_ptr<Table>(std::move(table));
  }
  return status;
}

}  // namespace amont
