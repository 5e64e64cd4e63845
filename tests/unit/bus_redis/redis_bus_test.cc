// Several servers on one Redis and one room log, and what becomes of a room while Redis is away.
#include "bus/redis/redis_bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "storage/sqlite/sqlite_storage.h"
#include "unit/redis/redis_process.h"
#include "util/crypto.h"
#include "util/manual_executor.h"

namespace chillin::bus {
namespace {

using chat::Seq;
using test::eventually;
using test::RedisProcess;
using testing::ElementsAre;

/// One server's part: its connection, its bus, and what its people are told.
class Server final : public chat::BusSubscriber {
 public:
  Server(const RedisProcess& redis, chat::RoomLog& log)
      : client({.url = *redis::parse_url(redis.url()),
                .limits = {.connect_timeout = util::Millis(500), .reply_timeout = util::Millis(500)},
                .ping_interval = util::Millis(100)}),
        bus(client, log, [](const chat::RoomEvent& event) {
          return Rendered{"message", "{\"seq\":" + std::to_string(event.seq.value) + "}"};
        }) {
    bus.set_subscriber(this);
    EXPECT_TRUE(connected());
  }

  void on_room_events(std::span<const chat::RoomEvent> events) override {
    const std::lock_guard lock(mutex_);
    ++tellings_;
    for (const auto& event : events) told_[event.message.room].push_back(event.seq.value);
  }
  void on_room_news(std::span<const chat::RoomEvent> events) override {
    const std::lock_guard lock(mutex_);
    for (const auto& event : events) news_.push_back(event.message.room + "-" + std::to_string(event.seq.value));
  }
  void on_signal(const chat::Signal& signal) override {
    const std::lock_guard lock(mutex_);
    signals_.push_back(std::visit([](const auto& s) { return s.room_name; }, signal));
  }

  bool connected() {
    return eventually([this] { return client.up() && bus.stats().connected && !bus.stats().catching_up; });
  }
  std::vector<std::int64_t> told(const std::string& room) {
    const std::lock_guard lock(mutex_);
    return told_[room];
  }
  /// How often it was told something of its rooms.
  int tellings() {
    const std::lock_guard lock(mutex_);
    return tellings_;
  }
  std::vector<std::string> news() {
    const std::lock_guard lock(mutex_);
    return news_;
  }
  std::vector<std::string> signals() {
    const std::lock_guard lock(mutex_);
    return signals_;
  }
  /// Whether the room's people are told of `from` .. `to`, one after the other, and nothing else.
  bool told_all(const std::string& room, std::int64_t from, std::int64_t to) {
    return eventually([&] {
      const auto seqs = told(room);
      if (seqs.size() != static_cast<std::size_t>(to - from + 1)) return false;
      for (std::size_t i = 0; i < seqs.size(); ++i) {
        if (seqs[i] != from + static_cast<std::int64_t>(i)) return false;
      }
      return true;
    });
  }

  redis::Client client;
  RedisBus bus;

