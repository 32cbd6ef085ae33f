#include "core/index/rocks_bulk.h"

#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

#include "core/index/fold.h"
#include "core/index/rocks_status.h"

namespace amont {
namespace {

// A sorted file has one entry for a key: this makes one of all the ops on it.
class OneEntry {
 public:
  explicit OneEntry(const std::string& path) : path_(path) {}

  Status write(std::span<const TableOp> ops, rocksdb::SstFileWriter& file) {
    key_.assign(1, static_cast<char>(ops[0].space));
    key_.append(ops[0].key);
    // What came before the last put or erasure is gone.
    std::size_t base = ops.size();
    while (base > 0 && ops[base - 1].what == TableOp::What::kMerge) --base;
    if (base == 0) return translate(file.Merge(key_, joined(ops)), path_);
    const TableOp& last = ops[base - 1];
    if (base == ops.size()) {
      const bool is_put = last.what == TableOp::What::kPut;
      return translate(is_put ? file.Put(key_, slice_of(last.value)) : file.Delete(key_), path_);
    }
    std::vector<std::string_view> deltas;
    for (const TableOp& op : ops.subspan(base)) deltas.push_back(op.value);
    value_.clear();
    if (!fold(last.space, last.value, deltas, value_))
      return damaged("a page of the index does not take its deltas; run `amont rebuild`");
    return translate(file.Put(key_, value_), path_);
  }

 private:
  rocksdb::Slice joined(std::span<const TableOp> merges) {
    if (merges.size() == 1) return slice_of(merges[0].value);
    value_.clear();
    for (const TableOp& merge : merges) join_deltas(merge.space, value_, merge.value);
    return value_;
  }

  const std::string& path_;  // for messages
  std::string key_, value_;
};

}  // namespace

Status write_sorted_file(const rocksdb::Options& options, const std::string& path,
                         std::span<const TableBatch> batches) {
  const std::vector<TableOp> ops = in_order_of_keys(batches);
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(), options);
  AMONT_TRY(translate(file.Open(path), path));
  OneEntry entry(path);
  for (std::size_t begin = 0, end = 0; begin < ops.size(); begin = end) {
    while (end < ops.size() && ops[end].space == ops[begin].space && ops[end].key == ops[begin].key) ++end;
    AMONT_TRY(entry.write(std::span(ops).subspan(begin, end - begin), file));
  }
  return translate(file.Finish(), path);
}

}  // namespace amont
