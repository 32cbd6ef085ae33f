// PROV in and out: what becomes what, what is refused, and that what goes out comes back in.
#include <gtest/gtest.h>

#include "tests/query/lua/prov_desk.h"

namespace amont {
namespace {

const std::string kPrefix = R"("prefix": {"ex": "http://example.org/"})";

std::string json_failure(const std::string& document) {
  ImportDesk desk;
  const Result<ImportReport> report = desk.import("formats/prov-json", {{"x.json", document}});
  return report.ok() ? "taken" : report.status().text();
}

std::string provn_failure(const std::string& statements) {
  ImportDesk desk;
  const Result<ImportReport> report = desk.import(
      "formats/prov-n", {{"x.provn", "document\nprefix ex <http://example.org/>\n" + statements + "\nendDocument\n"}});
  return report.ok() ? "taken" : report.status().text();
}

TEST(Prov, BecomesLineageOfTheHub) {
  ImportDesk desk;
  const Result<ImportReport> report = desk.import("formats/prov-json", {{"x.json", "{" + kPrefix + R"(,
    "entity": {"ex:figure": {"prov:label": "Figure 2", "ex:pages": 3}, "ex:data": {"prov:type": {"$": "ex:Table", "type": "prov:QUALIFIED_NAME"}}},
    "activity": {"ex:analysis": {"prov:startTime": "2024-03-01T08:00:00Z", "prov:endTime": "2024-03-01T10:00:00.000+01:00"}},
    "agent": {"ex:lab": {"prov:type": {"$": "prov:Organization", "type": "prov:QUALIFIED_NAME"}}, "ex:ann": {}},
    "used": {"ex:u1": {"prov:activity": "ex:analysis", "prov:entity": "ex:data", "prov:time": "2024-03-01T08:30:00Z", "prov:role": "input"}},
    "wasGeneratedBy": {"_:1": {"prov:entity": "ex:figure", "prov:activity": "ex:analysis"}},
    "wasDerivedFrom": {"_:2": {"prov:generatedEntity": "ex:figure", "prov:usedEntity": "ex:data", "prov:activity": "ex:analysis",
       "prov:usage": "ex:u1", "prov:type": {"$": "prov:Revision", "type": "prov:QUALIFIED_NAME"}}},
    "wasAssociatedWith": {"_:3": {"prov:activity": "ex:analysis", "prov:agent": "ex:ann", "prov:plan": "ex:protocol"}},
    "actedOnBehalfOf": {"_:4": {"prov:delegate": "ex:ann", "prov:responsible": "ex:lab"}},
    "wasAttributedTo": {"_:5": {"prov:entity": "ex:figure", "prov:agent": "ex:lab"}},
    "hadMember": {"_:6": {"prov:collection": "ex:all", "prov:entity": ["ex:data", "ex:figure"]}},
    "wasInvalidatedBy": {"_:7": {"prov:entity": "ex:data", "prov:time": "2025-01-01T00:00:00Z"}}})"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, std::vector<std::string>());
  EXPECT_EQ(
      desk.hub.answer(
          "local figure = node('dataset:http://example.org/figure')\n"
          "local run = node('run:http://example.org/analysis')\n"
          "local used = run:edges('up', 'used')[1]\n"
          "local derived = figure:edges('up', 'derived_from')[1]\n"
          "local by = run:edges('up', 'performed_by')[1]\n"
          "return figure.title, figure:get('ex:pages'), sources(figure):refs(), run.started_at, run.ended_at,\n"
          "  run:get('prov:endTime'), used.label, used.role, used.at, derived.how, derived.run, "
          "derived:get('prov:usage'),\n"
          "  by.to, by.plan, node('agent:http://example.org/ann'):outgoing('acts_for'):refs(),\n"
          "  figure:outgoing('part_of', 'attributed_to'):refs(),\n"
          "  node('dataset:http://example.org/data'):get('prov:type'), "
          "node('dataset:http://example.org/all'):get('undeclared'),\n"
          "  node('dataset:http://example.org/data'):outgoing('invalidated_by')[1]:get('unknown'),\n"
          "  node('dataset:http://example.org/data').state, node('dataset:http://example.org/data').deleted_at"),
      "Figure 2\n3\ndataset:http://example.org/data\n2024-03-01T08:00:00Z\n2024-03-01T09:00:00Z\n"
      "2024-03-01T10:00:00.000+01:00\nex:u1\ninput\n2024-03-01T08:30:00Z\nrevision\nrun:http://example.org/analysis\n"
      "http://example.org/u1\nagent:http://example.org/ann\ndataset:http://example.org/protocol\n"
      "organisation:http://example.org/lab\ndataset:http://example.org/all\norganisation:http://example.org/lab\n"
      "'ex:Table'\ntrue\ntrue\ndeleted\n2025-01-01T00:00:00Z\n");
}

TEST(Prov, NeedsNoOrderAndChangesNothingTheSecondTime) {
  const std::string statements =
      "document\nprefix ex <http://example.org/>\nused(ex:a, ex:e, -)\nused(ex:u; ex:a, ex:e, 2024-01-01T00:00:00Z, "
      "[ex:n=1])\n"
      "wasAttributedTo(ex:e, ex:org)\nactivity(ex:a, -, -)\nentity(ex:e, [prov:label=\"E\"])\n"
      "agent(ex:org, [prov:type='prov:Organization'])\nendDocument\n";
  ImportDesk desk;
  ASSERT_TRUE(desk.import("formats/prov-n", {{"x.provn", statements}}).ok());
  EXPECT_EQ(
      desk.hub.answer("return node('dataset:http://example.org/e'):outgoing('attributed_to'):refs(), "
                      "#node('run:http://example.org/a'):edges('up', 'used'), nodes():where{undeclared = true}:refs()"),
      "organisation:http://example.org/org\n2\n");
  const Result<ImportReport> again = desk.import("formats/prov-n", {{"x.provn", statements}});
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_FALSE(again->receipt.written);
}

TEST(Prov, JoinsWhatIsToldOfOneIdInSeveralImports) {
  ImportDesk desk;
  const auto import = [&](const std::string& sections) {
    const Result<ImportReport> report =
        desk.import("formats/prov-json", {{"x.json", "{" + kPrefix + "," + sections + "}"}});
    return report.ok() ? "taken" : report.status().text();
  };
  EXPECT_EQ(import(R"("entity": {"ex:e": {"ex:n": 1, "prov:label": "one"}})"), "taken");
  EXPECT_EQ(
      import(
          R"("entity": {"ex:e": {"ex:n": [2, 1], "prov:label": {"$": "un", "lang": "fr"}}}, "activity": {"ex:a": {"prov:startTime": "2024-01-01T00:00:00Z"}})"),
      "taken");
  EXPECT_EQ(import(R"("activity": {"ex:a": {"prov:endTime": "2024-01-02T00:00:00Z"}})"), "taken");
  EXPECT_EQ(desk.hub.answer("local e = node('dataset:http://example.org/e')\n"
                            "local a = node('run:http://example.org/a')\n"
                            "return e:get('ex:n'), e:get('prov:label'), a.started_at, a.ended_at"),
            "1\n2\n\"un\"@fr\none\n2024-01-01T00:00:00Z\n2024-01-02T00:00:00Z\n");
  EXPECT_EQ(import(R"("activity": {"ex:a": {"prov:startTime": "2023-01-01T00:00:00Z"}})"),
            "x.json:1: activity ex:a: prov:startTime is told twice, as 2023-01-01T00:00:00Z and 2024-01-01T00:00:00Z");
}

TEST(Prov, UnifiesRelationsWithOneId) {
  ImportDesk desk;
  const Result<ImportReport> report = desk.import(
      "formats/prov-n",
      {{"x.provn",
        "document\nprefix ex <http://example.org/>\nentity(ex:e)\nactivity(ex:a)\n"
        "wasGeneratedBy(ex:g; ex:e, -, 2024-01-01T00:00:00Z)\nwasGeneratedBy(ex:g; ex:e, ex:a, -, [ex:n=1])\n"
        "wasGeneratedBy(ex:g; ex:e, -, -, [ex:n=2])\nendDocument\n"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(
      desk.hub.answer("local edges = node('dataset:http://example.org/e'):edges('up')\n"
                      "return #edges, edges[1].to, edges[1].label, edges[1].at, edges[1]:get('ex:n'), #nodes('run')"),
      "1\nrun:http://example.org/a\nex:g\n2024-01-01T00:00:00Z\n1\n2\n1\n");
  EXPECT_EQ(provn_failure("wasGeneratedBy(ex:g; ex:e1, ex:a, -)\nwasGeneratedBy(ex:g; ex:e2, ex:a, -)"),
            "x.provn:4: ex:g is told twice, with dataset:http://example.org/e1 and with dataset:http://example.org/e2 "
            "as prov:entity");
  EXPECT_EQ(provn_failure("wasGeneratedBy(ex:g; ex:e, ex:a, -)\n\nused(ex:g; ex:a, ex:e, -)"),
            "x.provn:5: ex:g is told as wasGeneratedBy and as used (constraint 53)");
  EXPECT_EQ(provn_failure("entity(ex:x)\nactivity(ex:x)"),
            "x.provn:4: ex:x is an entity and an activity, which nothing can be (constraint 55)");
}

TEST(Prov, TellsPrefixesOfOneNameApart) {
  const std::string document = "{" + kPrefix + R"(, "entity": {"ex:a": {"ex:n": 1}},
    "bundle": {"ex:b": {"prefix": {"ex": "http://other.org/"}, "entity": {"ex:a": {"ex:n": 2}}, "used": {"ex:u": {"prov:activity": "ex:r", "prov:entity": "ex:a"}}}}})";
  ImportDesk desk;
  ASSERT_TRUE(desk.import("formats/prov-json", {{"x.json", document}}).ok());
  EXPECT_EQ(
      desk.hub.answer("local b = node('dataset:http://other.org/b')\n"
                      "return nodes('dataset'):refs(), b:get('bundle'), b:edges('up', 'describes')[1]:get('ex_2:n'), "
                      "node('run:http://other.org/r'):edges('up', 'used')[1].label, node('prefixes:prov'):get('ex_2')"),
      "dataset:http://example.org/a\ndataset:http://other.org/a\ndataset:http://other.org/b\ntrue\n2\n"
      "ex_2:u in ex_2:b\nhttp://other.org/\n");
  EXPECT_EQ(lost_on_the_way(desk), "");
}

TEST(Prov, IsRefusedWithItsPlaceWhenItIsNone) {
  EXPECT_EQ(json_failure("{" + kPrefix + ",\n\"entity\": {\"zz:a\": {}}}"),
            "x.json:2: entity zz:a: the prefix of zz:a is not declared");
  EXPECT_EQ(json_failure("{" + kPrefix + ",\n\"entity\": {\"ex:a\": 1}}"),
            "x.json:2: entity ex:a: should be an object, or a list of them");
  EXPECT_EQ(json_failure("{" + kPrefix + ",\n\"entity\": []}"), "x.json:2:11: expected an object");
  EXPECT_EQ(json_failure("{" + kPrefix + ", \"activity\": {\"ex:a\": {\"prov:startTime\": \"2024-02-30T00:00:00Z\"}}}"),
            "x.json:1: activity ex:a: prov:startTime is no time: 2024-02-30T00:00:00Z");
  EXPECT_EQ(json_failure("{" + kPrefix + ", \"bundle\": {\"ex:b\": {\"bundle\": {}}}}"),
            "x.json:1: bundle ex:b: a bundle can't have bundles");
  EXPECT_EQ(provn_failure("entity(ex:a"), "x.provn:4: expected ) after what is said in entity, got endDocument");
  EXPECT_EQ(provn_failure("entity(ex:a, [ex:t=\"open])"), "x.provn:3: the text that begins here has no end");
  EXPECT_EQ(provn_failure("hadMember(ex:c, -)"), "x.provn:3: hadMember needs its entity, which can't be left open");
  EXPECT_EQ(provn_failure("bundle ex:b\nbundle ex:c\nendBundle\nendBundle"), "x.provn:4: a bundle can't have bundles");
  EXPECT_EQ(provn_failure("ex:own(ex:a)"), "taken");
}

TEST(Prov, LosesNothingOfAHubThatNeverSawIt) {
  ImportDesk desk;
  desk.hub.node("project:p", {{"title", "\"Quoted\" & 'more'"}, {"start", *Timestamp::parse("2024-01-01T00:00:00Z")}});
  desk.hub.node("dataset:snds/A b(c)", {{"title", "A"},
                                        {"label", "a"},
                                        {"state", "deleted"},
                                        {"n_records", std::int64_t{5}},
                                        {"spatial", List{Scalar("FR"), Scalar("BE")}}});
  desk.hub.node("variable:snds/A#x")
      .node("organisation:chu", {{"title", "CHU"}})
      .node("job:j")
      .node("output:o")
      .node("run:r");
  desk.hub.node("approval:a", {{"decision", "granted"}}, {day("2024-01-01"), day("2025-01-01")});
  desk.hub.edge("used", "project:p", "dataset:snds/A b(c)").edge("part_of", "variable:snds/A#x", "dataset:snds/A b(c)");
  desk.hub.edge("covers", "approval:a", "dataset:snds/A b(c)").edge("controls", "organisation:chu", "project:p");
  desk.hub.edge("instance_of", "run:r", "job:j")
      .edge("generated_by", "output:o", "run:r")
      .edge("performed_by", "run:r", "organisation:chu");
  desk.hub.commit();
  EXPECT_EQ(lost_on_the_way(desk), "");
}

}  // namespace
}  // namespace amont
