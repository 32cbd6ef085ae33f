// The real events of the corpus: every file is taken, or refused for a reason that is right, and what is in the register is what is
// counted here from the files without the script.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include <simdjson.h>

#include "tests/query/lua/import_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

namespace fs = std::filesystem;
using Json = simdjson::dom::element;

std::string text_in(Json object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

// The items of a list, or nothing.
std::vector<Json> list_in(Json object, const char* name) {
  simdjson::dom::array array;
  if (object[name].get(array) != simdjson::SUCCESS) return {};
  return {array.begin(), array.end()};
}

std::optional<Json> object_in(Json object, const char* name) {
  Json inner;
  if (object[name].get(inner) != simdjson::SUCCESS || !inner.is_object()) return {};
  bool deleted = false;
  if (inner["_deleted"].get(deleted) == simdjson::SUCCESS && deleted) return {};
  return inner;
}

std::string key_of(Json thing) {
  const std::string space = text_in(thing, "namespace"), name = text_in(thing, "name");
  if (space.empty() || name.empty()) return "";
  return space + (name[0] == '/' ? "" : "/") + name;
}

// What one register should hold, by keys.
struct Counted {
  std::set<std::string> datasets, jobs, runs, variables, organisations;
  std::set<std::pair<std::string, std::string>> used, generated, versions, aliases, parents;
  std::set<std::tuple<std::string, std::string, std::string>> lineage, holds, derived_by_job;

  void add_event(Json event) {
    const auto job = object_in(event, "job"), run = object_in(event, "run"), dataset = object_in(event, "dataset");
    const std::string job_key = job ? key_of(*job) : "", run_id = run ? text_in(*run, "runId") : "";
    if (!job_key.empty()) jobs.insert(job_key);
    std::string run_key;
    if (!job_key.empty() && !run_id.empty()) {
      run_key = job_key + "/" + run_id;
      runs.insert(run_key);
      const auto facets = object_in(*run, "facets");
      if (const auto parent = facets ? object_in(*facets, "parent") : std::nullopt) add_parent(run_key, *parent);
    }
    if (dataset) add_dataset(*dataset);
    std::vector<std::string> inputs;
    for (const Json input : list_in(event, "inputs"))
      for (const std::string& key : add_dataset(input)) {
        if (!run_key.empty()) used.emplace(run_key, key);
        inputs.push_back(key);
      }
    for (const Json output : list_in(event, "outputs"))
      for (const std::string& key : add_dataset(output)) {
        if (!run_key.empty()) generated.emplace(key, run_key);
        if (run_key.empty() && !job_key.empty() && key.find('@') == std::string::npos)
          for (const std::string& input : inputs)
            if (input != key && input.find('@') == std::string::npos) derived_by_job.emplace(key, input, job_key);
      }
  }

  std::string add_named_run(Json named) {
    const auto run = object_in(named, "run"), job = object_in(named, "job");
    if (!run || !job || key_of(*job).empty() || text_in(*run, "runId").empty()) return "";
    jobs.insert(key_of(*job));
    const std::string key = key_of(*job) + "/" + text_in(*run, "runId");
    runs.insert(key);
    return key;
  }
  void add_parent(const std::string& run, Json facet) {
    const std::string parent = add_named_run(facet);
    if (parent.empty() || parent == run) return;
    parents.emplace(run, parent);
    const auto root = object_in(facet, "root");
    const std::string top = root ? add_named_run(*root) : "";
    if (!top.empty() && top != parent && top != run) parents.emplace(parent, top);
  }

  void add_variable(const std::string& dataset, const std::string& name) {
    datasets.insert(dataset);
    variables.insert(dataset + "#" + name);
  }
  void add_fields(const std::string& dataset, Json facet, const std::string& prefix) {
    for (const Json field : list_in(facet, "fields")) {
      const std::string name = prefix + text_in(field, "name");
      add_variable(dataset, name);
      add_fields(dataset, field, name + ".");
    }
  }
  void add_inputs(const std::string& from, const std::vector<Json>& inputs, const std::string& legacy) {
    for (const Json input : inputs) {
      const std::string key = key_of(input), field = text_in(input, "field");
      if (key.empty()) continue;
      datasets.insert(key);
      if (!field.empty()) add_variable(key, field);
      const std::string to = field.empty() ? "dataset:" + key : "variable:" + key + "#" + field;
      const std::vector<Json> how = list_in(input, "transformations");
      if (how.empty()) lineage.emplace(from, to, legacy);
      for (const Json one : how) {
        bool masking = false;
        const bool masked = one["masking"].get(masking) == simdjson::SUCCESS && masking;
        const std::string subtype = text_in(one, "subtype");
        lineage.emplace(from, to,
                        text_in(one, "type") + (subtype.empty() ? "" : ":" + subtype) + (masked ? ":MASKING" : ""));
      }
    }
  }

  // The dataset's key, and that of its version.
  std::vector<std::string> add_dataset(Json dataset) {
    const std::string key = key_of(dataset);
    if (key.empty()) return {};
    datasets.insert(key);
    std::vector<std::string> keys = {key};
    const auto facets = object_in(dataset, "facets");
    if (!facets) return keys;
    if (const auto schema = object_in(*facets, "schema")) add_fields(key, *schema, "");
    if (const auto columns = object_in(*facets, "columnLineage")) {
      simdjson::dom::object fields;
      if ((*columns)["fields"].get(fields) == simdjson::SUCCESS)
        for (const auto [name, field] : fields) {
          add_variable(key, std::string(name));
          add_inputs("variable:" + key + "#" + std::string(name), list_in(field, "inputFields"),
                     text_in(field, "transformationType"));
        }
      add_inputs("dataset:" + key, list_in(*columns, "dataset"), "");
    }
    if (const auto links = object_in(*facets, "symlinks"))
      for (const Json link : list_in(*links, "identifiers"))
        if (const std::string other = key_of(link); !other.empty() && other != key) {
          datasets.insert(other);
          aliases.emplace(std::min(key, other), std::max(key, other));
        }
    if (const auto owners = object_in(*facets, "ownership"))
      for (const Json owner : list_in(*owners, "owners")) {
        organisations.insert(text_in(owner, "name"));
        holds.emplace(text_in(owner, "name"), key, text_in(owner, "type"));
      }
    if (const auto state = object_in(*facets, "lifecycleStateChange"))
      if (const auto before = object_in(*state, "previousIdentifier"); before && !key_of(*before).empty()) {
        datasets.insert(key_of(*before));
        if (text_in(*state, "lifecycleStateChange") == "RENAME" && key_of(*before) != key)
          lineage.emplace("dataset:" + key, "dataset:" + key_of(*before), "rename");
      }
    const auto version = object_in(*facets, "version");
    if (const std::string label = version ? text_in(*version, "datasetVersion") : ""; !label.empty()) {
      keys.push_back(key + "@" + label);
      datasets.insert(keys[1]);
      versions.emplace(keys[1], key);
    }
    return keys;
  }
};

TEST(OpenLineage, AllRealFilesAreTakenOrRefusedForAReasonThatIsRight) {
  const auto root = corpus("data/d-openlineage");
  if (!root) GTEST_SKIP();
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(*root))
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());

  ImportDesk desk;
  Counted counted;
  std::map<std::string, std::map<std::string, int>> ended;  // by folder: "taken", or why not
  simdjson::dom::parser parser;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string folder = *fs::relative(path, *root).begin();
    const auto report = desk.import("formats/openlineage", {{path.filename(), text}});
    if (report.ok()) {
      ++ended[folder]["taken"];
      const Json document = parser.parse(text).value();
      if (document.is_array())
        for (const Json event : document.get_array()) counted.add_event(event);
      else
        counted.add_event(document);
      continue;
    }
    std::string why = report.status().text();
    why = why.substr(why.find(": ") + 2);
    ++ended[folder][why.substr(0, why.find(": "))];
  }
  using Ends = std::map<std::string, int>;
  EXPECT_EQ(ended["scenarios"], (Ends{{"taken", 58}}));
  EXPECT_EQ(ended["spark-events"],
            (Ends{{"taken", 75}, {"no event names a run, a job or a dataset that could be kept", 2}}));
  EXPECT_EQ(ended["producer-templates"], (Ends{{"taken", 13}, {"it is the template of an event", 2}}));
  EXPECT_EQ(ended["marquez"], (Ends{{"taken", 10}, {"it is no OpenLineage event", 8}, {"eventTime is no time", 1}}));
  EXPECT_EQ(ended["facet-examples"], (Ends{{"taken", 1}, {"it is no OpenLineage event", 30}}));
  EXPECT_EQ(ended["dbt-runs"], (Ends{{"it is no OpenLineage event", 8}, {"it is the template of an event", 4}}));
  EXPECT_EQ(ended["spec"], (Ends{{"it is no OpenLineage event", 39}}));

  const Result<StoreStats> stats = desk.hub.store().stats();
  ASSERT_TRUE(stats.ok());
  std::map<std::string, std::size_t> has;
  for (const KindCount& kind : stats->nodes) has[kind.name] = kind.count;
  for (const KindCount& kind : stats->edges) has[kind.name] = kind.count;
  EXPECT_EQ(has["dataset"], counted.datasets.size());
  EXPECT_EQ(has["job"], counted.jobs.size());
  EXPECT_EQ(has["run"], counted.runs.size());
  EXPECT_EQ(has["variable"], counted.variables.size());
  EXPECT_EQ(has["organisation"], counted.organisations.size());
  EXPECT_EQ(has["used"], counted.used.size());
  EXPECT_EQ(has["generated_by"], counted.generated.size());
  EXPECT_EQ(has["instance_of"], counted.runs.size());
  EXPECT_EQ(has["part_of"], counted.variables.size() + counted.parents.size());
  EXPECT_EQ(has["version_of"], counted.versions.size());
  EXPECT_EQ(has["same_as"], counted.aliases.size());
  EXPECT_EQ(has["holds"], counted.holds.size());
  EXPECT_EQ(has["derived_from"], counted.lineage.size() + counted.derived_by_job.size());
  EXPECT_GE(counted.lineage.size(), 80u);
  EXPECT_GT(counted.runs.size(), 20u);
}

}  // namespace
}  // namespace amont
