#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

#include "core/text/bytes.h"
#include "tests/bench/flat_search.h"
#include "tests/bench/peer.h"
#include "tests/bench/rows.h"

namespace amont {
namespace {

// edge := direction:u8 near:u32 far:u32    value: EdgeTraits:u8 of each edge that joins the two this way
class RocksKeys final : public Peer {
 public:
  explicit RocksKeys(std::string path) : path_(std::move(path)) {}
  std::string name() const override { return "RocksDB, a key an edge"; }

  Status load(const Lineage& lineage) override {
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
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      const Rows rows(lineage, direction, true);
      rocksdb::WriteBatch batch;
      for (std::uint32_t near = 0; near < lineage.nodes && status.ok(); ++near) {
        put_edges_of(rows, direction, near, batch);
        if (batch.Count() < kBatch && near + 1 < lineage.nodes) continue;
        status = db_->Write(write, &batch);
        batch.Clear();
      }
    }
    if (status.ok()) status = db_->CompactRange({}, nullptr, nullptr);
    kinds_ = lineage.node_kinds;
    seen_.resize(lineage.nodes);
    parents_.resize(lineage.nodes);
    return status.ok() ? Status() : io_error(status.ToString());
  }

  Status restrict_to(const Restriction& only) override {
    only_ = only;
    return {};
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    AMONT_TRY(search(only_, start, direction, kNoTarget).status());
    told_from_ = 1;  // the start comes first
    only_.cut(kinds_, found_);
    return found_.size() - 1;
  }
  std::vector<std::uint32_t> found() const override { return {found_.begin() + told_from_, found_.end()}; }

  Result<bool> reaches(std::uint32_t a, std::uint32_t b) override { return search({}, b, Direction::kUpstream, a); }

  Result<std::uint64_t> path(std::uint32_t effect, std::uint32_t cause) override {
    AMONT_LET(bool met, search({.without = kWeakEdge}, effect, Direction::kUpstream, cause));
    if (!met) {
      AMONT_LET(met, search({}, effect, Direction::kUpstream, cause));
    }
    found_.clear();
    told_from_ = 0;
    if (!met) return 0;
    for (std::uint32_t at = cause; at != effect; at = parents_[at]) found_.push_back(at);
    found_.push_back(effect);
    return found_.size() - 1;
  }

 private:
  static constexpr int kBatch = 10'000;

  static void put_edges_of(const Rows& rows, Direction direction, std::uint32_t near, rocksdb::WriteBatch& batch) {
    std::vector<std::pair<std::uint32_t, char>> edges;
    for (std::uint32_t i = rows.begin[near]; i < rows.begin[near + 1]; ++i)
      edges.emplace_back(rows.targets[i], static_cast<char>(rows.traits[i]));
    std::ranges::sort(edges);
    std::string traits;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      traits += edges[i].second;
      if (i + 1 < edges.size() && edges[i + 1].first == edges[i].first) continue;
      (void)batch.Put(key_of(direction, near, edges[i].first), traits);
      traits.clear();
    }
  }

  // Until `target` is met: then true.
  Result<bool> search(const Restriction& only, std::uint32_t start, Direction direction, std::uint32_t target) {
    rocksdb::ReadOptions options;
    options.prefix_same_as_start = true;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options));
    const bool all_edges = only.all_edges();
    found_.assign(1, start);
    seen_[start] = ++epoch_;
    for (std::size_t head = 0; head < found_.size(); ++head) {
      for (at->Seek(key_of(direction, found_[head], 0)); at->Valid(); at->Next()) {
        const std::uint32_t far = load_u32(at->key().data() + 5);
        if (seen_[far] == epoch_ || !(all_edges || goes_through(only, at->value()))) continue;
        seen_[far] = epoch_;
        parents_[far] = found_[head];
        if (far == target) return true;
        found_.push_back(far);
      }
      if (!at->status().ok()) return io_error(at->status().ToString());
    }
    return false;
  }
  static bool goes_through(const Restriction& only, const rocksdb::Slice& traits) {
    return std::any_of(traits.data(), traits.data() + traits.size(),
                       [&](char one) { return only.goes_through(static_cast<std::uint8_t>(one)); });
  }

  static std::string key_of(Direction direction, std::uint32_t near, std::uint32_t far) {
    std::string key(1, static_cast<char>(direction));
    append_u32(key, near);
    append_u32(key, far);
    return key;
  }

  std::string path_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<std::uint16_t> kinds_;
  std::vector<std::uint32_t> seen_, parents_, found_;
  std::ptrdiff_t told_from_ = 0;
  std::uint32_t epoch_ = 0;
  Restriction only_;
};

}  // namespace

std::unique_ptr<Peer> rocks_keys(const std::string& folder) {
  return std::make_unique<RocksKeys>(folder + "/edges.rocks");
}

}  // namespace amont
