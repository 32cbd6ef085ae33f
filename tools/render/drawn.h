// What of a drawing is drawn, whichever the format of the picture: a large one is folded.
#pragma once

#include <string>

#include "amont/drawing.h"

namespace amont::tool {

// Beyond this no picture is of use, and laying one out takes long.
inline constexpr std::size_t kNodesDrawnMax = 400;
inline constexpr std::size_t kEdgesDrawnMax = 4000;

struct Drawn {
  Drawing drawing;
  std::string note;  // what was folded; empty: nothing

  bool is_too_large() const { return drawing.nodes.size() > kNodesDrawnMax || drawing.edges.size() > kEdgesDrawnMax; }
};
Drawn drawn(const Drawing& drawing);

}  // namespace amont::tool
