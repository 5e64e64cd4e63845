// Several servers on one Redis, and what happens when one of them, or Redis, dies.
#include "presence/redis/redis_presence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "presence/redis/redis_rate_limiter.h"
#include "unit/redis/redis_process.h"
#include "util/manual_executor.h"

namespace chillin::presence {
namespace {

using test::eventually;
using test::RedisProcess;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

/// One server's part: its connection and its presence.
class Server final : public PresenceWatcher {
 public:
  explicit Server(const RedisProcess& redis, RedisPresenceOptions options = {})
      : client({.url = *redis::parse_url(redis.url()),
                .limits = {.connect_timeout = util::Millis(500), .reply_timeout = util::Millis(500)},
                .ping_interval = util::Millis(100)}),
        presence(std::make_unique<RedisPresence>(client, std::move(options), this)) {
    EXPECT_TRUE(eventually([this] { return client.up(); }));
  }
  ~Server() override { presence.reset(); }

  void on_departed(std::vector<Departure> departures) override {
    const std::lock_guard lock(mutex_);
    for (const Departure& d : departures) departed_.push_back(d.room + "/" + d.name + "/" + std::to_string(d.total));
  }
  void on_restored(std::vector<std::string>) override { ++restored; }
  std::vector<std::string> departed() {
    const std::lock_guard lock(mutex_);
    return departed_;
  }

  chat::Result<chat::Joined> join(const std::string& room, const std::string& socket, const std::string& name,
                                  std::int64_t account = 0) {
    return executor.wait(presence->join(room, member(socket, name, account)));
  }
  chat::Left leave(const std::string& room, const std::string& socket) {
    return *executor.wait(presence->leave(room, socket));
  }
  std::string users(const std::string& room) { return executor.wait(presence->snapshot(room))->users_json; }
  std::int64_t count(const std::string& room) { return *executor.wait(presence->count(room)); }
  bool connect(const std::string& socket, const std::string& name, std::int64_t account) {
    return *executor.wait(presence->connected(member(socket, name, account)));
  }
  bool disconnect(const std::string& socket, const std::string& name, std::int64_t account) {
    return *executor.wait(presence->disconnected(member(socket, name, account)));
  }
  bool online(std::int64_t account) { return *executor.wait(presence->online(chat::AccountId{account})); }
  redis::Reply ask(const redis::Command& command) {
    auto reply = executor.wait(client.execute(command));
    return reply ? *reply : redis::Reply{};
  }
  /// Commands so far.
  std::uint64_t sent() { return client.commands_state().sent + client.subscriptions_state().sent; }
  /// Ends as if killed: nobody is told.
  void die() {
    client.stop();
    presence.reset();
  }

  static chat::Member member(const std::string& socket, const std::string& name, std::int64_t account) {
    chat::Member m{socket, {std::nullopt, name}};
    if (account != 0) m.who.account = chat::AccountId{account};
    return m;
  }

  util::ManualExecutor executor;
  redis::Client client;
  std::unique_ptr<RedisPresence> presence;
  std::atomic<int> restored{0};

