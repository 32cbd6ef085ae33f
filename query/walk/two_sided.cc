#include "query/walk/two_sided.h"

#include <algorithm>

namespace amont {
namespace {

constexpr std::size_t kNowhere = ~std::size_t{0};

// So many edges are looked at from the near end before the other is asked: most of what is asked about has few causes and many effects.
constexpr std::size_t kAlone = 1024;

// What was reached from one end.
struct End {
  Walk& walk;
  std::vector<std::uint32_t> queue;
  std::vector<std::size_t> from;  // by place in the queue: the place that led there
  std::size_t level = 0;          // where the last level begins
  std::size_t looked_at = 0;      // edges, so far
  std::size_t edges = 0;          // of its nodes: what going on costs
  bool possible_left = false;

  std::size_t cost() const { return looked_at + edges; }
  bool is_done() const { return level == queue.size(); }
  void add(std::uint32_t id, std::size_t place) {
    walk.seen().add(id);
    queue.push_back(id);
    from.push_back(place);
  }
};

enum class Outcome : std::uint8_t { kMet, kNot, kGivenUp };

// Takes one level from an end; the last node of its queue is the one that was met.
Result<Outcome> take_level(End& end, End& other) {
  Walk::PlainRow row, next;
  const std::size_t last = end.queue.size();
  const std::size_t first = std::exchange(end.level, last);
  end.looked_at += std::exchange(end.edges, 0);
  for (std::size_t i = first; i < last; ++i) {
    if (end.walk.clock().stops()) return Outcome::kGivenUp;
    end.walk.pause();
    AMONT_TRY(end.walk.plain_row(end.queue[i], row));
    if (!row.plain) return Outcome::kGivenUp;
    for (std::size_t edge = 0; edge < row.far.size(); ++edge) {
      const std::uint8_t use = end.walk.takes(row, edge);
      end.possible_left = end.possible_left || (use & kIsLeft) != 0;
      const std::uint32_t far = row.far[edge];
      if (!(use & kIsTaken) || end.walk.seen().has(far)) continue;
      AMONT_TRY(end.walk.plain_row(far, next));
      if (!next.plain || other.walk.plan().watches(next.node)) return Outcome::kGivenUp;
      end.edges += next.far.size() + 1;
      end.add(far, i);
      // All that meet in this level make paths of one length: a shorter one would have met before.
      if (other.walk.seen().has(far)) return Outcome::kMet;
    }
  }
  return Outcome::kNot;
}

// From the place back to where its end began.
std::vector<std::uint32_t> way_back(const End& end, std::size_t place) {
  std::vector<std::uint32_t> nodes;
  for (; place != kNowhere; place = end.from[place]) nodes.push_back(end.queue[place]);
  return nodes;
}

std::vector<std::uint32_t> join(const End& near, const End& far, std::uint32_t met) {
  const auto place_in = [met](const End& end) {
    return static_cast<std::size_t>(std::ranges::find(end.queue, met) - end.queue.begin());
  };
  std::vector<std::uint32_t> nodes = way_back(near, place_in(near));
  std::ranges::reverse(nodes);
  const std::vector<std::uint32_t> rest = way_back(far, place_in(far));
  nodes.insert(nodes.end(), rest.begin() + 1, rest.end());
  return nodes;
}

}  // namespace

Result<TwoSided> search_two_sided(Walk& near, std::uint32_t a, Walk& far, std::uint32_t b) {
  TwoSided answer;
  for (const std::uint32_t id : {a, b}) {
    AMONT_LET(const PageNode node, near.node(id));
    if (near.plan().watches(node) || far.plan().watches(node)) return answer;
  }
  End ends[] = {{near, {}, {}}, {far, {}, {}}};
  for (End& end : ends) end.walk.begin_search(/*exact_only=*/true);
  ends[0].add(a, kNowhere);
  ends[1].add(b, kNowhere);
  while (true) {
    End& end = ends[0].cost() <= std::max(ends[1].cost(), kAlone) ? ends[0] : ends[1];
    if (end.is_done()) {
      answer.found = end.possible_left ? TwoSided::Found::kNoExactPath : TwoSided::Found::kNoPath;
      return answer;
    }
    AMONT_LET(const Outcome outcome, take_level(end, &end == ends ? ends[1] : ends[0]));
    if (outcome == Outcome::kGivenUp) return answer;
    if (outcome == Outcome::kNot) continue;
    answer.nodes = join(ends[0], ends[1], end.queue.back());
    answer.found = TwoSided::Found::kPath;
    return answer;
  }
}

}  // namespace amont
