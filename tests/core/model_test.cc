#include "amont/model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "amont/store.h"
#include "core/text/timestamp.h"

namespace amont {
namespace {

std::string why_not(std::string_view text) {
  const auto ref = Ref::parse(text);
  EXPECT_FALSE(ref.ok()) << text;
  EXPECT_EQ(ref.code(), Code::kInvalid);
  return ref.status().text();
}

TEST(Ref, TheFirstColonSplits) {
  const auto ref = Ref::parse("dataset:snds:dcir/2025");
  ASSERT_TRUE(ref.ok());
  EXPECT_EQ(ref->kind, "dataset");
  EXPECT_EQ(ref->key, "snds:dcir/2025");
  EXPECT_EQ(ref->text(), "dataset:snds:dcir/2025");
}

TEST(Ref, TakesAnyKeyOfUtf8) {
  for (const char* text :
       {"a:b", "a_1:x", "z09_:k", "dataset::", "dataset: ", "dataset:caf\xc3\xa9", "dataset:\xf0\x9f\x90\x9f",
        "dataset:a\xe2\x80\xae"
        "b",
        "dataset:a b\"c'\\d"}) {
    const auto ref = Ref::parse(text);
    ASSERT_TRUE(ref.ok()) << text;
    EXPECT_EQ(ref->text(), text);
    EXPECT_TRUE(ref->check().ok()) << text;
  }
}

TEST(Ref, SaysWhichRuleIsBrokenAndWhere) {
  EXPECT_EQ(why_not(""), "\"\" is no ref: it has no colon; a ref is kind:key, as in dataset:x");
  EXPECT_EQ(why_not("dataset"), "\"dataset\" is no ref: it has no colon; a ref is kind:key, as in dataset:x");
  EXPECT_EQ(why_not(":x"), "\":x\" is no ref: a kind must stand before the colon, as in dataset:x");
  EXPECT_EQ(why_not("Dataset:x"), "\"Dataset:x\" is no ref: a kind begins with a letter a to z, unlike byte offset 0");
  EXPECT_EQ(why_not("9a:x"), "\"9a:x\" is no ref: a kind begins with a letter a to z, unlike byte offset 0");
  EXPECT_EQ(why_not("_a:x"), "\"_a:x\" is no ref: a kind begins with a letter a to z, unlike byte offset 0");
  EXPECT_EQ(why_not("data set:x"),
            "\"data set:x\" is no ref: a kind has only a to z, 0 to 9 and _, unlike byte offset 4");
  EXPECT_EQ(why_not("d\xc3\xa9:x"),
            "\"d\xc3\xa9:x\" is no ref: a kind has only a to z, 0 to 9 and _, unlike byte offset 1");
  EXPECT_EQ(why_not("dataset:"), "\"dataset:\" is no ref: a key must follow the colon at byte offset 7");
  EXPECT_EQ(why_not("dataset:a\nb"),
            "\"dataset:a\\u{a}b\" is no ref: it holds the control character U+000A at byte offset 9");
  EXPECT_EQ(why_not("dataset:\x7f"),
            "\"dataset:\\u{7f}\" is no ref: it holds the control character U+007F at byte offset 8");
  EXPECT_EQ(why_not("dataset:a\xc2\x85"),
            "\"dataset:a\\u{85}\" is no ref: it holds the control character U+0085 at byte offset 9");
  EXPECT_EQ(why_not("dataset:caf\xe9"), "\"dataset:caf\\xe9\" is no ref: it is not UTF-8 at byte offset 11");
  EXPECT_EQ(why_not(std::string_view("dataset:a\0b", 11)),
            "\"dataset:a\\u{0}b\" is no ref: it holds the control character U+0000 at byte offset 9");
}

TEST(Ref, AKeyHas1To1024Bytes) {
  EXPECT_TRUE(Ref::parse("dataset:" + std::string(1024, 'k')).ok());
  EXPECT_NE(why_not("dataset:" + std::string(1025, 'k')).find("its key has 1025 bytes, more than 1024"),
            std::string::npos);
  EXPECT_TRUE(Ref::parse(std::string(256, 'k') + ":x").ok());
  EXPECT_NE(why_not(std::string(257, 'k') + ":x").find("its kind has 257 bytes, more than 256"), std::string::npos);
}

TEST(Ref, CheckRefusesWhatParseWould) {
  EXPECT_TRUE((Ref{"dataset", "x:y"}).check().ok());
  EXPECT_EQ((Ref{"data:set", "x"}).check().code(), Code::kInvalid);
  EXPECT_EQ((Ref{"dataset", ""}).check().code(), Code::kInvalid);
  EXPECT_EQ((Ref{"", "x"}).check().code(), Code::kInvalid);
  EXPECT_EQ((Ref{"dataset", "\x1b[2J"}).check().code(), Code::kInvalid);
}

TEST(Ref, KeysCompareAsBytes) {
  const Ref composed{"dataset", "caf\xc3\xa9"}, decomposed{"dataset", "cafe\xcc\x81"};
  EXPECT_NE(composed, decomposed);
  EXPECT_LT((Ref{"dataset", "z"}), (Ref{"dataset", "\xc3\xa9"}));
  EXPECT_LT((Ref{"dataset", "Z"}), (Ref{"dataset", "a"}));
}

TEST(Label, MayBeEmptyAndHasAtMost1024BytesWithoutControls) {
  EXPECT_TRUE(check_label("").ok());
  EXPECT_TRUE(check_label("a: b\xc3\xa9").ok());
  EXPECT_TRUE(check_label(std::string(1024, 'l')).ok());
  EXPECT_EQ(check_label(std::string(1025, 'l')).code(), Code::kLimit);
  EXPECT_EQ(check_label("a\tb").text(),
            "\"a\\u{9}b\" can't be a label: it holds the control character U+0009 at byte offset 1");
  EXPECT_EQ(check_label("\xc2\x9b").code(), Code::kInvalid);
  EXPECT_EQ(check_label("\xff").code(), Code::kInvalid);
}

TEST(PropertyName, Has1To256BytesWithoutControls) {
  EXPECT_TRUE(check_property_name("a").ok());
  EXPECT_TRUE(check_property_name("R\xc3\xa9gime 2:x").ok());
  EXPECT_TRUE(check_property_name(std::string(256, 'n')).ok());
  EXPECT_EQ(check_property_name(std::string(257, 'n')).code(), Code::kLimit);
  EXPECT_EQ(check_property_name("").code(), Code::kInvalid);
  EXPECT_EQ(check_property_name("a\x01").text(),
            "\"a\\u{1}\" can't name a property: it holds the control character U+0001 at byte offset 1");
}

Status checked(Value value) { return check_value(value); }

TEST(Value, TextIsUtf8WithoutNulUpToOneMebibyte) {
  EXPECT_TRUE(checked(std::string()).ok());
  EXPECT_TRUE(checked(std::string("line\nline\t\x1b[31m\x7f\xc2\x85")).ok());
  EXPECT_TRUE(checked(std::string(1 << 20, 'x')).ok());
  EXPECT_EQ(checked(std::string((1 << 20) + 1, 'x')).code(), Code::kLimit);
  EXPECT_EQ(checked(std::string("a\0b", 3)).text(),
            "\"a\\u{0}b\" can't be a value: it holds the control character U+0000 at byte offset 1");
  EXPECT_EQ(checked(std::string("\xed\xa0\x80")).text(),
            "\"\\xed\\xa0\\x80\" can't be a value: it is not UTF-8 at byte offset 0");
}

TEST(Value, RealsAreFiniteAndNeverMinusZero) {
  EXPECT_TRUE(checked(std::numeric_limits<double>::max()).ok());
  EXPECT_TRUE(checked(std::numeric_limits<double>::denorm_min()).ok());
  EXPECT_EQ(checked(std::numeric_limits<double>::infinity()).code(), Code::kInvalid);
  EXPECT_EQ(checked(-std::numeric_limits<double>::infinity()).code(), Code::kInvalid);
  EXPECT_EQ(checked(std::numeric_limits<double>::quiet_NaN()).code(), Code::kInvalid);
  Value value = -0.0;
  ASSERT_TRUE(check_value(value).ok());
  EXPECT_FALSE(std::signbit(std::get<double>(value)));
  Value list = List{-0.0, 1.5};
  ASSERT_TRUE(check_value(list).ok());
  EXPECT_FALSE(std::signbit(std::get<double>(std::get<List>(list)[0])));
}

TEST(Value, TimestampsLieInTheYears1To9999) {
  EXPECT_TRUE(checked(kEarliest).ok());
  EXPECT_TRUE(checked(kLatest).ok());
  EXPECT_EQ(checked(Timestamp{kLatest.micros + 1}).code(), Code::kInvalid);
  EXPECT_EQ(checked(List{kEarliest, Timestamp{INT64_MIN}}).code(), Code::kInvalid);
}

TEST(Value, AListHasAtMost10000ItemsAndEachIsChecked) {
  EXPECT_TRUE(checked(List{}).ok());
  EXPECT_TRUE(checked(List(10'000, Scalar(std::int64_t{7}))).ok());
  EXPECT_EQ(checked(List(10'001, Scalar(true))).code(), Code::kLimit);
  EXPECT_EQ(checked(List{std::string("a"), std::string("b\xff")}).text(),
            "item 2: \"b\\xff\" can't be a value: it is not UTF-8 at byte offset 1");
  EXPECT_EQ(checked(List{std::string((1 << 20) + 1, 'x')}).code(), Code::kLimit);
}

TEST(Properties, AreFoundByName) {
  const Properties props = {{"a", true}, {"b", std::string("text")}, {"ba", std::int64_t{3}}, {"c", List{}}};
  ASSERT_NE(find_property(props, "ba"), nullptr);
  EXPECT_EQ(*find_property(props, "ba"), Value(std::int64_t{3}));
  EXPECT_EQ(*find_property(props, "a"), Value(true));
  EXPECT_EQ(find_property(props, ""), nullptr);
  EXPECT_EQ(find_property(props, "bb"), nullptr);
  EXPECT_EQ(find_property(props, "d"), nullptr);
  EXPECT_EQ(find_property({}, "a"), nullptr);
  EXPECT_EQ(text_property(props, "b"), "text");
  EXPECT_EQ(text_property(props, "a"), "");
  EXPECT_EQ(text_property(props, "absent"), "");
}

TEST(InvisibleCharacters, AreSeenWhereverTheyStand) {
  EXPECT_FALSE(has_invisible_characters(""));
  EXPECT_FALSE(has_invisible_characters("plain text, caf\xc3\xa9, \xf0\x9f\x90\x9f"));
  EXPECT_TRUE(
      has_invisible_characters("a\xe2\x80\xae"
                               "b"));                           // right-to-left override
  EXPECT_TRUE(has_invisible_characters("\xe2\x80\x8b"));        // zero-width space
  EXPECT_TRUE(has_invisible_characters("soft\xc2\xadhyphen"));  //
  EXPECT_TRUE(has_invisible_characters("\xef\xbb\xbfmark"));    // byte order mark
  EXPECT_TRUE(has_invisible_characters("x\xf3\xa0\x81\x81"));   // tag letter A
  EXPECT_FALSE(has_invisible_characters("\xff\xfe not UTF-8"));
}

TEST(TxKind, HasAName) {
  EXPECT_EQ(name_of(TxKind::kPlain), "plain");
  EXPECT_EQ(name_of(TxKind::kBatchOpen), "batch_open");
  EXPECT_EQ(name_of(TxKind::kBatchPart), "batch_part");
  EXPECT_EQ(name_of(TxKind::kBatchClose), "batch_close");
  EXPECT_EQ(name_of(TxKind::kBatchVoid), "batch_void");
}

}  // namespace
}  // namespace amont
