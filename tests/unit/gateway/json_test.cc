#include <gtest/gtest.h>

#include "gateway/json_in.h"
#include "gateway/json_out.h"
#include "gateway/openapi.h"

namespace chillin::gateway {
namespace {

TEST(FieldReader, NamesTheFirstFieldThatIsWrong) {
  const json::value payload = json::parse(R"({"text":5,"seq":"x","ok":1})");
  FieldReader fields(&payload);
  EXPECT_EQ(fields.text("text"), "");
  EXPECT_EQ(fields.integer("seq"), 0);
  ASSERT_TRUE(fields.error());
  EXPECT_EQ(fields.error()->field, "text");
  EXPECT_EQ(fields.error()->code, chat::ErrorCode::kInvalidPayload);
}

TEST(FieldReader, AnythingButAnObjectIsRefused) {
  for (const char* text : {"null", "5", "\"x\"", "[]"}) {
    const json::value payload = json::parse(text);
    EXPECT_TRUE(FieldReader(&payload).error()) << text;
  }
  EXPECT_TRUE(FieldReader(nullptr).error());
}

TEST(FieldReader, NullCountsAsAbsentAndWholeDoublesAsIntegers) {
  const json::value payload = json::parse(R"({"a":null,"b":3.0,"c":3.5,"d":1e300})");
  FieldReader fields(&payload);
  EXPECT_EQ(fields.text_or("a", "x"), "x");
  EXPECT_EQ(fields.optional_integer("b"), 3);
  EXPECT_FALSE(fields.error());
  EXPECT_EQ(fields.optional_integer("d"), std::nullopt);
  EXPECT_EQ(fields.error()->field, "d");
}

TEST(FieldReader, ListsHoldStringsOnly) {
  const json::value payload = json::parse(R"({"good":["a","b"],"bad":["a",1]})");
  FieldReader fields(&payload);
  EXPECT_EQ(fields.optional_texts("good"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(fields.optional_texts("bad").empty());
  EXPECT_EQ(fields.error()->field, "bad");
}

chat::Message sample() {
  chat::Message m;
  m.id = {chat::RoomId{3}, chat::Seq{8}};
  m.room = "lobby";
  m.author_key = "u:1";
  m.user = "amelie";
  m.text = "<b>\"hi\"</b>";
  m.timestamp = util::WallMillis{1'700'000'000'123};
  return m;
}

TEST(JsonOut, AMessageHasTheFieldsOfTheContractAndNoMore) {
  std::string out;
  append_message(out, sample());
  EXPECT_EQ(
      out,
      R"({"id":"3-8","room":"lobby","seq":8,"user":"amelie","text":"<b>\"hi\"</b>","timestamp":"2023-11-14T22:13:20.123Z"})");
}

TEST(JsonOut, TempIdStandsOnlyWhereItIsAskedFor) {
  std::string out;
  append_message(out, sample(), "t1");
  EXPECT_NE(out.find(R"("tempId":"t1")"), std::string::npos);
}

TEST(JsonOut, ADeletionNamesTheMessageAndItsNewSeq) {
  chat::RoomEvent event;
  event.kind = chat::ChangeKind::kDeleted;
  event.seq = chat::Seq{9};
  event.message = sample();
  event.message.deleted_at = util::WallMillis{1'700'000'000'500};
  const auto wire = wire_event(event);
  EXPECT_EQ(wire.name, "messageDeleted");
  const auto value = json::parse(wire.args);
  EXPECT_EQ(value.at("seq").to_number<int>(), 9);
  EXPECT_EQ(value.at("id").as_string(), "3-8");
  EXPECT_EQ(value.at("deletedAt").as_string(), "2023-11-14T22:13:20.500Z");
}

TEST(JsonOut, ARefusalIsOneSentenceAndACode) {
  chat::Error error = chat::refuse(chat::ErrorCode::kRateLimited);
  error.retry_after_ms = 1500;
  EXPECT_EQ(refusal_args(error), R"(["Too many at once. Wait a moment.",{"code":"RATE_LIMITED","retryAfterMs":1500}])");
}

TEST(JsonOut, ANoticeComesFromAdminWithoutAnId) {
  const auto wire = wire_event(chat::Notice{"lobby", "x has joined!"}, util::WallMillis{0});
  EXPECT_EQ(wire.name, "message");
  const auto value = json::parse(wire.args);
  EXPECT_EQ(value.at("user").as_string(), "admin");
  EXPECT_EQ(value.as_object().if_contains("id"), nullptr);
}

TEST(Openapi, IsValidJsonAndNamesEveryPath) {
  const auto doc = json::parse(openapi_json("1.2.3"));
  EXPECT_EQ(doc.at("info").at("version").as_string(), "1.2.3");
  const auto& paths = doc.at("paths").as_object();
  EXPECT_NE(paths.if_contains("/api/rooms/{roomName}/messages"), nullptr);
  EXPECT_NE(paths.at("/api/users/me").as_object().if_contains("patch"), nullptr);
}

}  // namespace
}  // namespace chillin::gateway
