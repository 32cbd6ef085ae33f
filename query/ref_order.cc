#include "query/ref_order.h"

#include <algorithm>
#include <string>

namespace amont {
namespace {

constexpr std::size_t kRefsAtOnce = 4096;

}  // namespace

Status RefOrder::read(const Snapshot& view, Clock& clock) {
  std::ranges::sort(ids_);
  ids_.erase(std::ranges::unique(ids_).begin(), ids_.end());
  std::vector<std::string> refs;
  refs.reserve(ids_.size());
  for (std::size_t at = 0; at < ids_.size() && (at < kReadAfterStop || !clock.stops_now()); at += kRefsAtOnce) {
    const std::size_t count = std::min(kRefsAtOnce, ids_.size() - at);
    AMONT_LET(const auto some, view.refs(std::span(ids_).subspan(at, count)));
    for (const Ref& ref : some) refs.push_back(ref.text());
  }
  std::vector<std::uint32_t> order(refs.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return refs[a] < refs[b]; });
  places_.resize(refs.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) places_[order[i]] = i;
  return {};
}

std::size_t RefOrder::index(NodeId id) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(ids_, id) - ids_.begin());
}

}  // namespace amont
