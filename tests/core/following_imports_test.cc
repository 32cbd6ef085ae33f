// Imports one after the other: what the next one is spared to look up, since the one before knew it, changes nothing of what it does.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tests/support/crash_disk.h"
#include "tests/support/exchange_desk.h"
#include "tests/support/import_start.h"

namespace amont {
namespace {

constexpr char kNextFile = '\x1e';

// The files of `text` one after the other, of which the last one's outcome is told; a reader in between has all forgotten.
Result<ImportReport> import_all(Store& store, std::string_view text, const ImportOptions& options, bool reads_between) {
  while (true) {
    const std::size_t end = std::min(text.find(kNextFile), text.size());
    const std::string file(text.substr(0, end));
    if (reads_between) {
      EXPECT_TRUE(store.snapshot().ok());
    }
    auto report = (file.starts_with('{') ? import_jsonl : import_csv)(store, source_of(file), options);
    if (end == text.size()) return report;
    text.remove_prefix(end + 1);
  }
}
Result<ImportReport> at_once(Store& store, const std::string& text, const ImportOptions& options) {
  return import_all(store, text, options, false);
}
Result<ImportReport> with_readers(Store& store, const std::string& text, const ImportOptions& options) {
  return import_all(store, text, options, true);
}

std::string nodes(int first, int count) {
  std::string out = "kind,key,title\n";
  for (int i = 0; i < count; ++i) out += fmt::format("run,r{},title {}\n", first + i, i % 10);
  return out;
}
std::string edges(int first, int count) {
  std::string out = "kind,from,to,n\n";
  for (int i = 0; i < count; ++i)
    out += fmt::format("informed_by,run:r{},run:r{},{}\n", first + i, first + (i * 7 + 1) % count, i % 2 ? "" : "3");
  return out;
}

void expect_same_at_once(const std::string& text, std::uint64_t part_bytes) {
  const Start start(part_bytes);
  ImportOptions options;
  options.keep_going = true;
  const Outcome wanted = start.after(with_readers, text, options);
  EXPECT_TRUE(wanted.status.ok()) << wanted.status.text();
  expect_same(start.after(at_once, text, options), wanted);
  for (const std::uint64_t memory_bytes : {kNoMemory, kLittleMemory})
    expect_same(start.after(at_once, text, options, memory_bytes), wanted);
}

TEST(FollowingImports, EdgesAfterTheirNodesAreAsIfTheNodesWereLongThere) {
  for (const std::uint64_t part_bytes : {std::uint64_t{3000}, std::uint64_t{4} << 20}) {
    const std::string text = nodes(0, 3000) + kNextFile + edges(0, 3000) + "informed_by,run:r1,run:none,\n" +
                             kNextFile + edges(1, 2000) + kNextFile + nodes(2000, 3000) + kNextFile + edges(2000, 3000);
    expect_same_at_once(text, part_bytes);
  }
}

TEST(FollowingImports, WhatIsRetractedInBetweenIsNoEndOfAnEdge) {
  std::string retractions;
  for (int i = 0; i < 1000; i += 3) retractions += fmt::format("{{\"retract\":{{\"node\":\"run:r{}\"}}}}\n", i);
  const std::string text = nodes(0, 1000) + kNextFile + retractions + kNextFile + edges(0, 1000);
  expect_same_at_once(text, 3000);
  ImportOptions options;
  options.keep_going = true;
  const Outcome outcome = Start(3000).after(at_once, text, options);
  EXPECT_GT(outcome.report.rejected, 300u);
}

TEST(FollowingImports, WhatFollowsMayBeACommitOrAnImportThatFails) {
  ExchangeDesk desk;
  const ImportOptions options = desk.options("in.csv");
  ASSERT_TRUE(import_csv(desk.store(), source_of(nodes(0, 100)), options).ok());
  Transaction one;
  one.changes.push_back(RetractNode{{"run", "r5"}});
  ASSERT_TRUE(desk.store().commit(one).ok());
  EXPECT_FALSE(import_csv(desk.store(), source_of("kind,from,to\ninformed_by,run:r4,run:r5\n"), options).ok());
  ASSERT_TRUE(import_csv(desk.store(), source_of("kind,from,to\ninformed_by,run:r4,run:r6\n"), options).ok());
  ASSERT_TRUE(import_csv(desk.store(), source_of(nodes(5, 1)), options).ok());
  EXPECT_TRUE(import_csv(desk.store(), source_of("kind,from,to\ninformed_by,run:r4,run:r5\n"), options).ok());
}

}  // namespace
}  // namespace amont
