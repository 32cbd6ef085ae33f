// JSONL: every rule of a line, what an import does with good and bad lines, and what is written.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "amont/exchange.h"
#include "tests/support/crash_disk.h"
#include "tests/support/exchange_desk.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

// The export without its schema line.
std::string records(ExchangeDesk& desk) {
  const std::string all = desk.exported_jsonl();
  return all.substr(all.find('\n') + 1);
}

// Of an import that must fail and leave nothing behind.
std::string failure(ExchangeDesk& desk, const std::string& text) {
  const auto report = desk.jsonl(text);
  EXPECT_FALSE(report.ok()) << text;
  EXPECT_EQ(desk.store().info().head, 1u);
  EXPECT_EQ(records(desk), "");
  return report.ok() ? "taken" : report.status().text();
}
std::string failure(const std::string& text) {
  ExchangeDesk desk;
  return failure(desk, text);
}

TEST(Jsonl, NodesEdgesAndRetractionsAreTaken) {
  ExchangeDesk desk;
  const auto report = desk.jsonl(R"({"comment": "a small hub"}
{"node": "dataset:a", "props": {"title": "A", "free": 7}, "valid_from": "2006-01-01T00:00:00Z"}
{"node": "output:x"}
{"edge": "derived_from", "from": "output:x", "to": "dataset:a", "label": "first", "props": {"how": "sum"}}
{"node": "dataset:gone"}
{"retract": {"node": "dataset:gone"}}
{"edge": "derived_from", "from": "output:x", "to": "dataset:a"}
{"retract": {"edge": "derived_from", "from": "output:x", "to": "dataset:a", "label": ""}}
{"node": "output:x", "props": {}}
)");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->records, 8u);
  EXPECT_EQ(report->nodes, 3u);
  EXPECT_EQ(report->edges, 2u);
  EXPECT_EQ(report->retractions, 2u);
  EXPECT_EQ(report->unchanged, 1u);
  EXPECT_TRUE(report->receipt.written);
  EXPECT_EQ(records(desk), R"({"node":"dataset:a","props":{"free":7,"title":"A"},"valid_from":"2006-01-01T00:00:00Z"}
{"node":"output:x"}
{"edge":"derived_from","from":"output:x","to":"dataset:a","label":"first","props":{"how":"sum"}}
)");
  const auto entries = desk.store().log(2, 2);
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ((*entries)[0].source.format, "jsonl");
  EXPECT_EQ((*entries)[0].source.file, "in.jsonl");
}

TEST(Jsonl, ValuesHaveTheDeclaredTypeOrTheOneTheyAreWrittenIn) {
  ExchangeDesk desk;
  const auto report = desk.jsonl(
      R"({"node":"dataset:a","props":{"at":"2026-01-01T02:00:00+02:00","ratio":1,"n":-5,"u":"2026-01-01T00:00:00Z","i":1,"r":1.0,"e":1e2,)"
      R"("t":{"@time":"2026-01-01T00:00:00.5Z"},"l":[1,"two",3.5,false,{"@time":"2026-01-01T00:00:00Z"}],"b":true,"x":[]}})");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(
      records(desk),
      R"({"node":"dataset:a","props":{"at":{"@time":"2026-01-01T00:00:00Z"},"b":true,"e":100.0,"i":1,)"
      R"("l":[1,"two",3.5,false,{"@time":"2026-01-01T00:00:00Z"}],"n":-5,"r":1.0,"ratio":1.0,"t":{"@time":"2026-01-01T00:00:00.5Z"},)"
      R"("u":"2026-01-01T00:00:00Z","x":[]}})"
      "\n");
}

TEST(Jsonl, NullRemovesAPropertyAndClearsAnInterval) {
  ExchangeDesk desk;
  ASSERT_TRUE(
      desk.jsonl(
              R"({"node":"dataset:a","props":{"u":1,"v":2},"valid_from":"2001-01-01T00:00:00Z","valid_to":"2002-01-01T00:00:00Z"})")
          .ok());
  ASSERT_TRUE(desk.jsonl(R"({"node":"dataset:a","props":{"u":null},"valid_from":null})").ok());
  EXPECT_EQ(records(desk), R"({"node":"dataset:a","props":{"v":2},"valid_to":"2002-01-01T00:00:00Z"})"
                           "\n");
}

