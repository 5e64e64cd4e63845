// The client against a real redis-server.
#include "redis/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "unit/redis/redis_process.h"
#include "util/manual_executor.h"

namespace chillin::redis {
namespace {

using test::eventually;
using test::RedisProcess;
using testing::ElementsAre;
using testing::HasSubstr;

Options options_for(const std::string& url) {
  Options options;
  options.url = *parse_url(url);
  options.limits.connect_timeout = util::Millis(500);
  options.limits.reply_timeout = util::Millis(500);
  options.ping_interval = util::Millis(100);
  return options;
}

class RedisClient : public testing::Test {
 protected:
  ReplyOr ask(Client& client, const Command& command) { return executor.wait(client.execute(command)); }
  bool comes_up(Client& client) {
    return eventually([&] { return client.up(); });
  }

  util::ManualExecutor executor;
};

/// Keeps what it hears. Thread-safe.
class Ears final : public ChannelListener {
 public:
  void on_published(std::string_view channel, std::string_view message) override {
    const std::lock_guard lock(mutex_);
    heard_.push_back(std::string(channel) + "=" + std::string(message));
  }
  void on_resubscribed() override { ++resubscribed; }
  void on_subscriptions_lost() override { ++lost; }
  std::vector<std::string> heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  std::atomic<int> resubscribed{0};
  std::atomic<int> lost{0};

