// What is kept in Redis in front of a real (embedded) database, seen by two servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cache/redis/cache_scripts.h"
#include "cache/redis/cached_rooms.h"
#include "cache/redis/cached_sessions.h"
#include "cache/redis/redis_history_cache.h"
#include "storage/sqlite/sqlite_storage.h"
#include "unit/redis/redis_process.h"
#include "util/crypto.h"
#include "util/manual_executor.h"

namespace chillin::cache {
namespace {

using test::eventually;
using test::RedisProcess;
using MaybeAccount = std::optional<chat::Account>;

/// A store that counts how often it is asked, can be away, and can be held up between its answer and the caller.
class SpiedSessions final : public chat::SessionStore {
 public:
  explicit SpiedSessions(chat::SessionStore& truth) : truth_(truth) {}
  util::Task<chat::Result<std::string>> create(chat::AccountId account, util::WallMillis now) override {
    return truth_.create(account, now);
  }
  util::Task<chat::Result<MaybeAccount>> find(std::string token, util::WallMillis now) override {
    ++asked;
    if (away) co_return chat::refuse(chat::ErrorCode::kUnavailable);
    auto found = co_await truth_.find(std::move(token), now);
    if (after_find) co_await std::exchange(after_find, nullptr)();
    co_return found;
  }
  util::Task<chat::Status> revoke(std::string token) override { return truth_.revoke(std::move(token)); }
  util::Task<chat::Status> revoke_all(chat::AccountId account, std::string except) override {
    return truth_.revoke_all(account, std::move(except));
  }

  int asked = 0;
  bool away = false;
  std::function<util::Task<void>()> after_find;

 private:
  chat::SessionStore& truth_;
};

/// One server's part.
struct Server {
  Server(const RedisProcess& redis, storage::SqliteStorage& store)
      : client({.url = *redis::parse_url(redis.url()),
                .limits = {.connect_timeout = util::Millis(500), .reply_timeout = util::Millis(500)},
                .ping_interval = util::Millis(100)}),
        invalidations(client),
        truth(store.sessions()),
        sessions(truth, client, invalidations),
        accounts(store.accounts(), client, invalidations),
        rooms(store.rooms(), client, invalidations),
        history(client) {
    EXPECT_TRUE(eventually([this] { return client.up(); }));
  }
  ~Server() { client.stop(); }

