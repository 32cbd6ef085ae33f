// Events of pipelines, as OpenLineage has them: what becomes of them, and that neither their order nor how often they come matters.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <simdjson.h>

#include "tests/query/lua/import_desk.h"
#include "tests/support/corpus.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

const std::string kFormat = "formats/openlineage";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string kStart = R"({"eventType": "START", "eventTime": "2026-01-01T08:00:00.5Z", "producer": "p",
  "run": {"runId": "r1", "facets": {"parent": {"run": {"runId": "r0"}, "job": {"namespace": "airflow", "name": "daily"}},
    "amont": {"project": "p1", "approval": "a1"}, "site_note": {"_producer": "x", "words": ["b", 1, null]}}},
  "job": {"namespace": "airflow", "name": "daily.load", "facets": {"sql": {"query": "select 1"}}},
  "inputs": [{"namespace": "postgres://db", "name": "public.raw", "facets": {
    "schema": {"fields": [{"name": "id", "type": "int"}, {"name": "who", "fields": [{"name": "name", "type": "text"}]}]},
    "documentation": {"description": "as it came"}}}]})";
const std::string kComplete =
    R"({"eventType": "COMPLETE", "eventTime": "2026-01-01T09:30:00+01:00", "producer": "p",
  "run": {"runId": "r1"}, "job": {"namespace": "airflow", "name": "daily.load"},
  "outputs": [{"namespace": "s3://lake", "name": "/clean", "outputFacets": {"outputStatistics": {"rowCount": 7}}, "facets": {
    "version": {"datasetVersion": "3"},
    "symlinks": {"identifiers": [{"namespace": "hive", "name": "lake.clean", "type": "TABLE"}]},
    "ownership": {"owners": [{"name": "data-team", "type": "MAINTAINER"}]},
    "columnLineage": {"fields": {"id": {"inputFields": [
      {"namespace": "postgres://db", "name": "public.raw", "field": "id",
       "transformations": [{"type": "DIRECT", "subtype": "IDENTITY", "masking": true}]}]}},
      "dataset": [{"namespace": "postgres://db", "name": "public.raw", "field": "who.name",
       "transformations": [{"type": "INDIRECT", "subtype": "FILTER"}]}]}}}]})";
const std::string kLater =
    R"({"eventTime": "2026-02-01T00:00:00Z", "producer": "p", "dataset": {"namespace": "postgres://db",
  "name": "public.raw", "facets": {"documentation": {"description": "as it was mended"}}}})";

