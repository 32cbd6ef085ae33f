// import and export.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

constexpr std::string_view kGood =
    "{\"edge\": \"derived_from\", \"from\": \"output:x\", \"to\": \"dataset:a\"}\n"
    "{\"node\": \"dataset:a\", \"props\": {\"title\": \"A\"}}\n"
    "{\"node\": \"output:x\"}\n";
constexpr std::string_view kMixed =
    "{\"node\": \"dataset:a\"}\n"
    "{\"node\": \"dataset:b\", \"props\": {\"n_records\": \"many\"}}\n"
    "not json\n"
    "{\"edge\": \"derived_from\", \"from\": \"dataset:a\", \"to\": \"dataset:zz\"}\n";

class ExchangeVerbs : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(run({"init"}).code, 0); }

  Outcome run(std::vector<std::string> words, std::string_view input = {}) const {
    words.insert(words.begin(), {"-s", "hub"});
    return place_.run(words, input);
  }
  std::string head() const {
    const std::string info = run({"info", "--json"}).out;
    const std::size_t at = info.find("\"head\": ") + 8;
    return info.substr(at, info.find(',', at) - at);
  }

  Workplace place_;
};

TEST_F(ExchangeVerbs, ImportTellsWhatItRead) {
  place_.write("hub.jsonl", kGood);
  const Outcome first = run({"import", "hub.jsonl", "--author", "me", "--reason", "load"});
  EXPECT_EQ(
      first.out,
      "hub.jsonl: 3 records read; 2 changes of nodes and 1 of edges, 0 retractions, 0 unchanged; transaction 2\n");
  EXPECT_EQ(first.code, 0);
  const Outcome again = run({"import", "hub.jsonl", "--json"});
  EXPECT_EQ(again.out,
            "{\"amont\": 1, \"imports\": [\n"
            "  {\"file\": \"hub.jsonl\", \"records\": 3, \"nodes\": 0, \"edges\": 0, \"retractions\": 0, "
            "\"unchanged\": 3, \"rejected\": 0, "
            "\"warnings\": 0, \"tx\": 2, \"written\": false}]}\n");
  EXPECT_TRUE(is_json(again.out));
}

TEST_F(ExchangeVerbs, WhatIsNoRegularFileIsWrittenToAndNotReplaced) {
  place_.write("hub.jsonl", kGood);
  ASSERT_EQ(run({"import", "hub.jsonl"}).code, 0);
  const std::string whole = run({"export"}).out;
  place_.write("old.jsonl", "old");
  std::filesystem::create_symlink("old.jsonl", place_.path("link.jsonl"));
  EXPECT_EQ(run({"export", "-o", "link.jsonl"}).code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(place_.path("link.jsonl")));
  EXPECT_EQ(place_.read("old.jsonl"), whole);
  ASSERT_EQ(::mkfifo(place_.path("fifo").c_str(), 0600), 0);
  std::string through;
  std::thread reader([&] { through = place_.read("fifo"); });
  EXPECT_EQ(run({"export", "-o", "fifo"}).code, 0);
  reader.join();
  EXPECT_EQ(through, whole);
  EXPECT_TRUE(std::filesystem::is_fifo(place_.path("fifo")));
}

