#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "legacy/read_message.h"
#include "legacy/read_room.h"
#include "legacy/read_user.h"

namespace chillin::legacy {
namespace {

constexpr const char* kSha = "65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337c5";
constexpr const char* kBcrypt = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

Record record(const std::string& json, const std::string& name = "ada") {
  Record out;
  out.place = {"x.json", 1, name, std::nullopt};
  out.value = boost::json::parse(json);
  return out;
}
std::string with_password(const std::string& fields) {
  return std::string("{\"password\":\"") + kSha + "\"" + fields + "}";
}

std::string user_rejection(const std::string& json, const std::string& name = "ada") {
  auto read = read_user(record(json, name));
  return read ? "(none)" : read.error().reason;
}
std::string room_rejection(const std::string& json, const std::string& name = "tea") {
  auto read = read_room(record(json, name));
  return read ? "(none)" : read.error().reason;
}
std::string message_rejection(const std::string& json, std::size_t limit = 500) {
  auto read = read_message(record(json), limit);
  return read ? "(none)" : read.error().reason;
}

TEST(LegacyUser, IsReadWithItsHashAndTimeAsTheyAre) {
  auto read = read_user(record(std::string(R"({"username":" Björn ","password":")") + kBcrypt +
                                   R"(","email":"b@example.org","avatar":"https://a.example/b.png",)"
                                   R"("createdAt":"2024-11-03T18:40:55.001Z","updatedAt":5,"more":[]})",
                               "björn"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.username, "björn");
  EXPECT_EQ(read->value.password_hash, kBcrypt);
  EXPECT_EQ(read->value.email, "b@example.org");
  EXPECT_EQ(read->value.avatar, "https://a.example/b.png");
  EXPECT_EQ(util::iso8601(read->value.created_at), "2024-11-03T18:40:55.001Z");
  EXPECT_TRUE(read->notes.empty());
}

TEST(LegacyUser, ShortNamesOfTheEarlierVersionAreKept) {
  EXPECT_EQ(read_user(record(with_password(""), "bo"))->value.username, "bo");
}

TEST(LegacyUser, WhatItCanDoWithoutIsLeftEmptyAndNoted) {
  auto read = read_user(record(with_password(R"(,"email":"no address","avatar":"javascript:alert","createdAt":"?")")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.email, "");
  EXPECT_EQ(read->value.avatar, "");
  EXPECT_EQ(read->value.created_at.value, 0);
  EXPECT_EQ(read->notes.size(), 3U);
  read = read_user(record(with_password(R"(,"email":7,"avatar":null,"updatedAt":1700000000000)")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.created_at.value, 1'700'000'000'000);
  EXPECT_EQ(read->notes.size(), 2U);
}

TEST(LegacyUser, IsRejectedWithAReasonThatHoldsNoSecret) {
  EXPECT_EQ(user_rejection("[]"), "the record is a list, not an object");
  EXPECT_EQ(user_rejection("null"), "the record is null, not an object");
  EXPECT_EQ(user_rejection("{}"), "no password: nobody could sign in");
  EXPECT_EQ(user_rejection(R"({"password":""})"), "no password: nobody could sign in");
  EXPECT_EQ(user_rejection(R"({"password":12345})"), "\"password\" is a number, not a text");
  EXPECT_EQ(user_rejection(R"({"password":"in the clear"})"), "\"password\" is neither a SHA-256 nor a bcrypt hash");
  EXPECT_EQ(user_rejection(with_password(R"(,"username":"bob")")),
            "its key and its \"username\" are two different names");
  EXPECT_EQ(user_rejection(with_password(R"(,"username":{})")), "\"username\" is an object, not a text");
  EXPECT_EQ(user_rejection(with_password(""), std::string(21, 'a')), "The name must have 1 to 20 visible characters.");
  EXPECT_EQ(user_rejection(with_password(""), " "), "The name must have 1 to 20 visible characters.");
  EXPECT_EQ(user_rejection(with_password(""), "Admin"), "the name belongs to the notices of the chat");
}

TEST(LegacyUser, OneThatIsTooLargeIsRejected) {
  Record large = record("null");
  large.too_large = true;
  EXPECT_EQ(read_user(large).error().reason, "larger than 1024 KiB");
}

TEST(LegacyRoom, IsReadAsItIs) {
  auto read =
      read_room(record(std::string(R"({"name":"Secret Garden","description":"ask","creator":"Ada","isPrivate":true,)"
                                   R"("memberCount":9,"createdAt":"2024-12-01T08:00:00.000Z","password":")") +
                           kSha + "\"}",
                       "secret garden"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.name, "secret garden");
  EXPECT_EQ(read->value.description, "ask");
  EXPECT_EQ(read->value.creator.name, "ada");
  EXPECT_TRUE(read->value.is_private);
  EXPECT_EQ(read->value.password_hash, kSha);
  EXPECT_TRUE(read->notes.empty());
}

TEST(LegacyRoom, APrivateOneNeverBecomesPublic) {
  EXPECT_TRUE(read_room(record(with_password("")))->value.is_private) << "it says nothing, but has a password";
  const auto without = read_room(record(R"({"isPrivate":true,"password":null})"));
  ASSERT_TRUE(without);
  EXPECT_TRUE(without->value.is_private);
  EXPECT_EQ(without->notes.front(), "private without a password: only its creator can enter");
  EXPECT_EQ(room_rejection(R"({"isPrivate":true,"password":"in the clear"})"),
            "\"password\" is neither a SHA-256 nor a bcrypt hash: nobody could enter");
  EXPECT_EQ(room_rejection(R"({"isPrivate":"yes"})"), "\"isPrivate\" is a text, not true or false");
  EXPECT_EQ(room_rejection(R"({"password":[]})"), "\"password\" is a list, not a text");
}

TEST(LegacyRoom, APublicOneLosesAPasswordAndSaysSo) {
  const auto read = read_room(record(with_password(R"(,"isPrivate":false,"creator":"ada","createdAt":1)")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.password_hash, "");
  EXPECT_EQ(read->notes, std::vector<std::string>{"public, so its password is left out"});
}

TEST(LegacyRoom, ALongDescriptionIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "é";
  const auto read = read_room(record(R"({"description":")" + text + "\"}"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.description, text.substr(0, 400));
}

TEST(LegacyRoom, IsRejectedWithAReason) {
  EXPECT_EQ(room_rejection("{}", std::string(31, 'a')), "The room's name must have 1 to 30 visible characters.");
  EXPECT_EQ(room_rejection(R"({"name":"coffee"})"), "its key and its \"name\" are two different names");
  EXPECT_EQ(room_rejection("7"), "the record is a number, not an object");
}

TEST(LegacyMessage, IsReadAsItIsKept) {
  const auto read =
      read_message(record(R"({"user":"A Guest","text":" 1 < 2 \u0007","timestamp":"2024-11-03T18:41:10.500Z"})"), 500);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.user, "a guest");
  EXPECT_EQ(read->value.text, " 1 < 2 ");
  EXPECT_EQ(util::iso8601(*read->value.timestamp), "2024-11-03T18:41:10.500Z");
  EXPECT_FALSE(read_message(record(R"({"user":"a","text":"x","timestamp":"soon"})"), 500)->value.timestamp);
}

TEST(LegacyMessage, IsRejectedWithAReason) {
  EXPECT_EQ(message_rejection(R"("hello")"), "the record is a text, not an object");
  EXPECT_EQ(message_rejection(R"({"text":"x"})"), "no user");
  EXPECT_EQ(message_rejection(R"({"user":7,"text":"x"})"), "\"user\" is a number, not a text");
  EXPECT_EQ(message_rejection(R"({"user":"","text":"x"})"), "The name must have 1 to 20 visible characters.");
  EXPECT_EQ(message_rejection(R"({"user":"admin","text":"x"})"), "a notice of the chat, which is not kept");
  EXPECT_EQ(message_rejection(R"({"user":"ada"})"), "no text");
  EXPECT_EQ(message_rejection(R"({"user":"ada","text":{}})"), "\"text\" is an object, not a text");
  EXPECT_EQ(message_rejection(R"({"user":"ada","text":" \n"})"), "the text is empty");
  EXPECT_EQ(message_rejection(R"({"user":"ada","text":"12345"})", 4),
            "The message is longer than 4 characters. (MAX_MESSAGE_LENGTH)");
}

}  // namespace
}  // namespace chillin::legacy