 private:
  std::mutex mutex_;
  std::vector<std::string> heard_;
};

bool subscribed(Client& client, const std::string& channel, ChannelListener* listener) {
  std::promise<bool> promise;
  client.subscribe(channel, listener, [&](bool ok) { promise.set_value(ok); });
  return promise.get_future().get();
}

TEST_F(RedisClient, AnswersInOrder) {
  Client client(options_for(RedisProcess::shared().url()));
  ASSERT_TRUE(comes_up(client));
  ASSERT_TRUE(ask(client, Command("DEL").add("counter")).ok());
  std::promise<std::vector<std::int64_t>> all;
  auto seen = std::make_shared<std::vector<std::int64_t>>();
  for (int i = 0; i < 1'000; ++i) {
    client.send(Command("INCR").add("counter"), [&all, seen](const ReplyOr& reply) {
      seen->push_back(reply->integer);
      if (seen->size() == 1'000) all.set_value(*seen);
    });
  }
  const auto got = all.get_future().get();
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], static_cast<std::int64_t>(i + 1));
}

TEST_F(RedisClient, GivesErrorRepliesAsErrors) {
  Client client(options_for(RedisProcess::shared().url()));
  ASSERT_TRUE(comes_up(client));
  ASSERT_TRUE(ask(client, Command("SET").add("text").add("x")).ok());
  const auto reply = ask(client, Command("INCR").add("text"));
  ASSERT_FALSE(reply.ok());
  EXPECT_THAT(reply.error().detail, HasSubstr("not an integer"));
  EXPECT_FALSE(reply.error().temporary);
}

TEST_F(RedisClient, CallsScriptsAlsoWhenTheServerForgotThem) {
  Client client(options_for(RedisProcess::shared().url()));
  const Script script("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}");
  client.prepare(script);
  ASSERT_TRUE(comes_up(client));
  const auto call = [&] {
    ScriptCall c;
    c.key("script-counter").arg("a");
    return executor.wait(client.call(script, std::move(c)));
  };
  ASSERT_TRUE(ask(client, Command("DEL").add("script-counter")).ok());
  EXPECT_EQ(call()->elements[2].integer, 1);
  ASSERT_TRUE(ask(client, Command("SCRIPT").add("FLUSH")).ok());
  EXPECT_EQ(call()->elements[2].integer, 2);
  EXPECT_EQ(call()->elements[2].integer, 3);
}

TEST_F(RedisClient, FailsAtOnceWhileRedisIsAwayAndComesBack) {
  RedisProcess redis;
  Client client(options_for(redis.url()));
  ASSERT_TRUE(comes_up(client));
  redis.kill();
  ASSERT_TRUE(eventually([&] { return !client.up(); }));
  const auto before = std::chrono::steady_clock::now();
  const auto reply = ask(client, Command("PING"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(400));
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code, util::Error::Code::kUnavailable);
  EXPECT_TRUE(reply.error().temporary);
  EXPECT_NE(client.commands_state().error, "");
  redis.start();
  EXPECT_TRUE(eventually([&] { return client.up(); }, std::chrono::seconds(3)));
  EXPECT_EQ(client.commands_state().connects, 2u);
  EXPECT_TRUE(ask(client, Command("PING")).ok());
}

TEST_F(RedisClient, NoticesAFrozenServer) {
  RedisProcess redis;
  Client client(options_for(redis.url()));
  ASSERT_TRUE(comes_up(client));
  redis.freeze();
  const auto reply = ask(client, Command("PING"));
  ASSERT_FALSE(reply.ok());
  EXPECT_THAT(reply.error().detail, HasSubstr("no answer within 500 ms"));
  redis.thaw();
  EXPECT_TRUE(comes_up(client));
}

TEST_F(RedisClient, LeavesNobodyWithoutAnAnswer) {
  RedisProcess redis;
  auto client = std::make_unique<Client>(options_for(redis.url()));
  ASSERT_TRUE(comes_up(*client));
  redis.freeze();
  auto answers = std::make_shared<std::atomic<int>>(0);
  for (int i = 0; i < 100; ++i) client->send(Command("PING"), [answers](const ReplyOr&) { ++*answers; });
  client->stop();
  for (int i = 0; i < 10; ++i) client->send(Command("PING"), [answers](const ReplyOr&) { ++*answers; });
  client.reset();
  EXPECT_EQ(*answers, 110);
}

TEST_F(RedisClient, HearsWhatIsPublished) {
  Client client(options_for(RedisProcess::shared().url()));
  Client other(options_for(RedisProcess::shared().url()));
  Ears ears;
  client.add_listener(&ears);
  ASSERT_TRUE(comes_up(client) && comes_up(other));
  ASSERT_TRUE(eventually([&] { return ears.resubscribed == 1; }));
  ASSERT_TRUE(subscribed(client, "a", &ears));
  ASSERT_TRUE(subscribed(client, "b", &ears));
  EXPECT_TRUE(subscribed(client, "a", &ears));
  other.publish("a", "1");
  other.publish("c", "2");
  other.publish("b", "3");
  EXPECT_TRUE(eventually([&] { return ears.heard().size() >= 2; }));
  client.unsubscribe("a", &ears);
  ASSERT_TRUE(subscribed(client, "d", &ears));
  other.publish("a", "4");
  other.publish("b", "5");
  EXPECT_TRUE(eventually([&] { return ears.heard().size() >= 3; }));
  EXPECT_THAT(ears.heard(), ElementsAre("a=1", "b=3", "b=5"));
  client.remove_listener(&ears);
}

TEST_F(RedisClient, SubscribesAgainAfterAReconnectAndSaysThatSomethingWasMissed) {
  RedisProcess redis;
  Client client(options_for(redis.url()));
  Ears ears;
  client.add_listener(&ears);
  ASSERT_TRUE(eventually([&] { return ears.resubscribed == 1; }));
  constexpr int kChannels = 1'200;  // more than one command's worth
  for (int i = 0; i < kChannels; ++i) client.subscribe("channel" + std::to_string(i), &ears);
  ASSERT_TRUE(subscribed(client, "last", &ears));
  redis.kill();
  ASSERT_TRUE(eventually([&] { return ears.lost == 1; }));
  EXPECT_FALSE(subscribed(client, "late", &ears));
  client.unsubscribe("last", &ears);
  redis.start();
  ASSERT_TRUE(eventually([&] { return ears.resubscribed == 2; }));
  Client other(options_for(redis.url()));
  ASSERT_TRUE(comes_up(other));
  for (const char* channel : {"last", "channel0", "channel1199", "late"}) other.publish(channel, "x");
  EXPECT_TRUE(eventually([&] { return ears.heard().size() >= 3; }));
  EXPECT_THAT(ears.heard(), ElementsAre("channel0=x", "channel1199=x", "late=x"));
  client.remove_listener(&ears);
}

// The net result counts, however the changes fall into turns.
TEST_F(RedisClient, FollowsQuickChangesOfMind) {
  Client client(options_for(RedisProcess::shared().url()));
  Ears ears;
  ASSERT_TRUE(comes_up(client));
  for (int i = 0; i < 200; ++i) {
    client.subscribe("wavering", &ears);
    if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    client.unsubscribe("wavering", &ears);
  }
  ASSERT_TRUE(subscribed(client, "wavering", &ears));
  client.publish("wavering", "1");
  EXPECT_TRUE(eventually([&] { return !ears.heard().empty(); }));
  client.unsubscribe("wavering", &ears);
  ASSERT_TRUE(subscribed(client, "steady", &ears));
  client.publish("wavering", "2");
  client.publish("steady", "3");
  EXPECT_TRUE(eventually([&] { return ears.heard().size() >= 2; }));
  EXPECT_THAT(ears.heard(), ElementsAre("wavering=1", "steady=3"));
  client.remove_listener(&ears);
}

TEST_F(RedisClient, AuthenticatesAndChoosesTheDatabase) {
  RedisProcess redis({"--requirepass", "s3cret:@"});
  Client client(options_for("redis://:s3cret%3A%40@127.0.0.1:" + std::to_string(redis.port()) + "/2"));
  ASSERT_TRUE(comes_up(client));
  EXPECT_THAT(ask(client, Command("CLIENT").add("INFO"))->text, HasSubstr("db=2"));
  Client stranger(options_for("redis://:wrong@127.0.0.1:" + std::to_string(redis.port())));
  EXPECT_TRUE(eventually([&] { return stranger.commands_state().error.find("WRONGPASS") != std::string::npos; }));
  EXPECT_EQ(stranger.commands_state().error.find("wrong@"), std::string::npos);
}

TEST_F(RedisClient, SaysWhyItIsNotConnected) {
  Client refused(options_for("redis://127.0.0.1:" + std::to_string(test::free_port())));
  EXPECT_TRUE(eventually([&] { return refused.commands_state().error.find("refused") != std::string::npos; }));
  Client unknown(options_for("redis://no-such-host.invalid"));
  EXPECT_TRUE(eventually([&] { return !unknown.commands_state().error.empty(); }));
}

}  // namespace
}  // namespace chillin::redis
