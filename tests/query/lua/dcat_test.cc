// Catalogues of DCAT: whom and what an import of them leaves out, and that all else is kept, whatever the order of its files.
#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

const std::string kFormat = "formats/dcat";

std::string turtle(const std::string& text) {
  return "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
         "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix prov: <http://www.w3.org/ns/prov#> .\n"
         "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix ex: <http://e/> .\n" +
         text;
}

// One dataset, http://e/d, of which this is said.
TextFile dataset(const std::string& said, const std::string& path = "d.ttl") {
  return {path, turtle("ex:d a dcat:Dataset ; " + said)};
}

TEST(Dcat, PersonsAreLeftOutAndCountedWhereverTheyAreNamed) {
  ImportDesk desk;
  const auto report = desk.import(
      kFormat,
      {dataset("dct:contributor [ a foaf:Person ; foaf:name \"Jane\" ; foaf:mbox <mailto:jane@e> ], ex:org ; "
               "prov:wasAttributedTo [ a prov:Person ; foaf:name \"Jane\" ] ; dct:rightsHolder ex:jane, "
               "<https://orcid.org/0000> ; prov:qualifiedAttribution [ prov:agent ex:jane ; dcat:hadRole ex:role ] ; "
               "dct:creator \"Jane\" ; dct:publisher ex:jane .\n"
               "ex:jane a foaf:Person ; foaf:name \"Jane\" . ex:org a foaf:Organization ; foaf:name \"Org\" .")});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(
      desk.said,
      (std::vector<std::string>{
          "warning d.ttl:5: 5 persons whom other properties name were left out",
          "warning d.ttl:5: 1 publishers and creators that are only a text, which may name a person, were left out",
          "warning d.ttl:5: 1 publishers and creators that are persons were left out"}));
  const std::string all = desk.exported();
  for (const char* personal : {"Jane", "jane", "orcid.org"})
    EXPECT_EQ(all.find(personal), std::string::npos) << personal;
  EXPECT_EQ(desk.hub.answer("local d = node('dataset:http://e/d')\n"
                            "return d:get('dct:contributor'), d:get('prov:qualifiedAttribution'), d:get('labels')"),
            "http://e/org\n{\"dcat:hadRole\":\"http://e/role\"}\n{\"http://e/org\":\"Org\"}\n");
}

TEST(Dcat, SecondTitlesLanguagesAndDatatypesAreKept) {
  ImportDesk desk;
  const auto report =
      desk.import(kFormat, {dataset("dct:title \"A\"@en, \"B\"@en, \"C\" ; dcat:keyword \"k\"@en, \"s\"@fr, \"z\" ; "
                                    "ex:n \"5\"^^xsd:short ; ex:m \"x\"@fr .")});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(
      desk.hub.answer(
          "local d = node('dataset:http://e/d')\n"
          "return d.title, d:get('title_en'), join(d:get('title_more'), ' '), join(d:get('keywords'), ' '), "
          "join(d:get('keywords_fr'), ' '), d:get('http://e/n'), d:get('http://e/n_datatype'), d:get('http://e/m_fr')"),
      "C\nA\n{\"language\":\"en\",\"text\":\"B\"}\nk s z\ns\n5\nxsd:short\nx\n");
}

TEST(Dcat, OneDatasetInTwoFilesIsTheSameInAnyOrderAndLosesNothing) {
  const TextFile one = dataset("dct:title \"T1\" ; dcat:keyword \"k1\" ; ex:x \"1\" ; dct:creator ex:o1 .", "1.ttl");
  const TextFile two =
      dataset("dct:title \"T2\", \"T3\" ; dcat:keyword \"k2\" ; ex:x \"2\" ; dct:creator ex:o2 .", "2.ttl");
  const TextFile three = dataset("dct:title \"T0\" ; dct:publisher ex:o1 . ex:o1 foaf:name \"One\" .", "3.ttl");
  ImportDesk desk, turned;
  ASSERT_TRUE(desk.import(kFormat, {one, two, three}).ok());
  ASSERT_TRUE(turned.import(kFormat, {three, two, one}).ok());
  EXPECT_EQ(desk.exported(), turned.exported());
  EXPECT_EQ(desk.hub.answer("local d = node('dataset:http://e/d')\n"
                            "return d.title, join(d:get('title_more'), ' '), join(d:get('keywords'), ' '), "
                            "join(d:get('http://e/x'), ' '), join(d:get('creators'), ' ')"),
            "T0\nT1 T2 T3\nk1 k2\n1 2\norganisation:http://e/o1 organisation:http://e/o2\n");
  const std::string before = desk.exported();
  ASSERT_TRUE(desk.import(kFormat, {two, one, three}).ok());
  EXPECT_EQ(desk.exported(), before);
}

TEST(Dcat, APeriodEndsWithTheLastDayOfItsYearOrMonth) {
  ImportDesk desk;
  ASSERT_TRUE(desk.import(kFormat, {dataset("dct:temporal [ dcat:startDate \"2019\"^^xsd:gYear ; dcat:endDate "
                                            "\"2020-02\"^^xsd:gYearMonth ] ; dct:modified \"2021\"^^xsd:gYear .")})
                  .ok());
  EXPECT_TRUE(desk.said.empty());
  EXPECT_EQ(
      desk.hub.answer(
          "local d = node('dataset:http://e/d')\n"
          "return d:get('temporal_from'), d:get('temporal_to'), d:get('modified_text'), tostring(d:get('modified'))"),
      "2019-01-01T00:00:00Z\n2020-02-29T00:00:00Z\n2021\nnil\n");
}

TEST(Dcat, ALongListIsKeptWhole) {
  std::string items, numbers;
  for (int i = 1; i <= 50; ++i) {
    items += std::to_string(i) + " ";
    numbers += (i > 1 ? "," : "") + std::to_string(i);
  }
  ImportDesk desk;
  ASSERT_TRUE(desk.import(kFormat, {dataset("ex:list ( " + items + ") .")}).ok());
  EXPECT_TRUE(desk.said.empty());
  EXPECT_EQ(desk.hub.answer("return node('dataset:http://e/d'):get('http://e/list')"),
            "{\"@list\":[" + numbers + "]}\n");
}

TEST(Dcat, AThingThatManyShareStandsOnceInAValue) {
  std::string chain;
  for (int i = 0; i < 40; ++i) {
    const std::string next = "_:n" + std::to_string(i + 1);
    chain += "_:n" + std::to_string(i) + " ex:a " + next + " ; ex:b " + next + " .\n";
  }
  ImportDesk desk;
  const auto report = desk.import(kFormat, {dataset("ex:x _:n0 .\n" + chain)});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said,
            std::vector<std::string>{"warning d.ttl:44: 20 things that lie more than 20 deep in others were left out"});
  EXPECT_LT(desk.exported().size(), ImportDesk().exported().size() + 4000u);
}

}  // namespace
}  // namespace amont
