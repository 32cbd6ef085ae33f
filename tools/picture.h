// Graphs of the DOT language as one picture, SVG, drawn by Graphviz where that is installed.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "amont/status.h"

namespace amont::tool {

// The graphs one below the other. Graphviz's `dot` is found in PATH, and runs as a process of its own without a shell: it gets a graph on
// its standard input, and is ended when it takes too long, too much memory or writes too much, or when `cancel` is set. kUnsupported,
// saying what to install, when there is no `dot`; kTimeout; kLimit; kInvalid with what it said when it failed.
Result<std::string> picture_of(const std::vector<std::string>& graphs, const std::atomic<bool>& cancel);

}  // namespace amont::tool
