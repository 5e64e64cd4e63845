// Two servers of ours on one Redis.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "socketio_redis/redis_adapter.h"
#include "unit/redis/redis_process.h"
#include "unit/socketio/recording_conn.h"

namespace chillin::socketio {
namespace {

using test::eventually;
using test::RedisProcess;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using testing_support::Bench;
using testing_support::on_loop;

class Server {
 public:
  explicit Server(const RedisProcess& redis, int loops = 2)
      : client({.url = *redis::parse_url(redis.url())}), bench(loops, {.adapter = redis_adapter(client)}) {
    nsp().on_connection([this](const SocketPtr& socket) {
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
    });
    EXPECT_TRUE(eventually([this] { return client.up() && client.subscriptions_state().up; }));
  }
  ~Server() {
    client.stop();
    sockets_.clear();
  }

  Namespace& nsp() { return bench.hub->of("/"); }
  SocketPtr socket(std::size_t i) {
    const std::lock_guard lock(mutex_);
    return sockets_[i];
  }
  std::size_t add_client() {
    conns.push_back(bench.join(conns.size()));
    return conns.size() - 1;
  }
  void in_room(std::size_t i, const std::string& room) {
    on_loop(socket(i)->loop(), [&] { socket(i)->join(room); });
  }
  std::vector<std::string> heard(std::size_t i) { return bench.heard(conns[i]); }
  bool hears(std::size_t i, const std::string& packet) {
    return eventually([&] {
      const auto all = heard(i);
      return std::find(all.begin(), all.end(), packet) != all.end();
    });
  }

  redis::Client client;
  Bench bench;
  std::vector<Bench::Conn> conns;

 private:
  std::mutex mutex_;
  std::vector<SocketPtr> sockets_;
};

/// Two servers with two clients each, and a way to know that a subscription has arrived.
class RedisCluster : public testing::Test {
 protected:
  RedisCluster() {
    for (Server* server : {&a, &b}) {
      server->add_client();
      server->add_client();
    }
    wait_for_channel("socket.io-request#/#", 2);
    for (Server* server : {&a, &b}) {
      for (std::size_t i = 0; i < 2; ++i) wait_for_channel("socket.io#/#" + server->socket(i)->id() + "#", 1);
    }
  }
  void wait_for_channel(const std::string& channel, std::int64_t subscribers) {
    EXPECT_TRUE(eventually([&] {
      std::promise<std::int64_t> promise;
      a.client.send(redis::Command("PUBSUB").add("NUMSUB").add(channel),
                    [&](const redis::ReplyOr& reply) { promise.set_value(reply ? reply->elements[1].integer : -1); });
      return promise.get_future().get() == subscribers;
    })) << channel;
  }
  void in_room(Server& server, std::size_t i, const std::string& room, std::int64_t servers) {
    server.in_room(i, room);
    wait_for_channel("socket.io#/#" + room + "#", servers);
  }
  static std::vector<RemoteSocket> fetch(const Broadcast& from) {
    std::promise<std::vector<RemoteSocket>> promise;
    from.fetch_sockets([&](std::vector<RemoteSocket> found) { promise.set_value(std::move(found)); });
    return promise.get_future().get();
  }
  static std::vector<std::string> ids(const std::vector<RemoteSocket>& found) {
    std::vector<std::string> out;
    for (const RemoteSocket& socket : found) out.push_back(socket.id);
    return out;
  }

