// The inner steps of lay_out(): boxes and the bends of long arrows as vertices, in layers, in an order with few crossings.
#pragma once

#include <span>
#include <vector>

#include "tools/render/layout.h"

namespace amont::tool {

struct Layers {
  struct Vertex {
    std::size_t layer = 0;
    std::vector<std::size_t> left;   // neighbours in the layer before, which the lines lead to
    std::vector<std::size_t> right;  // in the one after
  };
  std::vector<Vertex> vertices;                  // the boxes first, then the bends
  std::vector<std::vector<std::size_t>> layers;  // from top to bottom
  std::vector<std::vector<std::size_t>> routes;  // of each arrow: its box, bends, box; empty for one to itself
};

// Causes in the first layer, each box as far left as its causes let it.
Layers make_layers(std::size_t boxes, std::span<const Arrow> arrows);
// Reorders each layer by the medians of its neighbours, and keeps the order with the fewest crossings.
void order_layers(Layers& layers);
std::size_t crossings_of(const Layers& layers);

}  // namespace amont::tool
