// CSV: the reader's strictness, the types of cells, and the round trip.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "amont/exchange.h"
#include "tests/support/crash_disk.h"
#include "tests/support/exchange_desk.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

std::string records(ExchangeDesk& desk) {
  const std::string all = desk.exported_jsonl();
  return all.substr(all.find('\n') + 1);
}

TEST(Csv, NodesAreTaken) {
  ExchangeDesk desk;
  const auto report = desk.csv(
      "kind,key,title,n,ratio,flag,at,tags,valid_from,free\r\n"
      "dataset,a,\"A, \"\"quoted\"\"\r\nand "
      "broken\",5,1,true,2026-01-01,\"[\"\"x\"\",\"\"y\"\"]\",2006-01-01T00:00:00Z,007\n"
      "\n"
      "dataset,b,,,,,,,,\n"
      "output,x, spaced ,-1,2.5e3,false,2026-01-01T00:00:00.5Z,[],2007-01-01,\"\"");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->nodes, 3u);
  EXPECT_EQ(
      records(desk),
      R"({"node":"dataset:a","props":{"at":{"@time":"2026-01-01T00:00:00Z"},"flag":true,"free":"007","n":5,"ratio":1.0,"tags":["x","y"],)"
      R"("title":"A, \"quoted\"\r\nand broken"},"valid_from":"2006-01-01T00:00:00Z"})"
      "\n"
      R"({"node":"dataset:b"})"
      "\n"
      R"({"node":"output:x","props":{"at":{"@time":"2026-01-01T00:00:00.5Z"},"flag":false,"n":-1,"ratio":2500.0,"tags":[],"title":" spaced "},)"
      R"("valid_from":"2007-01-01T00:00:00Z"})"
      "\n");
}

TEST(Csv, EdgesAreTaken) {
  ExchangeDesk desk;
  ASSERT_TRUE(desk.csv("kind,key\ndataset,a\noutput,x\n").ok());
  const auto report = desk.csv(
      "kind,from,to,label,n,valid_to\nderived_from,output:x,dataset:a,,1,\nderived_from,output:x,dataset:a,second,,"
      "2026-01-01\n");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->edges, 2u);
  EXPECT_EQ(records(desk), R"({"node":"dataset:a"}
{"node":"output:x"}
{"edge":"derived_from","from":"output:x","to":"dataset:a","label":"","props":{"n":1}}
{"edge":"derived_from","from":"output:x","to":"dataset:a","label":"second","valid_to":"2026-01-01T00:00:00Z"}
)");
  ASSERT_TRUE(desk.csv("kind,from,to\nderived_from,dataset:a,dataset:a\n").ok());
}

TEST(Csv, AByteOrderMarkAtTheBeginningIsSkipped) {
  ExchangeDesk desk;
  ASSERT_TRUE(desk.csv("\xef\xbb\xbfkind,key\ndataset,a\n").ok());
  EXPECT_EQ(records(desk), "{\"node\":\"dataset:a\"}\n");
}