TEST(Jsonl, EscapesAreRead) {
  ExchangeDesk desk;
  ASSERT_TRUE(
      desk.jsonl(R"({"no\u0064e":"dataset:\u00e9\ud83d\ude00","props":{"a\"b":"\\ \/ \b\f\n\r\t \u2028 \u0041"}})")
          .ok());
  EXPECT_EQ(records(desk),
            "{\"node\":\"dataset:\xc3\xa9\xf0\x9f\x98\x80\",\"props\":{\"a\\\"b\":\"\\\\ / \\u0008\\u000c\\n\\r\\t "
            "\\u2028 A\"}}\n");
}

TEST(Jsonl, BlankLinesCarriageReturnsAndAMissingLastNewlineAreAccepted) {
  ExchangeDesk desk;
  ASSERT_TRUE(desk.jsonl("{\"node\":\"dataset:a\"}\r\n\r\n \t\n{\"node\":\"dataset:b\"}").ok());
  EXPECT_EQ(records(desk), "{\"node\":\"dataset:a\"}\n{\"node\":\"dataset:b\"}\n");
}

TEST(Jsonl, AnEdgeWaitsForItsEndsAndKeepsItsOrder) {
  ExchangeDesk desk;
  const auto report = desk.jsonl(R"({"edge":"derived_from","from":"output:x","to":"dataset:a","props":{"u":1}}
{"edge":"derived_from","from":"output:x","to":"dataset:a","label":"gone"}
{"node":"output:x"}
{"node":"dataset:a"}
{"edge":"derived_from","from":"output:x","to":"dataset:a","props":{"u":2}}
{"retract":{"edge":"derived_from","from":"output:x","to":"dataset:a","label":"gone"}}
)");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(records(desk), R"({"node":"dataset:a"}
{"node":"output:x"}
{"edge":"derived_from","from":"output:x","to":"dataset:a","label":"","props":{"u":2}}
)");
}

TEST(Jsonl, AnEdgeWhoseEndNeverComesFailsTheImport) {
  EXPECT_EQ(
      failure("{\"node\":\"dataset:a\"}\n{\"edge\":\"derived_from\",\"from\":\"dataset:a\",\"to\":\"dataset:b\"}\n"),
      "in.jsonl:2:1: dataset:b is not in the register; put it first");
}

