#include "query/lua/value_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "query/lua/sandbox.h"

namespace amont {
namespace {

using What = ScriptValue::What;

Result<ScriptValue> value_of(std::string_view source, const ReadLimits& limits = {}) {
  AMONT_LET(const std::unique_ptr<Sandbox> sandbox, Sandbox::create({}));
  AMONT_TRY(sandbox->load("test", source));
  Result<ScriptValue> value = invalid("nothing was read");
  AMONT_TRY(sandbox->run([&](lua_State* L, int first, int) {
    const int height = lua_gettop(L);
    value = read_value(L, first, limits);
    EXPECT_EQ(lua_gettop(L), height);
    return Status();
  }));
  return value;
}

// A value as text, so that expected values can be written out.
std::string shown(const ScriptValue& value) {
  switch (value.what) {
    case What::kNil: return "nil";
    case What::kBoolean: return value.boolean ? "true" : "false";
    case What::kInteger: return fmt::format("{}", value.integer);
    case What::kReal: return fmt::format("{:.2f}", value.real);
    case What::kText: return "'" + value.text + "'";
    case What::kHandle: return "handle";
    case What::kFunction: return "function";
    case What::kTable: break;
  }
  std::string text = "{";
  for (const ScriptValue& element : value.list) text += shown(element) + " ";
  for (const auto& [key, field] : value.fields) text += key + "=" + shown(field) + " ";
  return text + "}";
}

std::string read(std::string_view source, const ReadLimits& limits = {}) {
  const Result<ScriptValue> value = value_of(source, limits);
  return value.ok() ? shown(*value) : std::string(name_of(value.code())) + ": " + value.status().text();
}

TEST(ValueReader, ReadsEveryKindOfValue) {
  EXPECT_EQ(read("return nil"), "nil");
  EXPECT_EQ(read("return true"), "true");
  EXPECT_EQ(read("return 7"), "7");
  EXPECT_EQ(read("return 7.0"), "7.00");
  EXPECT_EQ(read("return '7'"), "'7'");
  EXPECT_EQ(read("return print"), "function");
  EXPECT_EQ(read("return {}"), "{}");
  EXPECT_EQ(read("return {1, {2, x = 'y'}, b = 2, a = {c = false}}"), "{1 {2 x='y' } a={c=false } b=2 }");
  EXPECT_EQ(read("return coroutine.create(print)"), "script: result: a thread can't be given back");
}

TEST(ValueReader, FindsFieldsByName) {
  const Result<ScriptValue> value = value_of("return {b = 2, a = 1, c = 3}");
  ASSERT_TRUE(value.ok());
  ASSERT_NE(value->field("b"), nullptr);
  EXPECT_EQ(value->field("b")->integer, 2);
  EXPECT_EQ(value->field("bb"), nullptr);
  EXPECT_EQ(value->field(""), nullptr);
}

TEST(ValueReader, RunsNoMetamethods) {
  EXPECT_EQ(
      read(
          "local f = function() error('run') end return setmetatable({1, a = 2}, {__index = f, __len = f, __pairs = f, "
          "__tostring = f, __newindex = f})"),
      "{1 a=2 }");
}

TEST(ValueReader, SaysWhereATableContainsItself) {
  EXPECT_EQ(read("local t = {rows = {}} t.rows[1] = {x = t} return t"),
            "script: result.rows[1].x: a table contains itself");
  EXPECT_EQ(read("local t = {} t[1] = t return t"), "script: result[1]: a table contains itself");
  EXPECT_EQ(read("local shared = {1} return {shared, shared}"), "{{1 } {1 } }");
}

TEST(ValueReader, SaysWhereKeysAreOdd) {
  EXPECT_EQ(read("return {rows = {{}, {}, {[true] = 1}}}"),
            "script: result.rows[3]: a table has keys that are neither text nor 1, 2, 3 ...");
  EXPECT_EQ(read("return {[0] = 1}"), "script: result: a table has keys that are neither text nor 1, 2, 3 ...");
  EXPECT_EQ(read("return {[1.5] = 1}"), "script: result: a table has keys that are neither text nor 1, 2, 3 ...");
  EXPECT_EQ(read("return {[{}] = 1}"), "script: result: a table has keys that are neither text nor 1, 2, 3 ...");
  EXPECT_EQ(read("return {1, 2, [4] = 4}"), "script: result: a list of 3 elements has a hole before its last, [4]");
  EXPECT_EQ(read("return {1, nil, 3}"), "script: result: a list of 2 elements has a hole before its last, [3]");
}

TEST(ValueReader, ReportsTheFirstOfSeveralFaultsInTheOrderOfKeys) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(read("local t = {} for i = 10, 40 do t['k' .. i] = {[0] = 1} end return t"),
              "script: result.k10: a table has keys that are neither text nor 1, 2, 3 ...");
  }
}

TEST(ValueReader, KeepsToItsLimits) {
  EXPECT_EQ(read("local t = {} for i = 1, 15 do t = {t} end return t").substr(0, 3), "{{{");
  EXPECT_EQ(read("local t = {} for i = 1, 3 do t = {t} end return {a = t}", {.depth_max = 4}),
            "script: result.a[1][1][1]: tables are nested more than 4 deep");
  EXPECT_EQ(read("return {1, 2, 3}", {.values_max = 3}), "limit: the result has more than 3 values; give back less");
  EXPECT_EQ(read("return {1, 2, 3}", {.values_max = 4}), "{1 2 3 }");
  EXPECT_EQ(read("return {'aaaaaa', bbbb = 1}", {.bytes_max = 9}),
            "limit: the result has more than 9 bytes of text; give back less");
  EXPECT_EQ(read("return {'aaaaaa', bbbb = 1}", {.bytes_max = 10}), "{'aaaaaa' bbbb=1 }");
}

TEST(ValueReader, IsPartOfTheRunAndEndsWithIt) {
  auto sandbox = Sandbox::create({.steps_max = 20'000});
  ASSERT_TRUE(sandbox.ok());
  ASSERT_TRUE(
      (*sandbox)
          ->load("test", "local t = {} for i = 1, 1000 do t[i] = i end r = {} for i = 1, 100 do r[i] = t end return r")
          .ok());
  const Status status = (*sandbox)->run([](lua_State* L, int first, int) { return read_value(L, first).status(); });
  EXPECT_EQ(status.code(), Code::kLimit);
  EXPECT_NE(status.text().find("steps"), std::string::npos) << status.text();
}

}  // namespace
}  // namespace amont
