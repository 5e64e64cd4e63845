// What every Adapter of the Socket.IO library must do, on one loop and on several. Another implementation adds itself
// to kAdapters.
#include "socketio/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "socketio/packet_codec.h"
#include "socketio_redis/redis_adapter.h"
#include "unit/redis/redis_process.h"
#include "unit/socketio/recording_conn.h"

namespace chillin::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using testing_support::Bench;
using testing_support::on_loop;
using testing_support::settle;

struct Setup {
  const char* name;
  AdapterFactory (*make)();
  int loops;
};
/// A server that is alone on its Redis.
AdapterFactory alone_on_redis() {
  static redis::Client client({.url = *redis::parse_url(test::RedisProcess::shared().url())});
  static std::atomic<int> count{0};
  EXPECT_TRUE(test::eventually([] { return client.up(); }));
  return redis_adapter(client, {.prefix = "contract-" + std::to_string(++count)});
}
const Setup kAdapters[] = {{"memory_1_loop", memory_adapter, 1},
                           {"memory_3_loops", memory_adapter, 3},
                           {"redis_1_loop", alone_on_redis, 1},
                           {"redis_3_loops", alone_on_redis, 3}};

class SocketioAdapter : public testing::TestWithParam<Setup> {
 protected:
  SocketioAdapter() {
    nsp.on_connection([this](const SocketPtr& socket) {
      const std::lock_guard lock(mutex);
      sockets.push_back(socket);
    });
    // Each on the next loop.
    for (std::size_t i = 0; i < 6; ++i) conns.push_back(bench.join(i));
  }
  ~SocketioAdapter() override { sockets.clear(); }

  [[nodiscard]] std::string id(std::size_t i) {
    const std::lock_guard lock(mutex);  // a test may connect more while it asks
    return sockets[i]->id();
  }
  void in_room(std::size_t i, const std::string& room) {
    on_loop(sockets[i]->loop(), [&] { sockets[i]->join(room); });
  }
  std::vector<std::string> heard(std::size_t i) { return bench.heard(conns[i]); }
  /// Which clients heard `packet`, each as often as it did.
  std::vector<std::size_t> who_heard(const std::string& packet) {
    std::vector<std::size_t> who;
    for (std::size_t i = 0; i < conns.size(); ++i) {
      for (const auto& text : heard(i)) {
        if (text == packet) who.push_back(i);
      }
    }
    return who;
  }

  Bench bench{GetParam().loops, {.adapter = GetParam().make()}};
  Namespace& nsp = bench.hub->of("/");
  std::mutex mutex;
  std::vector<SocketPtr> sockets;
  std::vector<Bench::Conn> conns;
};

INSTANTIATE_TEST_SUITE_P(All, SocketioAdapter, testing::ValuesIn(kAdapters),
                         [](const auto& setup) { return std::string(setup.param.name); });

TEST_P(SocketioAdapter, BroadcastsToTheUnionOfRoomsOnce) {
  for (const std::size_t i : {0u, 1u, 2u}) in_room(i, "a");
  for (const std::size_t i : {2u, 3u}) in_room(i, "b");
  nsp.to("a").emit("news", Payload::of(1));
  EXPECT_THAT(who_heard(R"(2["news",1])"), ElementsAre(0, 1, 2));
  nsp.to("a").to("b").emit("news", Payload::of(2));
  EXPECT_THAT(who_heard(R"(2["news",2])"), ElementsAre(0, 1, 2, 3));
  nsp.emit("news", Payload::of(3));
  EXPECT_THAT(who_heard(R"(2["news",3])"), SizeIs(6));
  nsp.to("nobody").emit("news", Payload::of(4));
  EXPECT_THAT(who_heard(R"(2["news",4])"), IsEmpty());
}