TEST(Jsonl, EachBadLineSaysWhereAndWhat) {
  const std::map<std::string, std::string> wrong = {
      {R"([1])", "1: an object, { ... }, is expected here; found \"[\""},
      {R"(7)", "1: an object, { ... }, is expected here; found \"7\""},
      {R"({})", "1: a line must have one of node, edge, retract, schema, rule, tx, redact and comment"},
      {R"({"node":"dataset:a",})",
       "21: a field's name in double quotes is expected here; found }; is there a comma too many?"},
      {R"({"node":"dataset:a"} x)", "22: nothing more is expected here; found \"x\""},
      {R"({"node":"dataset:a"} {"node":"dataset:b"})", "22: nothing more is expected here; found \"{\""},
      {R"({"node":"dataset:a" /* x */})",
       "21: '}' after a field, or a comma and another field, is expected here; JSON has no comments"},
      {R"({"node":"dataset:a"//)",
       "20: '}' after a field, or a comma and another field, is expected here; JSON has no comments"},
      {R"({'node':'dataset:a'})", "2: a field's name in double quotes is expected here; JSON has double quotes only"},
      {R"({"node":"dataset:a")",
       "20: '}' after a field, or a comma and another field, is expected here; the text ends"},
      {R"({"node":"dataset:a)", "9: a string begins here and has no closing quote"},
      {R"({"node" "dataset:a"})", "9: ':' after a field's name is expected here; found \"\\\"\""},
      {R"({"nod":"dataset:a"})", "2: unknown field \"nod\"; did you mean \"node\"?"},
      {R"({"prefix":{}})",
       "2: unknown field \"prefix\"; known here are node, edge, retract, schema, tx, redact, comment, rule, from, to, "
       "label, "
       "props, "
       "valid_from, valid_to, mode, lua and arguments"},
      {R"({"node":"dataset:a","node":"dataset:b"})", "21: the field \"node\" is given twice"},
      {R"({"node":"dataset:a","\u006eode":"dataset:b"})", "21: the field \"node\" is given twice"},
      {R"({"node":"dataset:a","props":{"u":1,"\u0075":2}})", "36: the property \"u\" is given twice"},
      {R"({"node":"dataset:a","props":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"c":2}})",
       "84: the property \"c\" is given twice"},
      {R"({"node":"dataset:a","edge":"used"})", "28: a line can't have both \"node\" and \"edge\""},
      {R"({"node":"dataset:a","label":"x"})", "29: \"label\" can't stand beside \"node\""},
      {R"({"retract":{"node":"dataset:a"},"props":{}})", "41: \"props\" can't stand beside \"retract\""},
      {R"({"edge":"used","from":"run:a"})", "1: an edge needs \"from\" and \"to\""},
      {R"({"retract":{"edge":"used"}})",
       "12: a retraction names a node, {\"node\": ...}, a rule, {\"rule\": ...}, or an edge with its edge, from, to "
       "and label"},
      {R"({"retract":{"nodes":"dataset:a"}})", "13: unknown field \"nodes\"; did you mean \"node\"?"},
      {R"({"node":5})", "9: a ref such as \"dataset:x\" is expected here; found \"5\""},
      {R"({"node":"dataset"})", "9: \"dataset\" is no ref: it has no colon; a ref is kind:key, as in dataset:x"},
      {R"({"node":"dataset:a\u0000b"})",
       "9: \"dataset:a\\u{0}b\" is no ref: it holds the control character U+0000 at byte offset 9"},
      {R"({"node":"dataset:a","props":{"u":01}})", "34: a number can't begin with a zero that other digits follow"},
      {R"({"node":"dataset:a","props":{"u":1.}})", "34: a digit must follow a number's point"},
      {R"({"node":"dataset:a","props":{"u":-}})", "34: a digit must follow the minus"},
      {R"({"node":"dataset:a","props":{"u":1e}})", "34: a digit must follow a number's exponent"},
      {R"({"node":"dataset:a","props":{"u":1e400}})",
       "34: a real must fit 64 bits (1e-323 to 1e308); quote it to keep it as text"},
      {R"({"node":"dataset:a","props":{"u":1e-400}})",
       "34: a real must fit 64 bits (1e-323 to 1e308); quote it to keep it as text"},
      {R"({"node":"dataset:a","props":{"u":9223372036854775808}})",
       "34: an integer must fit 64 bits; write .0 after it to keep it as a real, or quote it to keep it as text"},
      {R"({"node":"dataset:a","props":{"u":[[1]]}})", "35: a list can't hold a list"},
      {R"({"node":"dataset:a","props":{"u":[null]}})", "35: a list can't hold null"},
      {R"({"node":"dataset:a","props":{"u":[1,]}})",
       "37: a value (text, a number, true, false, null, {\"@time\": \"...\"} or a list of these) is expected here; "
       "found ]; is there a comma too many?"},
      {R"({"node":"dataset:a","props":{"u":{"x":1}}})",
       "35: a value can't be an object, except {\"@time\": \"...\"} for a timestamp"},
      {R"({"node":"dataset:a","props":{"u":{}}})",
       "34: a value can't be an object, except {\"@time\": \"...\"} for a timestamp"},
      {R"({"node":"dataset:a","props":{"u":"\ud800"}})",
       "35: \\ud800 is half of a surrogate pair without the other half"},
      {R"({"node":"dataset:a","props":{"u":"\udc00\ud800"}})",
       "35: \\udc00 is half of a surrogate pair without the other half"},
      {R"({"node":"dataset:a","props":{"u":"\x"}})", "35: an unknown escape in a string; write a backslash as \\\\"},
      {R"({"node":"dataset:a","props":{"u":"\u12"}})", "35: four hexadecimal digits must follow \\u"},
      {"{\"node\":\"dataset:a\",\"props\":{\"u\":\"a\tb\"}}",
       "36: a control character (U+0009) in a string must be written as \\u0009"},
      {"{\"node\":\"dataset:a\",\"props\":{\"u\":\"\xc0\xaf\"}}", "35: it is not UTF-8 at byte offset 34"},
      {"{\"node\":\"dataset:a\",\"props\":{\"u\":\"\xed\xa0\x80\"}}", "35: it is not UTF-8 at byte offset 34"},
      {"\xef\xbb\xbf{\"node\":\"dataset:a\"}",
       "1: the text begins with a byte order mark (BOM); save it as UTF-8 without one"},
      {R"({"node":"dataset:a","valid_from":"2026-01-01"})", "34: \"2026-01-01\" is no time: "},
      {R"({"node":"dataset:a","valid_from":5})",
       "34: a time such as \"2026-01-01T00:00:00Z\" is expected here; found \"5\""},
      {R"({"node":"nosuchkind:a"})", "1: nosuchkind:a: the schema has no node kind \"nosuchkind\""},
      {R"({"node":"dataset:a","props":{"u":"a\u0000b"}})", "34: dataset:a: u: "},
      {R"({"node":"dataset:a","props":{"u":NaN}})",
       "34: a value (text, a number, true, false, null, {\"@time\": \"...\"} or a list of these) is expected here; NaN "
       "and Infinity are no JSON numbers"},
      {R"({"node":"dataset:a","props":{"u":-Infinity}})",
       "34: a number is expected here; NaN and Infinity are no JSON numbers"},
      {R"({"node":"dataset:a","props":{"u":True}})",
       "34: a value (text, a number, true, false, null, {\"@time\": \"...\"} or a list of these) is expected here; "
       "found \"True\""},
      {R"({"node":"dataset:a","props":{"u":nul}})",
       "34: a value (text, a number, true, false, null, {\"@time\": \"...\"} or a list of these) is expected here; "
       "found \"nul\""},
      {R"({"node":"dataset:a","props":{"title":5}})",
       "38: dataset:a: title must be text: the schema says node \"dataset\" "},
      {R"({"node":"dataset:a","props":{"at":"2026-13-01T00:00:00Z"}})",
       "35: at: \"2026-13-01T00:00:00Z\" is no time: "},
      {R"({"retract":{"node":"dataset:never"}})", "1: dataset:never is not in the register"},
      {R"({"schema":"no such text"})", "1: schema: schema:1: no such text"},
      {R"({"tx":{"number":0,"time":"2026-01-01T00:00:00Z"}})", "17: a transaction's number is an integer from 1"},
      {R"({"tx":{"number":1}})", "7: a transaction needs its number and time"},
  };
  ExchangeDesk desk;
  for (const auto& [line, text] : wrong) {
    const std::string got = failure(desk, "{\"comment\":\"one line before\"}\n" + line + "\n");
    EXPECT_EQ(got.substr(0, text.size() + 11), "in.jsonl:2:" + text) << line;
  }
}