TEST(Csv, EachBadFileSaysWhereAndWhat) {
  const std::map<std::string, std::string> wrong = {
      {"", "1:1: the input is empty; a CSV file begins with a header"},
      {"\n\n", "1:1: the input is empty; a CSV file begins with a header"},
      {"key,kind\n",
       "1:1: the header must begin with kind,key for nodes or kind,from,to,label for edges; it begins with \"key\""},
      {"kind;key\n",
       "1:1: the header must begin with kind,key for nodes or kind,from,to,label for edges; it begins with "
       "\"kind;key\" (cells are separated by commas)"},
      {"kind,key,id,title,id\n", "1:19: the column \"id\" is there twice"},
      {"kind,key,\n", "1:10: a property's name must not be empty"},
      {"kind,key,title,owner\ndataset,1,a\n", "2:1: the row has 3 cells, and the header 4"},
      {"kind,key\ndataset,1,a\n", "2:1: the row has 3 cells, and the header 2"},
      {"kind,key,title\ndataset,1,\"never closed\ndataset,2,x\n", "2:11: a quote opens here and never closes"},
      {"kind,key,title\ndataset,1,a\"b\n",
       "2:12: a quote stands inside a cell; put quotes around the whole cell, and write \"\" for a quote in it"},
      {"kind,key,title\ndataset,1,\"a\"b\n", "2:14: a comma or the row's end must follow a closing quote"},
      {"kind,key,title\ndataset,1,a\rdataset,2,b\n",
       "2:12: a carriage return (CR) stands alone here; rows end with LF or CRLF, and in a cell it needs quotes around "
       "the cell"},
      {"kind,key,title\ndataset,1,caf\xe9\n", "2:14: it is not UTF-8 at byte offset 13"},
      {"kind,key,title\ndataset,1,\"two\nlines\xe9\"\n", "3:6: it is not UTF-8 at byte offset 20"},
      {std::string("kind,key,title\ndataset,1,a\0b\n", 30),
       "2:12: it holds the control character U+0000 at byte offset 11"},
      {"kind,key,n\ndataset,1,five\n", "2:11: \"five\" is no integer, as which n is declared"},
      {"kind,key,n\ndataset,1,5.0\n", "2:11: \"5.0\" is no integer, as which n is declared"},
      {"kind,key,n\ndataset,1,05\n", "2:11: \"05\" is no integer, as which n is declared"},
      {"kind,key,ratio\ndataset,1,1e400\n", "2:11: \"1e400\" is no real, as which ratio is declared"},
      {"kind,key,flag\ndataset,1,yes\n", "2:11: \"yes\" is no boolean, as which flag is declared"},
      {"kind,key,tags\ndataset,1,\"a,b\"\n",
       "2:11: \"a,b\" is no list of text plain, as which tags is declared; a list is written as JSON, such as [\"a\", "
       "\"b\"]"},
      {"kind,key,at\ndataset,1,yesterday\n", "2:11: at: \"yesterday\" is no date"},
      {"kind,key,u@json\ndataset,1,NaN\n", "2:11: a value"},
      {"kind,key,u,u@json\ndataset,1,a,5\n", "2:1: dataset:1: the property u is given twice"},
      {"kind,key\nnosuchkind,1\n", "2:1: nosuchkind:1: the schema has no node kind"},
      {"kind,key\ndataset,\n", "2:1: \"dataset:\" is no ref"},
      {"kind,from,to\nderived_from,dataset,dataset:a\n", "2:14: \"dataset\" is no ref"},
      {"kind,from,to\nderived_from,dataset:a,dataset:b\n", "2:1: dataset:a is not in the register; put it first"},
  };
  ExchangeDesk desk;
  for (const auto& [text, expected] : wrong) {
    const auto report = desk.csv(text);
    ASSERT_FALSE(report.ok()) << text;
    EXPECT_EQ(report.status().text().substr(0, expected.size() + 7), "in.csv:" + expected) << text;
    EXPECT_EQ(desk.store().info().head, 1u);
  }
}

