// All that is alive in a snapshot, in the order of ids: what every export begins with.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "amont/exchange.h"

namespace amont {

Status each_node(const Snapshot& view, const Progress& progress, std::string_view doing,
                 const std::function<Status(const Node&)>& node);
Status each_edge(const Snapshot& view, const Progress& progress, std::string_view doing,
                 const std::function<Status(const Edge&, const Ref& from, const Ref& to)>& edge);

// Keys that sort: nodes by ref, edges by kind, from, to, label, all as bytes.
std::string sort_key(const Node& node);
std::string sort_key(const Edge& edge, const Ref& from, const Ref& to);

// kOk, or kDamaged: what was exported is only the good prefix of the register.
Status whole(const Snapshot& view);

// Hands bytes to a sink in pieces.
class SinkBuffer {
 public:
  explicit SinkBuffer(const ByteSink& sink) : sink_(sink) {}
  Status add(std::string_view bytes) {
    bytes_ += bytes;
    return bytes_.size() < kPiece ? Status() : flush();
  }
  Status flush() {
    if (bytes_.empty()) return {};
    Status written = sink_(bytes_);
    bytes_.clear();
    return written;
  }

 private:
  static constexpr std::size_t kPiece = 256 << 10;
  const ByteSink& sink_;
  std::string bytes_;
};

}  // namespace amont
