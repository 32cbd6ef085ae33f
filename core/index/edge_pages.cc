#include "core/index/edge_pages.h"

#include <algorithm>
#include <tuple>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr char kPageMark = 1, kDeltaMark = 2;
constexpr std::uint8_t kPut = 1, kRemove = 2;
constexpr std::uint64_t kSameSlot = 1, kSameBegin = 2;

struct Op {
  bool put = false;
  TxNumber tx = 0;
  PageEntry entry;
};

// What ops and dead entries share.
void append_identity(std::string& out, const PageEntry& entry) {
  append_varint(out, entry.slot);
  append_varint(out, entry.target);
  append_varint(out, std::uint64_t{entry.kind} << 3 | entry.flags);
}
void append_label(std::string& out, const PageEntry& entry) {
  if (entry.flags & kEdgeLabelled) append_text(out, entry.label);
}
PageEntry read_identity(ByteReader& in) {
  PageEntry entry;
  entry.slot = static_cast<std::uint32_t>(in.varint());
  entry.target = in.varint();
  const std::uint64_t kind_flags = in.varint();
  entry.kind = static_cast<std::uint16_t>(kind_flags >> 3);
  entry.flags = kind_flags & 7;
  if (entry.slot >= kPageNodes || kind_flags >> 19 != 0) in.fail();
  return entry;
}
void read_label(ByteReader& in, PageEntry& entry) {
  if (entry.flags & kEdgeLabelled) entry.label = in.text();
}

bool read_ops(std::string_view delta, std::vector<Op>& ops) {
  ByteReader in(delta);
  if (in.u8() != kDeltaMark) return false;
  while (in.ok() && !in.at_end()) {
    const std::uint8_t what = in.u8();
    if (what != kPut && what != kRemove) return false;
    Op op;
    op.put = what == kPut;
    op.tx = in.varint();
    op.entry = read_identity(in);
    if (op.put) op.entry.begin = in.varint();
    read_label(in, op.entry);
    ops.push_back(op);
  }
  return in.ok();
}

void append_page(std::string& out, const EdgePage& page) {
  out.push_back(kPageMark);
  append_varint(out, page.max_tx);
  append_varint(out, page.last_retraction);
  append_varint(out, page.entries.size());
  PageEntry last;
  for (const PageEntry& entry : page.entries) {
    std::uint64_t bits = std::uint64_t{entry.kind} << 5 | std::uint64_t{entry.flags} << 2;
    if (entry.slot == last.slot) bits |= kSameSlot;
    if (entry.begin == last.begin) bits |= kSameBegin;
    append_varint(out, bits);
    if (!(bits & kSameSlot)) append_varint(out, entry.slot - last.slot);
    append_signed(out, static_cast<std::int64_t>(entry.target - last.target));
    if (!(bits & kSameBegin)) append_signed(out, static_cast<std::int64_t>(entry.begin - last.begin));
    append_label(out, entry);
    last = entry;
  }
}

bool read_page(std::string_view bytes, EdgePage& page) {
  ByteReader in(bytes);
  if (in.u8() != kPageMark) return false;
  page.max_tx = in.varint();
  page.last_retraction = in.varint();
  const std::uint64_t count = in.varint();
  if (count > in.left()) return false;
  page.entries.reserve(count);
  PageEntry entry;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t bits = in.varint();
    if (bits >> 21 != 0) return false;
    entry.kind = static_cast<std::uint16_t>(bits >> 5);
    entry.flags = bits >> 2 & 7;
    if (!(bits & kSameSlot)) entry.slot += static_cast<std::uint32_t>(in.varint());
    entry.target += static_cast<std::uint64_t>(in.signed_varint());
    if (!(bits & kSameBegin)) entry.begin += static_cast<std::uint64_t>(in.signed_varint());
    entry.label = {};
    read_label(in, entry);
    if (!in.ok() || entry.slot >= kPageNodes) return false;
    page.entries.push_back(entry);
  }
  return in.finished();
}

}  // namespace

bool comes_before(const PageEntry& a, const PageEntry& b) {
  return std::tie(a.slot, a.target, a.kind, a.label) < std::tie(b.slot, b.target, b.kind, b.label);
}

Result<EdgePage> decode_edge_page(std::string_view bytes) {
  EdgePage page;
  if (!read_page(bytes, page)) return damaged("a page of edges in the index is no such page; run `amont rebuild`");
  return page;
}

Result<std::vector<DeadEntry>> decode_edge_history(std::string_view bytes) {
  std::vector<DeadEntry> out;
  ByteReader in(bytes);
  while (in.ok() && !in.at_end()) {
    DeadEntry dead;
    dead.edge = read_identity(in);
    dead.edge.begin = in.varint();
    dead.end = in.varint();
    dead.last_version = in.varint();
    read_label(in, dead.edge);
    out.push_back(dead);
  }
  if (!in.ok()) return damaged("a page of past edges in the index is no such page; run `amont rebuild`");
  return out;
}

void append_edge_put(std::string& delta, TxNumber tx, const PageEntry& entry) {
  if (delta.empty()) delta.push_back(kDeltaMark);
  delta.push_back(kPut);
  append_varint(delta, tx);
  append_identity(delta, entry);
  append_varint(delta, entry.begin);
  append_label(delta, entry);
}

void append_edge_removal(std::string& delta, TxNumber tx, const PageEntry& entry) {
  if (delta.empty()) delta.push_back(kDeltaMark);
  delta.push_back(kRemove);
  append_varint(delta, tx);
  append_identity(delta, entry);
  append_label(delta, entry);
}

void append_dead_edge(std::string& history, const DeadEntry& dead) {
  append_identity(history, dead.edge);
  append_varint(history, dead.edge.begin);
  append_varint(history, dead.end);
  append_varint(history, dead.last_version);
  append_label(history, dead.edge);
}

bool fold_edge_page(std::string_view page_bytes, const std::vector<std::string_view>& deltas, std::string& out) {
  EdgePage page;
  if (!page_bytes.empty() && !read_page(page_bytes, page)) return false;
  std::vector<Op> ops;
  for (const std::string_view delta : deltas)
    if (!read_ops(delta, ops)) return false;
  for (const Op& op : ops) {
    page.max_tx = std::max(page.max_tx, op.tx);
    if (!op.put) page.last_retraction = std::max(page.last_retraction, op.tx);
  }
  std::stable_sort(ops.begin(), ops.end(), [](const Op& a, const Op& b) { return comes_before(a.entry, b.entry); });
  // The last op on an edge decides; then two sorted lists become one.
  std::vector<PageEntry> merged;
  merged.reserve(page.entries.size() + ops.size());
  std::size_t old = 0;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (i + 1 < ops.size() && ops[i + 1].entry.same_edge(ops[i].entry)) continue;
    while (old < page.entries.size() && comes_before(page.entries[old], ops[i].entry))
      merged.push_back(page.entries[old++]);
    if (old < page.entries.size() && page.entries[old].same_edge(ops[i].entry)) ++old;
    if (ops[i].put) merged.push_back(ops[i].entry);
  }
  merged.insert(merged.end(), page.entries.begin() + static_cast<std::ptrdiff_t>(old), page.entries.end());
  page.entries = std::move(merged);
  append_page(out, page);
  return true;
}

}  // namespace amont
