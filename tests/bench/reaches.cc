#include <fmt/format.h>

#include <random>

#include "tests/bench/pairwise.h"
#include "tests/bench/walks.h"

namespace amont {
namespace {

struct Pair {
  std::uint32_t a = 0, b = 0;
};

Pair at_random(const Lineage& lineage, std::mt19937_64& dice) {
  const auto a = static_cast<std::uint32_t>(dice() % lineage.nodes),
             b = static_cast<std::uint32_t>(dice() % lineage.nodes);
  return {a, a == b ? static_cast<std::uint32_t>((b + 1) % lineage.nodes) : b};
}

// `a` from all that is upstream of a `b`; nothing when ten in a row have nothing upstream.
Result<Pair> that_reach(const Field& field, std::mt19937_64& dice) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto b = static_cast<std::uint32_t>(dice() % field.lineage.nodes);
    AMONT_LET(const std::uint64_t size, field.limit.closure(b, Direction::kUpstream));
    if (size > 0) return Pair{field.limit.found()[dice() % size], b};
  }
  return not_found("no node that comes from another");
}

Status row(const Field& field, Peer& peer, const std::vector<Pair>& pairs) {
  std::optional<bool> expected, found;
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status {
    AMONT_LET(expected, field.limit.reaches(pairs[i].a, pairs[i].b));
    return {};
  };
  sides.peer = [&](std::size_t i) -> Status {
    AMONT_LET(found, peer.reaches(pairs[i].a, pairs[i].b));
    return {};
  };
  sides.compare = [&](std::size_t i) -> Status {
    if (!found || found == expected) return {};
    return damaged(fmt::format("{} comes from {}: {}, and should be {}", pairs[i].b, pairs[i].a, *found, *expected));
  };
  sides.peer_micros = [&] { return peer.micros(); };
  AMONT_TRY(sides.peer(0));
  if (!found) return {};  // it is not asked this
  AMONT_LET(const Compared times, compare_and_time(sides, pairs.size(), field.shape.seconds_max));
  field.report.note(peer.name() + ", median us", times.peer.median,
                    fmt::format("{:8.2f} us at median {:8.2f} at p95 {:8.2f} x flat arrays    ({} questions)",
                                times.peer.median, times.peer.p95, times.ratio(), times.questions));
  field.report.value(peer.name() + ", p95 us", times.peer.p95);
  field.report.value(peer.name() + ", ratio of sums", times.ratio());
  if (peer.name() == "Amont")
    field.report.note("flat arrays, median us", times.limit.median,
                      fmt::format("{:8.2f} us at median {:8.2f} at p95", times.limit.median, times.limit.p95));
  return {};
}

}  // namespace

Status bench_reaches(const Field& field) {
  std::mt19937_64 dice(field.shape.seed + 2);
  std::vector<Pair> random, reaching, half;
  for (std::uint64_t i = 0; i < field.shape.walks; ++i) {
    random.push_back(at_random(field.lineage, dice));
    AMONT_LET(const Pair pair, that_reach(field, dice));
    reaching.push_back(pair);
    half.push_back(i % 2 ? pair : random.back());
  }
  const std::pair<const char*, const std::vector<Pair>*> mixes[] = {
      {"reaches, pairs at random", &random}, {"reaches, pairs that do", &reaching}, {"reaches, half and half", &half}};
  for (const auto& [name, pairs] : mixes) {
    field.report.section(name);
    for (const auto& peer : field.peers) AMONT_TRY(row(field, *peer, *pairs).while_doing(peer->name()));
  }
  return {};
}

}  // namespace amont