TEST(OpenLineage, BecomesRunsJobsDatasetsAndColumns) {
  ImportDesk desk;
  const auto report = desk.import(kFormat, {{"a.ndjson", kStart}, {"b.json", "[" + kLater + ",\n" + kComplete + "]"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, std::vector<std::string>());
  EXPECT_EQ(
      desk.hub.answer("local r = node('run:airflow/daily.load/r1')\n"
                      "return r.state, r.started_at, r.ended_at, r.run_id, r:outgoing('instance_of'):refs(), "
                      "r:outgoing('part_of'):refs(), r:outgoing('performed_for'):refs(), r:outgoing('under'):refs(), "
                      "r:get('openlineage_site_note')"),
      "complete\n2026-01-01T08:00:00.5Z\n2026-01-01T08:30:00Z\nr1\njob:airflow/daily.load\nrun:airflow/daily/r0\n"
      "project:p1\napproval:a1\n{\"words\":[\"b\",1,null]}\n");
  EXPECT_EQ(desk.hub.answer("return node('dataset:postgres://db/public.raw').description, "
                            "node('job:airflow/daily.load'):get('sql'), nodes('variable'):refs()"),
            "as it was mended\nselect 1\nvariable:postgres://db/public.raw#id\nvariable:postgres://db/public.raw#who\n"
            "variable:postgres://db/public.raw#who.name\nvariable:s3://lake/clean#id\n");
  EXPECT_EQ(
      desk.hub.answer("return upstream('dataset:s3://lake/clean', {granularity = 'variable'}):refs()"),
      "run:airflow/daily.load/r1\nvariable:postgres://db/public.raw#id\nvariable:postgres://db/public.raw#who.name\n"
      "dataset:postgres://db/public.raw\nvariable:postgres://db/public.raw#who\n");
  EXPECT_EQ(desk.hub.answer(
                "local e = node('variable:s3://lake/clean#id'):edges('up', 'derived_from')[1]\n"
                "return e.label, e:get('masking'), e:get('subtype'), "
                "node('dataset:s3://lake/clean@3'):outgoing('version_of'):refs(), "
                "node('dataset:s3://lake/clean'):edges('up', 'generated_by')[1]:get('openlineage_outputStatistics')"),
            "DIRECT:IDENTITY:MASKING\ntrue\nIDENTITY\ndataset:s3://lake/clean\n{\"rowCount\":7}\n");
}

TEST(OpenLineage, SaysWhereSomethingIsNoEvent) {
  ImportDesk desk;
  const auto report = desk.import(
      kFormat, {{"a.json", "[" + kStart + ", {\"eventTime\": \"{{ soon }}\"},\n\n {\"a\": 1}, {\"b\": ]"}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  ASSERT_EQ(desk.said.size(), 4u);
  EXPECT_EQ(desk.said[0].substr(0, 65), "rejected a.json:7: eventTime is no time: \"{{ soon }}\" [{\"eventTim");
  EXPECT_EQ(desk.said[1].substr(0, 75),
            "rejected a.json:9: it is no OpenLineage event: there is no eventTime [{\"a\":");
  EXPECT_EQ(desk.said[2].substr(0, 18), "rejected a.json:9:");
  EXPECT_EQ(desk.import(kFormat, {{"a.json", "{}"}}).status().text(),
            "a.json:1: it is no OpenLineage event: there is no eventTime");
}

TEST(OpenLineage, OfWhichNothingCanBeKeptIsRefused) {
  ImportDesk desk;
  const std::string empty = R"({"eventType": "OTHER", "inputs": [{"namespace": "n"}], "outputs": []})";
  EXPECT_EQ(desk.import(kFormat, {{"a.ndjson", empty + "\n" + empty}}).status().text(),
            "input: no event names a run, a job or a dataset that could be kept");
  const auto report = desk.import(kFormat, {{"a.ndjson", empty + "\n" + kStart}});
  EXPECT_TRUE(report.ok()) << report.status().text();
}

// The real files, as they lie and shuffled, doubled and split over imports.
TEST(OpenLineage, EndsTheSameInWhateverOrderEventsCome) {
  const auto root = corpus("data/d-openlineage");
  if (!root) return;
  std::vector<std::string> events = {kStart, kComplete, kLater};
  for (const char* const part : {"scenarios", "spark-events", "marquez"})
    for (const auto& file : std::filesystem::recursive_directory_iterator(*root / part)) {
      if (!file.is_regular_file() || file.file_size() > 100'000) continue;
      const std::string text = read_file(file.path());
      if (text.find("{{") != std::string::npos) continue;
      simdjson::dom::parser parser;
      simdjson::dom::element element;
      if (parser.parse(text).get(element) == simdjson::SUCCESS) events.push_back(text);
    }
  ASSERT_GT(events.size(), 60u);
  ImportDesk first;
  std::string all;
  for (const std::string& event : events) all += event + "\n";
  const auto report = first.import(kFormat, {{"all.ndjson", all}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  const std::string expected = first.exported();
  const auto again = first.import(kFormat, {{"all.ndjson", all}}, true);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->receipt.written) << "the same events changed something";

  std::mt19937_64 random(seed_of_this_run());
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> shuffled = events;
    for (int i = 0; i < 10; ++i) shuffled.push_back(events[random() % events.size()]);
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    ImportDesk desk;
    for (std::size_t at = 0; at < shuffled.size();) {
      std::vector<TextFile> files;
      for (std::size_t i = 0; i < 1 + random() % 40 && at < shuffled.size(); ++i)
        files.push_back({"f" + std::to_string(i), shuffled[at++]});
      const auto part = desk.import(kFormat, std::move(files), true);
      ASSERT_TRUE(part.ok()) << part.status().text();
    }
    EXPECT_EQ(desk.exported(), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace amont
