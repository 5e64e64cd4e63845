#include "presence/redis/room_mirror.h"

#include <gtest/gtest.h>

namespace chillin::presence {
namespace {

std::string users(RoomMirror& mirror) {
  std::string out;
  const std::string json = mirror.snapshot().users_json;
  for (std::size_t at = json.find("\"name\":\""); at != std::string::npos; at = json.find("\"name\":\"", at + 1)) {
    out += json.substr(at + 8, json.find('"', at + 8) - at - 8) + " ";
  }
  return out;
}

TEST(RoomMirror, FollowsChanges) {
  RoomMirror mirror("general");
  EXPECT_EQ(mirror.version(), 0);
  mirror.replace(10, 2, {{"ana", 0, "s1"}, {"ben", 7, "s2"}});
  EXPECT_EQ(mirror.version(), 10);
  mirror.apply(13, 2, {"+ 0 s3 carl the great", "- ana", "= s4 ben"});
  EXPECT_EQ(mirror.version(), 13);
  EXPECT_EQ(mirror.snapshot().users_json,
            R"([{"id":"s4","name":"ben","room":"general"},{"id":"s3","name":"carl the great","room":"general"}])");
  EXPECT_EQ(mirror.find("ben")->account, 7);
}

// Two calls under way, sent at the same version: the second answer repeats what the first brought.
TEST(RoomMirror, PassesOverWhatItKnows) {
  RoomMirror mirror("general");
  mirror.replace(10, 0, {});
  mirror.apply(11, 1, {"+ 0 s1 ana"});
  mirror.apply(12, 2, {"+ 0 s1 ana", "+ 0 s2 ben"});
  mirror.apply(12, 2, {"+ 0 s2 ben"});
  EXPECT_EQ(users(mirror), "ana ben ");
  EXPECT_EQ(mirror.total(), 2);
}

TEST(RoomMirror, AsksForEverybodyWhenSomebodyListedIsMissing) {
  std::vector<RoomMirror::Person> people;
  for (std::size_t i = 0; i < RoomMirror::kCapacity; ++i) people.push_back({"n" + std::to_string(i), 0, "s"});
  RoomMirror mirror("general");
  mirror.replace(10, 1'000, people);
  std::int64_t version = 10;
  std::int64_t total = 1'000;
  mirror.apply(++version, ++total, {"+ 0 s late"});
  for (std::size_t i = 0; i < RoomMirror::kCapacity - chat::kMaxListedUsers; ++i) {
    mirror.apply(++version, --total, {"- n" + std::to_string(i)});
    EXPECT_NE(mirror.version(), 0);
  }
  EXPECT_EQ(users(mirror).find("late"), std::string::npos);
  mirror.apply(++version, --total, {"- n599"});
  EXPECT_EQ(mirror.version(), 0);
}

TEST(RoomMirror, GoesOnWithoutRedisAndThenStartsAfresh) {
  RoomMirror mirror("general");
  mirror.replace(10, 1, {{"ana", 0, "s1"}});
  mirror.add({"ben", 0, "s2"});
  mirror.remove("ana");
  EXPECT_EQ(users(mirror), "ben ");
  EXPECT_EQ(mirror.total(), 1);
  EXPECT_EQ(mirror.version(), 0);
  mirror.replace(5, 1, {{"carl", 0, "s3"}});
  EXPECT_EQ(users(mirror), "carl ");
  EXPECT_EQ(mirror.version(), 5);
}

}  // namespace
}  // namespace chillin::presence
