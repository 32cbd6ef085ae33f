// Edge pages: the edges at 512 consecutive nodes, of one class and one direction, as bytes. Live ones lie in kPages, where every
// transaction appends a delta and a table folds deltas when it likes; dead ones lie in kPageHistory, which only grows.
//
//   page    := 1:u8 max_tx:varint last_retraction:varint count:varint entry*     sorted by slot, target, kind, label
//   entry   := bits:varint [slot_step:varint] target_step:signed [begin_step:signed] [label:text]
//              bits = kind<<5 | flags<<2 | same_begin<<1 | same_slot; steps are from the entry before (from 0 at first)
//   delta   := 2:u8 op*
//   op      := 1:u8 tx:varint slot:varint target:varint kind_flags:varint begin:varint [label:text]      put
//            | 2:u8 tx:varint slot:varint target:varint kind_flags:varint [label:text]                  remove
//              kind_flags = kind<<3 | flags (EdgeFlags); the label is there when kEdgeLabelled is
//   history := dead*
//   dead    := slot:varint target:varint kind_flags:varint begin:varint end:varint last:varint [label:text]
//
// `begin` is the transaction that began the edge's current life, `end` the one that ended it; `last` the transaction of the last
// version of a detailed edge's record. max_tx is the largest transaction that changed the page, last_retraction the largest that
// removed from it: an older question than that has to read the history.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/index/graph.h"

namespace amont {

// Labels are views of the bytes that were decoded.
struct PageEntry {
  std::uint32_t slot = 0;  // the near node, from the page's first
  std::uint64_t target = 0;
  std::uint16_t kind = 0;
  std::uint8_t flags = 0;  // EdgeFlags
  TxNumber begin = 0;
  std::string_view label;

  bool same_edge(const PageEntry& other) const {
    return slot == other.slot && target == other.target && kind == other.kind && label == other.label;
  }
};

struct DeadEntry {
  PageEntry edge;
  TxNumber end = 0;
  TxNumber last_version = 0;
};

struct EdgePage {
  TxNumber max_tx = 0;
  TxNumber last_retraction = 0;
  std::vector<PageEntry> entries;
};

// Order of entries in a page.
bool comes_before(const PageEntry& a, const PageEntry& b);

// kDamaged when the bytes are nothing of this format.
Result<EdgePage> decode_edge_page(std::string_view bytes);
Result<std::vector<DeadEntry>> decode_edge_history(std::string_view bytes);

// Append to a delta (begun when empty) or to a history.
void append_edge_put(std::string& delta, TxNumber tx, const PageEntry& entry);
void append_edge_removal(std::string& delta, TxNumber tx, const PageEntry& entry);
void append_dead_edge(std::string& history, const DeadEntry& dead);

// The page that `deltas`, in order, make of `page` (empty: none yet). False when any of the bytes misfit.
bool fold_edge_page(std::string_view page, const std::vector<std::string_view>& deltas, std::string& out);

}  // namespace amont
