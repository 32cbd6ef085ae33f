#include "core/index/table.h"

#include <algorithm>

#include "core/text/bytes.h"

namespace amont {
namespace {

// An op, and the first bytes of its key as a number, which settle most comparisons.
struct Sorted {
  std::uint64_t head = 0;
  TableOp op;
};

std::uint64_t head_of(const TableOp& op) {
  char bytes[8] = {};
  std::copy_n(op.key.data(), std::min(op.key.size(), sizeof bytes), bytes);
  return load_u64(bytes);
}

bool comes_before(const Sorted& a, const Sorted& b) {
  if (a.op.space != b.op.space) return a.op.space < b.op.space;
  return a.head != b.head ? a.head < b.head : a.op.key < b.op.key;
}

}  // namespace

std::vector<TableOp> in_order_of_keys(std::span<const TableBatch> batches) {
  std::vector<Sorted> sorted;
  std::size_t count = 0;
  for (const TableBatch& batch : batches) count += batch.size();
  sorted.reserve(count);
  for (const TableBatch& batch : batches) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const TableOp op = batch[i];
      sorted.push_back({head_of(op), op});
    }
  }
  std::ranges::stable_sort(sorted, comes_before);
  std::vector<TableOp> ops;
  ops.reserve(count);
  for (const Sorted& one : sorted) ops.push_back(one.op);
  return ops;
}

}  // namespace amont