 private:
  std::mutex mutex_;
  std::vector<std::string> departed_;
};

std::string entry(const std::string& socket, const std::string& name) {
  return R"({"id":")" + socket + R"(","name":")" + name + R"(","room":"general"})";
}

TEST(RedisPresence, IsSharedBetweenServers) {
  RedisProcess redis;
  Server a(redis);
  Server b(redis);
  ASSERT_TRUE(a.join("general", "s1", "ana"));
  EXPECT_TRUE(b.join("general", "s2", "amelie", 7)->first_device);
  EXPECT_FALSE(a.join("general", "s3", "amelie", 7)->first_device);
  EXPECT_EQ(b.join("general", "s4", "ana").error().code, chat::ErrorCode::kNameTaken);
  EXPECT_EQ(a.users("general"), "[" + entry("s1", "ana") + "," + entry("s2", "amelie") + "]");
  EXPECT_EQ(b.users("general"), a.users("general"));
  EXPECT_EQ(b.count("general"), 2);

  EXPECT_FALSE(b.leave("general", "s2").last_device);
  EXPECT_EQ(a.users("general"), "[" + entry("s1", "ana") + "," + entry("s3", "amelie") + "]");
  EXPECT_TRUE(a.leave("general", "s1").last_device);
  EXPECT_EQ(b.users("general"), "[" + entry("s3", "amelie") + "]");
  EXPECT_TRUE(a.leave("general", "s3").last_device);
  EXPECT_EQ(b.users("general"), "[]");
  EXPECT_TRUE(b.join("general", "s5", "ana")->first_device);
  EXPECT_EQ(a.users("general"), "[" + entry("s5", "ana") + "]");
}

TEST(RedisPresence, KnowsWhoIsInARoomOnAnotherServer) {
  RedisProcess redis;
  Server a(redis);
  Server b(redis);
  ASSERT_TRUE(a.join("general", "s1", "ana", 7));
  ASSERT_TRUE(a.join("general", "s2", "ben"));
  ASSERT_TRUE(b.join("general", "s3", "ana", 7));
  ASSERT_TRUE(b.join("general", "s4", "cleo", 9));
  const chat::Identity ana{chat::AccountId{7}, "ana"};
  const chat::Identity cleo{chat::AccountId{9}, "cleo"};
  const chat::Identity ben{chat::AccountId{8}, "ben"};  // a guest has that name there
  using Found = std::vector<bool>;
  EXPECT_EQ(*a.executor.wait(a.presence->elsewhere("general", {ana, cleo, ben})), (Found{true, true, false}));
  EXPECT_EQ(*b.executor.wait(b.presence->elsewhere("general", {ana, cleo, ben})), (Found{true, false, false}));
  (void)a.leave("general", "s1");
  EXPECT_EQ(*b.executor.wait(b.presence->elsewhere("general", {ana})), Found{false});
  redis.kill();
  EXPECT_EQ(*a.executor.wait(a.presence->elsewhere("general", {ana})), Found{false});
}

TEST(RedisPresence, CountsAnAccountsDevicesOnAllServers) {
  RedisProcess redis;
  Server a(redis);
  Server b(redis);
  EXPECT_TRUE(a.connect("s1", "amelie", 7));
  EXPECT_FALSE(b.connect("s2", "amelie", 7));
  EXPECT_TRUE(b.online(7));
  EXPECT_FALSE(*a.executor.wait(a.presence->disconnected(Server::member("s1", "amelie", 7))));
  EXPECT_TRUE(a.online(7));
  EXPECT_TRUE(*b.executor.wait(b.presence->disconnected(Server::member("s2", "amelie", 7))));
  EXPECT_FALSE(a.online(7));
}

TEST(RedisPresence, KeepsTheDocumentedKeys) {
  RedisProcess redis;
  Server a(redis);
  a.connect("s1", "amelie", 7);
  ASSERT_TRUE(a.join("general", "s1", "amelie", 7));
  ASSERT_TRUE(a.join("other", "s1", "amelie", 7));
  EXPECT_THAT(a.ask(redis::Command("GET").add("presence:s1")).text,
              HasSubstr(R"("account":7,"server":")" + a.presence->server_id() +
                        R"(","online":true,"rooms":[{"room":"general","name":"amelie"},{"room":"other")"));
  EXPECT_NEAR(static_cast<double>(a.ask(redis::Command("TTL").add("presence:s1")).integer), 300, 2);
  const redis::Reply members = a.ask(redis::Command("SMEMBERS").add("room:members:general"));
  ASSERT_EQ(members.elements.size(), 1u);
  EXPECT_EQ(members.elements[0].text, "s1");
  a.leave("general", "s1");
  a.leave("other", "s1");
  EXPECT_THAT(a.ask(redis::Command("GET").add("presence:s1")).text, HasSubstr(R"("rooms":[])"));
  (void)a.executor.wait(a.presence->disconnected(Server::member("s1", "amelie", 7)));
  const redis::Reply keys = a.ask(redis::Command("KEYS").add("*"));
  ASSERT_EQ(keys.elements.size(), 1u);
  EXPECT_EQ(keys.elements[0].text, "servers");
}

TEST(RedisPresence, PutsOffExpiryAndBringsBackWhatIsMissing) {
  RedisProcess redis;
  Server a(redis, {.beat = util::Millis(20), .touch_round = util::Millis(100)});
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(a.join("general", "s" + std::to_string(i), "n" + std::to_string(i)));
  for (int i = 0; i < 50; ++i) a.ask(redis::Command("EXPIRE").add("presence:s" + std::to_string(i)).add(60));
  a.ask(redis::Command("DEL").add("presence:s7"));
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 50; ++i) {
      if (a.ask(redis::Command("TTL").add("presence:s" + std::to_string(i))).integer < 290) return false;
    }
    return true;
  }));
}

