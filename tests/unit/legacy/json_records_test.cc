#include "legacy/json_records.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <vector>

#include "legacy/surrogates.h"
#include "support/legacy_folder.h"

namespace chillin::legacy {
namespace {

using Shape = JsonRecords::Shape;

class JsonRecordsTest : public ::testing::Test {
 protected:
  /// Every record as "place = value"; an error comes last.
  std::vector<std::string> read(const std::string& text, Shape shape = Shape::kByName) {
    folder_.write("x.json", text);
    auto records = JsonRecords::open(folder_.path, "x.json", shape);
    if (!records) return {records.error().detail};
    std::vector<std::string> out;
    while (true) {
      auto record = records->next();
      if (!record) {
        out.push_back("error: " + record.error().detail);
        return out;
      }
      if (!*record) return out;
      const Record& r = **record;
      out.push_back(r.place.text() + " = " + (r.too_large ? "(too large)" : boost::json::serialize(r.value)));
    }
  }
  std::string error(const std::string& text, Shape shape = Shape::kByName) {
    const auto all = read(text, shape);
    return all.empty() ? "(none)" : all.back();
  }

  test::LegacyFolder folder_;
};

using Lines = std::vector<std::string>;

TEST_F(JsonRecordsTest, RecordsComeInTheOrderOfTheFileWithTheirPlaces) {
  EXPECT_EQ(read("{\n \"a\": {\"x\": [1, {}]},\r\n\n \"b\" : \"}\", \"c\":null,\"d\" :-1.5e3 }\n"),
            (Lines{"x.json, line 2, \"a\" = {\"x\":[1,{}]}", "x.json, line 4, \"b\" = \"}\"",
                   "x.json, line 4, \"c\" = null", "x.json, line 4, \"d\" = -1.5E3"}));
  EXPECT_EQ(read("{}"), Lines{});
  EXPECT_EQ(read("\xEF\xBB\xBF {\"a\":1}"), Lines{"x.json, line 1, \"a\" = 1"});
}

TEST_F(JsonRecordsTest, ListsComeItemByItem) {
  EXPECT_EQ(read("{\"a\":[{\"t\":\"]\"},\n2],\"b\":[],\"c\":{\"no\":\"list\"}}", Shape::kListsByName),
            (Lines{"x.json, line 1, \"a\"[0] = {\"t\":\"]\"}", "x.json, line 2, \"a\"[1] = 2",
                   "x.json, line 2, \"c\" = {\"no\":\"list\"}"}));
}

TEST_F(JsonRecordsTest, AKeyThatRepeatsComesTwice) {
  EXPECT_EQ(read("{\"a\":1,\"a\":2}").size(), 2U);
}

TEST_F(JsonRecordsTest, WhatIsNoJsonIsAnErrorThatNamesTheLine) {
  EXPECT_EQ(error(""),
            "error: x.json, line 1: the file is empty: an earlier version without entries would have written {}");
  EXPECT_NE(error("[]").find("{ (an object by name)"), std::string::npos);
  EXPECT_NE(error("{\n\"a\": 1").find("x.json, line 2: the file ends too early"), std::string::npos);
  EXPECT_NE(error("{\"a\": {\"b\": \"never ends").find("cut off"), std::string::npos);
  EXPECT_NE(error("{\"a\": 1}\n\n{}").find("line 3: something follows"), std::string::npos);
  EXPECT_NE(error("{\"a\": 1,}").find("a name in quotes"), std::string::npos);
  EXPECT_NE(error("{\"a\" 1}").find(": instead of '1'"), std::string::npos);
  EXPECT_NE(error("{\"a\": }").find("a record instead of '}'"), std::string::npos);
  EXPECT_NE(error("{\"a\":\n {\"b\":\n tru }}").find("x.json, line 3: not JSON"), std::string::npos);
  EXPECT_NE(error("{\"a\": {]}").find("not JSON"), std::string::npos);
  EXPECT_NE(error("{\"a\": 1 2}").find("not JSON"), std::string::npos);
  EXPECT_NE(error("{\"a\": \"\xFF\"}").find("not UTF-8"), std::string::npos);
  EXPECT_NE(error("{\"a\": \"\n\"}").find("not JSON"), std::string::npos);
  EXPECT_NE(error(std::string("\0{}", 3)).find("a byte of value 0"), std::string::npos);
  EXPECT_NE(error("{\"a\": [1 2]}", Shape::kListsByName).find("not JSON"), std::string::npos);
  EXPECT_NE(error("{\"a\": [1,]}", Shape::kListsByName).find("a record instead of ']'"), std::string::npos);
  EXPECT_NE(error("{\"a\": [1", Shape::kListsByName).find("too early"), std::string::npos);
  EXPECT_NE(error("{\"a\":" + std::string(100'000, '[')).find("too early"), std::string::npos);
  EXPECT_NE(error("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}").find("not JSON"), std::string::npos);
}

TEST_F(JsonRecordsTest, AMissingFileAndAFolderAreNamed) {
  EXPECT_NE(
      JsonRecords::open(folder_.path, "none.json", Shape::kByName).error().detail.find("/none.json cannot be read"),
      std::string::npos);
  std::filesystem::create_directory(folder_.path + "/sub");
  EXPECT_NE(JsonRecords::open(folder_.path, "sub", Shape::kByName).error().detail.find("is not a file"),
            std::string::npos);
}

TEST_F(JsonRecordsTest, ARecordOfMoreThanAMebibyteIsPassedOver) {
  const std::string large(JsonRecords::kMaxRecordBytes, 'x');
  EXPECT_EQ(read("{\"a\":\"" + large + "\",\n\"b\":1}"),
            (Lines{"x.json, line 1, \"a\" = (too large)", "x.json, line 2, \"b\" = 1"}));
}

TEST_F(JsonRecordsTest, NamesAreShownEscapedAndCut) {
  EXPECT_EQ(read("{\"a\\u001b[2J\":1}")[0], "x.json, line 1, \"a\\u001b[2J\" = 1");
  std::string long_name;
  for (int i = 0; i < 40; ++i) long_name += "é";
  std::string shown;
  for (int i = 0; i < 30; ++i) shown += "é";
  EXPECT_EQ(read("{\"" + long_name + "\":1}")[0], "x.json, line 1, \"" + shown + "\"... = 1");
}

TEST(LoneSurrogates, AreReplacedAndPairsAreNot) {
  const auto repaired = [](std::string json) { return replace_lone_surrogates(json) ? json : "(as it was)"; };
  EXPECT_EQ(repaired(R"("\ud83d\ude00 \u00e9 \\ud83d \n")"), "(as it was)");
  EXPECT_EQ(repaired(R"("cut \ud83d")"), R"("cut \uFFFD")");
  EXPECT_EQ(repaired(R"("\ude00\ud83d\ud83d\ude00")"), R"("\uFFFD\uFFFD\ud83d\ude00")");
  EXPECT_EQ(repaired(R"("\\\ud83d")"), R"("\\\uFFFD")");
  EXPECT_EQ(repaired(R"("\ud8)"), "(as it was)");
  EXPECT_EQ(repaired("\\"), "(as it was)");
}

}  // namespace
}  // namespace chillin::legacy
