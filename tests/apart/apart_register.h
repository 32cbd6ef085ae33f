// A small register on disk, and the same script run on it both here and apart.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "amont/apart.h"
#include "amont/schema_script.h"
#include "amont/store.h"
#include "query/apart/wire.h"
#include "tests/support/temp_dir.h"

namespace amont {

class ApartRegister {
 public:
  ApartRegister() {
    Result<std::unique_ptr<Store>> made = Store::create(path(), hub_schema());
    EXPECT_TRUE(made.ok()) << made.status().text();
    if (made.ok()) store_ = *std::move(made);
  }
  std::string path() const { return dir_ / "store"; }
  Store& store() { return *store_; }
  Snapshot view() { return *store_->snapshot(); }

  // "from kind to": nodes are put as they are met.
  void link(const std::string& from, const std::string& kind, const std::string& to) {
    Transaction next;
    next.author = "curator";
    for (const std::string& ref : {from, to}) next.changes.emplace_back(PutNode{*Ref::parse(ref), {}, {}, {}});
    next.changes.emplace_back(PutEdge{kind, *Ref::parse(from), *Ref::parse(to), {}, {}, {}, {}});
    const Result<Receipt> done = store_->commit(next);
    EXPECT_TRUE(done.ok()) << done.status().text();
  }

  Result<Report> here(const std::string& source, const ScriptRunLimits& limits = {}) {
    return run_script(view(), store_.get(), "test", source, {}, limits);
  }
  Result<Report> apart(const std::string& source, const ScriptRunLimits& limits = {},
                       const std::string& program = "/proc/self/exe", const std::atomic<bool>* cancel = nullptr) {
    return run_script_apart(path(), view(), "test", source, {}, limits, {program}, cancel);
  }

 private:
  TempDir dir_;
  std::unique_ptr<Store> store_;
};

// All of a report, or why there is none, to compare.
inline std::string bytes_of(const Result<Report>& report) {
  if (!report.ok()) return std::string(name_of(report.code())) + ": " + report.status().text();
  return encode_report(*report) + std::to_string(report->known_at) + report->script_sha256;
}

}  // namespace amont
