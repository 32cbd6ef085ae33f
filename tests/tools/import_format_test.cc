// Which format a file is taken for, when nobody says.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/tools/command.h"

namespace amont {
namespace {

constexpr std::string_view kEvent =
    R"({"eventType": "START", "eventTime": "2026-01-01T00:00:00Z", "run": {"runId": "r"}, "job": {"namespace": "n", "name": "j"}})"
    "\n";
constexpr std::string_view kManifest =
    R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
        "nodes": {"seed.shop.raw": {"name": "raw", "resource_type": "seed"}}})";

class ImportFormat : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(run({"init"}).code, 0); }
  Outcome run(std::vector<std::string> words, std::string_view input = {}) const {
    words.insert(words.begin(), {"-s", "hub"});
    return place_.run(words, input);
  }
  Workplace place_;
};

TEST_F(ImportFormat, IsToldByWhatAFileHoldsAndSaid) {
  place_.write("events.log", kEvent);
  const Outcome events = run({"import", "events.log"});
  EXPECT_EQ(events.code, 0) << events.err;
  EXPECT_EQ(events.err, "read as openlineage: events.log holds what that format has; --format NAME says otherwise\n");
  EXPECT_EQ(run({"get", "run:n/j/r"}).code, 0);

  place_.write("manifest.json", kManifest);
  const Outcome manifest = run({"import", "manifest.json"});
  EXPECT_EQ(manifest.code, 0) << manifest.err;
  EXPECT_EQ(run({"get", "dataset:seed.shop.raw"}).code, 0);

  place_.write("data.csv", "Reference Number,Organisation,Objective for Processing,Yielded Benefits\nA-v1.0,O,x,y\n");
  const Outcome uses = run({"import", "data.csv"});
  EXPECT_EQ(uses.code, 0) << uses.err;
  EXPECT_EQ(run({"get", "approval:nhs/A-v1.0"}).code, 0);
}

TEST_F(ImportFormat, OfAmontsOwnFilesIsNeverTakenForAnother) {
  place_.write("own.jsonl",
               R"({"node": "dataset:a", "props": {"text": "\"eventTime\" \"job\"", "eventTime": "x", "job": "y"}})"
               "\n");
  const Outcome own = run({"import", "own.jsonl"});
  EXPECT_EQ(own.code, 0) << own.err;
  EXPECT_EQ(own.err, "");
  place_.write("nodes.csv", "kind,key,title,eventTime\ndataset,b,\"\"\"eventTime\"\" \"\"job\"\"\",\n");
  EXPECT_EQ(run({"import", "nodes.csv"}).code, 0);
  EXPECT_EQ(run({"get", "dataset:b"}).code, 0);
}

TEST_F(ImportFormat, OfAFolderIsThatOfAllItsFiles) {
  std::filesystem::create_directory(place_.path("events"));
  place_.write("events/1.json", kEvent);
  place_.write("events/2.ndjson", kEvent);
  EXPECT_EQ(run({"import", "events"}).code, 0);
  place_.write("events/3.json", kManifest);
  const Outcome mixed = run({"import", "events"});
  EXPECT_EQ(mixed.code, 2);
  EXPECT_EQ(mixed.err,
            "amont: the files are of 2 formats: dbt (3.json), openlineage (1.json, 2.ndjson); import those of each "
            "with --format "
            "and its name\n");
}

TEST_F(ImportFormat, ThatNothingTellsMustBeSaid) {
  place_.write("x.json", "{\"a\": 1}");
  const Outcome outcome = run({"import", "x.json"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.starts_with(
      "amont: neither what x.json holds nor its name tells its format; say --format jsonl|csv|atlas|csvw|"))
      << outcome.err;
  EXPECT_EQ(run({"import", "-"}, kEvent).code, 2) << "what is read once can't be looked at before";
  EXPECT_EQ(run({"import", "-", "--format", "openlineage"}, kEvent).code, 0);
}

TEST_F(ImportFormat, WithASlipOfThePenIsToldWithTheOneThatWasMeant) {
  place_.write("events.log", kEvent);
  const Outcome outcome = run({"import", "events.log", "--format", "openlinage"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.ends_with("nor a script FILE.lua; did you mean openlineage?\n")) << outcome.err;
}

TEST_F(ImportFormat, OfAFileThatIsNotThereIsNotAsked) {
  const Outcome outcome = run({"import", "absent"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.err, "amont: can't read absent: No such file or directory\n");
}

TEST_F(ImportFormat, ThatAFileHasNotIsRefusedWithTheOneThatItHas) {
  place_.write("events.log", kEvent);
  for (const char* const other : {"prov-json", "dbt", "debian-packages", "table-schema", "jsonl"}) {
    const Outcome outcome = run({"import", "events.log", "--format", other});
    EXPECT_EQ(outcome.code, 2) << other;
    EXPECT_TRUE(
        outcome.err.ends_with("; events.log looks like openlineage: say --format openlineage; nothing was imported\n"))
        << outcome.err;
  }
  EXPECT_EQ(run({"log"}).out.find("\n 2 "), std::string::npos) << "no empty transaction";
}

TEST_F(ImportFormat, OfWhichNothingIsKeptIsRefusedAlsoWhenItKeepsGoing) {
  place_.write("bad.jsonl", "not json\nnor this\n");
  const Outcome outcome = run({"import", "bad.jsonl", "--keep-going", "--rejects", "left.jsonl"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "amont: bad.jsonl:1:1: an object, { ... }, is expected here; found \"not\"; of all that was read nothing "
            "was kept (2 records "
            "left out); nothing was imported\n");
  EXPECT_NE(place_.read("left.jsonl").find("nor this"), std::string::npos);
}

TEST_F(ImportFormat, IsListedInHelp) {
  const std::string help = run({"import", "--help"}).out;
  for (const char* const name :
       {"jsonl", "csv", "dbt", "debian-packages", "nhs-data-uses", "openlineage", "table-schema"})
    EXPECT_NE(help.find("\n  " + std::string(name) + "  "), std::string::npos) << name;
}

}  // namespace
}  // namespace amont
