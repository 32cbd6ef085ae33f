// Drawings as a Mermaid flowchart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amont/drawing.h"
#include "tools/output.h"

namespace amont::tool {

struct NamedDrawing {
  std::string title;
  const Drawing* drawing = nullptr;
};
// One chart; several drawings stand in it each in a frame. `about` is told to those who have it read aloud; may be empty.
void write_mermaid(Output& out, const std::vector<NamedDrawing>& drawings, std::string_view about);

}  // namespace amont::tool