TEST_P(SocketioAdapter, LeavesOutExceptedRoomsAndTheSender) {
  for (const std::size_t i : {0u, 1u, 2u, 3u}) in_room(i, "a");
  in_room(3, "quiet");
  on_loop(sockets[0]->loop(), [&] { sockets[0]->to("a").except("quiet").emit("x"); });
  EXPECT_THAT(who_heard(R"(2["x"])"), ElementsAre(1, 2));
  on_loop(sockets[1]->loop(), [&] { sockets[1]->broadcast().emit("y"); });
  EXPECT_THAT(who_heard(R"(2["y"])"), ElementsAre(0, 2, 3, 4, 5));
  nsp.except("quiet").except(id(5)).emit("z");
  EXPECT_THAT(who_heard(R"(2["z"])"), ElementsAre(0, 1, 2, 4));
}

TEST_P(SocketioAdapter, ReachesOneSocketByItsId) {
  nsp.to(id(4)).emit("x");
  EXPECT_THAT(who_heard(R"(2["x"])"), ElementsAre(4));
  bench.drop(conns[4]);
  nsp.to(id(4)).emit("y");
  EXPECT_THAT(who_heard(R"(2["y"])"), IsEmpty());
}

TEST_P(SocketioAdapter, VolatileSkipsWhoIsNotReady) {
  on_loop(conns[1]->loop(), [&] { conns[1]->is_writable = false; });
  nsp.all().volatile_().emit("x");
  EXPECT_THAT(who_heard(R"(2["x"])"), ElementsAre(0, 2, 3, 4, 5));
  nsp.all().emit("y");
  EXPECT_THAT(who_heard(R"(2["y"])"), SizeIs(6));
}

TEST_P(SocketioAdapter, CarriesBinary) {
  Payload payload;
  payload.args.push_back(payload.add_binary("bytes"));
  nsp.emit("file", payload);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_THAT(heard(i), ElementsAre(R"(51-["file",{"_placeholder":true,"num":0}])", "b:bytes"));
  }
}

TEST_P(SocketioAdapter, ForgetsRoomsOfTheGone) {
  in_room(0, "a");
  in_room(1, "a");
  bench.drop(conns[0]);
  on_loop(sockets[1]->loop(), [&] { sockets[1]->leave("a"); });
  nsp.to("a").emit("x");
  EXPECT_THAT(who_heard(R"(2["x"])"), IsEmpty());
}