  redis::Client client;
  Invalidations invalidations;
  SpiedSessions truth;
  CachedSessions sessions;
  CachedAccounts accounts;
  CachedRooms rooms;
  RedisHistoryCache history;
};

class CacheTest : public ::testing::Test {
 protected:
  CacheTest() : folder_(std::filesystem::temp_directory_path() / ("chillin-cache-" + util::random_id(12))) {
    auto opened = storage::SqliteStorage::open(folder_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store = *std::move(opened);
    a = std::make_unique<Server>(redis, *store);
    b = std::make_unique<Server>(redis, *store);
  }
  ~CacheTest() override {
    a.reset();
    b.reset();
    store.reset();
    std::filesystem::remove_all(folder_);
  }

  template <class T>
  T wait(util::Task<T> task) {
    return executor.wait(std::move(task));
  }
  chat::Account account(const std::string& name) {
    chat::NewAccount account{.username = name, .email = name + "@example.org", .password_hash = "secret-hash"};
    return *wait(a->accounts.create(std::move(account)));
  }
  MaybeAccount find(Server& at, const std::string& token) {
    auto found = wait(at.sessions.find(token, now));
    EXPECT_TRUE(found) << "refused";
    return found ? *found : MaybeAccount();
  }
  /// Behind everything that this server has sent to Redis.
  void fence(Server& at) { (void)wait(at.client.execute(redis::Command("PING"))); }
  redis::Reply ask(redis::Command command) { return *wait(a->client.execute(std::move(command))); }
  std::vector<std::string> listed(Server& at) {
    std::vector<std::string> names;
    const std::vector<chat::Room> rooms = *wait(at.rooms.list());
    for (const auto& room : rooms) names.push_back(room.name + ":" + std::to_string(room.member_count));
    return names;
  }
  chat::Room room(Server& at, const std::string& name, std::optional<chat::AccountId> creator = {}) {
    chat::NewRoom room{.name = name, .creator = {creator, "ann"}};
    return *wait(at.rooms.create(std::move(room)));
  }

  RedisProcess redis;
  std::filesystem::path folder_;
  std::unique_ptr<storage::SqliteStorage> store;
  std::unique_ptr<Server> a;
  std::unique_ptr<Server> b;
  util::ManualExecutor executor;
  util::WallMillis now{1'000'000};
};

using CachedSessionsTest = CacheTest;
using CachedRoomsTest = CacheTest;
using HistoryCacheTest = CacheTest;

TEST_F(CachedSessionsTest, ASessionIsReadOnceForAllServers) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  EXPECT_EQ(find(*a, token)->username, "ada");
  fence(*a);
  for (Server* server : {a.get(), b.get()}) {
    const auto found = find(*server, token);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, ada.id);
    EXPECT_EQ(found->email, "ada@example.org");
    EXPECT_EQ(found->password_hash, "") << "a hash leaves the database for nothing";
  }
  EXPECT_EQ(a->truth.asked, 1);
  EXPECT_EQ(b->truth.asked, 0);
}

TEST_F(CachedSessionsTest, KeysAreTheDocumentedOnesAndHoldNoSecret) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  EXPECT_TRUE(find(*a, token));
  fence(*a);
  const std::string id = ask(redis::Command("GET").add("user:session:ada")).text;
  ASSERT_EQ(id.size(), 64U);
  EXPECT_EQ(id.find(token), std::string::npos);
  const std::string value = ask(redis::Command("GET").add("session:" + id)).text;
  EXPECT_THAT(value, testing::HasSubstr("\"username\":\"ada\""));
  EXPECT_EQ(value.find("secret-hash"), std::string::npos);
  EXPECT_EQ(value.find(token), std::string::npos);
  // Sliding: asking begins the day anew.
  (void)ask(redis::Command("EXPIRE").add("session:" + id).add(100));
  EXPECT_TRUE(find(*a, token));
  EXPECT_GT(ask(redis::Command("TTL").add("session:" + id)).integer, 86'000);
  EXPECT_GT(ask(redis::Command("TTL").add("user:session:ada")).integer, 86'000);
}

TEST_F(CachedSessionsTest, AnUnknownTokenIsAskedOfTheDatabaseAndNotKept) {
  EXPECT_FALSE(find(*a, "nobody"));
  EXPECT_FALSE(find(*a, "nobody"));
  EXPECT_EQ(a->truth.asked, 2);
}

TEST_F(CachedSessionsTest, AnEndedSessionCountsNowhere) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  EXPECT_TRUE(find(*a, token));
  fence(*a);
  EXPECT_TRUE(find(*b, token));
  EXPECT_TRUE(wait(b->sessions.revoke(token)));
  EXPECT_FALSE(find(*a, token));
  EXPECT_FALSE(find(*b, token));
  EXPECT_TRUE(ask(redis::Command("GET").add("user:session:ada")).nil());
}

TEST_F(CachedSessionsTest, WhoReadItBeforeItEndedCannotBringItBack) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  // a has read the table and not yet told Redis when the session ends on b.
  a->truth.after_find = [&]() -> util::Task<void> { EXPECT_TRUE(co_await b->sessions.revoke(token)); };
  (void)find(*a, token);
  fence(*a);
  EXPECT_FALSE(find(*a, token));
  EXPECT_FALSE(find(*b, token));
}

TEST_F(CachedSessionsTest, AllOthersEndWithAChangeOfPassword) {
  const auto ada = account("ada");
  std::vector<std::string> tokens;
  for (int i = 0; i < 3; ++i) tokens.push_back(*wait(a->sessions.create(ada.id, now)));
  for (const auto& token : tokens) EXPECT_TRUE(find(*a, token));
  fence(*a);
  EXPECT_TRUE(wait(b->sessions.revoke_all(ada.id, tokens[1])));
  for (Server* server : {a.get(), b.get()}) {
    EXPECT_FALSE(find(*server, tokens[0]));
    EXPECT_TRUE(find(*server, tokens[1]));
    EXPECT_FALSE(find(*server, tokens[2]));
  }
}

