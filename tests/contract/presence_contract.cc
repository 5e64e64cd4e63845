// What every implementation of chat::Presence does.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "chat/told_id.h"
#include "presence/memory/memory_presence.h"
#include "presence/redis/redis_presence.h"
#include "unit/redis/redis_process.h"
#include "util/manual_executor.h"

namespace chillin::test {
namespace {

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<chat::Presence>()> make;
};

void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

class PresenceContract : public ::testing::TestWithParam<Implementation> {
 protected:
  chat::Result<chat::Joined> join(const std::string& room, const std::string& socket, const std::string& name,
                                  std::int64_t account = 0) {
    return executor.wait(presence->join(room, member(socket, name, account)));
  }
  chat::Left leave(const std::string& room, const std::string& socket) {
    return *executor.wait(presence->leave(room, socket));
  }
  chat::RoomSnapshot snapshot(const std::string& room) { return *executor.wait(presence->snapshot(room)); }
  static chat::Member member(const std::string& socket, const std::string& name, std::int64_t account = 0) {
    chat::Member m{socket, {std::nullopt, name}};
    if (account != 0) m.who.account = chat::AccountId{account};
    return m;
  }

  std::unique_ptr<chat::Presence> presence = GetParam().make();
  util::ManualExecutor executor;
};

TEST_P(PresenceContract, AnEmptyRoomHasNobody) {
  EXPECT_EQ(snapshot("general").users_json, "[]");
  EXPECT_EQ(snapshot("general").total, 0);
  EXPECT_EQ(*executor.wait(presence->count("general")), 0);
  EXPECT_FALSE(leave("general", "s1").was_in);
}

TEST_P(PresenceContract, PeopleAreListedOldestFirst) {
  EXPECT_TRUE(join("general", "s1", "ana")->first_device);
  const auto second = join("general", "s2", "ben \"b\"");
  EXPECT_EQ(second->snapshot.total, 2);
  const std::string expected =
      R"([{"id":"s1","name":"ana","room":"general"},{"id":"s2","name":"ben \"b\"","room":"general"}])";
  EXPECT_EQ(second->snapshot.users_json, expected);
  EXPECT_EQ(snapshot("general").users_json, expected);
  EXPECT_EQ(*executor.wait(presence->count("general")), 2);
}

TEST_P(PresenceContract, WithOneServerNobodyIsElsewhere) {
  ASSERT_TRUE(join("general", "s1", "ana", 7));
  const chat::Identity ana{chat::AccountId{7}, "ana"};
  const chat::Identity ben{std::nullopt, "ben"};
  EXPECT_EQ(*executor.wait(presence->elsewhere("general", {ana, ben})), (std::vector<bool>{false, false}));
  EXPECT_EQ(*executor.wait(presence->elsewhere("nowhere", {ana})), std::vector<bool>{false});
  EXPECT_TRUE(executor.wait(presence->elsewhere("general", {}))->empty());
}

TEST_P(PresenceContract, ANameIsInARoomOnce) {
  ASSERT_TRUE(join("general", "s1", "ana"));
  ASSERT_TRUE(join("general", "s2", "amelie", 7));
  EXPECT_EQ(join("general", "s3", "ana").error().code, chat::ErrorCode::kNameTaken);
  EXPECT_EQ(join("general", "s3", "amelie").error().code, chat::ErrorCode::kNameTaken);
  EXPECT_EQ(join("general", "s3", "amelie", 8).error().code, chat::ErrorCode::kNameTaken);
  EXPECT_EQ(join("general", "s3", "ana", 9).error().code, chat::ErrorCode::kNameTaken);
  EXPECT_TRUE(join("other", "s3", "ana"));
  EXPECT_TRUE(leave("general", "s1").was_in);
  EXPECT_TRUE(join("general", "s4", "ana"));
}

TEST_P(PresenceContract, DevicesOfAnAccountAreOnePerson) {
  EXPECT_TRUE(join("general", "s1", "amelie", 7)->first_device);
  const auto second = join("general", "s2", "amelie", 7);
  EXPECT_FALSE(second->first_device);
  EXPECT_EQ(second->snapshot.total, 1);
  ASSERT_TRUE(join("general", "s3", "amelie", 7));

  const auto first_left = leave("general", "s1");
  EXPECT_TRUE(first_left.was_in);
  EXPECT_FALSE(first_left.last_device);
  EXPECT_EQ(first_left.total, 1);
  EXPECT_EQ(snapshot("general").users_json, R"([{"id":"s2","name":"amelie","room":"general"}])");
  EXPECT_FALSE(leave("general", "s3").last_device);
  const auto last_left = leave("general", "s2");
  EXPECT_TRUE(last_left.last_device);
  EXPECT_EQ(last_left.total, 0);
  EXPECT_EQ(last_left.who, (chat::Identity{chat::AccountId{7}, "amelie"}));
  EXPECT_EQ(snapshot("general").users_json, "[]");
}

TEST_P(PresenceContract, JoiningTwiceChangesNothing) {
  ASSERT_TRUE(join("general", "s1", "ana"));
  const auto again = join("general", "s1", "ana");
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->first_device);
  EXPECT_EQ(again->snapshot.total, 1);
  EXPECT_TRUE(leave("general", "s1").last_device);
  EXPECT_FALSE(leave("general", "s1").was_in);
}

