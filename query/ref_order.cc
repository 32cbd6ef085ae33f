#include "query/ref_order.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "core/aside.h"
#include "query/walk/function_ref.h"

namespace amont {
namespace {

constexpr std::size_t kRefsAtOnce = 4096;
// From so many on a second thread reads and sorts the other half: beginning it costs less than a tenth of what it saves.
constexpr std::size_t kWorthAThread = 16'384;

// Refs of ids that follow each other, and their order.
struct Part {
  std::vector<std::string> refs;
  std::vector<std::uint32_t> order;  // places in `refs`, ascending

  Status read(const Snapshot& view, std::span<const NodeId> ids, FunctionRef<bool(std::size_t done)> stops) {
    refs.reserve(ids.size());
    for (std::size_t at = 0; at < ids.size() && !stops(at); at += kRefsAtOnce) {
      AMONT_LET(const auto some, view.refs(ids.subspan(at, std::min(kRefsAtOnce, ids.size() - at))));
      for (const Ref& ref : some) refs.push_back(ref.text());
    }
    order.resize(refs.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return refs[a] < refs[b]; });
    return {};
  }
};

// Where each ref of the two, one after the other, stands in the order of all.
std::vector<std::uint32_t> places_of(const Part& first, const Part& second) {
  std::vector<std::uint32_t> places(first.refs.size() + second.refs.size());
  auto a = first.order.begin(), b = second.order.begin();
  for (std::uint32_t place = 0; place < places.size(); ++place) {
    const bool is_first = b == second.order.end() || (a != first.order.end() && first.refs[*a] < second.refs[*b]);
    places[is_first ? *a++ : first.refs.size() + *b++] = place;
  }
  return places;
}

}  // namespace

Status RefOrder::read(const Snapshot& view, Clock& clock) {
  std::ranges::sort(ids_);
  ids_.erase(std::ranges::unique(ids_).begin(), ids_.end());
  const auto stops = [&](std::size_t done) { return done >= kReadAfterStop && clock.stops_now(); };
  Part first, second;
  if (ids_.size() < kWorthAThread) {
    AMONT_TRY(first.read(view, ids_, stops));
  } else {
    // The clock may ask a script's budget, so it is this thread's alone.
    const std::span<const NodeId> ids(ids_);
    const std::size_t half = ids.size() / 2 / kRefsAtOnce * kRefsAtOnce;
    std::atomic<bool> stopped = false;
    std::future<Status> rest = aside([&] {
      return second.read(view, ids.subspan(half), [&](std::size_t) { return stopped.load(std::memory_order_relaxed); });
    });
    const Status mine = first.read(view, ids.first(half), [&](std::size_t done) { return stopped = stops(done); });
    stopped = stopped || !mine.ok();
    AMONT_TRY(rest.get());
    AMONT_TRY(mine);
    if (first.refs.size() < half) second = {};  // what is known must follow each other
  }
  places_ = places_of(first, second);
  return {};
}
std::size_t RefOrder::index(NodeId id) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(ids_, id) - ids_.begin());
}

}  // namespace amont
