#include "core/index/table.h"

#include <algorithm>
#include <array>

#include "core/index/fold.h"
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

// By space and key; those on one key in their order.
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

// One op that does what `ops` do, which are all on one key. `space` may hold its value.
Result<TableOp> as_one(std::span<const TableOp> ops, std::string& space) {
  TableOp one = ops.back();
  if (ops.size() == 1 || one.what != TableOp::What::kMerge) return one;
  // What came before the last put or erasure is gone.
  std::size_t first_merge = ops.size();
  while (first_merge > 0 && ops[first_merge - 1].what == TableOp::What::kMerge) --first_merge;
  const std::span<const TableOp> merges = ops.subspan(first_merge);
  space.clear();
  if (first_merge == 0) {
    for (const TableOp& merge : merges) join_deltas(merge.space, space, merge.value);
  } else {
    std::vector<std::string_view> deltas;
    for (const TableOp& merge : merges) deltas.push_back(merge.value);
    one.what = TableOp::What::kPut;
    if (!fold(one.space, ops[first_merge - 1].value, deltas, space))
      return damaged("a page of the index does not take its deltas; run `amont rebuild`");
  }
  one.value = space;
  return one;
}

}  // namespace

Status visit_keys(std::span<const TableBatch> batches, const std::function<Status(const TableOp&)>& visit) {
  const std::vector<TableOp> ops = in_order_of_keys(batches);
  std::string space;
  for (std::size_t begin = 0, end = 0; begin < ops.size(); begin = end) {
    while (end < ops.size() && ops[end].space == ops[begin].space && ops[end].key == ops[begin].key) ++end;
    AMONT_LET(const TableOp one, as_one(std::span(ops).subspan(begin, end - begin), space));
    AMONT_TRY(visit(one));
  }
  return {};
}

}  // namespace amont