TEST(Csv, KeepGoingTakesTheGoodRowsAndTellsOfTheOthers) {
  ExchangeDesk desk;
  const auto report = desk.csv(
      "kind,key,title\ndataset,1,a\ndataset,2\ndataset,3,a\"b\ndataset,4,\xe9\ndataset,5,\"c\nd\"\ndataset,6,e,f\n",
      true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(records(desk),
            "{\"node\":\"dataset:1\",\"props\":{\"title\":\"a\"}}\n{\"node\":\"dataset:5\",\"props\":{\"title\":"
            "\"c\\nd\"}}\n");
  ASSERT_EQ(desk.rejects.size(), 4u);
  EXPECT_EQ(desk.rejects[0].where.text(), "in.csv:3:1");
  EXPECT_EQ(desk.rejects[0].record, "dataset,2");
  EXPECT_EQ(desk.rejects[1].where.text(), "in.csv:4:12");
  EXPECT_EQ(desk.rejects[1].record, "dataset,3,a\"b");
  EXPECT_EQ(desk.rejects[2].where.text(), "in.csv:5:11");
  EXPECT_EQ(desk.rejects[3].where.text(), "in.csv:8:1");
}

TEST(Csv, AnUnclosedQuoteDoesNotSwallowMemory) {
  std::uint64_t left = 200u << 20;
  std::uint64_t given = 0;
  const std::string head = "kind,key,title\ndataset,1,\"";
  const ByteSource source = [&](std::span<char> out) -> Result<std::size_t> {
    if (given == 0) {
      std::copy(head.begin(), head.end(), out.begin());
      given = head.size();
      return head.size();
    }
    const std::size_t size = std::min<std::uint64_t>(out.size(), left);
    std::fill_n(out.data(), size, 'x');
    left -= size;
    given += size;
    return size;
  };
  ExchangeDesk desk;
  const auto report = import_csv(desk.store(), source, desk.options("in.csv"));
  EXPECT_EQ(report.status().text(), "in.csv:2:11: a row of more than 32 MiB; does the quote that opens here close?");
  EXPECT_LE(given, 65u << 20);
}

TEST(Csv, AThousandPropertiesFitAndNotOneMore) {
  std::string header = "kind,key,valid_from,valid_to";
  for (int i = 0; i < 1000; ++i) header += ",p" + std::to_string(i);
  ExchangeDesk desk;
  EXPECT_TRUE(desk.csv(header + "\n").ok());
  const auto report = desk.csv(header + ",q\n");
  EXPECT_EQ(report.code(), Code::kLimit);
  EXPECT_EQ(report.status().text(), "in.csv:1:1: 1005 columns are more than the 1004 that there may be");
}

TEST(Csv, RowsAreTheSameHoweverTheInputIsCut) {
  const std::string text = "kind,key,title\r\ndataset,1,\"a\"\"\"\"b\r\n\"\r\n\r\ndataset,2,\"\"\ndataset,3,c\r\n";
  ExchangeDesk whole;
  ASSERT_TRUE(whole.csv(text).ok());
  for (std::size_t piece = 1; piece < 8; ++piece) {
    ExchangeDesk desk;
    const auto report = import_csv(desk.store(), source_of(text, piece), desk.options("in.csv"));
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_EQ(records(desk), records(whole));
  }
}

TEST(Csv, WhatTheColumnsCantHoldGoesToColumnsOfJson) {
  ExchangeDesk desk;
  ASSERT_TRUE(
      desk.jsonl(
              R"({"node":"dataset:a","props":{"title":"","u":5,"v":"text","kind":"k","valid_from":"x","w@json":"w","n":7,"l":[1,{"@time":"2026-01-01T00:00:00Z"}]}}
{"node":"dataset:b","props":{"u":"five","r":0.1,"b":false}})")
          .ok());
  EXPECT_EQ(desk.exported_nodes(),
            "kind,key,b@json,kind@json,l@json,n,r@json,title@json,u,u@json,v,valid_from@json,w@json@json\n"
            "dataset,a,,\"\"\"k\"\"\",\"[1,{\"\"@time\"\":\"\"2026-01-01T00:00:00Z\"\"}]\",7,,\"\"\"\"\"\",,5,text,"
            "\"\"\"x\"\"\",\"\"\"w\"\"\"\n"
            "dataset,b,false,,,,0.1,,five,,,,\n");
  ExchangeDesk copy;
  const auto report = copy.csv(desk.exported_nodes());
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(copy.exported_jsonl(), desk.exported_jsonl());
}

TEST(Csv, MutatedFilesNeverCrashAndAlwaysSayWhere) {
  const std::string seed =
      "kind,key,title,n,tags,at,u@json\ndataset,a,\"A "
      "\"\"x\"\"\n\",5,\"[\"\"x\"\"]\",2026-01-01T00:00:00Z,1.5\r\noutput,b,,,,,\n";
  const std::string spice = ",\"\n\r\xff[]{}05 a";
  Dice dice(seed_of_this_run());
  ExchangeDesk desk;
  for (int run = 0; run < 3000; ++run) {
    std::string text = seed;
    for (std::uint64_t n = 1 + dice.below(3); n > 0; --n) {
      const std::size_t at = dice.below(text.size());
      switch (dice.below(3)) {
        case 0: text[at] = spice[dice.below(spice.size())]; break;
        case 1: text.insert(at, 1, spice[dice.below(spice.size())]); break;
        default: text.erase(at, 1 + dice.below(3));
      }
    }
    const auto report = desk.csv(text, dice.coin());
    EXPECT_TRUE(report.ok() || report.status().text().starts_with("in.csv:")) << report.status().text() << "\n" << text;
  }
}

}  // namespace
}  // namespace amont