TEST_F(CachedSessionsTest, WhoReadThemBeforeCannotBringAnyBack) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  a->truth.after_find = [&]() -> util::Task<void> { EXPECT_TRUE(co_await b->sessions.revoke_all(ada.id, "")); };
  (void)find(*a, token);
  fence(*a);
  EXPECT_FALSE(find(*a, token));
}

TEST_F(CachedSessionsTest, AChangeOfTheAccountIsSeenAtOnce) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  EXPECT_TRUE(find(*a, token));
  fence(*a);
  EXPECT_TRUE(find(*b, token));
  chat::AccountUpdate update{.status_text = "at sea"};
  ASSERT_TRUE(wait(a->accounts.update(ada.id, std::move(update))));
  EXPECT_EQ(find(*b, token)->status_text, "at sea");
  EXPECT_EQ(find(*a, token)->status_text, "at sea");
}

TEST_F(CachedSessionsTest, ItIsVerifiedAgainAfterAWhile) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  EXPECT_TRUE(find(*a, token));
  fence(*a);
  // As if it had been verified six minutes ago.
  const std::string id = ask(redis::Command("GET").add("user:session:ada")).text;
  const std::string value = ask(redis::Command("GET").add("session:" + id)).text;
  const auto first = value.find(' ');
  const auto second = value.find(' ', first + 1);
  const auto verified = std::stoll(value.substr(first + 1, second - first - 1)) - 360'000;
  const std::string older = value.substr(0, first + 1) + std::to_string(verified) + value.substr(second);
  (void)ask(redis::Command("SET").add("session:" + id).add(older));
  EXPECT_TRUE(find(*b, token));
  EXPECT_EQ(b->truth.asked, 1);
  fence(*b);
  EXPECT_TRUE(find(*b, token));
  EXPECT_EQ(b->truth.asked, 1);
}

TEST_F(CachedSessionsTest, WithoutTheDatabaseWhatRedisKnowsCounts) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  EXPECT_TRUE(find(*a, token));
  fence(*a);
  b->truth.away = true;
  EXPECT_TRUE(find(*b, token));
  EXPECT_EQ(wait(b->sessions.find("another", now)).error().code, chat::ErrorCode::kUnavailable);
}

TEST_F(CachedSessionsTest, WithoutRedisTheTableIsAsked) {
  const auto ada = account("ada");
  const auto token = *wait(a->sessions.create(ada.id, now));
  const auto other = *wait(a->sessions.create(ada.id, now));
  for (const auto& t : {token, other}) EXPECT_TRUE(find(*a, t));
  redis.freeze();  // it keeps what it knows
  EXPECT_TRUE(find(*a, token));
  EXPECT_TRUE(wait(a->sessions.revoke(token)));
  EXPECT_FALSE(find(*a, token));
  EXPECT_TRUE(a->invalidations.pending());
  redis.thaw();
  // Told as soon as it is back, before anything is read there.
  EXPECT_TRUE(eventually([&] { return !a->invalidations.pending() && a->client.up() && b->client.up(); }));
  EXPECT_FALSE(find(*a, token));
  EXPECT_FALSE(find(*b, token));
  EXPECT_TRUE(find(*b, other));
}

TEST_F(CachedRoomsTest, TheListIsReadOnceAndIsTheSame) {
  const auto ada = account("ada");
  room(*a, "tea", ada.id);
  room(*a, "cake");
  const auto first = listed(*a);
  EXPECT_THAT(first, testing::UnorderedElementsAre("tea:1", "cake:0"));
  fence(*a);
  EXPECT_FALSE(ask(redis::Command("GET").add("cache:rooms:list")).nil());
  EXPECT_GT(ask(redis::Command("TTL").add("cache:rooms:list")).integer, 290);
  // Behind the cache's back: who reads from it does not see this.
  chat::NewRoom hidden{.name = "hidden", .creator = {std::nullopt, "eve"}};
  ASSERT_TRUE(wait(store->rooms().create(std::move(hidden))));
  EXPECT_EQ(listed(*b), first);
}

