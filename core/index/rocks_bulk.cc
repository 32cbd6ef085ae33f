#include "core/index/rocks_bulk.h"

#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

#include "core/index/rocks_status.h"

namespace amont {

// A sorted file has one entry for a key.
Status write_sorted_file(const rocksdb::Options& options, const std::string& path,
                         std::span<const TableBatch> batches) {
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(), options);
  AMONT_TRY(translate(file.Open(path), path));
  std::string key;
  AMONT_TRY(visit_keys(batches, [&](const TableOp& op) {
    key.assign(1, static_cast<char>(op.space)).append(op.key);
    rocksdb::Status written;
    switch (op.what) {
      case TableOp::What::kPut: written = file.Put(key, slice_of(op.value)); break;
      case TableOp::What::kMerge: written = file.Merge(key, slice_of(op.value)); break;
      case TableOp::What::kErase: written = file.Delete(key); break;
    }
    return translate(written, path);
  }));
  return translate(file.Finish(), path);
}

}  // namespace amont
