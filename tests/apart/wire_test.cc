// Reports as bytes: there and back, and whatever bytes come.
#include "query/apart/wire.h"

#include <gtest/gtest.h>

#include <random>

#include "query/apart/check_report.h"
#include "tests/apart/apart_register.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

constexpr ReportCaps kCaps = {1000, 1 << 20, 100};

Report some_report() {
  ApartRegister hub;
  hub.link("output:x", "generated_by", "run:r");
  hub.link("run:r", "used", "dataset:a");
  Result<Report> report = hub.here(
      "print('said') return report{title = 'T', answer = true, upstream('output:x'), tree{'output:x'}, "
      "graph{'output:x'}, 'text', rows{{{a = 1, b = 2.5, c = true, d = time('2026-01-01')}}, 'a', 'b', 'c', 'd'}, "
      "timeline{{{f = time('2026-01-01'), l = 'one'}}, label = 'l', from = 'f'}, "
      "chart{{{l = 'one', v = 1.5}}, label = 'l', value = 'v'}, upstream('output:x', {depth = 1})}");
  EXPECT_TRUE(report.ok()) << report.status().text();
  return report.ok() ? *std::move(report) : Report();
}

TEST(ReportBytes, ComeBackAsTheyWent) {
  const std::string bytes = encode_report(some_report());
  const Result<Report> back = decode_report(bytes, kCaps);
  ASSERT_TRUE(back.ok()) << back.status().text();
  EXPECT_EQ(encode_report(*back), bytes);
}

TEST(ReportBytes, OfNoReportAreInvalidAndNothingWorse) {
  const std::string bytes = encode_report(some_report());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(decode_report(std::string_view(bytes).substr(0, size), kCaps).code(), Code::kInvalid);
  EXPECT_EQ(decode_report(bytes + "x", kCaps).code(), Code::kInvalid);

  std::mt19937_64 random(seed_of_this_run());
  std::size_t good = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string changed = bytes;
    for (std::uint64_t n = 1 + random() % 4; n > 0; --n)
      changed[random() % changed.size()] = static_cast<char>(random());
    const Result<Report> report = decode_report(changed, kCaps);
    if (!report.ok()) {
      ASSERT_EQ(report.code(), Code::kInvalid);
      continue;
    }
    ++good;
    ASSERT_TRUE(check_report(*report, kCaps.rows_max).ok());
    ASSERT_EQ(encode_report(*report), changed);
  }
  EXPECT_GT(good, 0u);
}

TEST(ReportBytes, TakeNoMoreThanTold) {
  const std::string bytes = encode_report(some_report());
  EXPECT_EQ(decode_report(bytes, {1000, 100, 100}).code(), Code::kInvalid);
  EXPECT_EQ(decode_report(bytes, {1, 1 << 20, 100}).code(), Code::kInvalid);
  // A title, and two to the 56th blocks.
  std::string many(8, '\0');
  many += std::string(7, '\0') + '\1' + std::string(100, '\0');
  EXPECT_EQ(decode_report(many, kCaps).code(), Code::kInvalid);
}

TEST(ReportBytes, MustHangTogether) {
  const auto refused = [](const auto& spoil) {
    Report report = some_report();
    spoil(report);
    return decode_report(encode_report(report), kCaps).code() == Code::kInvalid;
  };
  using What = ReportBlock::What;
  const auto block = [](Report& report, What what) -> ReportBlock& {
    for (ReportBlock& one : report.blocks)
      if (one.what == what) return one;
    ADD_FAILURE();
    return report.blocks[0];
  };
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kRows).rows[0].pop_back(); }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kTree).tree[0].depth = 1; }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kGraph).graph.edges[0].to = 1000; }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kGraph).graph.nodes[0].group = 7; }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kGraph).graph.nodes[0].ref = "z"; }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kText).text = "\xff"; }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kText).points.push_back({"one", 1.0}); }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kChart).points[0].value = 0.0 / 0.0; }));
  EXPECT_TRUE(refused([&](Report& report) { block(report, What::kTimeline).spans[0].from = Timestamp{INT64_MAX}; }));
  EXPECT_TRUE(refused([&](Report& report) { report.completeness.unknown.push_back({NodeId{100}, "origin"}); }));
  EXPECT_TRUE(refused([&](Report& report) { report.completeness.reasons.push_back({"\x1b[2J", 1, false}); }));
}

TEST(StatusBytes, AreAStatusOrSaySo) {
  Status status;
  ASSERT_TRUE(decode_status(encode_status({Code::kTimeout, "why"}), &status).ok());
  EXPECT_EQ(status.code(), Code::kTimeout);
  EXPECT_EQ(status.text(), "why");
  for (const std::string& none : {encode_status({}), encode_status({static_cast<Code>(99), "why"}), std::string()})
    EXPECT_EQ(decode_status(none, &status).code(), Code::kInvalid);
}

TEST(RequestBytes, ComeBackAsTheyWent) {
  ApartRequest request{"store", 7, "name", "source\0with a zero", {{{"a", "1"}, {"b", ""}}}, {}, 7 << 20};
  request.limits.rows_max = 3;
  const Result<ApartRequest> back = decode_request(encode_request(request));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(encode_request(*back), encode_request(request));
  EXPECT_EQ(back->arguments.named.size(), 2u);
  EXPECT_EQ(back->limits.rows_max, 3u);
}

}  // namespace
}  // namespace amont