TEST_F(CachedRoomsTest, NobodyReadsAListOlderThanHisOwnChange) {
  const auto ada = account("ada");
  for (int i = 0; i < 20; ++i) {
    Server& changer = i % 2 == 0 ? *a : *b;
    const std::string name = "room" + std::to_string(i);
    const auto made = room(changer, name);
    for (Server* server : {a.get(), b.get()}) EXPECT_THAT(listed(*server), testing::Contains(name + ":0"));
    ASSERT_TRUE(wait(changer.rooms.add_member(made.id, ada.id, now)));
    for (Server* server : {b.get(), a.get()}) EXPECT_THAT(listed(*server), testing::Contains(name + ":1"));
    ASSERT_TRUE(wait(changer.rooms.remove_member(made.id, ada.id)));
    for (Server* server : {b.get(), a.get()}) EXPECT_THAT(listed(*server), testing::Contains(name + ":0"));
  }
}

TEST_F(CachedRoomsTest, WhoReadItBeforeAChangeCannotPutItThere) {
  // A reader's steps, one by one: it finds nothing, reads the database, and is late.
  redis::ScriptCall find;
  find.arg("").arg("lease-1");
  EXPECT_TRUE(wait(a->client.call(kFindRoomList, std::move(find)))->nil());
  room(*b, "tea");
  redis::ScriptCall keep;
  keep.arg("").arg("lease-1").arg("an old list");
  EXPECT_EQ(wait(a->client.call(kKeepRoomList, std::move(keep)))->integer, 0);
  EXPECT_THAT(listed(*a), testing::ElementsAre("tea:0"));
}

TEST_F(CachedRoomsTest, AChangeThatRedisMissedIsToldWhenItIsBack) {
  room(*a, "tea");
  EXPECT_THAT(listed(*b), testing::ElementsAre("tea:0"));
  fence(*b);
  redis.freeze();
  room(*a, "cake");
  EXPECT_THAT(listed(*a), testing::SizeIs(2));
  redis.thaw();
  EXPECT_TRUE(eventually([&] { return !a->invalidations.pending() && a->client.up() && b->client.up(); }));
  EXPECT_THAT(listed(*b), testing::SizeIs(2));
  EXPECT_THAT(listed(*a), testing::SizeIs(2));
}

TEST_F(HistoryCacheTest, APageComesBackAsItWas) {
  const auto tea = room(*a, "tea");
  chat::HistoryPage page{.messages = {}, .seq = {7}, .has_more = true};
  chat::Message message{
      .id = {tea.id, {7}}, .room = "tea", .author_key = "u:3", .user = "ada", .text = "hi", .timestamp = {5}};
  message.reactions = {{"+1", {"ben"}}};
  message.temp_id = "t1";
  page.messages.push_back(message);
  a->history.keep(tea, 20, page);
  fence(*a);
  const auto entry = wait(b->history.find("tea", 20));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->room, tea.id);
  EXPECT_EQ(entry->page.seq, page.seq);
  EXPECT_TRUE(entry->page.has_more);
  EXPECT_EQ(entry->page.messages, page.messages);
  EXPECT_FALSE(wait(b->history.find("tea", 21)));
  EXPECT_FALSE(wait(b->history.find("cake", 20)));
  const auto ttl = ask(redis::Command("TTL").add("cache:messages:tea:20")).integer;
  EXPECT_TRUE(ttl > 0 && ttl <= 60) << ttl;
  (void)ask(redis::Command("SET").add("cache:messages:tea:20").add("garbage"));
  EXPECT_FALSE(wait(b->history.find("tea", 20)));
}

}  // namespace
}  // namespace chillin::cache
