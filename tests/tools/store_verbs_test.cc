// Verbs about the store itself, and the exit codes of stores that are absent, locked or damaged.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

namespace fs = std::filesystem;

// Flips a bit in the last byte of a file: in a log, of a transaction that was acknowledged.
void damage(const std::string& path) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto last = static_cast<std::streamoff>(fs::file_size(path) - 1);
  file.seekg(last);
  const int byte = file.get();
  file.seekp(last);
  file.put(static_cast<char>(byte ^ 0x10));
}

std::string first_segment(const Workplace& place) {
  for (const auto& entry : fs::directory_iterator(place.path("hub/log")))
    if (entry.path().extension() == ".seg") return entry.path().string();
  return {};
}

TEST(StoreVerbs, InitMakesARegisterWithTheHubSchema) {
  const Workplace place;
  const Outcome made = place.run({"init", "hub"});
  EXPECT_EQ(made.code, 0);
  EXPECT_TRUE(made.out.starts_with("made the register ")) << made.out;
  EXPECT_TRUE(made.out.ends_with(" in hub\n")) << made.out;
  EXPECT_EQ(place.run({"-s", "hub", "schema", "--version"}).out, "1\n");
  EXPECT_TRUE(place.run({"-s", "hub", "schema"}).out.starts_with("node \"dataset\" { "));
}

TEST(StoreVerbs, InitRefusesADirectoryWithSomethingInIt) {
  const Workplace place;
  ASSERT_EQ(place.run({"init", "hub"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "init"}).code, 2);
}

TEST(StoreVerbs, InitTakesAnotherSchemaAndRefusesABrokenOne) {
  const Workplace place;
  place.write("mine.lua",
              "node \"thing\" { title = \"text\" }\nedge \"made_of\" { class = \"lineage\", ends = { { from = { "
              "\"thing\" }, to = { \"thing\" } } } }\n");
  ASSERT_EQ(place.run({"init", "mine", "--schema", "mine.lua"}).code, 0);
  EXPECT_EQ(place.run({"-s", "mine", "put", "thing:a"}).code, 0);
  EXPECT_EQ(place.run({"-s", "mine", "put", "dataset:a"}).code, 2);
  place.write("broken.lua", "node \"thing\" {");
  const Outcome broken = place.run({"init", "other", "--schema", "broken.lua"});
  EXPECT_EQ(broken.code, 2);
  EXPECT_NE(broken.err.find("broken.lua:1:"), std::string::npos) << broken.err;
  EXPECT_FALSE(place.has("other"));
  EXPECT_EQ(place.run({"init", "other", "--schema", "absent.lua"}).code, 3);
}

TEST(StoreVerbs, SchemaGrowsAndIsKnownAsItWas) {
  const Workplace place;
  make_hub(place);
  place.write("more.lua", "node \"package\" { title = \"text\" }\n");
  EXPECT_EQ(place.run({"-s", "hub", "schema", "--grow", "more.lua", "--author", "me"}).out, "transaction 5\n");
  EXPECT_EQ(place.run({"-s", "hub", "schema", "--grow", "more.lua"}).out,
            "nothing to do: transaction 5 says so already\n");
  const Outcome json = place.run({"-s", "hub", "schema", "--json"});
  EXPECT_TRUE(is_json(json.out));
  EXPECT_NE(json.out.find("{\"kind\": \"package\", \"props\": {\"title\": \"text\"}, \"lua\": "), std::string::npos);
  EXPECT_EQ(place.run({"-s", "hub", "schema", "--known-at", "4"}).out.find("package"), std::string::npos);
  place.write("other.lua", "node \"package\" { title = \"integer\" }\n");
  EXPECT_EQ(place.run({"-s", "hub", "schema", "--grow", "other.lua"}).code, 2);
}

TEST(StoreVerbs, InfoAndStatsTellWhatThereIs) {
  const Workplace place;
  make_hub(place);
  const Outcome info = place.run({"-s", "hub", "info", "--json"});
  EXPECT_TRUE(is_json(info.out));
  EXPECT_NE(info.out.find("\"head\": 4, \"visible\": 4, "), std::string::npos) << info.out;
  EXPECT_NE(info.out.find("\"nodes\": 9, \"edges\": 7, "), std::string::npos) << info.out;
  EXPECT_NE(info.out.find("\"damage\": \"\""), std::string::npos) << info.out;
  EXPECT_NE(place.run({"-s", "hub", "info"}).out.find("last commit     2026-01-04T00:00:00Z\n"), std::string::npos);
  EXPECT_EQ(place.run({"-s", "hub", "stats"}).out,
            "what  kind           count\n"
            "node  dataset            2\n"
            "node  variable           1\n"
            "node  project            2\n"
            "node  output             3\n"
            "node  run                1\n"
            "edge  derived_from       1\n"
            "edge  used               3\n"
            "edge  generated_by       1\n"
            "edge  part_of            1\n"
            "edge  performed_for      1\n"
            "\n"
            "4 transactions, 1 retracted node\n");
  EXPECT_TRUE(is_json(place.run({"-s", "hub", "stats", "--json"}).out));
  EXPECT_TRUE(
      place.run({"-s", "hub", "stats", "--format", "csv"}).out.starts_with("what,kind,count\nnode,dataset,2\n"));
}

