// Where the boxes of a drawing stand and how its lines run: layers from left to right, after K. Sugiyama, S. Tagawa, M. Toda ("Methods
// for visual understanding of hierarchical system structures", 1981), by the simplest way in each step: layers by the longest path,
// order by medians, places by least squares. The same input gives the same output.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace amont::tool {

struct Box {
  double width = 0;
  double height = 0;
};
// From effect to cause: causes stand to the left.
struct Arrow {
  std::size_t from = 0;
  std::size_t to = 0;
};
struct Point {
  double x = 0;
  double y = 0;
};

struct Layout {
  std::vector<Point> boxes;                // the upper left corner of each
  std::vector<std::vector<Point>> arrows;  // from the edge of one box to the edge of the other; empty for one to itself
  double width = 0;
  double height = 0;
};

// Cycles are fine: some of their arrows lead to the right. Several arrows between two boxes lie on one another.
// `gap` lies between two layers.
Layout lay_out(std::span<const Box> boxes, std::span<const Arrow> arrows, double gap);

}  // namespace amont::tool