 private:
  std::mutex mutex_;
  int tellings_ = 0;
  std::map<std::string, std::vector<std::int64_t>> told_;
  std::vector<std::string> news_;
  std::vector<std::string> signals_;
};

class RedisBusTest : public ::testing::Test, public chat::RoomLogListener {
 protected:
  RedisBusTest() : folder_(std::filesystem::temp_directory_path() / ("chillin-bus-" + util::random_id(12))) {
    auto opened = storage::SqliteStorage::open(folder_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store = *std::move(opened);
    store->log().set_listener(this);
    for (int i = 0; i < 3; ++i) servers.push_back(std::make_unique<Server>(redis, store->log()));
  }
  // Not in the destructor: the storage's thread may still be telling its last commit to this object, which must be
  // whole.
  void TearDown() override {
    for (auto& server : servers) server->bus.stop();
    store->close();  // answers whoever reads still
    for (auto& server : servers) server->client.stop();
    servers.clear();
    store.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Each commit belongs to the server that its author names.
  void on_committed(std::span<const chat::RoomEvent> events) override {
    for (const auto& event : events) {
      if (silent) continue;
      servers[static_cast<std::size_t>(event.actor.name.back() - '0')]->bus.publish(std::span(&event, 1));
    }
  }
  chat::Room room(const std::string& name) {
    chat::NewRoom room{.name = name, .creator = {std::nullopt, "ann"}};
    return *executor.wait(store->rooms().create(std::move(room)));
  }
  void say(const chat::Room& room, int server) {
    chat::NewMessage message{
        .room = room.id, .room_name = room.name, .author = {std::nullopt, "at" + std::to_string(server)}, .text = "hi"};
    ASSERT_TRUE(executor.wait(store->log().append(std::move(message))));
  }
  void follow(const chat::Room& room, int server) {
    ASSERT_TRUE(executor.wait(servers[static_cast<std::size_t>(server)]->bus.follow(room.id, room.name)));
  }
  std::atomic<bool> silent{false};

  Server& at(int server) { return *servers[static_cast<std::size_t>(server)]; }

  RedisProcess redis;
  std::filesystem::path folder_;
  std::unique_ptr<storage::SqliteStorage> store;
  std::vector<std::unique_ptr<Server>> servers;
  util::ManualExecutor executor;
};

TEST_F(RedisBusTest, WhoFollowsIsToldOfEveryServersEvents) {
  const auto general = room("general");
  say(general, 0);
  follow(general, 0);
  follow(general, 1);
  for (int i = 0; i < 30; ++i) say(general, i % 3);
  EXPECT_TRUE(at(0).told_all("general", 2, 31));
  EXPECT_TRUE(at(1).told_all("general", 2, 31));
  EXPECT_TRUE(at(2).told("general").empty());
}

// Each telling costs a connection a packet of its own, and a loop a turn.
TEST_F(RedisBusTest, WhatComesAtOnceIsToldAtOnceAndInOrder) {
  const auto general = room("general");
  say(general, 0);
  follow(general, 0);
  follow(general, 1);
  silent = true;
  std::vector<chat::RoomEvent> events;
  for (std::int64_t seq = 2; seq <= 501; ++seq) {
    chat::RoomEvent event;
    event.seq = Seq{seq};
    event.message.id = {general.id, Seq{seq}};
    event.message.room = general.name;
    event.message.user = "ann";
    event.actor.name = "ann";
    events.push_back(std::move(event));
  }
  at(0).bus.publish(events);
  EXPECT_TRUE(at(1).told_all("general", 2, 501));
  EXPECT_LT(at(1).tellings(), 250);
}

TEST_F(RedisBusTest, FollowingEndsWithTheLastUnfollow) {
  const auto general = room("general");
  const auto other = room("other");
  follow(general, 0);
  follow(general, 0);
  follow(other, 0);
  at(0).bus.unfollow(general.id);
  say(general, 1);
  EXPECT_TRUE(at(0).told_all("general", 1, 1));
  at(0).bus.unfollow(general.id);
  follow(other, 0);  // behind the unfollow
  say(general, 1);
  say(other, 1);
  EXPECT_TRUE(at(0).told_all("other", 1, 1));
  EXPECT_THAT(at(0).told("general"), ElementsAre(1));
  EXPECT_THAT(at(0).bus.followed(), ElementsAre("other"));
  // Again, from where it stands then.
  follow(general, 0);
  say(general, 1);
  EXPECT_TRUE(eventually([&] { return at(0).told("general") == std::vector<std::int64_t>{1, 3}; }));
}

TEST_F(RedisBusTest, WatchedRoomsGiveNews) {
  const auto general = room("general");
  at(0).bus.watch(general.id, general.name);
  follow(room("fence"), 0);  // behind the watch
  say(general, 1);
  EXPECT_TRUE(eventually([&] { return at(0).news() == std::vector<std::string>{"general-1"}; }));
  say(general, 0);  // its own as well
  EXPECT_TRUE(eventually([&] { return at(0).news().size() == 2; }));
  EXPECT_TRUE(at(0).told("general").empty());
}

TEST_F(RedisBusTest, SignalsReachTheOthersThatHaveToDoWithTheRoom) {
  const auto general = room("general");
  follow(general, 0);
  follow(general, 1);
  at(2).bus.watch(general.id, general.name);
  follow(room("fence"), 2);
  at(0).bus.signal(chat::MemberChange{"general", chat::MemberChange::Kind::kJoined, "ana", 1});
  at(0).bus.signal(chat::ReadMark{general.id, "general", {1}, Seq{4}});
  EXPECT_TRUE(eventually([&] { return at(1).signals().size() == 2; }));
  EXPECT_TRUE(eventually([&] { return at(2).signals().size() == 1; }));  // it has nobody there to tell of members
  EXPECT_TRUE(at(0).signals().empty());
}

TEST_F(RedisBusTest, ReachedResumesWhenEverythingHasBeenTold) {
  const auto general = room("general");
  follow(general, 0);
  for (int i = 0; i < 5; ++i) say(general, 1);
  executor.wait(at(0).bus.reached(general.id, Seq{5}));
  EXPECT_TRUE(at(0).told_all("general", 1, 5));
  executor.wait(at(0).bus.reached(chat::RoomId{999}, Seq{5}));
}

TEST_F(RedisBusTest, WithoutRedisOwnEventsComeInOrderAndTheOthersOutOfTheLog) {
  const auto general = room("general");
  follow(general, 0);
  follow(general, 1);
  redis.kill();
  EXPECT_TRUE(eventually([&] { return !at(0).bus.stats().connected && !at(1).bus.stats().connected; }));
  for (int i = 0; i < 10; ++i) say(general, 2);
  say(general, 0);
  EXPECT_TRUE(at(0).told_all("general", 1, 11));
  say(general, 0);
  EXPECT_TRUE(at(0).told_all("general", 1, 12));

  redis.start();
  const auto back = std::chrono::steady_clock::now();
  EXPECT_TRUE(at(1).told_all("general", 1, 12));
  EXPECT_LT(std::chrono::steady_clock::now() - back, std::chrono::seconds(5));
  EXPECT_TRUE(at(0).connected());
  EXPECT_TRUE(at(1).connected());
  EXPECT_TRUE(at(2).connected());
  say(general, 2);
  EXPECT_TRUE(at(0).told_all("general", 1, 13));
  EXPECT_TRUE(at(1).told_all("general", 1, 13));
}

TEST_F(RedisBusTest, WhatItsServerNeverToldIsFoundInTheLog) {
  const auto general = room("general");
  follow(general, 0);
  follow(general, 1);
  silent = true;  // a server dies between its commit and what it would have published
  say(general, 1);
  room("fence");  // the next commit: of the one before everybody has been told, or nobody
  silent = false;
  EXPECT_TRUE(at(0).told_all("general", 1, 1));
  EXPECT_TRUE(at(1).told_all("general", 1, 1));
}

TEST_F(RedisBusTest, AThousandRoomsAreCheckedAfterAnOutage) {
  std::vector<chat::Room> rooms;
  for (int i = 0; i < 1'000; ++i) {
    rooms.push_back(room("room" + std::to_string(i)));
    follow(rooms.back(), 0);
  }
  redis.kill();
  EXPECT_TRUE(eventually([&] { return !at(0).bus.stats().connected; }));
  for (const auto& r : rooms) say(r, 1);
  redis.start();
  const auto back = std::chrono::steady_clock::now();
  for (const auto& r : rooms) EXPECT_TRUE(at(0).told_all(r.name, 1, 1)) << r.name;
  EXPECT_LT(std::chrono::steady_clock::now() - back, std::chrono::seconds(5));
}

TEST_F(RedisBusTest, AFrozenRedisLosesNothing) {
  const auto general = room("general");
  follow(general, 0);
  follow(general, 1);
  redis.freeze();
  for (int i = 0; i < 20; ++i) say(general, i % 3);
  EXPECT_TRUE(at(0).told_all("general", 1, 20) || at(0).told("general").size() < 20);
  EXPECT_TRUE(eventually([&] { return !at(0).bus.stats().connected && !at(1).bus.stats().connected; }));
  redis.thaw();
  EXPECT_TRUE(at(0).told_all("general", 1, 20));
  EXPECT_TRUE(at(1).told_all("general", 1, 20));
}

TEST_F(RedisBusTest, NothingIsLostDoubledOrReorderedWhileRedisComesAndGoes) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<chat::Room> rooms{room("one"), room("two")};
  for (const auto& r : rooms) {
    for (int s = 0; s < 3; ++s) follow(r, s);
  }
  std::map<std::string, std::int64_t> said;
  bool away = false;
  for (int i = 0; i < 400; ++i) {
    const auto& r = rooms[random() % 2];
    say(r, static_cast<int>(random() % 3));
    ++said[r.name];
    if (random() % 60 != 0) continue;
    away = !away;
    if (away) {
      redis.kill();
    } else {
      redis.start();
    }
  }
  if (away) redis.start();
  for (const auto& r : rooms) {
    for (int s = 0; s < 3; ++s) EXPECT_TRUE(at(s).told_all(r.name, 1, said[r.name])) << r.name << " at " << s;
  }
}

}  // namespace
}  // namespace chillin::bus