TEST(StoreVerbs, TheStoreMayComeFromTheEnvironment) {
  const Workplace place;
  make_hub(place);
  EXPECT_EQ(place.run({"info"}, "", {"AMONT_STORE=hub"}).code, 0);
  EXPECT_EQ(place.run({"-s", "elsewhere", "info"}, "", {"AMONT_STORE=hub"}).code, 3);
  const Outcome none = place.run({"info"});
  EXPECT_EQ(none.code, 2);
  EXPECT_EQ(none.err, "amont: no store: give -s DIR, or set AMONT_STORE to its directory\n");
}

TEST(StoreVerbs, AnAbsentStoreIsNotFound) {
  const Workplace place;
  const Outcome outcome = place.run({"-s", "nowhere", "upstream", "output:x"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("nowhere"), std::string::npos);
}

TEST(StoreVerbs, ADirectoryThatAnyoneMayWriteInIsRefused) {
  const Workplace place;
  place.run({"init", "hub"});
  fs::permissions(place.path("hub"), fs::perms::others_write, fs::perm_options::add);
  const Outcome refused = place.run({"-s", "hub", "info"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(refused.err, "amont: anyone may write in hub: take that away with: chmod o-w hub\n");
  EXPECT_EQ(place.run({"init", "hub"}).code, 2);
  fs::permissions(place.path("hub"), fs::perms::others_write, fs::perm_options::remove);
  EXPECT_EQ(place.run({"-s", "hub", "info"}).code, 0);
}

TEST(StoreVerbs, AWriterKeepsOtherWritersOutAndReadersIn) {
  const Workplace place;
  make_hub(place);
  const auto writer = Store::open(place.path("hub"));
  ASSERT_TRUE(writer.ok()) << writer.status().text();
  EXPECT_EQ(place.run({"-s", "hub", "put", "dataset:new"}).code, 5);
  EXPECT_EQ(place.run({"-s", "hub", "rebuild"}).code, 5);
  EXPECT_EQ(place.run({"-s", "hub", "get", "dataset:claims"}).code, 0);
}

TEST(StoreVerbs, VerifySaysYesOfASoundStore) {
  const Workplace place;
  make_hub(place);
  const Outcome text = place.run({"-s", "hub", "verify"});
  EXPECT_EQ(text.code, 0);
  EXPECT_TRUE(text.out.starts_with("verified: 4 transactions, ")) << text.out;
  const Outcome json = place.run({"-s", "hub", "verify", "--json"});
  EXPECT_TRUE(is_json(json.out));
  EXPECT_TRUE(json.out.starts_with("{\"amont\": 1, \"verified\": true, \"transactions\": 4, ")) << json.out;
}

TEST(StoreVerbs, VerifySaysNoOfADamagedLogAndAnswersOwnUpToIt) {
  const Workplace place;
  make_hub(place);
  damage(first_segment(place));
  const Outcome verified = place.run({"-s", "hub", "verify"});
  EXPECT_EQ(verified.code, 1);
  EXPECT_NE(verified.out.find("not verified: "), std::string::npos) << verified.out;
  const Outcome json = place.run({"-s", "hub", "verify", "--json"});
  EXPECT_TRUE(is_json(json.out));
  EXPECT_TRUE(json.out.starts_with("{\"amont\": 1, \"verified\": false, ")) << json.out;
  EXPECT_EQ(place.run({"-s", "hub", "info"}).code, 6);
  EXPECT_EQ(place.run({"-s", "hub", "find", "claims"}).code, 6);
  EXPECT_EQ(place.run({"-s", "hub", "put", "dataset:new"}).code, 6);
}

// Flips a bit in the middle of the log, where opening does not look.
void damage_middle(const std::string& path) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
  file.seekg(middle);
  const int byte = file.get();
  file.seekp(middle);
  file.put(static_cast<char>(byte ^ 0x10));
}

TEST(StoreVerbs, RebuildKeepsAnIndexThatHoldsWhatADamagedLogHasLost) {
  const Workplace place;
  make_hub(place);
  const std::string before = place.run({"-s", "hub", "export"}).out;
  damage_middle(first_segment(place));
  const Outcome rebuilt = place.run({"-s", "hub", "rebuild"});
  EXPECT_EQ(rebuilt.code, 6);
  EXPECT_NE(rebuilt.err.find("The index may hold what the log has lost, so it is kept"), std::string::npos)
      << rebuilt.err;
  EXPECT_EQ(place.run({"-s", "hub", "export"}).out, before);
  // Without an index the good part of the log is served, and nothing is written.
  fs::remove_all(place.path("hub/index"));
  (void)place.run({"-s", "hub", "rebuild"});
  const Outcome info = place.run({"-s", "hub", "info"});
  EXPECT_EQ(info.code, 6) << info.out << info.err;
  EXPECT_EQ(place.run({"-s", "hub", "put", "dataset:new"}).code, 6);
  const Outcome lost = place.run({"-s", "hub", "upstream", "output:nowhere"});
  EXPECT_EQ(lost.code, 6) << lost.err;
}

TEST(StoreVerbs, AnIndexIsKeptWhenTheLogIsDamagedToo) {
  const Workplace place;
  make_hub(place);
  (void)place.run({"-s", "hub", "rebuild"});
  damage_middle(first_segment(place));
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(place.path("hub/index")))
      count += entry.path().extension() == ".sst";
    return count;
  };
  const std::size_t before = files();
  ASSERT_GT(before, 0u);
  // The index is damaged as well: a writer's open would make it anew, and can't.
  for (const auto& entry : fs::directory_iterator(place.path("hub/index")))
    if (entry.path().extension() == ".sst") damage(entry.path().string());
  const Outcome put = place.run({"-s", "hub", "put", "dataset:new"});
  EXPECT_EQ(put.code, 6) << put.err;
  EXPECT_NE(put.err.find("Nothing is changed"), std::string::npos) << put.err;
  EXPECT_EQ(files(), before);
}

