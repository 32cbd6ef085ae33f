// The statements of Turtle inputs, whatever pieces they come in: what they say, where they end, and where they can't be read.
#include "query/lua/triple_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "query/lua/triple_parser.h"

namespace amont {
namespace {

ByteSource pieces_of(const std::string& text, std::size_t piece) {
  return [&text, piece, at = std::size_t{0}](std::span<char> out) mutable -> Result<std::size_t> {
    const std::size_t count = std::min({out.size(), text.size() - at, piece});
    std::memcpy(out.data(), text.data() + at, count);
    at += count;
    return count;
  };
}

// "3 s p iri:o" a statement; the last line is what ended it, if anything did.
std::vector<std::string> read(const std::string& text, const std::string& path = "x.ttl", std::size_t piece = 7) {
  TripleReader reader(pieces_of(text, piece), path);
  std::vector<std::string> lines;
  while (true) {
    const Result<const Triple*> next = reader.next();
    if (!next.ok()) {
      lines.push_back(fmt::format("{}:{} {}", reader.line(), reader.column(), next.status().text()));
      EXPECT_FALSE(reader.next().ok()) << "a reader that failed goes on";
      return lines;
    }
    if (!*next) return lines;
    const Triple& triple = **next;
    static constexpr const char* kKinds[] = {"iri", "blank", "literal"};
    lines.push_back(fmt::format("{} {} {} {}:{}{}{}{}{}{}", triple.line, triple.subject, triple.predicate,
                                kKinds[static_cast<int>(triple.kind)], triple.object,
                                triple.language.empty() ? "" : "@", triple.language, triple.datatype.empty() ? "" : "^",
                                triple.datatype, triple.graph.empty() ? "" : " in " + triple.graph));
  }
}
using Lines = std::vector<std::string>;

TEST(TripleReader, PrefixesBasesBlankNodesListsAndLiteralsAreRead) {
  const std::string text =
      "@prefix ex: <http://ex/> .\n@base <http://base/> .\n"
      "ex:a a ex:B ;\n  ex:p \"text\"@fr , 7 , \"x\"^^ex:t , true ;\n"
      "  ex:q [ ex:r <rel> ] , ( 1 ) .\n_:n ex:p <urn:x> .\n";
  const Lines expected = {
      "3 http://ex/a http://www.w3.org/1999/02/22-rdf-syntax-ns#type iri:http://ex/B",
      "4 http://ex/a http://ex/p literal:text@fr",
      "4 http://ex/a http://ex/p literal:7^http://www.w3.org/2001/XMLSchema#integer",
      "4 http://ex/a http://ex/p literal:x^http://ex/t",
      "4 http://ex/a http://ex/p literal:true^http://www.w3.org/2001/XMLSchema#boolean",
      "5 http://ex/a http://ex/q blank:_:b1",
      "5 _:b1 http://ex/r iri:http://base/rel",
      "5 http://ex/a http://ex/q blank:_:b2",
      "5 _:b2 http://www.w3.org/1999/02/22-rdf-syntax-ns#first literal:1^http://www.w3.org/2001/XMLSchema#integer",
      "5 _:b2 http://www.w3.org/1999/02/22-rdf-syntax-ns#rest iri:http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
      "6 _:n http://ex/p iri:urn:x"};
  for (const std::size_t piece : {1u, 2u, 7u, 100000u}) EXPECT_EQ(read(text, "x.ttl", piece), expected) << piece;
}

TEST(TripleReader, TheEndingOfTheNameTellsTheSyntax) {
  EXPECT_EQ(read("<http://s> <http://p> \"o\" .\n", "x.nt"), (Lines{"1 http://s http://p literal:o"}));
  EXPECT_EQ(read("<http://g> { <http://s> <http://p> 1 }\n", "x.trig"),
            (Lines{"1 http://s http://p literal:1^http://www.w3.org/2001/XMLSchema#integer in http://g"}));
}

TEST(TripleReader, RdfXmlIsReadStripeByStripe) {
  const std::string text =
      "<?xml version='1.0'?>\n<!DOCTYPE rdf:RDF [<!ENTITY ex 'http://ex/'>]>\n"
      "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='http://ex/' "
      "xml:base='http://base/doc'>\n"
      "<e:Thing rdf:about='&ex;a' e:short='s' xml:lang='en'>\n"
      "  <e:text>said &amp; done</e:text>\n  <e:n rdf:datatype='http://t'>7</e:n>\n  <e:to rdf:resource='#r'/>\n"
      "  <e:in><rdf:Description rdf:nodeID='x'><e:of/></rdf:Description></e:in>\n"
      "  <e:list rdf:parseType='Collection'><rdf:Description rdf:ID='m'/></e:list>\n"
      "  <e:has rdf:parseType='Resource'><rdf:li>1</rdf:li><rdf:li>2</rdf:li></e:has>\n"
      "</e:Thing></rdf:RDF>\n";
  const std::string rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
  const Lines expected = {"4 http://ex/a " + rdf + "type iri:http://ex/Thing",
                          "4 http://ex/a http://ex/short literal:s@en",
                          "5 http://ex/a http://ex/text literal:said & done@en",
                          "6 http://ex/a http://ex/n literal:7^http://t",
                          "7 http://ex/a http://ex/to iri:http://base/doc#r",
                          "8 http://ex/a http://ex/in blank:_:nx",
                          "8 _:nx http://ex/of literal:@en",
                          "9 http://ex/a http://ex/list blank:_:b1",
                          "9 _:b1 " + rdf + "first iri:http://base/doc#m",
                          "9 _:b1 " + rdf + "rest iri:" + rdf + "nil",
                          "10 http://ex/a http://ex/has blank:_:b2",
                          "10 _:b2 " + rdf + "_1 literal:1@en",
                          "10 _:b2 " + rdf + "_2 literal:2@en"};
  for (const std::size_t piece : {1u, 100000u}) EXPECT_EQ(read(text, "x.owl", piece), expected) << piece;
}

TEST(TripleReader, RdfXmlThatIsNoneIsToldWithItsPlace) {
  const std::string head = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='http://ex/'>\n";
  EXPECT_EQ(read(head + "<e:A><e:p></e:q>", "x.rdf").back(), "2:13 mismatched tag");
  EXPECT_EQ(read(head + "<e:A>text</e:A></rdf:RDF>", "x.rdf").back().substr(0, 2), "2:");
  EXPECT_EQ(read("no xml", "x.rdf").back().substr(0, 2), "1:");
  EXPECT_EQ(read("", "x.rdf").back().substr(0, 2), "1:");
  EXPECT_NE(read(head + "<e:A><e:p rdf:parseType='Literal'><b/></e:p></e:A></rdf:RDF>", "x.rdf").back().find("Turtle"),
            std::string::npos);
  std::string deep = head;
  for (int i = 0; i < 100'000; ++i) deep += "<e:A><e:p>";
  EXPECT_NE(read(deep, "x.rdf", 1000).back().find("nested too deep"), std::string::npos);
  std::string laughs = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'>";
  for (char c = 'b'; c < 'k'; ++c)
    laughs +=
        fmt::format("<!ENTITY {} '&{};&{};&{};&{};&{};&{};&{};&{};&{};&{};'>", c, char(c - 1), char(c - 1), char(c - 1),
                    char(c - 1), char(c - 1), char(c - 1), char(c - 1), char(c - 1), char(c - 1), char(c - 1));
  laughs += "]>" + head + "<e:A><e:p>&j;</e:p></e:A></rdf:RDF>";
  const auto heard = read(laughs, "x.rdf", 1000);  // what comes before the joke, and why it goes no further
  EXPECT_LE(heard.size(), 2u);
  EXPECT_NE(heard.back().find("amplification"), std::string::npos) << heard.back();
}

TEST(TripleReader, WhatIsNoTurtleIsToldWithItsPlace) {
  EXPECT_EQ(read("<http://s> <http://p> <http://o> .\n<http://s> .\n").size(), 2u);
  EXPECT_EQ(read("@prefix e: <http://e/> .\ne:a e:b \"c\" .\ne:a o:b 1 .\n").back(),
            "3:0 the prefix of \"o:b\" was not declared");
  EXPECT_EQ(read("<http://s> <http://p> 1 .\n<http://s> ??? 1 .").back().substr(0, 2), "2:");
  EXPECT_EQ(read("<http://s> <http://p> \"open .").back().substr(0, 2), "1:");
  EXPECT_EQ(read("<http://s> <http://p> 1 .\n}").back().substr(0, 2), "2:");
  EXPECT_EQ(read("<http://s> <http://p> <no iri> .").back().substr(0, 2), "1:");
  for (const char* const text : {"\xC0\x80", "\xFF", "\xED\xA0\x80", "\\uD800", "\\u0000", "\xC3"})
    EXPECT_EQ(read(fmt::format("<http://s> <http://p> \"a{}\" .", text)).back().substr(0, 2), "1:") << text;
  EXPECT_EQ(read(std::string("<http://s> <http://p> 1 .\n\0<http://s> <http://p> 2 .", 51)).back(), "2:0 a NUL byte");
  EXPECT_EQ(read(""), Lines());
  EXPECT_EQ(read("# nothing\n"), Lines());
  EXPECT_EQ(read("\xEF\xBB\xBF<http://s> <http://p> \"o\" ."), (Lines{"1 http://s http://p literal:o"}));
}

TEST(TripleReader, WhatIsNestedWithoutEndIsRefusedAndNotFollowed) {
  for (const char* const open : {"[ <http://p> ", "( ", "[ <http://p> ( "}) {
    std::string text = "<http://s> <http://p> ";
    for (int i = 0; i < 300'000; ++i) text += open;
    EXPECT_TRUE(read(text, "x.ttl", 1000).back().ends_with(" blank nodes or lists are nested too deep")) << open;
  }
  std::string text = "(";
  for (int i = 0; i < 300'000; ++i) text += "( ";
  EXPECT_TRUE(read(text, "x.ttl", 1000).back().ends_with(" blank nodes or lists are nested too deep"));
}

TEST(TripleReader, AStatementLongerThanItsLimitIsRefused) {
  std::uint64_t given = 0;
  TripleReader reader(
      [&](std::span<char> out) -> Result<std::size_t> {
        std::memset(out.data(), 'a', out.size());
        if (given == 0) std::memcpy(out.data(), "<http://s> <http://p> \"", 23);
        given += out.size();
        return out.size();
      },
      "endless.ttl");
  EXPECT_EQ(reader.next().status().code(), Code::kLimit);
  EXPECT_LT(given, TripleParser::kDescriptionBytesMax + (1 << 20));
}

TEST(TripleReader, AFailureOfTheSourceIsTold) {
  TripleReader reader([](std::span<char>) -> Result<std::size_t> { return io_error("the disk is gone"); }, "x.ttl");
  EXPECT_EQ(reader.next().status().text(), "the disk is gone");
}

}  // namespace
}  // namespace amont
