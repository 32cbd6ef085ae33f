// Objects that stand in several documents are one table, and say what they said.
#include "query/lua/shared_json.h"

#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

const std::string kHead = "--- Test.\n--- @format test\n";
const std::string kLong = R"({"name": "a name that is long enough to be kept"})";

// A document that is begun, with its objects.
struct Document {
  Document(SharedJson& shared, std::string bytes) : text(std::move(bytes)) {
    SharedJson::find_objects(text, objects);
    shared.begin(text, objects);
  }
  std::string text;
  std::vector<SharedJson::Object> objects;
};

TEST(SharedJson, KnowsAnObjectThatWasKeptAndNoOther) {
  SharedJson shared(1 << 20);
  const Document document(shared, "{\"a\": " + kLong + ", \"b\": \"}\\\"{\", \"c\": " + kLong + "}");
  const SharedJson::Object* whole = shared.object_at(0);
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->size, document.text.size());
  EXPECT_EQ(shared.object_at(5), nullptr);
  const SharedJson::Object* object = shared.object_at(6);
  ASSERT_NE(object, nullptr);
  EXPECT_EQ(object->size, kLong.size());
  EXPECT_EQ(shared.find(*object), nullptr);
  EXPECT_FALSE(shared.is_worth_keeping(*object)) << "once";
  EXPECT_TRUE(shared.is_worth_keeping(*object)) << "twice";
  bool forgot = true;
  EXPECT_EQ(shared.keep(*object, 1, &forgot), 1);
  EXPECT_FALSE(forgot);
  const SharedJson::Object* again = shared.object_at(document.text.rfind(kLong));
  ASSERT_NE(again, nullptr);
  EXPECT_NE(shared.find(*again), nullptr);
  EXPECT_EQ(shared.find(*whole), nullptr);
}

TEST(SharedJson, ForgetsAllWhenThereIsMoreThanItMayKeep) {
  SharedJson shared(300);
  const Document document(shared, kLong + R"({"name": "another that is long enough as well"})" +
                                      R"({"name": "a third that there is no place for"})");
  ASSERT_EQ(document.objects.size(), 3u);
  bool forgot = false;
  shared.keep(document.objects[0], 1, &forgot);
  EXPECT_EQ(shared.keep(document.objects[1], 1, &forgot), 2);
  EXPECT_FALSE(forgot);
  EXPECT_EQ(shared.keep(document.objects[2], 1, &forgot), 1);
  EXPECT_TRUE(forgot);
  EXPECT_EQ(shared.find(document.objects[0]), nullptr);
}

TEST(SharedJson, OfTextThatIsNoJsonGivesNothingThatWasNotKept) {
  SharedJson shared(1 << 20);
  for (const std::string text : {"{\"", "{\"\\", "}}{", "{[}", "\"{"}) {
    const Document document(shared, text);
    for (std::size_t i = 0; i < text.size(); ++i) EXPECT_EQ(shared.object_at(i), nullptr);
  }
}

// Of each item its text, and whether the object in it is the table of the item before.
std::vector<std::string> said_of(const std::string& input, const std::string& text) {
  ImportDesk desk;
  const std::string source = kHead + "--- @input " + input +
                             "\nlocal before\nfunction convert(item)\n"
                             "  warn(json(item) .. tostring(rawequal(item.a, before)))\n"
                             "  before = item.a\nend\n";
  (void)desk.import("test", source, {{"x", text}}, true);  // of which nothing is kept
  return desk.said;
}

TEST(SharedJson, IsOneTableFromTheThirdTimeOn) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += "{\"a\": " + kLong + ", \"i\": " + std::to_string(i) + "}\n";
  const std::vector<std::string> said = said_of("json items shared", text);
  ASSERT_EQ(said.size(), 4u);
  EXPECT_TRUE(said[0].ends_with("\"i\":0}false"));
  EXPECT_TRUE(said[1].ends_with("\"i\":1}false"));
  EXPECT_TRUE(said[2].ends_with("\"i\":2}true"));
  EXPECT_TRUE(said[3].ends_with("\"i\":3}true"));
  EXPECT_TRUE(said_of("json items", text)[3].ends_with("\"i\":3}false"));
}

TEST(SharedJson, IsRefusedWhereItIsNestedTooDeep) {
  std::string text, deep = kLong;
  for (int i = 0; i < 40; ++i) deep = "[" + deep + "]";
  deep = "{\"d\": " + deep + "}";
  for (int i = 0; i < 3; ++i) text += "{\"a\": " + deep + "}\n";
  std::string deeper = deep;
  for (int i = 0; i < 30; ++i) deeper = "[" + deeper + "]";
  text += "{\"a\": " + deeper + "}\n";
  const std::vector<std::string> said = said_of("json items shared", text);
  ASSERT_EQ(said.size(), 4u);
  EXPECT_NE(said[3].find("nested deeper than 64 levels"), std::string::npos) << said[3];
  EXPECT_EQ(said[3], said_of("json items", text)[3]);
}

TEST(SharedJson, ManyFieldsAndLongListsAreWhole) {
  std::string text = "{\"list\": [0";
  for (int i = 1; i < 100; ++i) text += "," + std::to_string(i);
  text += "]";
  for (int i = 0; i < 100; ++i) text += ", \"f" + std::to_string(i) + "\": {\"n\": " + std::to_string(i) + "}";
  text += "}\n";
  ImportDesk desk;
  const std::string source = kHead +
                             "--- @input json items\nfunction convert(item)\n"
                             "  local sum, fields = 0, 0\n"
                             "  for _, n in ipairs(item.list) do sum = sum + n end\n"
                             "  for name, field in pairs(item) do\n"
                             "    if field.n then fields = fields + field.n end\n"
                             "  end\n"
                             "  warn(#item.list .. ' ' .. sum .. ' ' .. fields)\n"
                             "end\n";
  const auto report = desk.import("test", source, {{"x", text}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (std::vector<std::string>{"warning x:1: 100 4950 4950"}));
  const auto twice = desk.import("test", source, {{"x", text.substr(0, text.size() - 2) + ", \"f3\": 1}"}});
  EXPECT_NE(twice.status().text().find("the field \"f3\" is there twice"), std::string::npos) << twice.status().text();
}

}  // namespace
}  // namespace amont