TEST(StoreVerbs, ARegisterThatLostItsFileIsNotMadeAnew) {
  const Workplace place;
  make_hub(place);
  const std::string before = place.run({"-s", "hub", "export"}).out;
  fs::rename(place.path("hub/register"), place.path("kept"));
  EXPECT_EQ(place.run({"-s", "hub", "info"}).code, 6);
  const Outcome made = place.run({"init", "hub"});
  EXPECT_EQ(made.code, 6);
  EXPECT_EQ(made.err, "amont: hub/register is missing, and the log is there; put the file back from a backup\n");
  fs::rename(place.path("kept"), place.path("hub/register"));
  EXPECT_EQ(place.run({"-s", "hub", "export"}).out, before);
}

TEST(StoreVerbs, InitLeavesFoldersOfOthersAlone) {
  const Workplace place;
  fs::create_directories(place.path("other/index"));
  place.write("other/index/notes.txt", "precious");
  EXPECT_NE(place.run({"init", "other"}).code, 0);
  EXPECT_EQ(place.read("other/index/notes.txt"), "precious");
}

TEST(StoreVerbs, ReadersSayWhatToDoAboutALostIndex) {
  const Workplace place;
  make_hub(place);
  fs::remove_all(place.path("hub/index"));
  const Outcome info = place.run({"-s", "hub", "info"});
  EXPECT_EQ(info.code, 6);
  EXPECT_EQ(info.err, "amont: there is no index in hub/index; `amont rebuild` makes it anew from the log\n");
}

TEST(StoreVerbs, VerifyOfAnAbsentStoreIsNotFound) {
  const Workplace place;
  EXPECT_EQ(place.run({"-s", "nowhere", "verify"}).code, 3);
}

TEST(StoreVerbs, RebuildHealsALostIndex) {
  const Workplace place;
  make_hub(place);
  const std::string before = place.run({"-s", "hub", "export"}).out;
  fs::remove_all(place.path("hub/index"));
  const Outcome rebuilt = place.run({"-s", "hub", "rebuild"});
  EXPECT_EQ(rebuilt.out, "rebuilt the index from the log\n");
  EXPECT_EQ(rebuilt.code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "export"}).out, before);
  EXPECT_EQ(place.run({"-s", "hub", "verify"}).code, 0);
}

}  // namespace
}  // namespace amont
