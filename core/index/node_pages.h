// Node pages: what walks need to know of 512 consecutive nodes, as bytes in kNodePages.
//
//   page  := 1:u8 max_tx:varint count:varint node*
//   node  := slot_step:varint kind:varint created:varint flags:u8 ties:u8        slot_step from the node before (from 0 at first)
//   delta := 2:u8 op*
//   op    := 1:u8 slot:varint tx:varint kind:varint       a new node
//          | 2:u8 slot:varint tx:varint set:u8 clear:u8   change flags
//          | 3:u8 slot:varint ties:u8                     add ties (NodeTies)
//   flags := 1 dead now | 2 died once | 4 had an interval once
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/index/graph.h"

namespace amont {

enum NodeSlotFlags : std::uint8_t { kSlotDead = 1, kSlotDiedOnce = 2, kSlotDated = 4 };

struct NodeSlot {
  TxNumber created = 0;  // 0: no node here
  std::uint16_t kind = 0;
  std::uint8_t flags = 0;
  std::uint8_t ties = 0;
};

struct NodePage {
  TxNumber max_tx = 0;
  std::array<NodeSlot, kPageNodes> nodes{};
};

Result<NodePage> decode_node_page(std::string_view bytes);

void append_new_node(std::string& delta, TxNumber tx, std::uint32_t slot, NodeKind kind);
void append_node_flags(std::string& delta, TxNumber tx, std::uint32_t slot, std::uint8_t set, std::uint8_t clear);
void append_node_ties(std::string& delta, std::uint32_t slot, std::uint8_t ties);

bool fold_node_page(std::string_view page, const std::vector<std::string_view>& deltas, std::string& out);

}  // namespace amont
