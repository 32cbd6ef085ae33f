#include "tests/bench/point_reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "amont/surroundings.h"
#include "tests/bench/pairwise.h"
#include "tests/bench/sqlite_content.h"

namespace amont {
namespace {

Status read(const Snapshot& view, const Ref& ref, Surroundings& out) {
  AMONT_LET(auto found, surroundings(view, ref));
  if (!found) return not_found(ref.text());
  out = *std::move(found);
  return {};
}

std::vector<std::string> sorted(std::vector<std::string> refs) {
  std::sort(refs.begin(), refs.end());
  return refs;
}
std::vector<std::string> sorted(const std::vector<NamedNeighbour>& neighbours) {
  std::vector<std::string> out;
  for (const NamedNeighbour& neighbour : neighbours) out.push_back(neighbour.ref.text());
  return sorted(std::move(out));
}

}  // namespace

Status bench_point_reads(const Field& field, const Snapshot& view, std::uint64_t disk, const std::string& folder,
                         bool with_sqlite) {
  BenchReport& report = field.report;
  report.section("point read: by ref, with properties and the refs of neighbours");
  std::mt19937_64 dice(field.shape.seed + 5);
  std::vector<Ref> refs;
  std::vector<std::string> texts;
  while (refs.size() < field.shape.walks) {
    AMONT_LET(refs.emplace_back(), view.ref(NodeId(dice() % field.lineage.nodes)));
    texts.push_back(refs.back().text());
  }
  SqliteContent content;
  if (with_sqlite) AMONT_TRY(content.load(view, field.lineage, folder + "/content.sqlite"));
  Surroundings ours;
  PointRead theirs;
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status { return with_sqlite ? content.read(texts[i], theirs) : Status(); };
  sides.peer = [&](std::size_t i) -> Status { return read(view, refs[i], ours); };
  sides.compare = [&](std::size_t i) -> Status {
    if (!with_sqlite) return {};
    if (ours.node.ref.kind == theirs.kind && json_of(ours.node.props) == theirs.props &&
        sorted(ours.upstream) == sorted(theirs.up) && sorted(ours.downstream) == sorted(theirs.down))
      return {};
    return damaged(fmt::format("{} has other properties or neighbours in SQLite than in Amont", texts[i]));
  };
  AMONT_LET(const Compared times, compare_and_time(sides, refs.size(), field.shape.seconds_max));
  report.note("Amont, median us", times.peer.median,
              fmt::format("{:8.2f} us at median {:8.2f} at p95    ({} questions)", times.peer.median, times.peer.p95,
                          times.questions));
  report.value("Amont, p95 us", times.peer.p95);
  report.value("Amont, questions", static_cast<double>(times.questions));
  if (!with_sqlite) {
    report.remark("SQLite", "left out at this size; --peers sqlite has it");
    return {};
  }
  const double faster = times.limit.sum / times.peer.sum;
  report.note("SQLite, median us", times.limit.median,
              fmt::format("{:8.2f} us at median {:8.2f} at p95", times.limit.median, times.limit.p95));
  report.value("SQLite, p95 us", times.limit.p95);
  report.note("faster than SQLite by, sums", faster, fmt::format("{:8.2f} x", faster));
  AMONT_LET(const std::uint64_t bytes, content.bytes());
  const double ratio = static_cast<double>(disk) / static_cast<double>(bytes);
  report.note(
      "disk, ratio to SQLite", ratio,
      fmt::format("{:8.2f} x SQLite's {:.1f} MB with the same content", ratio, static_cast<double>(bytes) / 1e6));
  return {};
}

}  // namespace amont
