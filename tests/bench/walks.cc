#include "tests/bench/walks.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "amont/query.h"

namespace amont {
namespace {

class Amont final : public Peer {
 public:
  explicit Amont(Snapshot view) : view_(std::move(view)) {}
  std::string name() const override { return "Amont"; }
  Status load(std::uint64_t, std::span<const GeneratedEdge>) override { return {}; }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    const NodeId from[] = {NodeId(start)};
    AMONT_LET(found_, amont::closure(view_, from, direction));
    if (!found_.possible.empty() || !found_.completeness.complete()) return damaged("a closure that is not whole");
    return found_.exact.size();
  }
  std::vector<std::uint32_t> found() const override {
    std::vector<std::uint32_t> ids;
    for (const NodeId id : found_.exact) ids.push_back(static_cast<std::uint32_t>(number_of(id)));
    return ids;
  }

 private:
  Snapshot view_;
  Closure found_;
};

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

class Walks {
 public:
  Walks(Peer& limit, Direction direction, const WalkShape& shape, std::uint64_t nodes)
      : limit_(limit), direction_(direction), shape_(shape) {
    std::mt19937_64 dice(shape.seed + 1);
    for (std::uint64_t i = 0; i < shape.walks; ++i) starts_.push_back(static_cast<std::uint32_t>(dice() % nodes));
  }

  // Answers are compared, and everything becomes warm. Returns how many of the questions there was time for.
  Result<std::size_t> compare(Peer& peer) {
    const auto began = BenchClock::now();
    std::size_t asked = 0;
    for (; asked < starts_.size() && seconds_since(began) < shape_.seconds_max; ++asked) {
      AMONT_TRY(limit_.closure(starts_[asked], direction_).status());
      AMONT_TRY(peer.closure(starts_[asked], direction_).status());
      const std::size_t ours = peer.found().size(), expected = limit_.found().size();
      if (sorted(peer.found()) != sorted(limit_.found()))
        return damaged(fmt::format("{}: the closure of node {} has {} nodes and should have {}", peer.name(),
                                   starts_[asked], ours, expected));
    }
    return asked;
  }

  // Microseconds of each of the first `count` questions: the limit's and the peer's, in turn.
  Status time(Peer& peer, std::size_t count, std::vector<double>& limit_times, std::vector<double>& peer_times) {
    const auto micros = [](auto from, auto to) { return std::chrono::duration<double, std::micro>(to - from).count(); };
    for (std::size_t i = 0; i < count; ++i) {
      const auto t0 = BenchClock::now();
      AMONT_LET(const std::uint64_t expected, limit_.closure(starts_[i], direction_));
      const auto t1 = BenchClock::now();
      AMONT_LET(const std::uint64_t found, peer.closure(starts_[i], direction_));
      const auto t2 = BenchClock::now();
      if (found != expected) return damaged(peer.name() + ": answers that change");
      limit_times.push_back(micros(t0, t1));
      peer_times.push_back(micros(t1, t2));
    }
    return {};
  }

  Status run(Peer& peer, Report& report) {
    AMONT_LET(const std::size_t count, compare(peer));
    std::vector<double> limit_times, peer_times;
    const auto began = BenchClock::now();
    for (int round = 0; round < 3 && (round == 0 || seconds_since(began) < shape_.seconds_max); ++round)
      AMONT_TRY(time(peer, count, limit_times, peer_times));
    const Spread limit = spread_of(limit_times), times = spread_of(peer_times);
    report.note(peer.name() + ", ratio of sums", times.sum / limit.sum,
                fmt::format("{:8.2f} x flat arrays    {:10.2f} us at median {:10.1f} at p95    ({} questions)",
                            times.sum / limit.sum, times.median, times.p95, count));
    return {};
  }

  Status sizes(Report& report) {
    std::vector<double> sizes;
    for (const std::uint32_t start : starts_) {
      AMONT_LET(const std::uint64_t size, limit_.closure(start, direction_));
      sizes.push_back(static_cast<double>(size));
    }
    const Spread size = spread_of(sizes);
    report.note("nodes reached", size.median, fmt::format("{:.0f} at median, {:.0f} at p95", size.median, size.p95));
    return {};
  }

 private:
  Peer& limit_;
  const Direction direction_;
  const WalkShape& shape_;
  std::vector<std::uint32_t> starts_;
};

}  // namespace

Status bench_walks(const Snapshot& view, std::span<const GeneratedEdge> edges, std::vector<std::unique_ptr<Peer>> peers,
                   const WalkShape& shape, Report& report) {
  peers.insert(peers.begin() + 1, std::make_unique<Amont>(view));
  for (const auto& peer : peers) AMONT_TRY(peer->load(view.id_count(), edges).while_doing(peer->name()));
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    report.section(direction == Direction::kUpstream ? "upstream closure, warm" : "downstream closure, warm");
    Walks walks(*peers[0], direction, shape, view.id_count());
    AMONT_TRY(walks.sizes(report));
    for (std::size_t i = 1; i < peers.size(); ++i) AMONT_TRY(walks.run(*peers[i], report));
  }
  return {};
}

}  // namespace amont
