#include "core/index/table.h"

#include <algorithm>
#include <array>

#include "core/text/bytes.h"

namespace amont {
namespace {

// An op by its place, with the first bytes of its key as numbers, which settle most comparisons.
struct Sorted {
  std::uint64_t head = 0;
  std::uint64_t more = 0;
  std::uint32_t op = 0;
};

std::uint64_t eight_bytes(std::string_view text) {
  char bytes[8] = {};
  std::copy_n(text.data(), std::min(text.size(), sizeof bytes), bytes);
  return load_u64(bytes);
}

// Of one space. Ops on one key stay in their order.
void sort(std::vector<TableOp>& ops) {
  const auto in_order = [](const TableOp& a, const TableOp& b) { return a.key < b.key; };
  if (std::ranges::is_sorted(ops, in_order)) return;
  std::vector<Sorted> sorted;
  sorted.reserve(ops.size());
  for (const TableOp& op : ops) {
    const std::string_view more = op.key.substr(std::min<std::size_t>(op.key.size(), 8));
    sorted.push_back({eight_bytes(op.key), eight_bytes(more), static_cast<std::uint32_t>(sorted.size())});
  }
  std::ranges::sort(sorted, [&](const Sorted& a, const Sorted& b) {
    if (a.head != b.head) return a.head < b.head;
    if (a.more != b.more) return a.more < b.more;
    const int keys = ops[a.op].key.compare(ops[b.op].key);
    return keys != 0 ? keys < 0 : a.op < b.op;
  });
  std::vector<TableOp> out;
  out.reserve(ops.size());
  for (const Sorted& one : sorted) out.push_back(ops[one.op]);
  ops = std::move(out);
}

}  // namespace

std::vector<TableOp> in_order_of_keys(std::span<const TableBatch> batches) {
  std::array<std::vector<TableOp>, kSpaces> spaces;
  for (const TableBatch& batch : batches) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const TableOp op = batch[i];
      spaces[static_cast<std::size_t>(op.space)].push_back(op);
    }
  }
  std::vector<TableOp> ops;
  for (std::vector<TableOp>& space : spaces) {
    sort(space);
    ops.insert(ops.end(), space.begin(), space.end());
  }
  return ops;
}

}  // namespace amont
