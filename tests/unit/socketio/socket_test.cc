// Events, acknowledgements and the life of one Socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "socketio/socket_impl.h"
#include "unit/socketio/recording_conn.h"

namespace chillin::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::Bench;
using testing_support::on_loop;

/// One loop, one client in "/", and its socket.
class SocketTest : public testing::Test {
 protected:
  SocketTest() {
    nsp.on_connection([this](const SocketPtr& s) { socket = s; });
  }
  void join() { conn = bench.join(); }
  void act(const std::function<void(Socket&)>& f) {
    on_loop(conn->loop(), [&] { f(*socket); });
  }
  void say(std::string_view text) { bench.say(conn, text); }
  std::vector<std::string> heard() { return bench.heard(conn); }

  Bench bench{1, {.max_pending_acks = 2}};
  Namespace& nsp = bench.hub->of("/");
  Bench::Conn conn;
  SocketPtr socket;
};

TEST_F(SocketTest, HandsEventsToTheirHandlersWithArguments) {
  nsp.on("sum", [](Socket& s, Event& e) {
    EXPECT_EQ(e.name, "sum");
    EXPECT_FALSE(e.ack);
    s.emit("total", Payload::of(e.payload.args.at(0).as_int64() + e.payload.args.at(1).as_int64()));
  });
  nsp.on_any([](Socket& s, Event& e) { s.emit("unknown", Payload::of(std::string(e.name))); });
  join();
  say(R"(2["sum",1,2])");
  say(R"(2["other",1])");
  say(R"(2[7])");
  EXPECT_THAT(heard(), ElementsAre(R"(2["total",3])", R"(2["unknown","other"])", R"(2["unknown","7"])"));
}

TEST_F(SocketTest, ItsOwnHandlerWinsOverTheNamespaces) {
  nsp.on("a", [](Socket& s, Event&) { s.emit("from nsp"); });
  nsp.on_connection([](const SocketPtr& s) {
    s->on("a", [](Socket& self, Event&) {
      self.on("a", [](Socket& again, Event&) { again.emit("replaced"); });
      self.emit("own");
    });
  });
  join();
  say(R"(2["a"])");
  say(R"(2["a"])");
  EXPECT_THAT(heard(), ElementsAre(R"(2["own"])", R"(2["replaced"])"));
}

TEST_F(SocketTest, AHandlerThatThrowsEndsOnlyItsEvent) {
  nsp.on("bad", [](Socket&, Event& e) { e.payload.args.at(5).as_string(); });
  nsp.on("good", [](Socket& s, Event&) { s.emit("fine"); });
  join();
  say(R"(2["bad"])");
  say(R"(2["good"])");
  EXPECT_THAT(heard(), ElementsAre(R"(2["fine"])"));
}

TEST_F(SocketTest, EmitsInEveryForm) {
  join();
  act([](Socket& s) {
    s.emit("a", Payload::of(1, "x"));
    s.emit_raw("b", R"({"c":1},2)");
    s.emit_volatile("d");
    Payload file;
    file.args.push_back(file.add_binary("bytes"));
    s.emit("file", file);
    s.send(encode_shared_event("/", "shared", Payload::of(true)));
    static_cast<testing_support::RecordingConn&>(s.conn()).is_writable = false;
    s.emit_volatile("dropped");
    s.emit("kept");
  });
  EXPECT_THAT(heard(), ElementsAre(R"(2["a",1,"x"])", R"(2["b",{"c":1},2])", R"(2["d"])",
                                   R"(51-["file",{"_placeholder":true,"num":0}])", "b:bytes", R"(2["shared",true])",
                                   R"(2["kept"])"));
}

TEST_F(SocketTest, GetsBinaryArguments) {
  nsp.on("upload", [](Socket& s, Event& e) {
    s.emit_raw("size", std::to_string(e.payload.binary(e.payload.args.at(0).as_object().at("file"))->size()));
  });
  join();
  say(R"(51-["upload",{"file":{"_placeholder":true,"num":0}}])");
  on_loop(conn->loop(), [&] { conn->client_sends_bytes("12345"); });
  EXPECT_THAT(heard(), ElementsAre(R"(2["size",5])"));
}

// --- acknowledgements ---

TEST_F(SocketTest, AcknowledgesOnce) {
  nsp.on("q", [](Socket&, Event& e) {
    EXPECT_TRUE(e.ack);
    e.ack(Payload::of(nullptr, "yes"));
    e.ack(Payload::of("no"));
    EXPECT_FALSE(e.ack);
  });
  nsp.on("raw", [](Socket&, Event& e) { e.ack.raw(R"([null,{"a":1}])"); });
  nsp.on("none", [](Socket&, Event& e) { e.ack(Payload::of("nobody asked")); });
  join();
  say(R"(27["q"])");
  say(R"(20["raw"])");
  say(R"(2["none"])");
  EXPECT_THAT(heard(), ElementsAre(R"(37[null,"yes"])", R"(30[null,{"a":1}])"));
}

TEST_F(SocketTest, AnAckMayComeLaterAndAfterTheSocketHasGone) {
  std::vector<Ack> acks;
  nsp.on("q", [&](Socket&, Event& e) { acks.push_back(std::move(e.ack)); });
  join();
  say(R"(21["q"])");
  say(R"(22["q"])");
  act([&](Socket&) { acks.at(0)(Payload::of(1)); });
  EXPECT_THAT(heard(), ElementsAre("31[1]"));
  bench.drop(conn);
  socket.reset();
  on_loop(bench.loops.at(0), [&] { acks.at(1)(Payload::of(2)); });
}

