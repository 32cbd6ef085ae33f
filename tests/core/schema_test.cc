#include "amont/schema.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/small_schema.h"

namespace amont {
namespace {

NodeRow node(std::string name, std::vector<PropertyRow> props = {}, Role role = Role::kNone) {
  return {NodeKind{}, std::move(name), role, std::move(props)};
}
EdgeRow edge(std::string name, std::vector<EdgeEnds> ends, std::vector<PropertyRow> props = {}) {
  EdgeRow row;
  row.name = std::move(name);
  row.ends = std::move(ends);
  row.props = std::move(props);
  return row;
}
PropertyRow text(std::string name) { return {std::move(name), ValueType::kText, false, false}; }

// Two kinds of node and one of edge.
Schema small() {
  Schema schema;
  EXPECT_TRUE(schema
                  .grow({"",
                         {node("dataset", {text("title")}), node("output")},
                         {edge("derived_from", {{{"output"}, {"dataset"}}})}})
                  .ok());
  return schema;
}

std::string everything(const Schema& schema) {
  std::string out;
  for (const NodeRow& row : schema.nodes()) out += row.text() + "\n";
  for (const EdgeRow& row : schema.edges()) out += row.text() + "\n";
  return out;
}

// The growth is refused with this code and text, and the schema stays as it was.
void expect_refused(Schema schema, const SchemaGrowth& growth, Code code, const std::string& why) {
  const std::string before = everything(schema);
  const std::uint32_t version = schema.version();
  const auto grown = schema.grow(growth);
  ASSERT_FALSE(grown.ok());
  EXPECT_EQ(grown.code(), code);
  EXPECT_EQ(grown.status().text(), why);
  EXPECT_EQ(everything(schema), before);
  EXPECT_EQ(schema.version(), version);
}

TEST(Schema, KindsAreNumberedInTheOrderOfTheirDeclaration) {
  const Schema schema = small();
  EXPECT_EQ(number_of(schema.node("dataset")->kind), 0);
  EXPECT_EQ(number_of(schema.node("output")->kind), 1);
  EXPECT_EQ(number_of(schema.edge("derived_from")->kind), 0);
  EXPECT_EQ(schema.node(NodeKind{1}).name, "output");
  EXPECT_EQ(schema.edge(EdgeKind{0}).name, "derived_from");
  EXPECT_EQ(schema.node("absent"), nullptr);
  EXPECT_EQ(schema.edge("dataset"), nullptr);
  EXPECT_EQ(schema.version(), 1u);
}

TEST(Schema, NumbersGivenInAGrowthAreIgnored) {
  Schema schema = small();
  NodeRow row = node("package");
  row.kind = NodeKind{77};
  ASSERT_TRUE(*schema.grow({"", {row}, {}}));
  EXPECT_EQ(number_of(schema.node("package")->kind), 2);
}

TEST(Schema, RowsAreQuotedAsTheyWouldBeWritten) {
  Schema schema;
  EdgeRow hints = edge("hints", {{{"dataset"}, {"dataset", "my_run"}}}, {{"how", ValueType::kText, false, true}});
  hints.edge_class = EdgeClass::kLineage;
  hints.weak = true;
  EdgeRow same = edge("same_as", {});
  same.edge_class = EdgeClass::kStructure;
  same.same_kind = true;
  ASSERT_TRUE(schema
                  .grow({"",
                         {node("dataset", {text("title"),
                                           {"end", ValueType::kTimestamp, false, false},
                                           {"a \"b\"", ValueType::kReal, true, false}}),
                          node("my_run", {{"tags", ValueType::kText, true, true}}, Role::kRun), node("run")},
                         {hints, same}})
                  .ok());
  EXPECT_EQ(everything(schema),
            "node \"dataset\" { title = \"text\", [\"end\"] = \"timestamp\", [\"a \\\"b\\\"\"] = \"list of real\" }\n"
            "node(\"my_run\", { tags = \"list of text plain\" }, {role = \"run\"})\n"
            "node \"run\" {}\n"
            "edge \"hints\" { class = \"lineage\", weak = true, ends = {{from = {\"dataset\"}, to = {\"dataset\", "
            "\"my_run\"}}}, "
            "props = { how = \"text plain\" } }\n"
            "edge \"same_as\" { class = \"structure\", ends = \"same kind\" }\n");
}

TEST(Schema, AKindHasTheRoleOfItsNameUnlessItsRowSaysAnother) {
  Schema schema;
  ASSERT_TRUE(schema
                  .grow({"",
                         {node("dataset"), node("package"), node("extract", {}, Role::kDataset),
                          node("run", {}, Role::kProject)},
                         {}})
                  .ok());
  EXPECT_EQ(schema.node("dataset")->role, Role::kDataset);
  EXPECT_EQ(schema.node("package")->role, Role::kNone);
  EXPECT_EQ(schema.node("extract")->role, Role::kDataset);
  EXPECT_EQ(schema.node("run")->role, Role::kProject);
}

TEST(Schema, GrowsByKindsPropertiesAndEnds) {
  Schema schema = small();
  ASSERT_TRUE(*schema.grow({"",
                            {node("dataset", {text("owner")}), node("package")},
                            {edge("derived_from", {{{"package"}, {"dataset"}}}, {text("how")})}}));
  EXPECT_EQ(schema.version(), 2u);
  EXPECT_EQ(everything(schema),
            "node \"dataset\" { title = \"text\", owner = \"text\" }\n"
            "node \"output\" {}\n"
            "node \"package\" {}\n"
            "edge \"derived_from\" { class = \"governance\", ends = {{from = {\"output\"}, to = {\"dataset\"}}, "
            "{from = {\"package\"}, to = {\"dataset\"}}}, props = { how = \"text\" } }\n");
}

TEST(Schema, SayingTheSameAgainChangesNothing) {
  Schema schema = small();
  const auto again = schema.grow(schema.as_growth());
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(*again);
  EXPECT_EQ(schema.version(), 1u);
  EXPECT_FALSE(*schema.grow({}));
}

TEST(Schema, ADeclaredTypeNeverChanges) {
  expect_refused(small(), {"", {node("dataset", {{"title", ValueType::kInteger, false, false}})}, {}}, Code::kRefused,
                 "the schema says node \"dataset\" { title = \"text\" }; it can't become title = \"integer\"");
  expect_refused(small(), {"", {node("dataset", {{"title", ValueType::kText, true, false}})}, {}}, Code::kRefused,
                 "the schema says node \"dataset\" { title = \"text\" }; it can't become title = \"list of text\"");
  expect_refused(small(), {"", {node("dataset", {{"title", ValueType::kText, false, true}})}, {}}, Code::kRefused,
                 "the schema says node \"dataset\" { title = \"text\" }; it can't become title = \"text plain\"");
}

TEST(Schema, ARoleAndAnEdgesMeaningNeverChange) {
  expect_refused(small(), {"", {node("dataset", {}, Role::kRun)}, {}}, Code::kRefused,
                 "the schema says node \"dataset\" { title = \"text\" }; its role can't become \"run\"");
  const std::string stands =
      "the schema says edge \"derived_from\" { class = \"governance\", ends = {{from = {\"output\"}, to = "
      "{\"dataset\"}}} }; ";
  EdgeRow row = edge("derived_from", {});
  row.edge_class = EdgeClass::kLineage;
  expect_refused(small(), {"", {}, {row}}, Code::kRefused,
                 stands + "it can't become edge \"derived_from\" { class = \"lineage\", ends = {} }");
  row = edge("derived_from", {});
  row.weak = true;
  expect_refused(small(), {"", {}, {row}}, Code::kRefused,
                 stands + "it can't become edge \"derived_from\" { class = \"governance\", weak = true, ends = {} }");
  row = edge("derived_from", {});
  row.same_kind = true;
  expect_refused(small(), {"", {}, {row}}, Code::kRefused,
                 stands + "it can't become edge \"derived_from\" { class = \"governance\", ends = \"same kind\" }");
}

TEST(Schema, AGrowthIsTakenWholeOrNotAtAll) {
  expect_refused(small(), {"", {node("package"), node("Dataset")}, {}}, Code::kInvalid,
                 "\"Dataset\" can't name a kind: use a letter, then letters, digits and _, all lower case");
  for (const char* name : {"", "_a", "9", "a-b", "a b", "caf\xc3\xa9"})
    EXPECT_EQ(small().grow({"", {node(name)}, {}}).code(), Code::kInvalid) << name;
  EXPECT_TRUE(small().grow({"", {node(std::string(256, 'k'))}, {}}).ok());
  EXPECT_EQ(small().grow({"", {node(std::string(257, 'k'))}, {}}).code(), Code::kInvalid);
  EXPECT_EQ(small().grow({"", {node("a", {text("")})}, {}}).code(), Code::kInvalid);
  EXPECT_EQ(small().grow({"", {node("a", {text("x\n")})}, {}}).code(), Code::kInvalid);
}

TEST(Schema, EdgesJoinDeclaredKindsOnly) {
  expect_refused(
      small(), {"", {}, {edge("cites", {{{"output"}, {"paper"}}})}}, Code::kInvalid,
      "edge \"cites\" { class = \"governance\", ends = {{from = {\"output\"}, to = {\"paper\"}}} } names the node kind "
      "\"paper\", which is not declared");
  expect_refused(small(), {"", {}, {edge("cites", {})}}, Code::kInvalid,
                 "edge \"cites\" { class = \"governance\", ends = {} } says not what it may join: give it ends");
  expect_refused(
      small(), {"", {}, {edge("cites", {{{"output"}, {}}})}}, Code::kInvalid,
      "edge \"cites\" { class = \"governance\", ends = {{from = {\"output\"}, to = {}}} } has an empty list of ends");
}

TEST(Schema, OneGrowthMayNameAKindTwice) {
  Schema schema;
  ASSERT_TRUE(*schema.grow({"", {node("a", {text("x")}), node("a", {text("y")})}, {}}));
  EXPECT_EQ(everything(schema), "node \"a\" { x = \"text\", y = \"text\" }\n");
  EXPECT_EQ(schema.version(), 1u);
}

TEST(Schema, AnEdgeThatFitsNoRowIsRefusedWithTheRow) {
  const Schema schema = small();
  const EdgeRow& row = *schema.edge("derived_from");
  EXPECT_TRUE(schema.check_ends(row, "output", "dataset").ok());
  const Status refusal = schema.check_ends(row, "dataset", "output");
  EXPECT_EQ(refusal.code(), Code::kRefused);
  EXPECT_EQ(refusal.text(),
            "derived_from can't go from a dataset to a output: the schema says edge \"derived_from\" { class = "
            "\"governance\", "
            "ends = {{from = {\"output\"}, to = {\"dataset\"}}} }");
}

TEST(Schema, PairsOfEndsAreNotMixed) {
  Schema schema;
  ASSERT_TRUE(schema.grow({"", {node("a"), node("b"), node("c")}, {edge("e", {{{"a"}, {"b"}}, {{"b"}, {"c"}}})}}).ok());
  const EdgeRow& row = *schema.edge("e");
  EXPECT_TRUE(schema.check_ends(row, "a", "b").ok());
  EXPECT_TRUE(schema.check_ends(row, "b", "c").ok());
  EXPECT_FALSE(schema.check_ends(row, "a", "c").ok());
}

TEST(Schema, SameKindJoinsAnyTwoOfOneKind) {
  Schema schema;
  EdgeRow same = edge("same_as", {});
  same.same_kind = true;
  ASSERT_TRUE(schema.grow({"", {node("a"), node("b")}, {same}}).ok());
  EXPECT_TRUE(schema.check_ends(*schema.edge("same_as"), "a", "a").ok());
  EXPECT_TRUE(schema.check_ends(*schema.edge("same_as"), "b", "b").ok());
  EXPECT_FALSE(schema.check_ends(*schema.edge("same_as"), "a", "b").ok());
}

TEST(Schema, TheWholeAsOneGrowthGivesTheSameKindsAndNumbers) {
  Schema schema;
  ASSERT_TRUE(schema.grow(small_schema()).ok());
  ASSERT_TRUE(*schema.grow(custom_growth()));
  Schema again;
  ASSERT_TRUE(*again.grow(schema.as_growth()));
  EXPECT_EQ(everything(again), everything(schema));
  for (const NodeRow& row : schema.nodes()) {
    EXPECT_EQ(again.node(row.name)->kind, row.kind) << row.name;
    EXPECT_EQ(again.node(row.name)->role, row.role) << row.name;
  }
  for (const EdgeRow& row : schema.edges()) {
    EXPECT_EQ(again.edge(row.name)->kind, row.kind) << row.name;
    EXPECT_EQ(again.edge(row.name)->ends, row.ends) << row.name;
    EXPECT_EQ(again.edge(row.name)->props, row.props) << row.name;
  }
}

TEST(Schema, OnlyStructureEdgesAreTies) {
  EdgeRow row = edge("part_of", {});
  EXPECT_EQ(row.tie(), Tie::kNone);
  row.edge_class = EdgeClass::kStructure;
  EXPECT_EQ(row.tie(), Tie::kPartOf);
  row.name = "version_of";
  EXPECT_EQ(row.tie(), Tie::kVersionOf);
  row.name = "same_as";
  EXPECT_EQ(row.tie(), Tie::kSameAs);
  row.name = "coded_with";
  EXPECT_EQ(row.tie(), Tie::kNone);
}

TEST(PropertyType, IsReadAsItIsWritten) {
  for (const char* type : {"text", "integer", "real", "boolean", "timestamp", "list of text", "list of timestamp",
                           "text plain", "list of integer plain"}) {
    const auto row = parse_property_type("p", type);
    ASSERT_TRUE(row.ok()) << type;
    EXPECT_EQ(row->name, "p");
    EXPECT_EQ(row->type_text(), type);
  }
  for (const char* type :
       {"", "string", "Text", "list", "list of", "list of list of text", "plain", "text  plain", "plain text", " text"})
    EXPECT_EQ(parse_property_type("p", type).code(), Code::kInvalid) << type;
  EXPECT_EQ(parse_property_type("size", "number").status().text(),
            "size = \"number\": a type is text, integer, real, boolean or timestamp, or \"list of\" one of these; \" "
            "plain\" may follow");
}

TEST(PropertyType, IsCheckedAndAnIntegerFitsAReal) {
  const Value values[] = {std::string("t"), std::int64_t{1}, 1.5, true, Timestamp{1}};
  const ValueType types[] = {ValueType::kText, ValueType::kInteger, ValueType::kReal, ValueType::kBoolean,
                             ValueType::kTimestamp};
  for (std::size_t type = 0; type < std::size(types); ++type) {
    for (std::size_t value = 0; value < std::size(values); ++value) {
      const bool fits = type == value || (types[type] == ValueType::kReal && value == 1);
      EXPECT_EQ(check_type({"p", types[type], false, false}, "row", values[value]).ok(), fits) << type << " " << value;
    }
  }
  const PropertyRow list{"p", ValueType::kReal, true, false};
  EXPECT_TRUE(check_type(list, "row", List{}).ok());
  EXPECT_TRUE(check_type(list, "row", List{1.5, std::int64_t{2}}).ok());
  EXPECT_FALSE(check_type(list, "row", 1.5).ok());
  EXPECT_FALSE(check_type({"p", ValueType::kReal, false, false}, "row", List{1.5}).ok());
  const Status refusal = check_type(list, "node \"a\" {...}", List{1.5, true});
  EXPECT_EQ(refusal.code(), Code::kRefused);
  EXPECT_EQ(refusal.text(), "p must be list of real: the schema says node \"a\" {...}");
}

}  // namespace
}  // namespace amont