TEST(Jsonl, WithoutKeepGoingNothingOfTheImportIsTaken) {
  EXPECT_EQ(failure("{\"node\":\"dataset:a\"}\n{\"node\":\"dataset:b\",}\n{\"node\":\"dataset:c\"}\n"),
            "in.jsonl:2:21: a field's name in double quotes is expected here; found }; is there a comma too many?");
}

TEST(Jsonl, KeepGoingTakesTheGoodLinesAndTellsOfTheOthersInOrder) {
  ExchangeDesk desk;
  const auto report = desk.jsonl(R"({"node":"dataset:a"}
{"edge":"derived_from","from":"dataset:a","to":"dataset:never","label":"l"}
{"node":"dataset:b",}
{"node":"dataset:c","props":{"n":"five"}}
{"node":"dataset:d"}
)",
                                 true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->records, 5u);
  EXPECT_EQ(report->rejected, 3u);
  EXPECT_EQ(records(desk), "{\"node\":\"dataset:a\"}\n{\"node\":\"dataset:d\"}\n");
  ASSERT_EQ(desk.rejects.size(), 3u);
  EXPECT_EQ(desk.rejects[0].where.text(), "in.jsonl:2:1");
  EXPECT_EQ(desk.rejects[0].reason, "dataset:never is not in the register; put it first");
  EXPECT_EQ(desk.rejects[0].record, R"({"edge":"derived_from","from":"dataset:a","to":"dataset:never","label":"l"})");
  EXPECT_EQ(desk.rejects[1].where.text(), "in.jsonl:3:21");
  EXPECT_EQ(desk.rejects[1].record, R"({"node":"dataset:b",})");
  EXPECT_EQ(desk.rejects[2].where.text(), "in.jsonl:4:34");
  EXPECT_TRUE(desk.rejects[2].reason.find("n must be integer") != std::string::npos) << desk.rejects[2].reason;
}

TEST(Jsonl, ASchemaLineHoldsForTheLinesAfterIt) {
  EXPECT_NE(failure("{\"node\":\"package:p\"}\n{\"schema\":\"custom\"}\n").find("in.jsonl:1:"), std::string::npos);
  ExchangeDesk desk;
  const auto report =
      desk.jsonl("{\"schema\":\"custom\"}\n{\"node\":\"package:p\",\"props\":{\"at\":\"2026-01-01T00:00:00Z\"}}\n");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(records(desk), "{\"node\":\"package:p\",\"props\":{\"at\":{\"@time\":\"2026-01-01T00:00:00Z\"}}}\n");
}