TEST_F(ExchangeVerbs, RejectsNeverReplaceTheInput) {
  place_.write("mixed.jsonl", kMixed);
  const Outcome outcome = run({"import", "mixed.jsonl", "--keep-going", "--rejects", "mixed.jsonl"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err, "amont: --rejects mixed.jsonl is a file to be imported; name another\n");
  EXPECT_EQ(place_.read("mixed.jsonl"), kMixed);
}

TEST_F(ExchangeVerbs, WhatStandsBesideTheOutputIsLeftAlone) {
  place_.write("bad.jsonl.part", kMixed);
  const Outcome outcome =
      run({"import", "bad.jsonl.part", "--format", "jsonl", "--keep-going", "--rejects", "bad.jsonl"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(place_.read("bad.jsonl.part"), kMixed);
  EXPECT_NE(place_.read("bad.jsonl"), "");
}

TEST_F(ExchangeVerbs, RejectsOfFilesThatAreInTheRegisterAreKept) {
  place_.write("mixed.jsonl", kMixed);
  place_.write("empty.jsonl", "");
  const Outcome outcome = run({"import", "mixed.jsonl", "empty.jsonl", "--keep-going", "--rejects", "bad.jsonl"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_NE(place_.read("bad.jsonl").find("not json"), std::string::npos);
}

TEST_F(ExchangeVerbs, FilesBeforeOneThatFailsAreToldOf) {
  place_.write("good.jsonl", kGood);
  place_.write("bad.jsonl", "not json\n");
  const Outcome outcome = run({"import", "good.jsonl", "bad.jsonl"});
  EXPECT_NE(outcome.code, 0);
  EXPECT_TRUE(outcome.out.starts_with("good.jsonl: 3 records read; ")) << outcome.out;
}

TEST_F(ExchangeVerbs, NothingAtAllIsNoForeignFile) {
  const Outcome outcome = run({"import", "-", "--format", "debian-packages"}, "");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("the input is empty"), std::string::npos) << outcome.err;
  EXPECT_EQ(head(), "1");
}

TEST_F(ExchangeVerbs, TheTransactionKeepsTheFilesHash) {
  place_.write("hub.jsonl", kGood);
  ASSERT_EQ(run({"import", "hub.jsonl"}).code, 0);
  // sha256sum of kGood
  EXPECT_NE(run({"log", "2", "--json"})
                .out.find("\"source\": {\"format\": \"jsonl\", \"file\": \"hub.jsonl\", \"sha256\": "
                          "\"2883f05e20071c84b74b2d61e22043c9d8904b1cab8d2f6bb46bbfda343c3937\"}"),
            std::string::npos)
      << run({"log", "2", "--json"}).out;
}

TEST_F(ExchangeVerbs, ImportReadsStandardInput) {
  EXPECT_EQ(run({"import", "-", "--format", "jsonl"}, kGood).code, 0);
  EXPECT_EQ(run({"reaches", "dataset:a", "output:x"}).code, 0);
  EXPECT_EQ(run({"import", "-"}, kGood).code, 2) << "nothing tells its format";
}

TEST_F(ExchangeVerbs, ABadRecordRefusesTheWholeFile) {
  place_.write("mixed.jsonl", kMixed);
  const Outcome outcome = run({"import", "mixed.jsonl"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(outcome.err.starts_with("amont: mixed.jsonl:2:")) << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with("; nothing was imported\n")) << outcome.err;
  EXPECT_EQ(head(), "1");
}

TEST_F(ExchangeVerbs, KeepGoingKeepsTheGoodAndWritesTheBad) {
  place_.write("mixed.jsonl", kMixed);
  const Outcome outcome = run({"import", "mixed.jsonl", "--keep-going", "--rejects", "bad.jsonl"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out,
            "mixed.jsonl: 4 records read; 1 change of nodes and 0 of edges, 0 retractions, 0 unchanged; 3 left out; "
            "transaction 2\n");
  const std::string bad = place_.read("bad.jsonl");
  EXPECT_TRUE(is_ndjson(bad)) << bad;
  EXPECT_EQ(std::count(bad.begin(), bad.end(), '\n'), 3);
  EXPECT_TRUE(bad.starts_with("{\"file\": \"mixed.jsonl\", \"line\": 2, \"column\": ")) << bad;
  EXPECT_NE(bad.find("\"record\": \"not json\"}"), std::string::npos) << bad;
  const Outcome told = run({"import", "mixed.jsonl", "--keep-going"});
  EXPECT_NE(told.err.find("left out mixed.jsonl:3:"), std::string::npos) << told.err;
  EXPECT_EQ(run({"import", "mixed.jsonl", "--rejects", "bad.jsonl"}).code, 2);
}

TEST_F(ExchangeVerbs, AnAbsentFileIsNotFound) {
  EXPECT_EQ(run({"import", "absent.jsonl"}).code, 3);
  EXPECT_EQ(run({"import", "absent.jsonl", "--format", "frob"}).code, 2);
}

TEST_F(ExchangeVerbs, AFailureSaysWhichFilesBeforeItWereImported) {
  place_.write("a.jsonl", kGood);
  place_.write("b.jsonl", "{\"node\": 5}\n");
  const Outcome outcome = run({"import", "a.jsonl", "b.jsonl"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.ends_with("; the 1 file before it was imported\n")) << outcome.err;
  EXPECT_EQ(head(), "2");
}

TEST_F(ExchangeVerbs, ExportAndImportLoseNothing) {
  ASSERT_EQ(run({"import", "-", "--format", "jsonl"}, kGood).code, 0);
  const Outcome to_file = run({"export", "-o", "all.jsonl"});
  EXPECT_EQ(to_file.code, 0);
  EXPECT_EQ(to_file.out, "");
  EXPECT_EQ(to_file.err, "exported to all.jsonl, as known at transaction 2\n");
  const std::string exported = run({"export"}).out;
  EXPECT_TRUE(is_ndjson(exported));
  EXPECT_EQ(place_.read("all.jsonl"), exported);
  ASSERT_EQ(place_.run({"init", "copy"}).code, 0);
  ASSERT_EQ(place_.run({"-s", "copy", "import", "all.jsonl"}).code, 0);
  EXPECT_EQ(place_.run({"-s", "copy", "export"}).out, exported);
}

TEST_F(ExchangeVerbs, HistoryMakesOneTransactionForEach) {
  ASSERT_EQ(run({"put", "dataset:a", "title=A", "--author", "me"}).code, 0);
  ASSERT_EQ(run({"retract", "dataset:a"}).code, 0);
  ASSERT_EQ(run({"export", "--history", "-o", "all.jsonl"}).code, 0);
  ASSERT_EQ(place_.run({"init", "copy"}).code, 0);
  ASSERT_EQ(place_.run({"-s", "copy", "import", "all.jsonl"}).code, 0);
  EXPECT_EQ(place_.run({"-s", "copy", "get", "dataset:a"}).code, 3);
  EXPECT_EQ(place_.run({"-s", "copy", "get", "dataset:a", "--known-at", "2"}).code, 0);
  EXPECT_NE(place_.run({"-s", "copy", "log"}).out.find("was transaction 2 of "), std::string::npos);
}

TEST_F(ExchangeVerbs, ExportShowsTheRegisterAsItWas) {
  ASSERT_EQ(run({"put", "dataset:a"}).code, 0);
  ASSERT_EQ(run({"put", "dataset:b"}).code, 0);
  const std::string then = run({"export", "--known-at", "2"}).out;
  EXPECT_NE(then.find("dataset:a"), std::string::npos);
  EXPECT_EQ(then.find("dataset:b"), std::string::npos);
}

TEST_F(ExchangeVerbs, CsvIsTwoFilesThatComeBack) {
  ASSERT_EQ(run({"import", "-", "--format", "jsonl"}, kGood).code, 0);
  EXPECT_EQ(run({"export", "--format", "csv"}).code, 2);
  ASSERT_EQ(run({"export", "--format", "csv", "-o", "tables"}).code, 0);
  EXPECT_EQ(place_.read("tables/nodes.csv"), "kind,key,title\ndataset,a,A\noutput,x,\n");
  EXPECT_EQ(place_.read("tables/edges.csv"), "kind,from,to,label\nderived_from,output:x,dataset:a,\n");
  ASSERT_EQ(place_.run({"init", "copy"}).code, 0);
  EXPECT_EQ(place_.run({"-s", "copy", "import", "tables", "--format", "csv"}).out,
            "nodes.csv: 2 records read; 2 changes of nodes and 0 of edges, 0 retractions, 0 unchanged; transaction 2\n"
            "edges.csv: 1 record read; 0 changes of nodes and 1 of edges, 0 retractions, 0 unchanged; transaction 3\n");
  EXPECT_EQ(place_.run({"-s", "copy", "reaches", "dataset:a", "output:x"}).code, 0);
}

// A register with kinds that a new one does not know.
constexpr std::string_view kDebian =
    "Package: b\nVersion: 1\nDescription: says \"so\", and\\n more\nDepends: a (>= 1), c | a\n\nPackage: a\nVersion: "
    "2\n";

std::string without_schema(const std::string& jsonl) { return jsonl.substr(jsonl.find('\n') + 1); }

TEST_F(ExchangeVerbs, WhatAFormatAddedToTheSchemaTravelsInEveryFormatThatComesBack) {
  place_.write("list.txt", kDebian);
  ASSERT_EQ(run({"import", "list.txt", "--format", "debian-packages"}).code, 0);
  ASSERT_EQ(run({"put", "condition:x", "text=told", "--valid-from", "2026-01-01"}).code, 0);
  ASSERT_EQ(run({"import", "-", "--format", "jsonl"}, kGood).code, 0);
  const std::string whole = run({"export"}).out;
  for (const std::string format : {"jsonl", "csv", "prov-json", "prov-n"}) {
    const std::string to = "out." + format, copy = "copy-" + format;
    ASSERT_EQ(run({"export", "--format", format, "-o", to}).code, 0) << format;
    ASSERT_EQ(place_.run({"init", copy}).code, 0);
    const Outcome back = place_.run({"-s", copy, "import", to, "--format", format});
    EXPECT_EQ(back.code, 0) << format << back.err;
    EXPECT_EQ(without_schema(place_.run({"-s", copy, "export"}).out), without_schema(whole)) << format;
  }
}

TEST_F(ExchangeVerbs, ARegisterWithNothingInItComesBack) {
  for (const std::string format : {"jsonl", "csv", "prov-json", "prov-n"}) {
    const std::string to = "out." + format;
    ASSERT_EQ(run({"export", "--format", format, "-o", to}).code, 0) << format;
    const Outcome back = run({"import", to});
    EXPECT_EQ(back.code, 0) << format << back.err;
  }
}

TEST_F(ExchangeVerbs, AnEmptyRegisterGoesThroughOpenLineage) {
  ASSERT_EQ(run({"export", "--format", "openlineage", "-o", "none.ndjson"}).code, 0);
  EXPECT_EQ(place_.read("none.ndjson"), "[]\n");
  const Outcome back = run({"import", "none.ndjson", "--format", "openlineage"});
  EXPECT_EQ(back.code, 0) << back.err;
}

TEST_F(ExchangeVerbs, TablesNeedTheirSchemaAndSaySo) {
  place_.write("list.txt", kDebian);
  ASSERT_EQ(run({"import", "list.txt", "--format", "debian-packages"}).code, 0);
  ASSERT_EQ(run({"export", "--format", "csv", "-o", "tables"}).code, 0);
  ASSERT_EQ(place_.run({"init", "copy"}).code, 0);
  const Outcome alone = place_.run({"-s", "copy", "import", "tables/nodes.csv"});
  EXPECT_EQ(alone.code, 2);
  EXPECT_NE(alone.err.find("tables/schema.lua declares kinds: name it before the tables, or import its folder"),
            std::string::npos)
      << alone.err;
  // What was written before a file that fails is not called nothing.
  ASSERT_EQ(place_.run({"init", "other"}).code, 0);
  place_.write("broken.csv", "kind,key\nnothing,x\n");
  const Outcome without = place_.run({"-s", "other", "import", "broken.csv"});
  EXPECT_EQ(without.code, 2);
  EXPECT_NE(without.err.find("the tables have no schema.lua with them"), std::string::npos) << without.err;
  const Outcome broken = place_.run({"-s", "other", "import", "tables/schema.lua", "broken.csv", "--format", "csv"});
  EXPECT_EQ(broken.code, 2);
  EXPECT_NE(broken.err.find("the schema grew; transaction 2"), std::string::npos) << broken.err;
  EXPECT_EQ(broken.err.find("nothing was imported"), std::string::npos) << broken.err;
  const Outcome all = place_.run({"-s", "copy", "import", "tables/schema.lua", "tables/nodes.csv", "tables/edges.csv"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_EQ(all.err, "tables/schema.lua: the schema grew; transaction 2\n");
}

TEST_F(ExchangeVerbs, AnArgumentThatAFormatDoesNotTakeIsRefused) {
  ASSERT_EQ(run({"import", "-", "--format", "jsonl"}, kGood).code, 0);
  const Outcome slip = run({"export", "--format", "ro-crate", "lisense=https://x.example/"});
  EXPECT_EQ(slip.code, 2);
  EXPECT_EQ(slip.err,
            "amont: ro-crate does not take lisense; it takes [of=ref] [license=text]; did you mean license?\n");
  const Outcome other = run({"export", "--format", "prov-json", "title=x"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("it takes no arguments"), std::string::npos) << other.err;
}

TEST_F(ExchangeVerbs, WhatAFormatHasNoPlaceForIsCounted) {
  ASSERT_EQ(run({"import", "-", "--format", "jsonl"}, kGood).code, 0);
  ASSERT_EQ(run({"put", "project:p", "title=P"}).code, 0);
  ASSERT_EQ(run({"put", "dataset:a", "description=d", "access_rights=NON_PUBLIC"}).code, 0);
  const Outcome events = run({"export", "--format", "openlineage"});
  EXPECT_EQ(events.code, 0) << events.err;
  EXPECT_EQ(events.err,
            "OpenLineage has no place for these, and they were left out: nodes: project 1; properties: "
            "dataset.access_rights 1, dataset.title 1\n");
  const Outcome crate = run({"export", "--format", "ro-crate", "of=output:x"});
  EXPECT_EQ(crate.code, 0) << crate.err;
  EXPECT_EQ(crate.err, "");
  EXPECT_NE(run({"export", "--format", "ro-crate"}).err.find("nodes: project 1"), std::string::npos);
}

// By steps, since times are those of the machine: 2,000 files take some 2 million, and would take 40 million if each looked at all.
TEST_F(ExchangeVerbs, ACrateOfThousandsOfFilesIsWrittenInStepsThatGrowAsItDoes) {
  std::string graph =
      R"({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [{"@id": "ro-crate-metadata.json", "about": {"@id": "./"}})";
  std::string parts;
  for (int i = 0; i < 2000; ++i) {
    const std::string id = "f" + std::to_string(i);
    graph += R"(,{"@type": "File", "@id": ")" + id + "\"}\n";
    parts += (i ? R"(,{"@id": ")" : R"({"@id": ")") + id + "\"}";
  }
  std::filesystem::create_directory(place_.path("big"));
  place_.write("big/ro-crate-metadata.json",
               graph + R"(,{"@id": "./", "@type": "Dataset", "hasPart": [)" + parts + "]}]}");
  ASSERT_EQ(run({"import", "big/ro-crate-metadata.json"}).code, 0);
  const Outcome outcome =
      run({"export", "--format", "ro-crate", "of=output:crate/big", "--steps", "3000000", "-o", "out.json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST_F(ExchangeVerbs, NoExportMakesTheFolderAboveItsTarget) {
  EXPECT_EQ(run({"export", "--format", "csv", "-o", "absent/tables"}).code, 2);
  EXPECT_EQ(run({"export", "-o", "absent/all.jsonl"}).code, 2);
  EXPECT_FALSE(place_.has("absent"));
}

TEST_F(ExchangeVerbs, AFailedExportLeavesNoFile) {
  EXPECT_EQ(run({"export", "-o", "absent/all.jsonl"}).code, 2);
  EXPECT_EQ(run({"export", "-o", "all.jsonl", "--known-at", "9"}).code, 2);
  EXPECT_FALSE(place_.has("all.jsonl"));
  EXPECT_FALSE(place_.has("all.jsonl.part"));
  EXPECT_EQ(run({"export", "--format", "xml"}).code, 2);
}

TEST_F(ExchangeVerbs, AScriptReadsAForeignFormat) {
  place_.write("list.txt", "Package: b\nVersion: 1\nDepends: a\n\nPackage: a\nVersion: 2\n");
  const Outcome outcome = run({"import", "list.txt", "--format", "debian-packages"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(run({"reaches", "package:a", "package:b"}).code, 0);
  EXPECT_EQ(run({"import", "list.txt"}).code, 2);
  EXPECT_EQ(run({"import", "list.txt", "--format", "absent.lua"}).code, 3);
}

// Asked of the system, as trying to lock would get in the way of the process that is to have the lock.
bool holds_open(::pid_t process, const std::string& name) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", ignored))
    if (std::filesystem::read_symlink(entry.path(), ignored).string().ends_with(name)) return true;
  return false;
}

TEST_F(ExchangeVerbs, AnInterruptedImportWritesNothing) {
  const Workplace::Running running = place_.start({"-s", "hub", "import", "-", "--format", "jsonl"});
  const std::string line = "{\"node\": \"dataset:a\"}\n";
  ASSERT_EQ(::write(running.input, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  // It takes signals as it should long before it holds the store.
  for (int i = 0; i < 1000 && !holds_open(running.process, "hub/LOCK"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ::kill(running.process, SIGINT);
  const Outcome outcome = place_.wait(running);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("nothing was imported"), std::string::npos) << outcome.err;
  EXPECT_EQ(head(), "1");
}

}  // namespace
}  // namespace amont
