#include "core/index/table.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/index/fold.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

// An op by its place, with some bytes of its key as numbers, which settle most comparisons.
struct Sorted {
  std::uint64_t head = 0;
  std::uint64_t more = 0;
  std::uint32_t ends = 0;  // where its key does, unless that is beyond those bytes
  std::uint32_t op = 0;

  auto bytes() const { return std::tuple(head, more, ends); }
};
constexpr std::size_t kBytesAtOnce = 16;

std::uint64_t eight_bytes(std::string_view text, std::size_t at) {
  if (at + 8 <= text.size()) return load_u64(text.data() + at);
  std::uint64_t bytes = 0;
  for (std::size_t i = at; i < at + 8; ++i)
    bytes = bytes << 8 | (i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0);
  return bytes;
}

// Those whose keys are the same up to `from`. Ops on one key stay in their order.
void sort_from(std::size_t from, std::span<Sorted> some, const std::vector<TableOp>& ops) {
  const std::size_t beyond = from + kBytesAtOnce + 1;
  for (Sorted& one : some) {
    const std::string_view key = ops[one.op].key;
    one.head = eight_bytes(key, from);
    one.more = eight_bytes(key, from + 8);
    one.ends = static_cast<std::uint32_t>(std::min(key.size(), beyond));
  }
  std::ranges::sort(some, [](const Sorted& a, const Sorted& b) {
    return a.head != b.head ? a.head < b.head : std::tuple(a.more, a.ends, a.op) < std::tuple(b.more, b.ends, b.op);
  });
  for (std::size_t begin = 0, end = 0; begin < some.size(); begin = end) {
    while (end < some.size() && some[end].bytes() == some[begin].bytes()) ++end;
    if (end - begin > 1 && some[begin].ends == beyond) sort_from(beyond - 1, some.subspan(begin, end - begin), ops);
  }
}

// Of one space.
void sort(std::vector<TableOp>& ops) {
  const auto in_order = [](const TableOp& a, const TableOp& b) { return a.key < b.key; };
  if (std::ranges::is_sorted(ops, in_order)) return;
  std::vector<Sorted> sorted(ops.size());
  for (std::uint32_t i = 0; i < sorted.size(); ++i) sorted[i].op = i;
  sort_from(0, sorted, ops);
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

Result<Table::Write> Table::prepare(std::vector<TableBatch>&& batches) {
  return Write([this, kept = std::move(batches)] { return write(kept); });
}

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