  RedisProcess redis;
  Server a{redis};
  Server b{redis};
};

TEST_F(RedisCluster, BroadcastsReachOtherServersOnce) {
  in_room(a, 0, "general", 1);
  in_room(b, 0, "general", 2);
  in_room(b, 1, "other", 1);
  a.nsp().to("general").emit("news", Payload::of(1, "é"));
  a.nsp().emit("all");
  b.nsp().to("general").to("other").except(b.socket(1)->id()).emit("two");
  EXPECT_TRUE(a.hears(0, R"(2["two"])"));
  EXPECT_TRUE(b.hears(1, R"(2["all"])"));
  EXPECT_THAT(a.heard(0), ElementsAre(R"(2["news",1,"é"])", R"(2["all"])", R"(2["two"])"));
  EXPECT_THAT(a.heard(1), ElementsAre(R"(2["all"])"));
  EXPECT_THAT(b.heard(0), UnorderedElementsAre(R"(2["news",1,"é"])", R"(2["all"])", R"(2["two"])"));
  EXPECT_THAT(b.heard(1), ElementsAre(R"(2["all"])"));
}

TEST_F(RedisCluster, CarriesBytes) {
  Payload payload;
  payload.args.push_back(payload.add_binary(std::string("\0\xff", 2)));
  a.nsp().emit("file", payload);
  EXPECT_TRUE(b.hears(0, "b:" + std::string("\0\xff", 2)));
  EXPECT_THAT(b.heard(0), ElementsAre(R"(51-["file",{"_placeholder":true,"num":0}])", "b:" + std::string("\0\xff", 2)));
}

TEST_F(RedisCluster, ReachesOneSocketElsewhereAndStaysLocalWhereToldTo) {
  a.nsp().to(b.socket(1)->id()).emit("you");
  EXPECT_TRUE(b.hears(1, R"(2["you"])"));
  a.nsp().all().local().emit("here");
  a.nsp().emit("done");
  EXPECT_TRUE(b.hears(0, R"(2["done"])"));
  EXPECT_THAT(b.heard(0), ElementsAre(R"(2["done"])"));
  EXPECT_TRUE(a.hears(0, R"(2["here"])"));
}

// A server's traffic grows with its own rooms: it is not told of the others'.
TEST_F(RedisCluster, HearsOnlyRoomsWithMembersHere) {
  in_room(a, 0, "mine", 1);
  in_room(a, 1, "mine", 1);
  in_room(b, 0, "mine", 2);
  on_loop(b.socket(0)->loop(), [&] { b.socket(0)->leave("mine"); });
  wait_for_channel("socket.io#/#mine#", 1);
  a.bench.drop(a.conns[0]);
  wait_for_channel("socket.io#/#mine#", 1);
  a.bench.drop(a.conns[1]);
  wait_for_channel("socket.io#/#mine#", 0);
}

TEST_F(RedisCluster, KeepsTheOrderOfOneThread) {
  constexpr int kEvents = 500;
  in_room(b, 0, "general", 1);
  for (int i = 0; i < kEvents; ++i) {
    if (i % 2 == 0) {
      a.nsp().to("general").emit("n", Payload::of(i));
    } else {
      a.nsp().emit("n", Payload::of(i));
    }
  }
  EXPECT_TRUE(b.hears(0, "2[\"n\"," + std::to_string(kEvents - 1) + "]"));
  const auto heard = b.heard(0);
  ASSERT_THAT(heard, SizeIs(kEvents));
  for (int i = 0; i < kEvents; ++i) EXPECT_EQ(heard[static_cast<std::size_t>(i)], "2[\"n\"," + std::to_string(i) + "]");
}

TEST_F(RedisCluster, JoinsLeavesAndFetchesEverywhere) {
  a.nsp().all().sockets_join({"x"});
  ASSERT_TRUE(eventually([&] { return fetch(a.nsp().to("x")).size() == 4; }));
  EXPECT_THAT(ids(fetch(b.nsp().to("x"))),
              UnorderedElementsAre(a.socket(0)->id(), a.socket(1)->id(), b.socket(0)->id(), b.socket(1)->id()));
  b.nsp().to(a.socket(0)->id()).sockets_leave({"x"});
  ASSERT_TRUE(eventually([&] { return fetch(a.nsp().to("x")).size() == 3; }));
  const auto found = fetch(a.nsp().to(b.socket(0)->id()));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].rooms, ElementsAre(b.socket(0)->id(), "x"));
  EXPECT_THAT(fetch(a.nsp().all().local()), SizeIs(2));
}

TEST_F(RedisCluster, DisconnectsElsewhere) {
  a.nsp().to(b.socket(0)->id()).disconnect_sockets(true);
  EXPECT_TRUE(eventually([&] { return !b.bench.is_open(b.conns[0]); }));
  EXPECT_TRUE(b.bench.is_open(b.conns[1]));
}