TEST(Jsonl, BoundsAreKept) {
  const auto node = [](const std::string& props) { return "{\"node\":\"dataset:a\",\"props\":{" + props + "}}"; };
  std::string many;
  for (int i = 0; i < 1001; ++i) many += (i ? ",\"p" : "\"p") + std::to_string(i) + "\":1";
  EXPECT_NE(failure(node(many)).find("a record has at most 1000 properties"), std::string::npos);
  const std::string text_max(1 << 20, 'x');
  EXPECT_NE(failure(node("\"u\":\"" + text_max + "x\"")).find("in.jsonl:1:34: a text of 1048577 bytes"),
            std::string::npos);
  std::string items = "1";
  for (int i = 1; i < 10001; ++i) items += ",1";
  EXPECT_NE(failure(node("\"u\":[" + items + "]")).find("a list of more than 10000 items"), std::string::npos);

  ExchangeDesk desk;
  items.resize(items.size() - 2);
  many.resize(many.rfind(','));
  EXPECT_TRUE(desk.jsonl(node("\"u\":\"" + text_max + "\"") + "\n" + node("\"u\":[" + items + "]") +
                         "\n{\"node\":\"dataset:b\",\"props\":{" + many + "}}")
                  .ok());
}

TEST(Jsonl, AnOverlongLineIsRefusedWithoutBeingReadIntoMemory) {
  // 200 MiB in one line, then a good one; the source makes them as they are asked for.
  std::uint64_t left = 200u << 20;
  std::size_t piece_max = 0;
  const std::string after = "\"}\n{\"node\":\"dataset:b\"}\n";
  std::size_t after_at = 0;
  const ByteSource source = [&](std::span<char> out) -> Result<std::size_t> {
    piece_max = std::max(piece_max, out.size());
    if (left > 0) {
      const std::size_t size = std::min<std::uint64_t>(out.size(), left);
      std::fill_n(out.data(), size, 'x');
      left -= size;
      return size;
    }
    const std::size_t size = std::min(out.size(), after.size() - after_at);
    std::copy_n(after.data() + after_at, size, out.data());
    after_at += size;
    return size;
  };
  ExchangeDesk desk;
  ImportOptions options = desk.options("long.jsonl");
  options.keep_going = true;
  const auto report = import_jsonl(desk.store(), source, options);
  ASSERT_TRUE(report.ok()) << report.status().text();
  ASSERT_EQ(desk.rejects.size(), 1u);
  EXPECT_EQ(desk.rejects[0].where.text(), "long.jsonl:1:1");
  EXPECT_EQ(desk.rejects[0].reason, "the line is longer than 32 MiB");
  EXPECT_EQ(desk.rejects[0].record.size(), 64u << 10);
  EXPECT_LE(piece_max, (32u << 20) + 1);
  EXPECT_EQ(records(desk), "{\"node\":\"dataset:b\"}\n");
}

TEST(Jsonl, ManyChunksKeepTheirOrderAndLineNumbers) {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += "{\"node\":\"dataset:k" + std::to_string(i % 3000) + "\",\"props\":{\"n\":" + std::to_string(i) + "}}\n";
  for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{977}}) {
    ExchangeDesk desk;
    ImportOptions options = desk.options("in.jsonl");
    const auto report = import_jsonl(desk.store(), source_of(text, piece), options);
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_EQ(report->records, 20'000u);
    EXPECT_NE(desk.exported_jsonl().find("{\"node\":\"dataset:k1999\",\"props\":{\"n\":19999}}\n"), std::string::npos);
    const auto bad = desk.jsonl(text + "{\"node\":}\n");
    EXPECT_EQ(bad.status().text(),
              "in.jsonl:20001:9: a ref such as \"dataset:x\" is expected here; found }; is there a comma too many?");
  }
}

TEST(Jsonl, AFailingInputFailsTheImport) {
  ExchangeDesk desk;
  int calls = 0;
  const ByteSource source = [&](std::span<char> out) -> Result<std::size_t> {
    if (++calls > 1) return io_error("the pipe broke");
    const std::string line = "{\"node\":\"dataset:a\"}\n";
    std::copy(line.begin(), line.end(), out.begin());
    return line.size();
  };
  const auto report = import_jsonl(desk.store(), source, desk.options("in.jsonl"));
  EXPECT_EQ(report.code(), Code::kIo);
  EXPECT_EQ(desk.store().info().head, 1u);
}

