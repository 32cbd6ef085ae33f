// prefix, triple and syntax: what export scripts write with `--- @output rdf`.
#include <gtest/gtest.h>

#include "amont/script.h"
#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class RdfWords : public ::testing::Test {
 protected:
  // What a script with this body writes; or why it does not.
  std::string write(const std::string& body, const std::string& head = "--- @output rdf\n") {
    std::string written;
    const auto sink = [&](std::string_view bytes) {
      written += bytes;
      return Status();
    };
    const auto report =
        export_with_script(*hub_.store().snapshot(), nullptr, "mine",
                           "--- @format mine\n" + head + "function export()\n" + body + "\nend\n", {}, sink);
    return report.ok() ? written : report.status().text();
  }

  HubRegister hub_;
};

const std::string kBody =
    "prefix('e', 'http://e/') prefix('xsd', 'http://www.w3.org/2001/XMLSchema#')\n"
    "triple('http://h/a', 'e:name', { value = 'Name', language = 'en' })\n"
    "triple('http://h/a', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'e:Thing')\n"
    "triple('http://h/a', 'e:name', { value = 'Nom', language = 'fr' })\n"
    "triple('http://h/a', 'e:name', { value = 'Name', language = 'en' })\n"
    "triple('http://h/a', 'e:n', 7) triple('http://h/a', 'e:b', true)\n"
    "triple('http://h/a', 'e:at', time('2026-01-01'))\n"
    "triple('http://h/a', 'e:day', { value = '2026', datatype = 'xsd:gYear' })\n"
    "triple('http://h/a', 'e:to', '_:x') triple('_:x', 'e:of', 'e:b-c')";

TEST_F(RdfWords, MakeTurtleGroupedByWhatItIsSaidOf) {
  EXPECT_EQ(write(kBody), R"(@prefix e: <http://e/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<http://h/a>
	a e:Thing ;
	e:name "Name"@en ,
		"Nom"@fr ;
	e:n 7 ;
	e:b true ;
	e:at "2026-01-01T00:00:00Z"^^xsd:dateTime ;
	e:day "2026"^^xsd:gYear ;
	e:to _:x .

_:x
	e:of <http://e/b-c> .

)");
}

TEST_F(RdfWords, MakeTheSameInJsonLd) {
  EXPECT_EQ(write("syntax('json-ld')\n" + kBody), R"({
  "@context": {
    "e": "http://e/",
    "xsd": "http://www.w3.org/2001/XMLSchema#"
  },
  "@graph": [
    {
      "@id": "http://h/a",
      "@type": "e:Thing",
      "e:name": [{"@value": "Name", "@language": "en"}, {"@value": "Nom", "@language": "fr"}],
      "e:n": {"@value": "7", "@type": "xsd:integer"},
      "e:b": {"@value": "true", "@type": "xsd:boolean"},
      "e:at": {"@value": "2026-01-01T00:00:00Z", "@type": "xsd:dateTime"},
      "e:day": {"@value": "2026", "@type": "xsd:gYear"},
      "e:to": {"@id": "_:x"}
    },
    {
      "@id": "_:x",
      "e:of": {"@id": "http://e/b-c"}
    }
  ]
}
)");
  EXPECT_EQ(write("syntax('json-ld')"), "{\n  \"@context\": {},\n  \"@graph\": []\n}\n");
}

TEST_F(RdfWords, WhatALiteralHoldsEndsNoLiteralAndWhatAnIriHoldsNoIri) {
  const std::string body =
      "triple('http://h/a> <b', 'http://e/p', { value = 'a\" .\\n\\\\<x> <y> \\'\\'\\' z\\r' })\n"
      "triple('http://h/a> <b', 'http://e/q', 'http://h/\"{}|^`\\\\')";
  EXPECT_EQ(write(body), R"(<http://h/a%3E%20%3Cb>
	<http://e/p> "a\" .\n\\<x> <y> ''' z\r" ;
	<http://e/q> <http://h/%22%7B%7D%7C%5E%60%5C> .

)");
  EXPECT_NE(write("syntax('json-ld')\n" + body).find(R"("http://e/p": "a\" .\n\\<x> <y> ''' z\r")"), std::string::npos);
}

TEST_F(RdfWords, WhatIsNoTripleIsRefusedInWords) {
  const std::string at = "mine:4: ";
  EXPECT_EQ(write("triple('name', 'http://p', 1)"),
            at + "\"name\" is no IRI: it begins neither with a scheme (https:) nor with a prefix declared");
  EXPECT_EQ(write("triple('http://s', 'http://p', { value = '7 . <a> <b> 1', datatype = "
                  "'http://www.w3.org/2001/XMLSchema#integer' })"),
            at + "\"7 . <a> <b> 1\" is no xsd:integer");
  EXPECT_EQ(write("triple('http://s', 'http://p', { value = 'x', language = 'en . <a>' })"),
            at + "\"en . <a>\" is no language");
  EXPECT_EQ(write("triple('http://s', 'http://p', { valeu = 'x' })"),
            at + "a literal is { value = \"text\" }, with language or datatype if it has one");
  EXPECT_EQ(write("triple('http://s', 'http://p', 1) prefix('e', 'http://e/')"),
            at + "the prefix e comes after the first triple");
  EXPECT_EQ(write("prefix('e', 'http://e/') prefix('e', 'http://f/')"),
            at + "the prefix e was declared as <http://e/>");
  EXPECT_EQ(write("syntax('turtel')"), at + "the syntax is turtle or json-ld; did you mean \"turtle\"?");
  EXPECT_EQ(write("write('a')"), at + "write: a script whose header says --- @output rdf writes by triple()");
  EXPECT_EQ(write("triple('http://s', 'http://p', 1)", "--- @output text\n"),
            at + "only a script whose header says --- @output rdf writes triples");
}

TEST_F(RdfWords, AScriptMayBuildOnOneThatShips) {
  EXPECT_EQ(write("write(tostring(profile ~= nil))", "--- @output text\n--- @base dcat-ap\n--- @param base? text  x\n"),
            "true");
  EXPECT_EQ(write("", "--- @output rdf\n--- @base none\n"), "mine: there is no export script none to build on");
}

}  // namespace
}  // namespace amont