TEST_P(SocketioAdapter, KeepsTheOrderOfOneThread) {
  constexpr int kEach = 200;
  for (std::size_t i = 0; i < 6; ++i) in_room(i, "a");
  const auto emit_all = [&](const std::string& who) {
    for (int i = 0; i < kEach; ++i) {
      if (i % 3 == 0) {
        auto batches = std::make_shared<std::vector<Batch>>();
        engineio::EncodedBuilder builder;
        builder.text(encode_event("/", who, std::to_string(i)));
        batches->push_back({"a", builder.finish(), nullptr, {}});
        nsp.send_batch(std::move(batches));
      } else {
        nsp.to("a").emit(who, Payload::of(i));
      }
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(2);
  for (const char* who : {"t0", "t1"}) threads.emplace_back([&emit_all, who] { emit_all(who); });
  for (std::size_t i = 0; i < bench.loops.size(); ++i) {
    bench.loops.at(i).post([&, i] { emit_all("loop" + std::to_string(i)); });
  }
  for (auto& thread : threads) thread.join();
  settle(bench.loops);
  for (std::size_t c = 0; c < 6; ++c) {
    std::map<std::string, int> next;
    for (const auto& packet : heard(c)) {
      const json::array event = json::parse(packet.substr(1)).as_array();
      EXPECT_EQ(event[1].as_int64(), next[json::value_to<std::string>(event[0])]++);
    }
    EXPECT_EQ(next.size(), 2 + bench.loops.size());
    for (const auto& [who, count] : next) EXPECT_EQ(count, kEach) << who;
  }
}

// As with the reference server: what a handler emits arrives in the order of its calls.
TEST_P(SocketioAdapter, ABroadcastToOnesOwnLoopIsNotOvertakenByAnEmit) {
  in_room(0, "a");
  on_loop(sockets[0]->loop(), [&] {
    nsp.to("a").emit("first");
    sockets[0]->emit("second");
  });
  EXPECT_THAT(heard(0), ElementsAre(R"(2["first"])", R"(2["second"])"));
}

TEST_P(SocketioAdapter, SendsBatchesWithVariantsBehindTheirAcknowledgements) {
  for (const std::size_t i : {0u, 1u, 2u}) in_room(i, "a");
  in_room(3, "b");
  auto batches = std::make_shared<std::vector<Batch>>();
  engineio::EncodedBuilder lines;
  engineio::EncodedBuilder mine;
  for (const char* text : {"0", "1", "2"}) lines.text(text);
  mine.text("my 1");
  batches->push_back({"a", lines.finish(), mine.finish(), {{id(1), 1, 0}}});
  engineio::EncodedBuilder other;
  other.text("b0");
  batches->push_back({"b", other.finish(), nullptr, {}});
  std::vector<util::UniqueFunction<void()>> before(bench.loops.size());
  net::Loop& loop = sockets[1]->loop();
  before[static_cast<std::size_t>(loop.index())] = [&] {
    EXPECT_EQ(net::Loop::current(), &loop);
    sockets[1]->emit("saved");
  };
  nsp.send_batch(batches, std::move(before));
  EXPECT_THAT(heard(0), ElementsAre("0", "1", "2"));
  EXPECT_THAT(heard(1), ElementsAre(R"(2["saved"])", "0", "my 1", "2"));
  EXPECT_THAT(heard(2), ElementsAre("0", "1", "2"));
  EXPECT_THAT(heard(3), ElementsAre("b0"));
  EXPECT_THAT(heard(4), IsEmpty());
  EXPECT_EQ(on_loop(conns[0]->loop(), [&] { return conns[0]->runs; }), 1u);
}

TEST_P(SocketioAdapter, WhatRunsBeforeABatchNeverRunsInline) {
  auto ran = std::make_shared<bool>(false);
  on_loop(bench.loops.at(0), [&] {
    std::vector<util::UniqueFunction<void()>> before;
    before.emplace_back([ran] { *ran = true; });
    nsp.send_batch(std::make_shared<std::vector<Batch>>(), std::move(before));
    EXPECT_FALSE(*ran);
  });
  settle(bench.loops);
  EXPECT_TRUE(*ran);
}

// --- acknowledgements of many ---

struct Answers {
  std::string error;
  std::vector<std::string> texts;
};

std::future<Answers> ask(Broadcast to, util::Millis timeout) {
  auto promise = std::make_shared<std::promise<Answers>>();
  to.emit_with_ack("q", Payload::of("?"), timeout, [promise](const char* error, const std::vector<Payload>& responses) {
    Answers answers{error == nullptr ? "" : error, {}};
    for (const Payload& response : responses) answers.texts.push_back(json::serialize(response.args));
    promise->set_value(std::move(answers));
  });
  return promise->get_future();
}

TEST_P(SocketioAdapter, CollectsAcknowledgementsOfAll) {
  for (const std::size_t i : {0u, 1u, 2u, 3u}) in_room(i, "a");
  auto answers = ask(nsp.to("a").except(id(3)), util::Millis(60'000));
  for (const std::size_t i : {0u, 1u, 2u}) {
    const auto packets = heard(i);
    ASSERT_THAT(packets, SizeIs(1));
    const std::string ack_id = packets[0].substr(1, packets[0].find('[') - 1);
    bench.say(conns[i], "3" + ack_id + "[" + std::to_string(i) + "]");
  }
  const Answers got = answers.get();
  EXPECT_EQ(got.error, "");
  EXPECT_THAT(got.texts, UnorderedElementsAre("[0]", "[1]", "[2]"));
  EXPECT_THAT(heard(3), IsEmpty());
}

TEST_P(SocketioAdapter, NamesATimeoutAndGivesWhatCame) {
  auto answers = ask(nsp.all(), util::Millis(30));
  const auto packets = heard(0);
  ASSERT_THAT(packets, SizeIs(1));
  bench.say(conns[0], "3" + packets[0].substr(1, packets[0].find('[') - 1) + "[0]");
  bench.drop(conns[1]);
  const Answers got = answers.get();
  EXPECT_EQ(got.error, "timeout");
  EXPECT_THAT(got.texts, ElementsAre("[0]"));
}

TEST_P(SocketioAdapter, AskingNobodyIsAnsweredAtOnce) {
  const Answers got = ask(nsp.to("nobody"), util::Millis(60'000)).get();
  EXPECT_EQ(got.error, "");
  EXPECT_THAT(got.texts, IsEmpty());
}

// --- sockets on any loop ---

std::vector<RemoteSocket> fetch(const Broadcast& from) {
  std::promise<std::vector<RemoteSocket>> promise;
  from.fetch_sockets([&](std::vector<RemoteSocket> found) { promise.set_value(std::move(found)); });
  return promise.get_future().get();
}

std::vector<std::string> ids(const std::vector<RemoteSocket>& found) {
  std::vector<std::string> out;
  for (const auto& socket : found) out.push_back(socket.id);
  return out;
}

TEST_P(SocketioAdapter, FetchesSocketsWithTheirRooms) {
  in_room(1, "a");
  in_room(2, "a");
  in_room(2, "b");
  EXPECT_THAT(ids(fetch(nsp.to("a"))), UnorderedElementsAre(id(1), id(2)));
  EXPECT_THAT(fetch(nsp.all()), SizeIs(6));
  const auto found = fetch(nsp.to("b"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].rooms, ElementsAre(id(2), "a", "b"));
}

TEST_P(SocketioAdapter, JoinsAndLeavesForSockets) {
  nsp.to(id(0)).to(id(1)).to(id(2)).sockets_join({"a", "b"});
  nsp.to(id(1)).sockets_leave({"a"});
  EXPECT_THAT(ids(fetch(nsp.to("a"))), UnorderedElementsAre(id(0), id(2)));
  EXPECT_THAT(ids(fetch(nsp.to("b"))), UnorderedElementsAre(id(0), id(1), id(2)));
}

TEST_P(SocketioAdapter, DisconnectsSockets) {
  in_room(1, "a");
  in_room(2, "a");
  nsp.to("a").disconnect_sockets();
  EXPECT_THAT(who_heard("1"), ElementsAre(1, 2));
  EXPECT_TRUE(bench.is_open(conns[1]));
  EXPECT_EQ(nsp.size(), 4u);
  nsp.to(id(3)).disconnect_sockets(true);
  EXPECT_FALSE(bench.is_open(conns[3]));
  EXPECT_EQ(nsp.size(), 3u);
}

TEST_P(SocketioAdapter, CallbacksComeOnTheAskersLoop) {
  net::Loop& loop = bench.loops.at(bench.loops.size() - 1);
  std::promise<net::Loop*> fetched;
  std::promise<net::Loop*> acked;
  on_loop(loop, [&] {
    nsp.all().fetch_sockets([&](const auto&) { fetched.set_value(net::Loop::current()); });
    nsp.all().emit_with_ack("q", {}, util::Millis(10),
                            [&](const char*, const auto&) { acked.set_value(net::Loop::current()); });
  });
  EXPECT_EQ(fetched.get_future().get(), &loop);
  EXPECT_EQ(acked.get_future().get(), &loop);
}

// For the thread sanitizer: everything at once, from every side.
TEST_P(SocketioAdapter, StandsConcurrentUse) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 150; ++i) {
        const std::string room = "r" + std::to_string((i + t) % 3);
        nsp.to(room).emit("x", Payload::of(i));
        nsp.all().to(id(static_cast<std::size_t>(i % 6))).sockets_join({room});
        if (i % 10 == 0) fetch(nsp.to(room));
        nsp.to(room).sockets_leave({room});
      }
    });
  }
  for (std::size_t i = 0; i < 40; ++i) {
    const auto conn = bench.join(i);
    bench.say(conn, R"(2["hello"])");
    if (i % 2 == 0) {
      bench.drop(conn);
    } else {
      bench.say(conn, "1");
    }
  }
  for (auto& thread : threads) thread.join();
  settle(bench.loops);
  EXPECT_EQ(nsp.size(), 6u);
}

}  // namespace
}  // namespace chillin::socketio
