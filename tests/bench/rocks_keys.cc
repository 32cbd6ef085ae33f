#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <span>

#include "core/text/bytes.h"
#include "tests/bench/peer.h"

namespace amont {
namespace {

class RocksKeys final : public Peer {
 public:
  explicit RocksKeys(std::string path) : path_(std::move(path)) {}
  std::string name() const override { return "RocksDB, a key an edge"; }

  Status load(const Lineage& lineage) override {
    const std::span edges(lineage.edges);
    rocksdb::Options options;
    options.create_if_missing = true;
    options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(5));
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(512 << 20);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* db = nullptr;
    rocksdb::Status status = rocksdb::DB::Open(options, path_, &db);
    db_.reset(db);
    rocksdb::WriteOptions write;
    write.disableWAL = true;
    for (std::size_t at = 0; at < edges.size() && status.ok(); at += kBatch) {
      rocksdb::WriteBatch batch;
      for (const LineageEdge& edge : edges.subspan(at, std::min(kBatch, edges.size() - at))) {
        (void)batch.Put(key_of(Direction::kUpstream, edge.from, edge.to), "");
        (void)batch.Put(key_of(Direction::kDownstream, edge.to, edge.from), "");
      }
      status = db_->Write(write, &batch);
    }
    if (status.ok()) status = db_->CompactRange({}, nullptr, nullptr);
    seen_.resize(lineage.nodes);
    return status.ok() ? Status() : io_error(status.ToString());
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    rocksdb::ReadOptions options;
    options.prefix_same_as_start = true;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
    found_.assign(1, start);
    seen_[start] = ++epoch_;
    for (std::size_t head = 0; head < found_.size(); ++head) {
      for (at->Seek(key_of(direction, found_[head], 0)); at->Valid(); at->Next()) {
        const std::uint32_t far = load_u32(at->key().data() + 5);
        if (seen_[far] == epoch_) continue;
        seen_[far] = epoch_;
        found_.push_back(far);
      }
      if (!at->status().ok()) return io_error(at->status().ToString());
    }
    return found_.size() - 1;  // the start comes first
  }
  std::vector<std::uint32_t> found() const override { return {found_.begin() + 1, found_.end()}; }

 private:
  static constexpr std::size_t kBatch = 10'000;
  static std::string key_of(Direction direction, std::uint32_t near, std::uint32_t far) {
    std::string key(1, static_cast<char>(direction));
    append_u32(key, near);
    append_u32(key, far);
    return key;
  }

  std::string path_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<std::uint32_t> seen_, found_;
  std::uint32_t epoch_ = 0;
};

}  // namespace

std::unique_ptr<Peer> rocks_keys(const std::string& folder) {
  return std::make_unique<RocksKeys>(folder + "/edges.rocks");
}

}  // namespace amont