TEST(Jsonl, ProgressMayCancelAndNothingIsTaken) {
  ExchangeDesk desk;
  ImportOptions options = desk.options("in.jsonl");
  options.progress = [](std::string_view, std::uint64_t, std::uint64_t) { return false; };
  EXPECT_EQ(import_jsonl(desk.store(), source_of("{\"node\":\"dataset:a\"}\n"), options).code(), Code::kTimeout);
  EXPECT_EQ(desk.store().info().head, 1u);
}

TEST(Jsonl, InvisibleCharactersAreWarnedOf) {
  ExchangeDesk desk;
  const auto report = desk.jsonl("{\"node\":\"dataset:re\xe2\x80\x8bport\"}\n{\"node\":\"dataset:caf\xc3\xa9\"}\n");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->warnings, 1u);
  ASSERT_EQ(desk.warnings.size(), 1u);
  EXPECT_NE(desk.warnings[0].find("in.jsonl:1:1: the key \"re"), std::string::npos) << desk.warnings[0];
}

TEST(Jsonl, AnEmptyInputIsRefusedAndACommentIsEnough) {
  EXPECT_EQ(failure(""), "in.jsonl:1:1: the input is empty");
  ExchangeDesk desk;
  const auto report = desk.jsonl("{\"comment\":\"nothing yet\"}");
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->receipt.written);
}

TEST(Jsonl, JsonTextIsAlwaysValidAndMovesNoTerminal) {
  std::string out;
  append_json_string(out, std::string_view("a\0\x1b[2J\"\\\x7f\xc2\x9b\xe2\x80\xa8\xff\xc3(\xed\xa0\x80 \xc3\xa9", 23));
  EXPECT_EQ(out,
            "\"a\\u0000\\u001b[2J\\\"\\\\\\u007f\\u009b\\u2028\xef\xbf\xbd\xef\xbf\xbd("
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc3\xa9\"");
  const auto json = [](Value value) {
    std::string text;
    append_json(text, value);
    return text;
  };
  EXPECT_EQ(json(1.0), "1.0");
  EXPECT_EQ(json(1e300), "1e+300");
  EXPECT_EQ(json(5e-324), "5e-324");
  EXPECT_EQ(json(0.1), "0.1");
  EXPECT_EQ(json(std::int64_t{INT64_MIN}), "-9223372036854775808");
  EXPECT_EQ(json(Timestamp{500'000}), "{\"@time\":\"1970-01-01T00:00:00.5Z\"}");
  EXPECT_EQ(json(List{std::string("a"), true, 2.5}), "[\"a\",true,2.5]");
  EXPECT_EQ(json(List{}), "[]");
}

TEST(Jsonl, MutatedLinesNeverCrashAndAlwaysSayWhere) {
  const std::vector<std::string> seeds = {
      R"({"node":"dataset:snds/dcir","props":{"title":"DCIR","n":5,"ratio":0.5,"tags":["a","b"],"at":"2026-01-01T00:00:00Z"},"valid_from":null})",
      R"({"edge":"derived_from","from":"output:x","to":"dataset:a","label":"l","props":{"u":{"@time":"2026-01-01T00:00:00.123456Z"}}})",
      R"({"retract":{"edge":"derived_from","from":"output:x","to":"dataset:a","label":""}})",
      R"({"schema":"custom"})",
      R"({"tx":{"number":3,"time":"2026-01-01T00:00:00Z","author":"a","source":{"format":"x","original_number":1},"key":"k"}})",
      R"({"comment":"\ud83d\ude00 \u0041 caf\u00e9"})",
  };
  const std::string spice = "{}[]\":,\\u0 -.eEtfn\n\r\t\xff\xc3\x00";
  Dice dice(seed_of_this_run());
  ExchangeDesk desk;
  for (int run = 0; run < 4000; ++run) {
    std::string text = seeds[dice.below(seeds.size())] + "\n" + seeds[dice.below(seeds.size())];
    for (std::uint64_t n = 1 + dice.below(4); n > 0; --n) {
      const std::size_t at = dice.below(text.size());
      switch (dice.below(4)) {
        case 0: text[at] = spice[dice.below(spice.size())]; break;
        case 1: text.insert(at, 1, spice[dice.below(spice.size())]); break;
        case 2: text.erase(at, 1 + dice.below(3)); break;
        default: text.insert(at, text.substr(dice.below(text.size()), dice.below(20)));
      }
      if (text.empty()) text = "{";
    }
    const auto report = desk.jsonl(text, dice.coin());
    EXPECT_TRUE(report.ok() || report.status().text().starts_with("in.jsonl:")) << report.status().text() << "\n"
                                                                                << text;
  }
}

}  // namespace
}  // namespace amont