struct Answers {
  std::string error;
  std::vector<std::string> texts;
};

std::future<Answers> ask(const Broadcast& to, util::Millis timeout) {
  auto promise = std::make_shared<std::promise<Answers>>();
  to.emit_with_ack("q", Payload::of("?"), timeout, [promise](const char* error, const std::vector<Payload>& responses) {
    Answers answers{error == nullptr ? "" : error, {}};
    for (const Payload& response : responses) answers.texts.push_back(json::serialize(response.args));
    promise->set_value(std::move(answers));
  });
  return promise->get_future();
}

void answer(Server& server, std::size_t i, const std::string& with) {
  ASSERT_TRUE(eventually([&] { return !server.heard(i).empty(); }));
  const std::string packet = server.heard(i)[0];
  server.bench.say(server.conns[i], "3" + packet.substr(1, packet.find('[') - 1) + with);
}

TEST_F(RedisCluster, CollectsAcknowledgementsOfAllServers) {
  auto answers = ask(a.nsp().all(), util::Millis(20'000));
  answer(a, 0, R"(["a0"])");
  answer(a, 1, R"(["a1"])");
  answer(b, 0, R"(["b0"])");
  answer(b, 1, R"(["b1"])");
  const Answers got = answers.get();
  EXPECT_EQ(got.error, "");
  EXPECT_THAT(got.texts, UnorderedElementsAre(R"(["a0"])", R"(["a1"])", R"(["b0"])", R"(["b1"])"));
}

TEST_F(RedisCluster, NamesATimeoutOfAnotherServersClient) {
  auto answers = ask(a.nsp().all(), util::Millis(400));
  answer(a, 0, R"([1])");
  answer(a, 1, R"([2])");
  answer(b, 0, R"([3])");
  const Answers got = answers.get();
  EXPECT_EQ(got.error, "timeout");
  EXPECT_THAT(got.texts, SizeIs(3));
}

TEST_F(RedisCluster, EmitsToServers) {
  std::promise<std::string> heard;
  b.nsp().on_server_event("hello", [&](ServerEvent& event) {
    heard.set_value(json::serialize(event.args));
    EXPECT_FALSE(static_cast<bool>(event.ack));
  });
  a.nsp().on_server_event("hello", [](ServerEvent&) { FAIL() << "not to oneself"; });
  a.nsp().server_side_emit("hello", {1, "two"});
  EXPECT_EQ(heard.get_future().get(), R"([1,"two"])");

  b.nsp().on_server_event("sum",
                          [](ServerEvent& event) { event.ack(event.args[0].as_int64() + event.args[1].as_int64()); });
  std::promise<std::pair<std::string, std::vector<json::value>>> promise;
  a.nsp().server_side_emit_with_ack("sum", {3, 4}, util::Millis(5'000),
                                    [&](const char* error, std::vector<json::value> responses) {
                                      promise.set_value({error == nullptr ? "" : error, std::move(responses)});
                                    });
  const auto [error, responses] = promise.get_future().get();
  EXPECT_EQ(error, "");
  EXPECT_THAT(responses, ElementsAre(json::value(7)));
}

TEST_F(RedisCluster, GoesOnWithinTheServerWhileRedisIsAwayAndAcrossWhenItIsBack) {
  in_room(a, 0, "general", 1);
  in_room(b, 0, "general", 2);
  redis.kill();
  ASSERT_TRUE(eventually([&] { return !a.client.up() && !b.client.up(); }));
  a.nsp().to("general").emit("alone");
  EXPECT_TRUE(a.hears(0, R"(2["alone"])"));
  EXPECT_THAT(fetch(a.nsp().all()), SizeIs(2));
  a.in_room(1, "late");
  redis.start();
  ASSERT_TRUE(eventually([&] { return a.client.up() && b.client.up(); }));
  wait_for_channel("socket.io#/#general#", 2);
  wait_for_channel("socket.io#/#late#", 1);
  b.nsp().to("late").emit("back");
  EXPECT_TRUE(a.hears(1, R"(2["back"])"));
  EXPECT_THAT(b.heard(0), IsEmpty());
}

}  // namespace
}  // namespace chillin::socketio
