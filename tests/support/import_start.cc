#include "tests/support/import_start.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "tests/support/small_schema.h"

namespace amont {

void expect_same(const Outcome& got, const Outcome& wanted) {
  EXPECT_EQ(got.status.text(), wanted.status.text());
  EXPECT_EQ(got.status.code(), wanted.status.code());
  const auto counts = [](const ImportReport& one) {
    return std::vector{one.records,     one.nodes,      one.edges,
                       one.retractions, one.unchanged,  one.rejected,
                       one.warnings,    one.receipt.tx, std::uint64_t{one.receipt.written}};
  };
  EXPECT_EQ(counts(got.report), counts(wanted.report));
  EXPECT_EQ(got.told, wanted.told);
  EXPECT_EQ(got.exported, wanted.exported);
  EXPECT_TRUE(got.log == wanted.log) << "the logs differ";
}

Start::Start(std::uint64_t part_bytes) : part_bytes_(part_bytes) {
  const auto made = Store::create("/register", small_schema(), options(*files_, Options().memory_bytes));
}

Outcome Start::after(Way way, const std::string& text, ImportOptions with, std::uint64_t memory_bytes) const {
  const std::unique_ptr<CrashFiles> files = files_->clone();
  Outcome out;
  with.file = "in";
  with.read_schema = schemas_.reader();
  with.reject = [&](const Reject& reject) -> Status {
    out.told.push_back(fmt::format("{}: {}: {}", reject.where.text(), reject.reason, reject.record));
    return {};
  };
  with.warn = [&](const Position& where, std::string_view said) {
    out.told.push_back(fmt::format("{}: {}", where.text(), said));
  };
  {
    const auto store = Store::open("/register", options(*files, memory_bytes));
    if (!store) return {store.status(), {}, {}, {}, {}};
    auto report = way(**store, text, with);
    out.status = report.status();
    if (report) out.report = *report;
    const auto view = (*store)->snapshot();
    const Status exported = export_jsonl(*view, [&](std::string_view bytes) -> Status {
      out.exported += bytes;
      return {};
    });
    EXPECT_TRUE(exported.ok()) << exported.text();
  }
  for (const std::string& path : files->paths())
    if (path.find("/log/") != std::string::npos) out.log.push_back(path + *files->contents(path));
  return out;
}

void Start::import(const std::string& text) {
  const auto store = Store::open("/register", options(*files_, Options().memory_bytes));
  ImportOptions with;
  with.read_schema = schemas_.reader();
  with.keep_going = true;
  ASSERT_TRUE(import_jsonl(**store, source_of(text), with).ok());
}

Options Start::options(CrashFiles& files, std::uint64_t memory_bytes) const {
  Options options;
  options.memory_bytes = memory_bytes;
  options.index_in_memory = true;
  options.files = &files;
  options.batch_part_bytes = part_bytes_;
  options.clock = [at = std::int64_t{1'700'000'000'000'000}]() mutable { return Timestamp{at += 1'000'000}; };
  options.random_seed = [next = 0](char* out32) mutable { std::fill_n(out32, 32, static_cast<char>(++next)); };
  return options;
}

}  // namespace amont
