#include "core/index/node_pages.h"

#include <algorithm>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr char kPageMark = 1, kDeltaMark = 2;
constexpr std::uint8_t kNew = 1, kFlags = 2, kTies = 3;

bool read_page(std::string_view bytes, NodePage& page) {
  ByteReader in(bytes);
  if (in.u8() != kPageMark) return false;
  page.max_tx = in.varint();
  std::uint64_t slot = 0;
  for (std::uint64_t left = in.varint(); left > 0; --left) {
    slot += in.varint();
    if (!in.ok() || slot >= kPageNodes) return false;
    NodeSlot& node = page.nodes[slot];
    node.kind = static_cast<std::uint16_t>(in.varint());
    node.created = in.varint();
    node.flags = in.u8();
    node.ties = in.u8();
  }
  return in.finished();
}

void append_page(std::string& out, const NodePage& page) {
  out.push_back(kPageMark);
  append_varint(out, page.max_tx);
  append_varint(out, static_cast<std::uint64_t>(std::count_if(page.nodes.begin(), page.nodes.end(),
                                                              [](const NodeSlot& node) { return node.created != 0; })));
  std::uint32_t last = 0;
  for (std::uint32_t slot = 0; slot < kPageNodes; ++slot) {
    const NodeSlot& node = page.nodes[slot];
    if (node.created == 0) continue;
    append_varint(out, slot - last);
    append_varint(out, node.kind);
    append_varint(out, node.created);
    out.push_back(static_cast<char>(node.flags));
    out.push_back(static_cast<char>(node.ties));
    last = slot;
  }
}

bool apply_delta(std::string_view delta, NodePage& page) {
  ByteReader in(delta);
  if (in.u8() != kDeltaMark) return false;
  while (in.ok() && !in.at_end()) {
    const std::uint8_t what = in.u8();
    const std::uint64_t slot = in.varint();
    if (!in.ok() || slot >= kPageNodes) return false;
    NodeSlot& node = page.nodes[slot];
    if (what == kNew) {
      node = {};
      node.created = in.varint();
      node.kind = static_cast<std::uint16_t>(in.varint());
      page.max_tx = std::max(page.max_tx, node.created);
    } else if (what == kFlags) {
      page.max_tx = std::max(page.max_tx, in.varint());
      const std::uint8_t set = in.u8();
      node.flags = static_cast<std::uint8_t>((node.flags & ~in.u8()) | set);
    } else if (what == kTies) {
      node.ties |= in.u8();
    } else {
      return false;
    }
  }
  return in.ok();
}

}  // namespace

Result<NodePage> decode_node_page(std::string_view bytes) {
  NodePage page;
  if (!read_page(bytes, page)) return damaged("a page of nodes in the index is no such page; run `amont rebuild`");
  return page;
}

void append_new_node(std::string& delta, TxNumber tx, std::uint32_t slot, NodeKind kind) {
  if (delta.empty()) delta.push_back(kDeltaMark);
  delta.push_back(kNew);
  append_varint(delta, slot);
  append_varint(delta, tx);
  append_varint(delta, number_of(kind));
}

void append_node_flags(std::string& delta, TxNumber tx, std::uint32_t slot, std::uint8_t set, std::uint8_t clear) {
  if (delta.empty()) delta.push_back(kDeltaMark);
  delta.push_back(kFlags);
  append_varint(delta, slot);
  append_varint(delta, tx);
  delta.push_back(static_cast<char>(set));
  delta.push_back(static_cast<char>(clear));
}

void append_node_ties(std::string& delta, std::uint32_t slot, std::uint8_t ties) {
  if (delta.empty()) delta.push_back(kDeltaMark);
  delta.push_back(kTies);
  append_varint(delta, slot);
  delta.push_back(static_cast<char>(ties));
}

bool fold_node_page(std::string_view page_bytes, const std::vector<std::string_view>& deltas, std::string& out) {
  NodePage page;
  if (!page_bytes.empty() && !read_page(page_bytes, page)) return false;
  for (const std::string_view delta : deltas)
    if (!apply_delta(delta, page)) return false;
  append_page(out, page);
  return true;
}

}  // namespace amont
