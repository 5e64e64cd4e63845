#include "chat/typists.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "unit/chat/at.h"

namespace chillin::chat {
namespace {

TEST(Typists, OnlyTheFirstStartIsNews) {
  Typists typists;
  EXPECT_TRUE(typists.start("general", "ana", "s1", at(0)));
  EXPECT_FALSE(typists.start("general", "ana", "s1", at(1)));
  EXPECT_TRUE(typists.start("general", "ben", "s2", at(1)));
  EXPECT_TRUE(typists.start("other", "ana", "s1", at(1)));
  EXPECT_TRUE(typists.typing("general", "ana"));
  EXPECT_FALSE(typists.typing("other", "ben"));
}

TEST(Typists, StoppingIsNewsOnce) {
  Typists typists;
  EXPECT_FALSE(typists.stop("general", "ana"));
  EXPECT_TRUE(typists.start("general", "ana", "s1", at(0)));
  EXPECT_TRUE(typists.stop("general", "ana"));
  EXPECT_FALSE(typists.stop("general", "ana"));
  EXPECT_TRUE(typists.tick(at(10'000)).empty());
}

TEST(Typists, TypingEndsFiveSecondsAfterTheLastSign) {
  Typists typists;
  EXPECT_TRUE(typists.start("general", "ana", "s1", at(0)));
  EXPECT_FALSE(typists.start("general", "ana", "s2", at(3'000)));
  EXPECT_TRUE(typists.tick(at(7'999)).empty());
  const auto expired = typists.tick(at(8'000));
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0].room, "general");
  EXPECT_EQ(expired[0].user, "ana");
  EXPECT_EQ(expired[0].socket_id, "s2");
  EXPECT_FALSE(typists.stop("general", "ana"));
}

RC_GTEST_PROP(Typists, BehaveAsAMapOfDeadlines, ()) {
  Typists typists;
  std::map<std::pair<std::string, std::string>, std::int64_t> model;
  std::int64_t now = 0;
  const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(rc::gen::tuple(
      rc::gen::inRange(0, 3), rc::gen::inRange(0, 3), rc::gen::inRange(0, 3), rc::gen::inRange(0, 3'000)));
  for (const auto& [what, room_index, user_index, wait] : steps) {
    now += wait;
    const std::string room = "r" + std::to_string(room_index);
    const std::string user = "u" + std::to_string(user_index);
    const std::pair key{room, user};
    if (what == 0) {
      RC_ASSERT(typists.start(room, user, "s", at(now)) == !model.contains(key));
      model[key] = now;
    } else if (what == 1) {
      RC_ASSERT(typists.stop(room, user) == (model.erase(key) == 1));
    } else {
      const auto expired = typists.tick(at(now));
      std::size_t expected = 0;
      for (auto it = model.begin(); it != model.end();) {
        if (now - it->second < 5'000) {
          ++it;
          continue;
        }
        ++expected;
        const bool told = std::any_of(expired.begin(), expired.end(), [&](const TypingExpired& e) {
          return e.room == it->first.first && e.user == it->first.second;
        });
        RC_ASSERT(told);
        it = model.erase(it);
      }
      RC_ASSERT(expired.size() == expected);
    }
    RC_ASSERT(typists.typing(room, user) == model.contains(key));
  }
}

}  // namespace
}  // namespace chillin::chat
