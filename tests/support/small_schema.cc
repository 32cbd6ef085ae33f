#include "tests/support/small_schema.h"

#include <utility>

namespace amont {
namespace {

std::vector<PropertyRow> common_props() {
  return {{"title", ValueType::kText, false, false},   {"n", ValueType::kInteger, false, false},
          {"ratio", ValueType::kReal, false, false},   {"flag", ValueType::kBoolean, false, false},
          {"at", ValueType::kTimestamp, false, false}, {"tags", ValueType::kText, true, true}};
}

NodeRow node(std::string name, Role role = Role::kNone) { return {NodeKind{}, std::move(name), role, common_props()}; }

EdgeRow edge(std::string name, EdgeClass edge_class, std::vector<EdgeEnds> ends, bool weak = false) {
  EdgeRow row;
  row.name = std::move(name);
  row.edge_class = edge_class;
  row.weak = weak;
  row.same_kind = ends.empty();
  row.ends = std::move(ends);
  row.props = common_props();
  return row;
}

}  // namespace

SchemaGrowth small_schema() {
  constexpr EdgeClass kLineage = EdgeClass::kLineage;
  constexpr EdgeClass kStructure = EdgeClass::kStructure;
  constexpr EdgeClass kGovernance = EdgeClass::kGovernance;
  SchemaGrowth growth;
  growth.source = "-- the small schema of the tests";
  for (const char* name :
       {"dataset", "variable", "project", "run", "output", "publication", "nomenclature", "approval"}) {
    growth.nodes.push_back(node(name));
  }
  growth.edges = {
      edge("derived_from", kLineage,
           {{{"dataset", "variable", "output", "publication"}, {"dataset", "variable", "output"}}}),
      edge("used", kLineage, {{{"run", "project"}, {"dataset", "variable", "output", "nomenclature"}}}),
      edge("generated_by", kLineage, {{{"dataset", "variable", "output"}, {"run", "project"}}}),
      edge("reports", kLineage, {{{"publication"}, {"output"}}}),
      edge("informed_by", kLineage, {{{"run"}, {"run"}}}, /*weak=*/true),
      edge("part_of", kStructure,
           {{{"variable"}, {"dataset", "output"}},
            {{"dataset"}, {"dataset"}},
            {{"project"}, {"project"}},
            {{"run"}, {"run"}}}),
      edge("version_of", kStructure, {{{"dataset"}, {"dataset"}}, {{"output"}, {"output"}}}),
      edge("same_as", kStructure, {}),
      edge("coded_with", kStructure, {{{"variable"}, {"nomenclature"}}}),
      edge("performed_for", kGovernance, {{{"run"}, {"project"}}}),
      edge("covers", kGovernance, {{{"approval"}, {"dataset", "variable"}}}),
  };
  return growth;
}

SchemaGrowth custom_growth() {
  SchemaGrowth growth;
  growth.source = "-- custom kinds of the tests";
  growth.nodes = {node("package"), node("dataset2", Role::kDataset), node("run2", Role::kRun)};
  growth.edges = {
      edge("depends", EdgeClass::kLineage, {{{"package", "dataset2"}, {"package", "dataset", "dataset2"}}}),
      edge("hints", EdgeClass::kLineage, {{{"dataset", "project", "package"}, {"dataset", "package", "run"}}},
           /*weak=*/true),
      edge("cites", EdgeClass::kGovernance, {{{"package", "publication"}, {"package", "publication"}}}),
      edge("used", EdgeClass::kLineage, {{{"run2", "project"}, {"dataset", "dataset2"}}}),
      edge("part_of", EdgeClass::kStructure, {{{"dataset2"}, {"dataset"}}, {{"variable"}, {"dataset2"}}}),
  };
  return growth;
}

}  // namespace amont