TEST(RedisPresence, RemovesTheDevicesOfADeadServer) {
  RedisProcess redis;
  const RedisPresenceOptions quick{.silence = util::Millis(600), .beat = util::Millis(50)};
  Server a(redis, quick);
  Server b(redis, quick);
  Server c(redis, quick);
  ASSERT_TRUE(a.join("general", "s1", "ana"));
  ASSERT_TRUE(a.join("general", "s2", "amelie", 7));
  ASSERT_TRUE(a.join("other", "s2", "amelie", 7));
  a.connect("s2", "amelie", 7);
  ASSERT_TRUE(b.join("general", "s3", "ben"));
  ASSERT_TRUE(b.join("general", "s4", "amelie", 7));
  a.die();
  ASSERT_TRUE(eventually([&] { return b.departed().size() + c.departed().size() >= 2; }));
  auto all = b.departed();
  for (const auto& d : c.departed()) all.push_back(d);
  EXPECT_THAT(all, UnorderedElementsAre("general/ana/2", "other/amelie/0"));
  EXPECT_EQ(c.users("general"), "[" + entry("s4", "amelie") + "," + entry("s3", "ben") + "]");
  EXPECT_FALSE(c.online(7));
  EXPECT_EQ(c.ask(redis::Command("EXISTS").add("presence:s1")).integer, 0);
  EXPECT_EQ(b.departed().size() + c.departed().size(), 2u);
}