TEST_P(PresenceContract, AtMostFiveHundredAreListed) {
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(join("general", "s" + std::to_string(i), "n" + std::to_string(i)));
  auto now = snapshot("general");
  EXPECT_EQ(now.total, 600);
  EXPECT_NE(now.users_json.find("\"n499\""), std::string::npos);
  EXPECT_EQ(now.users_json.find("\"n500\""), std::string::npos);
  leave("general", "s550");
  leave("general", "s0");
  now = snapshot("general");
  EXPECT_EQ(now.total, 598);
  EXPECT_EQ(now.users_json.find("\"n0\""), std::string::npos);
  EXPECT_NE(now.users_json.find("\"n500\""), std::string::npos);
  EXPECT_EQ(now.users_json.find("\"n501\""), std::string::npos);
}

TEST_P(PresenceContract, AnAccountIsOnlineFromItsFirstDeviceToItsLast) {
  const auto online = [&] { return *executor.wait(presence->online(chat::AccountId{7})); };
  EXPECT_FALSE(online());
  EXPECT_TRUE(*executor.wait(presence->connected(member("s1", "amelie", 7))));
  EXPECT_FALSE(*executor.wait(presence->connected(member("s2", "amelie", 7))));
  EXPECT_TRUE(online());
  EXPECT_FALSE(*executor.wait(presence->disconnected(member("s1", "amelie", 7))));
  EXPECT_TRUE(online());
  EXPECT_TRUE(*executor.wait(presence->disconnected(member("s2", "amelie", 7))));
  EXPECT_FALSE(online());
}

// Any history of joins and leaves against the plainest model: rooms as lists of people with lists of devices.
TEST_P(PresenceContract, BehavesAsListsOfPeople) {
  struct ModelPerson {
    std::string name;
    std::int64_t account;
    std::vector<std::string> devices;
  };
  const bool holds = rc::check("presence behaves as lists of people", [&] {
    presence = GetParam().make();
    std::vector<ModelPerson> model;
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 3), rc::gen::inRange(0, 12)));
    for (const auto& [what, device] : steps) {
      // Twelve devices: four guests' and two accounts' with four each. Long ids, so that they live outside their
      // strings.
      const std::string socket = "a-rather-long-socket-id-" + std::to_string(device);
      const std::int64_t account = device < 4 ? 0 : device / 4;
      const std::string name = account == 0 ? "guest" + std::to_string(device) : "account" + std::to_string(account);
      const auto person = std::find_if(model.begin(), model.end(), [&](const auto& p) { return p.name == name; });
      const bool in = person != model.end() &&
                      std::find(person->devices.begin(), person->devices.end(), socket) != person->devices.end();
      if (what < 2) {
        const auto joined = join("general", socket, name, account);
        RC_ASSERT(joined.ok());
        RC_ASSERT(joined->first_device == (person == model.end()));
        if (person == model.end()) {
          model.push_back({name, account, {socket}});
        } else if (!in) {
          person->devices.push_back(socket);
        }
      } else {
        const auto left = leave("general", socket);
        RC_ASSERT(left.was_in == in);
        if (in) {
          std::erase(person->devices, socket);
          RC_ASSERT(left.last_device == person->devices.empty());
          if (person->devices.empty()) model.erase(person);
        }
      }
      std::string expected = "[";
      for (const auto& p : model) {
        if (expected.size() > 1) expected += ',';
        expected +=
            R"({"id":")" + chat::told_id(p.devices.front()) + R"(","name":")" + p.name + R"(","room":"general"})";
      }
      const auto now = snapshot("general");
      RC_ASSERT(now.users_json == expected + "]");
      RC_ASSERT(now.total == static_cast<std::int64_t>(model.size()));
    }
  });
  EXPECT_TRUE(holds);
}

TEST_P(PresenceContract, ManyThreadsLeaveNobodyBehind) {
  constexpr int kThreads = 4;
  std::atomic<int> first_devices{0};
  std::atomic<int> last_devices{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      util::ManualExecutor own;
      for (int i = 0; i < 200; ++i) {
        const std::string room = "room" + std::to_string(i % 3);
        const std::string socket = "socket-" + std::to_string(t) + "-" + std::to_string(i);
        const auto joined = own.wait(presence->join(room, member(socket, "amelie", 7)));
        if (joined && joined->first_device) ++first_devices;
        const auto left = own.wait(presence->leave(room, socket));
        if (left && left->last_device) ++last_devices;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(first_devices, last_devices);
  EXPECT_GT(first_devices, 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(snapshot("room" + std::to_string(i)).total, 0);
}

/// One connection for all of them; each has keys of its own.
std::unique_ptr<chat::Presence> make_redis_presence() {
  static redis::Client client({.url = *redis::parse_url(RedisProcess::shared().url())});
  static std::atomic<int> count{0};
  if (!eventually([] { return client.up(); })) return nullptr;
  presence::RedisPresenceOptions options;
  options.key_prefix = "presence-contract-" + std::to_string(++count) + ":";
  return std::make_unique<presence::RedisPresence>(client, options);
}

INSTANTIATE_TEST_SUITE_P(Implementations, PresenceContract,
                         ::testing::Values(Implementation{"memory",
                                                          [] { return std::make_unique<presence::MemoryPresence>(); }},
                                           Implementation{"redis", make_redis_presence}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace chillin::test
