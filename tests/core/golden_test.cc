// Registers as earlier releases wrote them (tests/golden, made by make_golden.sh): every later release opens them, finds all that was
// written, and proves what could be proven.
#include <gtest/gtest.h>
#include <xxhash.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "amont/bundle.h"
#include "amont/keeping.h"
#include "amont/store.h"
#include "core/text/bytes.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> golden_folders() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(AMONT_SOURCE_DIR "/tests/golden"))
    if (entry.is_directory()) folders.push_back(entry.path());
  return folders;
}

class Golden : public testing::Test {
 protected:
  // A copy to work on: what a release wrote is never written to.
  std::string copy_of(const fs::path& folder) {
    const std::string path = temp_ / (folder.filename().string() + std::to_string(++copies_));
    fs::copy(folder, path, fs::copy_options::recursive);
    return path;
  }

  // What make_golden.sh has put in.
  static void expect_content(Store& store) {
    const auto now = store.snapshot();
    ASSERT_TRUE(now.ok()) << now.status().text();
    EXPECT_EQ(now->tx(), 7u);
    const auto claims = now->node(Ref{"dataset", "claims"});
    ASSERT_TRUE(claims.ok() && *claims);
    EXPECT_EQ(*find_property((*claims)->props, "title"), Value("Claims of 2025"));
    EXPECT_EQ(*find_property((*claims)->props, "n_records"), Value(std::int64_t{12}));
    EXPECT_EQ((*claims)->valid.from, *Timestamp::parse("2006-01-01T00:00:00Z"));
    const auto twice = now->node(Ref{"dataset", "twice"});
    EXPECT_TRUE(twice.ok() && !*twice);
    const auto project = now->find(Ref{"project", "p"});
    ASSERT_TRUE(project.ok() && *project);
    EXPECT_EQ(now->edges(**project, Direction::kUpstream)->size(), 2u);
    ASSERT_EQ(now->rules().size(), 1u);
    EXPECT_EQ(now->rules()[0]->rule.name, "no-prohibited-purpose");
    const auto hospital = now->node(Ref{"dataset", "hospital"});
    ASSERT_TRUE(hospital.ok() && *hospital);
    EXPECT_FALSE(find_property((*hospital)->props, "contact"));
    const auto gone = now->redacted((*hospital)->id);
    ASSERT_TRUE(gone.ok()) << gone.status().text();
    ASSERT_EQ(gone->size(), 1u);
    EXPECT_EQ((*gone)[0].property, "contact");
    const auto before = store.snapshot_at(TxNumber{2});
    ASSERT_TRUE(before.ok()) << before.status().text();
    const auto then = before->node(Ref{"dataset", "twice"});
    EXPECT_TRUE(then.ok() && *then);
    const auto log = store.log(4, 4);
    ASSERT_TRUE(log.ok()) << log.status().text();
    EXPECT_EQ(log->at(0).author, "ben");
    EXPECT_EQ(log->at(0).reason, "registered twice");
  }

  TempDir temp_;
  int copies_ = 0;
};

TEST_F(Golden, ThereIsARegisterOfEveryVersion) { EXPECT_FALSE(golden_folders().empty()); }

TEST_F(Golden, RegistersAreReadWrittenAndUpgraded) {
  for (const fs::path& folder : golden_folders()) {
    SCOPED_TRACE(folder.filename().string());
    const std::string path = copy_of(folder) + "/register";
    {
      const auto reader = Store::open_read_only(path);
      ASSERT_TRUE(reader.ok()) << reader.status().text();
      expect_content(**reader);
    }
    const auto upgraded = Store::upgrade(path);
    ASSERT_TRUE(upgraded.ok()) << upgraded.status().text();
    EXPECT_EQ(upgraded->verified.findings, std::vector<std::string>());
    const auto store = Store::open(path);
    ASSERT_TRUE(store.ok()) << store.status().text();
    expect_content(**store);
  }
}

TEST_F(Golden, WhatWasSignedIsStillProven) {
  for (const fs::path& folder : golden_folders()) {
    SCOPED_TRACE(folder.filename().string());
    const std::string path = copy_of(folder);
    const std::string key = text_of(path + "/key.pub"), checkpoint = text_of(path + "/checkpoint");
    const auto report = Store::verify(path + "/register", {}, {}, {{key}, {}, {{"checkpoint", checkpoint}}});
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_EQ(report->findings, std::vector<std::string>());
    EXPECT_EQ(report->signatures, 2u);  // the kept one and the one given
    const auto told = verify_bundle(text_of(path + "/bundle"), {key, checkpoint});
    ASSERT_TRUE(told.ok()) << told.status().text();
    EXPECT_TRUE(told->recomputed);
    EXPECT_EQ(told->root, report->root);
  }
}

TEST_F(Golden, BackupsAreRestoredAndIndexesMadeAnew) {
  for (const fs::path& folder : golden_folders()) {
    SCOPED_TRACE(folder.filename().string());
    const std::string path = copy_of(folder);
    const auto restored = Store::restore(path + "/backup", path + "/again");
    ASSERT_TRUE(restored.ok()) << restored.status().text();
    const auto again = Store::open_read_only(path + "/again");
    ASSERT_TRUE(again.ok()) << again.status().text();
    expect_content(**again);
    fs::remove_all(path + "/register/index");
    const auto store = Store::open(path + "/register");
    ASSERT_TRUE(store.ok()) << store.status().text();
    expect_content(**store);
  }
}

TEST_F(Golden, AVersionThatIsNotKnownYetIsRefused) {
  const std::string path = copy_of(golden_folders().front()) + "/register";
  std::string bytes = text_of(path + "/register");
  bytes.resize(bytes.size() - 8);
  bytes[4] = 2;                   // "AMRG" version:u32 ... checksum:u64
  bytes += std::string(12, 'x');  // that version has more to say
  append_u64(bytes, XXH3_64bits(bytes.data(), bytes.size()));
  std::ofstream(path + "/register", std::ios::binary) << bytes;
  for (const Status& refused : {Store::open(path).status(), Store::open_read_only(path).status(),
                                Store::upgrade(path).status(), Store::verify(path).status()}) {
    EXPECT_EQ(refused.code(), Code::kUnsupported);
    EXPECT_NE(refused.text().find("later"), std::string::npos) << refused.text();
  }
}

}  // namespace
}  // namespace amont