TEST_F(SocketTest, GetsTheClientsAcknowledgement) {
  join();
  std::vector<std::string> answers;
  const auto note = [&](const char* error, const Payload& p) {
    answers.push_back((error == nullptr ? "" : error) + json::serialize(p.args));
  };
  act([&](Socket& s) {
    s.emit_with_ack("q", Payload::of(1), util::Millis(60'000), note);
    s.emit_with_ack("q", Payload::of(2), util::Millis(60'000), note);
  });
  EXPECT_THAT(heard(), ElementsAre(R"(20["q",1])", R"(21["q",2])"));
  say(R"(31["b"])");
  say(R"(30["a"])");
  say(R"(30["again"])");
  say(R"(399["never asked"])");
  EXPECT_THAT(answers, ElementsAre(R"(["b"])", R"(["a"])"));
}

TEST_F(SocketTest, AnAcknowledgementThatDoesNotComeTimesOut) {
  join();
  std::promise<std::string> first;
  std::promise<std::string> second;
  act([&](Socket& s) {
    s.emit_with_ack("q", {}, util::Millis(20), [&](const char* e, const Payload&) { second.set_value(e); });
    s.emit_with_ack("q", {}, util::Millis(0), [&](const char* e, const Payload&) { first.set_value(e); });
  });
  EXPECT_EQ(first.get_future().get(), "timeout");
  EXPECT_EQ(second.get_future().get(), "timeout");
  say("30[]");
}

TEST_F(SocketTest, AcknowledgementsOfAGoneClientFail) {
  join();
  std::vector<std::string> errors;
  const auto note = [&](const char* e, const Payload&) { errors.emplace_back(e); };
  act([&](Socket& s) { s.emit_with_ack("q", {}, util::Millis(60'000), note); });
  bench.drop(conn);
  EXPECT_THAT(errors, ElementsAre("disconnected"));
  act([&](Socket& s) {
    s.emit_with_ack("q", {}, util::Millis(60'000), note);
    EXPECT_EQ(errors.size(), 1u) << "never inline";
  });
  testing_support::settle(bench.loops);
  EXPECT_THAT(errors, ElementsAre("disconnected", "disconnected"));
}

TEST_F(SocketTest, OwesOnlySoManyAcknowledgements) {
  join();
  std::vector<std::string> errors;
  const auto note = [&](const char* e, const Payload&) { errors.emplace_back(e); };
  act([&](Socket& s) {
    for (int i = 0; i < 3; ++i) s.emit_with_ack("q", {}, util::Millis(60'000), note);
  });
  testing_support::settle(bench.loops);
  EXPECT_THAT(errors, ElementsAre("too many pending"));
}

// --- life ---

TEST_F(SocketTest, IsInertAfterItsEnd) {
  join();
  bench.drop(conn);
  act([](Socket& s) {
    EXPECT_FALSE(s.connected());
    s.emit("a");
    s.join("room");
    s.on("a", [](Socket&, Event&) {});
    s.on_disconnect([](Socket&, std::string_view) {});
    s.disconnect();
    s.disconnect(true);
    EXPECT_THAT(s.rooms(), IsEmpty());
    EXPECT_EQ(s.handshake().query, "");
  });
  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(SocketTest, TellsItsOwnHandlersThenTheNamespaces) {
  std::vector<std::string> order;
  nsp.on_disconnect([&](Socket&, std::string_view) { order.emplace_back("namespace"); });
  nsp.on_connection([&](const SocketPtr& s) {
    s->join("room");
    s->on_disconnect([&, s](Socket& self, std::string_view reason) {
      EXPECT_FALSE(self.connected());
      EXPECT_THAT(self.rooms(), IsEmpty());
      order.emplace_back(reason);
    });
  });
  join();
  const std::weak_ptr<Socket> weak = socket;
  socket.reset();
  bench.drop(conn);
  EXPECT_THAT(order, ElementsAre("transport close", "namespace"));
  EXPECT_TRUE(weak.expired()) << "a handler that holds its socket is freed with it";
}

TEST_F(SocketTest, ForgetsTheHandshakeUnlessToldToKeepIt) {
  join();
  act([](Socket& s) { EXPECT_EQ(s.handshake().address, ""); });
  nsp.on_connection([](const SocketPtr& s) { s->keep_handshake(); });
  join();
  act([](Socket& s) { EXPECT_EQ(s.handshake().address, "192.0.2.1"); });
  bench.drop(conn);
  act([](Socket& s) { EXPECT_EQ(s.handshake().address, "192.0.2.1"); });
}

TEST_F(SocketTest, HoldsTheUsersData) {
  join();
  act([](Socket& s) {
    s.set_data(std::make_shared<std::string>("ada"));
    EXPECT_EQ(*s.data<std::string>(), "ada");
  });
}

TEST_F(SocketTest, MayDisconnectInItsConnectionHandler) {
  std::vector<std::string> order;
  nsp.on_connection([](const SocketPtr& s) { s->disconnect(true); });
  nsp.on_connection([&](const SocketPtr&) { order.emplace_back("not called"); });
  nsp.on_disconnect([&](Socket&, std::string_view reason) { order.emplace_back(reason); });
  const auto gone = bench.connect();
  bench.say(gone, "0");
  EXPECT_FALSE(bench.is_open(gone));
  EXPECT_THAT(order, ElementsAre("server namespace disconnect"));
  EXPECT_EQ(nsp.size(), 0u);
}

// Ten thousand idle sockets are the normal case; see Client and SocketImpl.
TEST(SocketMemory, AnIdleConnectionStaysSmall) {
  EXPECT_LE(sizeof(Client) + sizeof(SocketImpl), 480u);
}

}  // namespace
}  // namespace chillin::socketio
