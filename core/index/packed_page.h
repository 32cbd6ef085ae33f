// PackedPage: of a page what the loops of a walk ask for, in about a ninth of its memory: what is known of each node, and its edges'
// far ends and kinds. One node's edges are unpacked without the others'.
//
// A node's edges are bytes: for the first the step from the node to the far end (a zigzag varint), for each other the step from the far
// end before (a varint), and behind it the kind where a node has edges of several. Nodes that are alike in all but that (the same
// kinds, flags and number of bytes) share a shape, and have its number; the place of every 32nd node is kept, that of one between is
// the sum of what those before it take.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/index/graph.h"

namespace amont {

class PackedPage {
 public:
  // Of the page with this number.
  PackedPage(const Page& page, std::uint32_t number);

  struct Edges {
    std::vector<std::uint32_t> far;
    std::vector<std::uint16_t> kinds;
  };

  // `begin` says nothing. `slot` is below kPageNodes.
  PageNode node(std::uint32_t slot) const {
    const Shape& shape = shape_of(slot);
    return {0, shape.kind, shape.ties, shape.flags};
  }
  void unpack(std::uint32_t slot, Edges& out) const;
  std::uint64_t traits() const { return traits_; }  // Page::traits
  std::size_t bytes() const;                        // of memory

 private:
  static constexpr std::uint32_t kGroup = 32;
  static constexpr std::uint8_t kRare = 255;         // its shape is in rare_
  static constexpr std::uint16_t kSeveral = 0xffff;  // each edge tells its kind

  struct Shape {
    std::uint16_t kind = 0;  // these three as in PageNode
    std::uint8_t ties = 0;
    std::uint8_t flags = 0;
    std::uint16_t edge_kind = 0;
    std::uint16_t size = 0;  // bytes of edges
  };
  struct Rare {
    std::uint32_t slot = 0;
    std::uint32_t size = 0;  // instead of the shape's
    Shape shape;
  };

  const Shape& shape_of(std::uint32_t slot) const {
    return shape_numbers_[slot] != kRare ? shapes_[shape_numbers_[slot]] : rare_at(slot).shape;
  }
  std::uint32_t size_of(std::uint32_t slot) const {
    return shape_numbers_[slot] != kRare ? shapes_[shape_numbers_[slot]].size : rare_at(slot).size;
  }
  const Rare& rare_at(std::uint32_t slot) const;

  std::uint64_t traits_;
  std::uint32_t first_;  // node of the page
  std::array<std::uint8_t, kPageNodes> shape_numbers_{};
  std::array<std::uint32_t, kPageNodes / kGroup> places_{};
  std::vector<Shape> shapes_;
  std::vector<Rare> rare_;  // by ascending slot
  std::string edges_;
};

}  // namespace amont
