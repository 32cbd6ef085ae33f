#include <fmt/format.h>

#include <random>

#include "tests/bench/pairwise.h"
#include "tests/bench/walks.h"

namespace amont {
namespace {

Pair at_random(const Lineage& lineage, std::mt19937_64& dice) {
  const auto cause = static_cast<std::uint32_t>(dice() % lineage.nodes);
  const auto effect = static_cast<std::uint32_t>(dice() % lineage.nodes);
  return {cause, cause == effect ? static_cast<std::uint32_t>((effect + 1) % lineage.nodes) : effect};
}

Status row(const Field& field, Peer& peer, const std::vector<Pair>& pairs) {
  bool expected = false, found = false;
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status {
    AMONT_LET(expected, field.limit.reaches(pairs[i].cause, pairs[i].effect));
    return {};
  };
  sides.peer = [&](std::size_t i) -> Status {
    AMONT_LET(found, peer.reaches(pairs[i].cause, pairs[i].effect));
    return {};
  };
  sides.compare = [&](std::size_t i) -> Status {
    if (found == expected) return {};
    return damaged(
        fmt::format("{} comes from {}: {}, and should be {}", pairs[i].effect, pairs[i].cause, found, expected));
  };
  sides.peer_micros = [&] { return peer.micros(); };
  const Result<Compared> compared = compare_and_time(sides, pairs.size(), field.shape.seconds_max);
  if (is_not_asked(field.report, peer.name(), compared.status())) return {};
  AMONT_LET(const Compared times, compared);
  field.report.note(peer.name() + ", median us", times.peer.median,
                    fmt::format("{:8.2f} us at median {:8.2f} at p95 {:8.2f} x flat arrays    ({} questions)",
                                times.peer.median, times.peer.p95, times.ratio(), times.questions));
  field.report.value(peer.name() + ", p95 us", times.peer.p95);
  field.report.value(peer.name() + ", ratio of sums", times.ratio());
  field.report.value(peer.name() + ", questions", static_cast<double>(times.questions));
  if (peer.name() == "Amont") {
    field.report.note("flat arrays, median us", times.limit.median,
                      fmt::format("{:8.2f} us at median {:8.2f} at p95", times.limit.median, times.limit.p95));
    field.report.value("flat arrays, p95 us", times.limit.p95);
  }
  return {};
}

}  // namespace

Result<std::vector<Pair>> pairs_that_reach(const Field& field, std::uint64_t count, std::mt19937_64& dice) {
  std::vector<Pair> out;
  for (std::uint64_t attempt = 0; out.size() < count && attempt < 1000 + 100 * count; ++attempt) {
    const auto effect = static_cast<std::uint32_t>(dice() % field.lineage.nodes);
    AMONT_LET(const std::uint64_t size, field.limit.closure(effect, Direction::kUpstream));
    if (size > 0) out.push_back({field.limit.found()[dice() % size], effect});
  }
  if (out.size() < count) return not_found("hardly a node that comes from another");
  return out;
}

Status bench_reaches(const Field& field) {
  std::mt19937_64 dice(field.shape.seed + 2);
  AMONT_LET(const std::vector<Pair> reaching, pairs_that_reach(field, field.shape.walks, dice));
  std::vector<Pair> random, half;
  for (std::uint64_t i = 0; i < field.shape.walks; ++i) {
    random.push_back(at_random(field.lineage, dice));
    half.push_back(i % 2 ? reaching[i] : random.back());
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
