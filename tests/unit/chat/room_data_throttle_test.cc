#include "chat/room_data_throttle.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "unit/chat/at.h"

namespace chillin::chat {
namespace {

using Texts = std::vector<std::string>;

TEST(RoomDataThrottle, TheFirstChangeAfterQuietGoesOutAtOnce) {
  RoomDataThrottle throttle;
  const auto update = throttle.joined("general", "ana", "s1", 1, at(0));
  ASSERT_TRUE(update);
  EXPECT_EQ(update->room, "general");
  EXPECT_EQ(update->notices, Texts{"ana has joined!"});
  EXPECT_EQ(update->except_socket, "s1");
  const auto left = throttle.left("general", "ana", 1, at(1'000));
  ASSERT_TRUE(left);
  EXPECT_EQ(left->notices, Texts{"ana has left."});
  EXPECT_EQ(left->except_socket, "");
}

TEST(RoomDataThrottle, WhatComesWithinTheSecondWaitsForItsEnd) {
  RoomDataThrottle throttle;
  ASSERT_TRUE(throttle.joined("general", "ana", "s1", 1, at(0)));
  EXPECT_FALSE(throttle.joined("general", "ben", "s2", 2, at(10)));
  EXPECT_TRUE(throttle.tick(at(999)).empty());
  const auto due = throttle.tick(at(1'000));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].notices, Texts{"ben has joined!"});
  EXPECT_EQ(due[0].except_socket, "s2");
}

TEST(RoomDataThrottle, SeveralJoinsBecomeOneNotice) {
  RoomDataThrottle throttle;
  ASSERT_TRUE(throttle.joined("general", "ana", "s0", 1, at(0)));
  for (int i = 0; i < 14; ++i) {
    EXPECT_FALSE(throttle.joined("general", "guest" + std::to_string(i), "s", 2 + i, at(10 + i)));
  }
  const auto due = throttle.tick(at(1'000));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].notices, Texts{"guest0, guest1 and 12 others have joined!"});
  EXPECT_EQ(due[0].except_socket, "");
}

TEST(RoomDataThrottle, TwoAndThreeAreNamedRightly) {
  RoomDataThrottle throttle;
  ASSERT_TRUE(throttle.joined("general", "x", "s", 1, at(0)));
  EXPECT_FALSE(throttle.joined("general", "ana", "s", 2, at(1)));
  EXPECT_FALSE(throttle.joined("general", "ben", "s", 3, at(2)));
  EXPECT_EQ(throttle.tick(at(1'000))[0].notices, Texts{"ana and ben have joined!"});
  EXPECT_FALSE(throttle.left("general", "ana", 2, at(1'001)));
  EXPECT_FALSE(throttle.left("general", "ben", 1, at(1'002)));
  EXPECT_FALSE(throttle.left("general", "cleo", 1, at(1'003)));
  EXPECT_EQ(throttle.tick(at(2'000))[0].notices, Texts{"ana, ben and 1 other have left."});
}

TEST(RoomDataThrottle, WhoCameAndWentIsInNoNotice) {
  RoomDataThrottle throttle;
  ASSERT_TRUE(throttle.joined("general", "x", "s", 1, at(0)));
  EXPECT_FALSE(throttle.joined("general", "ana", "s", 2, at(1)));
  EXPECT_FALSE(throttle.left("general", "ana", 1, at(2)));
  const auto due = throttle.tick(at(1'000));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_TRUE(due[0].notices.empty());
  EXPECT_TRUE(throttle.tick(at(2'000)).empty());
}

// Ben joined while Ana was there and got a list with her in it. She left before anybody was told of her, so all that
// the room had to hear was Ben's own joining, and of that he was left out: Ana stayed in his list for ever.
TEST(RoomDataThrottle, ANewcomerWhoSawSomebodyComeAndGoIsToldTheListAgain) {
  RoomDataThrottle throttle;
  ASSERT_TRUE(throttle.joined("general", "x", "s", 1, at(0)));
  EXPECT_FALSE(throttle.joined("general", "ana", "s1", 2, at(1)));
  EXPECT_FALSE(throttle.joined("general", "ben", "s2", 3, at(2)));
  EXPECT_FALSE(throttle.left("general", "ana", 2, at(3)));
  const auto due = throttle.tick(at(1'000));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].notices, Texts{"ben has joined!"});
  EXPECT_EQ(due[0].except_socket, "");
}

TEST(RoomDataThrottle, WhoWentAndCameBackIsInTheListUnderANewIdAndInNoNotice) {
  RoomDataThrottle throttle;
  ASSERT_TRUE(throttle.joined("general", "x", "s", 2, at(0)));
  EXPECT_FALSE(throttle.left("general", "ana", 1, at(1)));
  EXPECT_FALSE(throttle.joined("general", "ana", "s9", 2, at(2)));
  const auto due = throttle.tick(at(1'000));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_TRUE(due[0].notices.empty());
}

TEST(RoomDataThrottle, TheIntervalGrowsWithTheRoom) {
  EXPECT_EQ(RoomDataThrottle::interval(0).count(), 1'000);
  EXPECT_EQ(RoomDataThrottle::interval(200).count(), 1'000);
  EXPECT_EQ(RoomDataThrottle::interval(10'000).count(), 50'000);
  RoomDataThrottle throttle;
  ASSERT_TRUE(throttle.joined("general", "ana", "s", 1'000, at(0)));
  EXPECT_FALSE(throttle.joined("general", "ben", "s", 1'001, at(4'000)));
  EXPECT_TRUE(throttle.tick(at(5'000)).empty());
  EXPECT_EQ(throttle.tick(at(5'005)).size(), 1U);
}

TEST(RoomDataThrottle, AnEmptyRoomIsToldNothing) {
  RoomDataThrottle throttle;
  EXPECT_FALSE(throttle.left("general", "ana", 0, at(0)));
  EXPECT_TRUE(throttle.tick(at(5'000)).empty());
}

TEST(RoomDataThrottle, QuietRoomsAreForgotten) {
  RoomDataThrottle throttle;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(throttle.joined("room" + std::to_string(i), "ana", "s", 1, at(0)));
  }
  EXPECT_EQ(throttle.size(), 100U);
  EXPECT_TRUE(throttle.tick(at(1'000)).empty());
  EXPECT_EQ(throttle.size(), 0U);
}

// A watcher that only hears the updates knows, one interval after the last change, exactly who came and went; it hears
// them no oftener than the interval allows; and no name is told twice in a row the same way.
RC_GTEST_PROP(RoomDataThrottle, UpdatesAreRareAndAddUp, ()) {
  RoomDataThrottle throttle;
  std::set<std::string> in_room;
  std::set<std::string> told;  // as a watcher puts it together from single-name notices
  std::int64_t now = 0;
  std::int64_t last_update = -1'000'000;
  bool told_by_name = true;
  bool pending = false;

  const auto hear = [&](const RoomUpdate& update) {
    RC_ASSERT(now - last_update >= 1'000);
    last_update = now;
    pending = false;
    for (const std::string& text : update.notices) {
      const auto space = text.find(" has ");
      if (space == std::string::npos) {
        told_by_name = false;  // several in one notice: take the truth from the roomData that follows
        continue;
      }
      const std::string name = text.substr(0, space);
      if (text.ends_with("joined!")) {
        RC_ASSERT(told.insert(name).second);
      } else {
        RC_ASSERT(told.erase(name) == 1);
      }
    }
    if (!told_by_name) told = in_room;
    told_by_name = true;
    RC_ASSERT(told == in_room);
  };

  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(0, 700)));
  in_room.insert("watcher");
  told.insert("watcher");
  for (const auto& [who, wait] : steps) {
    now += wait;
    for (const RoomUpdate& update : throttle.tick(at(now))) hear(update);
    const std::string name = "n" + std::to_string(who);
    std::optional<RoomUpdate> update;
    pending = true;
    if (in_room.insert(name).second) {
      update = throttle.joined("r", name, name, static_cast<std::int64_t>(in_room.size()), at(now));
    } else {
      in_room.erase(name);
      update = throttle.left("r", name, static_cast<std::int64_t>(in_room.size()), at(now));
    }
    if (update) hear(*update);
  }
  now += 1'000;
  for (const RoomUpdate& update : throttle.tick(at(now))) hear(update);
  RC_ASSERT(told == in_room);
  now += 1'000;
  RC_ASSERT(throttle.tick(at(now)).empty());
  RC_ASSERT(throttle.size() == 0U);
}

}  // namespace
}  // namespace chillin::chat