TEST(RedisPresence, AServerThatStoodStillListsItsPeopleAgain) {
  RedisProcess redis;
  const RedisPresenceOptions quick{.silence = util::Millis(400), .beat = util::Millis(50)};
  Server a(redis, quick);
  Server b(redis, quick);
  ASSERT_TRUE(a.join("general", "s1", "ana"));
  // Its loop stands still, as a whole process would under SIGSTOP.
  std::atomic<bool> go{false};
  a.client.loop().post([&] {
    while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  ASSERT_TRUE(eventually([&] { return !b.departed().empty(); }));
  EXPECT_EQ(b.users("general"), "[]");
  go = true;
  EXPECT_TRUE(eventually([&] { return b.users("general") == "[" + entry("s1", "ana") + "]"; }));
  EXPECT_TRUE(eventually([&] { return a.restored >= 1; }));
}

TEST(RedisPresence, GoesOnWithoutRedisAndListsEverybodyWhenItIsBack) {
  RedisProcess redis;
  Server a(redis);
  Server b(redis);
  ASSERT_TRUE(a.join("general", "s1", "ana"));
  ASSERT_TRUE(b.join("general", "s2", "ben"));
  ASSERT_EQ(a.users("general"), "[" + entry("s1", "ana") + "," + entry("s2", "ben") + "]");
  a.connect("s9", "amelie", 7);
  redis.kill();
  ASSERT_TRUE(eventually([&] { return !a.client.up() && !b.client.up(); }));

  const auto carl = a.join("general", "s3", "carl");
  ASSERT_TRUE(carl);
  EXPECT_TRUE(carl->first_device);
  EXPECT_EQ(carl->snapshot.total, 3);
  EXPECT_EQ(a.join("general", "s4", "ben").error().code, chat::ErrorCode::kNameTaken);
  EXPECT_TRUE(a.leave("general", "s1").last_device);
  EXPECT_EQ(a.users("general"), "[" + entry("s2", "ben") + "," + entry("s3", "carl") + "]");
  EXPECT_TRUE(a.online(7));
  EXPECT_TRUE(b.join("general", "s5", "dora"));

  redis.start();  // empty
  ASSERT_TRUE(eventually([&] { return a.restored >= 1 && b.restored >= 1; }));
  EXPECT_EQ(a.count("general"), 3);
  const std::string users = a.users("general");
  EXPECT_EQ(users, b.users("general"));
  for (const char* name : {"ben", "carl", "dora"}) EXPECT_THAT(users, HasSubstr(name));
  EXPECT_TRUE(b.online(7));
}

TEST(RedisPresence, TellsOfThoseWhoLeftWhileOnlyItsOwnWayWasCut) {
  RedisProcess redis;
  Server a(redis);
  Server b(redis);
  ASSERT_TRUE(a.join("general", "s1", "ana"));
  ASSERT_TRUE(a.join("other", "s1", "ana"));
  ASSERT_TRUE(a.join("general", "s2", "amelie", 7));
  ASSERT_TRUE(a.connect("s2", "amelie", 7));
  ASSERT_TRUE(b.join("general", "s3", "ben"));
  // b asks while a's commands are stuck, and Redis keeps everything.
  redis.freeze();
  ASSERT_TRUE(eventually([&] { return !a.client.up() && !b.client.up(); }));
  EXPECT_TRUE(a.leave("general", "s1").was_in);
  EXPECT_TRUE(a.leave("general", "s2").was_in);
  a.disconnect("s2", "amelie", 7);
  ASSERT_TRUE(a.leave("other", "s1").was_in);
  ASSERT_TRUE(a.join("other", "s1", "ana"));  // and comes back
  redis.thaw();
  ASSERT_TRUE(eventually([&] { return a.restored >= 1 && b.restored >= 1; }));
  EXPECT_EQ(b.users("general"), "[" + entry("s3", "ben") + "]");
  EXPECT_FALSE(b.online(7));
  EXPECT_EQ(b.count("other"), 1);
  EXPECT_THAT(a.departed(), testing::IsSupersetOf({"general/ana/2", "general/amelie/1"}));
  EXPECT_EQ(b.ask(redis::Command("EXISTS").add("presence:s2")).integer, 0);
}

/// Calls of a command that clients have sent; scripts' own calls are counted under their own names.
std::int64_t calls_of(Server& server, const std::string& command) {
  const std::string stats = server.ask(redis::Command("INFO").add("commandstats")).text;
  const std::string field = "cmdstat_" + command + ":calls=";
  const auto at = stats.find(field);
  return at == std::string::npos ? 0 : std::stoll(stats.substr(at + field.size()));
}

// As many devices a second as 100,000 in the two minutes that the default gives them.
TEST(RedisPresence, AHundredThousandConnectionsCostFourCommandsASecond) {
  constexpr int kDevices = 10'000;
  RedisProcess redis;
  Server a(redis, {.touch_round = util::Millis(12'000)});
  a.executor.wait([](Server& server) -> util::Task<void> {
    for (int i = 0; i < kDevices; ++i) {
      const std::string id = "s" + std::to_string(i);
      EXPECT_TRUE((co_await server.presence->connected(Server::member(id, "u" + id, i + 1))).ok());
    }
  }(a));
  ASSERT_EQ(a.presence->devices(), std::size_t{kDevices});

  // Each second a sign of life and 833 devices touched, 500 a command: three calls of scripts.
  const std::int64_t before = calls_of(a, "evalsha");
  const std::uint64_t sent_before = a.sent();
  const auto since = std::chrono::steady_clock::now();
  std::uint64_t questions = 0;
  const auto calls = [&] {
    ++questions;
    return calls_of(a, "evalsha") - before;
  };
  ASSERT_TRUE(eventually([&] { return calls() >= 12; }, std::chrono::seconds(60)));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - since;
  EXPECT_GE(seconds.count(), 2.9);
  // Besides those, at most the question whether the subscriptions' connection lives (asked ten times a second here).
  EXPECT_LE(static_cast<double>(a.sent() - sent_before - questions), 15 + 10 * (seconds.count() + 1));
}

TEST(RedisPresence, AGuestsNameIsFreeSoonAfterItsServerFellSilent) {
  RedisProcess redis;
  Server a(redis);
  Server b(redis);
  ASSERT_TRUE(a.join("general", "s1", "ana"));
  a.die();
  EXPECT_EQ(b.join("general", "s2", "ana").error().code, chat::ErrorCode::kNameTaken);
  EXPECT_TRUE(eventually([&] { return b.join("general", "s2", "ana").ok(); }, std::chrono::seconds(9)));
  EXPECT_EQ(b.users("general"), "[" + entry("s2", "ana") + "]");
  EXPECT_EQ(b.count("general"), 1);
}

TEST(RedisRateLimiter, IsSharedAndFallsBackToTheServersOwnCount) {
  RedisProcess redis;
  Server a(redis);
  Server b(redis);
  RedisRateLimiter limiter_a(a.client);
  RedisRateLimiter limiter_b(b.client);
  const chat::RateLimit limit{4, util::Millis(60'000)};
  int allowed = 0;
  for (int i = 0; i < 5; ++i) {
    allowed += a.executor.wait(limiter_a.take("key", limit)) == 0 ? 1 : 0;
    allowed += b.executor.wait(limiter_b.take("key", limit)) == 0 ? 1 : 0;
  }
  EXPECT_EQ(allowed, 4);
  EXPECT_GT(a.executor.wait(limiter_a.take("key", limit)), 50'000);
  redis.kill();
  ASSERT_TRUE(eventually([&] { return !a.client.up(); }));
  allowed = 0;
  for (int i = 0; i < 10; ++i) allowed += a.executor.wait(limiter_a.take("key", limit)) == 0 ? 1 : 0;
  EXPECT_EQ(allowed, 4);
}

}  // namespace
}  // namespace chillin::presence
