// What one connection may do: namespaces, both protocol revisions, breaches of the protocol.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "unit/socketio/recording_conn.h"

namespace chillin::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing_support::Bench;
using testing_support::on_loop;
using testing_support::sid_of;

/// Keeps "name reason" of every disconnection. One loop, so that it needs no lock.
struct Reasons {
  explicit Reasons(Namespace& nsp) {
    nsp.on_disconnect([this](Socket& socket, std::string_view reason) {
      seen.push_back(socket.nsp().name() + " " + std::string(reason));
    });
  }
  std::vector<std::string> seen;
};

TEST(Client, AnswersConnectWithANewId) {
  Bench bench(1);
  const auto conn = bench.connect();
  bench.say(conn, "0");
  const auto heard = bench.heard(conn);
  ASSERT_THAT(heard, SizeIs(1));
  EXPECT_THAT(heard[0], StartsWith(R"(0{"sid":")"));
  EXPECT_THAT(sid_of(heard[0]), SizeIs(20));
  EXPECT_EQ(bench.hub->of("/").size(), 1u);
}

TEST(Client, ConnectsRevision4ByItselfWithTheIdOfTheConnection) {
  Bench bench(1);
  std::string id;
  std::string auth;
  bench.hub->of("/").on_connection([&](const SocketPtr& socket) {
    id = socket->id();
    auth = json::serialize(socket->handshake().auth) + socket->handshake().query;
  });
  const auto conn = bench.connect(0, 3);
  EXPECT_THAT(bench.heard(conn), ElementsAre("0"));
  EXPECT_EQ(id, conn->id());
  EXPECT_EQ(auth, "{}EIO=4&token=abc");
}

TEST(Client, TakesTheQueryOfARevision4ConnectAsItsAuth) {
  Bench bench(1);
  std::string seen;
  bench.hub->of("/admin").on_connection(
      [&](const SocketPtr& s) { seen = s->id() + " " + json::serialize(s->handshake().auth); });
  const auto conn = bench.connect(0, 3);
  bench.say(conn, "0/admin?token=x%20y,");
  EXPECT_THAT(bench.heard(conn), ElementsAre("0", "0/admin,"));
  EXPECT_EQ(seen, "/admin#" + conn->id() + R"( {"token":"x y"})");
}

TEST(Client, RefusesUnknownNamespacesInTheFormOfEachRevision) {
  Bench bench(1);
  const auto v5 = bench.connect();
  bench.say(v5, "0/random");
  EXPECT_THAT(bench.heard(v5), ElementsAre(R"(4/random,{"message":"Invalid namespace"})"));
  const auto v4 = bench.connect(0, 3);
  bench.say(v4, "0/random,");
  EXPECT_THAT(bench.heard(v4), ElementsAre("0", R"(4/random,"Invalid namespace")"));
  EXPECT_TRUE(bench.is_open(v4));
}

TEST(Client, KeepsNamespacesApart) {
  Bench bench(1);
  for (const char* name : {"/", "/a"}) {
    bench.hub->of(name).on("hi", [](Socket& s, Event&) { s.emit("hi from", Payload::of(s.nsp().name())); });
  }
  const auto conn = bench.connect();
  bench.say(conn, "0/a,");
  bench.say(conn, "0");
  bench.clear(conn);
  bench.say(conn, R"(2/a,["hi"])");
  bench.say(conn, R"(2["hi"])");
  EXPECT_THAT(bench.heard(conn), ElementsAre(R"(2/a,["hi from","/a"])", R"(2["hi from","/"])"));
  bench.clear(conn);
  bench.say(conn, "1/a,");
  bench.say(conn, R"(2["hi"])");
  EXPECT_THAT(bench.heard(conn), ElementsAre(R"(2["hi from","/"])"));
  EXPECT_EQ(bench.hub->of("/a").size(), 0u);
}

TEST(Client, ClosesOnBreachesOfTheProtocol) {
  for (const char* breach :
       {"abc", "2{}", R"(2["disconnect"])", "0", R"(2/other,["a"])", R"(4{"message":"x"})", "1/other,"}) {
    Bench bench(1);
    Reasons reasons(bench.hub->of("/"));
    const auto conn = bench.join();
    bench.say(conn, breach);
    EXPECT_FALSE(bench.is_open(conn)) << breach;
    EXPECT_THAT(reasons.seen, SizeIs(1)) << breach;
    EXPECT_EQ(bench.hub->of("/").size(), 0u);
  }
}

TEST(Client, NamesTheReasonsOfDisconnection) {
  Bench bench(1);
  Namespace& nsp = bench.hub->of("/");
  Reasons reasons(nsp);
  nsp.on("bye", [](Socket& socket, Event& event) { socket.disconnect(event.payload.args.at(0).as_bool()); });
  bench.say(bench.join(), "1");
  bench.say(bench.join(), "nonsense");
  bench.say(bench.join(), R"(2["bye",false])");
  bench.say(bench.join(), R"(2["bye",true])");
  bench.drop(bench.join(), "ping timeout");
  EXPECT_THAT(reasons.seen,
              ElementsAre("/ client namespace disconnect", "/ parse error", "/ server namespace disconnect",
                          "/ server namespace disconnect", "/ ping timeout"));
}

TEST(Client, IgnoresWhatWasUnderWayWhenTheServerDisconnectedIt) {
  Bench bench(1);
  Reasons reasons(bench.hub->of("/"));
  bench.hub->of("/").on("bye", [](Socket& socket, Event&) { socket.disconnect(); });
  const auto conn = bench.join();
  bench.say(conn, R"(2["bye"])");
  bench.say(conn, R"(2["late"])");
  bench.say(conn, "1");
  EXPECT_THAT(bench.heard(conn), ElementsAre("1"));
  EXPECT_TRUE(bench.is_open(conn));
  EXPECT_THAT(reasons.seen, SizeIs(1));
}

TEST(Client, DisconnectWithCloseEndsEveryNamespace) {
  Bench bench(1);
  Reasons reasons(bench.hub->of("/"));
  Reasons other(bench.hub->of("/a"));
  bench.hub->of("/").on("bye", [](Socket& socket, Event&) { socket.disconnect(true); });
  const auto conn = bench.join();
  bench.say(conn, "0/a,");
  bench.clear(conn);
  bench.say(conn, R"(2["bye"])");
  EXPECT_THAT(on_loop(conn->loop(), [&] { return conn->received; }), ElementsAre("1", "1/a,"));
  EXPECT_FALSE(bench.is_open(conn));
  EXPECT_THAT(reasons.seen, ElementsAre("/ server namespace disconnect"));
  EXPECT_THAT(other.seen, ElementsAre("/a server namespace disconnect"));
}

TEST(Client, ClosesAConnectionThatJoinsNothingInTime) {
  Bench bench(1, {.connect_timeout = util::Millis(20)});
  const auto idle = bench.connect();
  const auto refused = bench.connect();
  bench.say(refused, "0/random,");
  const auto joined = bench.join();
  while (bench.is_open(idle) || bench.is_open(refused)) {
  }
  EXPECT_TRUE(bench.is_open(joined));
}

TEST(Client, MayJoinSoManyNamespacesAndNoMore) {
  Bench bench(1, {.max_namespaces = 2});
  for (const char* name : {"/a", "/b", "/c"}) bench.hub->of(name);
  const auto conn = bench.connect();
  for (const char* text : {"0/a,", "0/b,", "0/c,"}) bench.say(conn, text);
  EXPECT_EQ(bench.heard(conn).back(), R"(4/c,{"message":"Too many namespaces"})");
  bench.say(conn, "1/a,");
  bench.say(conn, "0/c,");
  EXPECT_THAT(bench.heard(conn).back(), StartsWith(R"(0/c,{"sid":)"));
}

TEST(Client, MakesNamespacesByPredicate) {
  Bench bench(1);
  bench.hub->of(
      [](std::string_view name, const json::value& auth) { return name == "/dyn" && auth.as_object().contains("ok"); },
      [](Namespace& nsp) { nsp.on("hi", [](Socket& s, Event&) { s.emit("hello"); }); });
  const auto conn = bench.connect();
  bench.say(conn, "0/dyn,");
  bench.say(conn, R"(0/dyn,{"ok":1})");
  bench.say(conn, R"(2/dyn,["hi"])");
  const auto heard = bench.heard(conn);
  ASSERT_THAT(heard, SizeIs(3));
  EXPECT_EQ(heard[0], R"(4/dyn,{"message":"Invalid namespace"})");
  EXPECT_EQ(heard[2], R"(2/dyn,["hello"])");
  EXPECT_EQ(bench.hub->of("dyn").size(), 1u);
}

TEST(Client, ReconnectsToANamespaceWithANewSocket) {
  Bench bench(1);
  bench.hub->of("/other");
  const auto conn = bench.connect();
  bench.say(conn, "0");
  bench.say(conn, "1");
  bench.say(conn, "0");
  const auto heard = bench.heard(conn);
  ASSERT_THAT(heard, SizeIs(2));
  EXPECT_NE(sid_of(heard[0]), sid_of(heard[1]));
}

// Its handshake is forgotten: with the new connection it says again who it is.
TEST(Client, OfASingleNamespaceComesBackOnANewConnection) {
  Bench bench(1);
  const auto conn = bench.join();
  bench.say(conn, "1");
  EXPECT_TRUE(bench.is_open(conn));
  bench.say(conn, "0");
  EXPECT_FALSE(bench.is_open(conn));
}

// --- middleware ---

TEST(Middleware, RunsInOrderAndSeesTheHandshake) {
  Bench bench(1);
  std::string order;
  Namespace& nsp = bench.hub->of("/");
  nsp.use([&](const SocketPtr& socket, Next next) {
    order += "1 " + socket->handshake().address + json::serialize(socket->handshake().auth);
    EXPECT_FALSE(socket->connected());
    socket->join("early");
    next({});
  });
  nsp.use([&](const SocketPtr&, Next next) {
    order += " 2";
    next({});
    next(ConnectError{"twice", nullptr});
  });
  nsp.on_connection([&](const SocketPtr& socket) { EXPECT_THAT(socket->rooms(), ElementsAre(socket->id(), "early")); });
  const auto conn = bench.connect();
  bench.say(conn, R"(0{"a":1})");
  EXPECT_EQ(order, R"(1 192.0.2.1{"a":1} 2)");
  EXPECT_THAT(bench.heard(conn), ElementsAre(StartsWith("0{")));
}

TEST(Middleware, RefusesWithMessageAndData) {
  Bench bench(1);
  int connections = 0;
  bench.hub->of("/").use(
      [](const SocketPtr&, Next next) { next(ConnectError{"no", json::object{{"code", "AUTH_FAILED"}}}); });
  bench.hub->of("/plain").use([](const SocketPtr&, Next next) { next(ConnectError{"no", nullptr}); });
  bench.hub->of("/").on_connection([&](const SocketPtr&) { ++connections; });
  const auto v5 = bench.connect();
  bench.say(v5, "0");
  bench.say(v5, "0/plain,");
  EXPECT_THAT(bench.heard(v5),
              ElementsAre(R"(4{"message":"no","data":{"code":"AUTH_FAILED"}})", R"(4/plain,{"message":"no"})"));
  const auto v4 = bench.connect(0, 3);
  bench.say(v4, "0/plain,");
  EXPECT_THAT(bench.heard(v4), ElementsAre(R"(4{"code":"AUTH_FAILED"})", R"(4/plain,"no")"));
  EXPECT_EQ(connections, 0);
  EXPECT_EQ(bench.hub->of("/").size(), 0u);
}

TEST(Middleware, MayAnswerLater) {
  Bench bench(1);
  std::vector<Next> waiting;
  bench.hub->of("/").use([&](const SocketPtr&, Next next) { waiting.push_back(std::move(next)); });
  const auto conn = bench.connect();
  bench.say(conn, "0");
  EXPECT_THAT(bench.heard(conn), IsEmpty());
  on_loop(conn->loop(), [&] { waiting.at(0)({}); });
  EXPECT_THAT(bench.heard(conn), ElementsAre(StartsWith("0{")));
}

TEST(Middleware, AnswersForAConnectionThatHasGoneDoNothing) {
  Bench bench(1);
  std::vector<Next> waiting;
  bench.hub->of("/").use([&](const SocketPtr&, Next next) { waiting.push_back(std::move(next)); });
  const auto conn = bench.connect();
  bench.say(conn, "0");
  bench.drop(conn);
  on_loop(conn->loop(), [&] { waiting.at(0)({}); });
  EXPECT_EQ(bench.hub->of("/").size(), 0u);
}

TEST(Middleware, ASecondAttemptReplacesTheFirst) {
  Bench bench(1);
  std::vector<Next> waiting;
  bench.hub->of("/").use([&](const SocketPtr&, Next next) { waiting.push_back(std::move(next)); });
  const auto conn = bench.connect();
  bench.say(conn, "0");
  bench.say(conn, "0");
  on_loop(conn->loop(), [&] {
    for (Next& next : waiting) next({});
  });
  EXPECT_THAT(bench.heard(conn), SizeIs(1));
  EXPECT_EQ(bench.hub->of("/").size(), 1u);
}

TEST(Middleware, EventsBeforeItHasDecidedAreABreach) {
  Bench bench(1);
  bench.hub->of("/").use([](const SocketPtr&, const Next&) {});
  const auto conn = bench.connect();
  bench.say(conn, "0");
  bench.say(conn, R"(2["early"])");
  EXPECT_FALSE(bench.is_open(conn));
}

TEST(Middleware, ThatThrowsRefuses) {
  Bench bench(1);
  bench.hub->of("/").use([](const SocketPtr&, const Next&) { throw std::runtime_error("a bug"); });
  const auto conn = bench.connect();
  bench.say(conn, "0");
  EXPECT_THAT(bench.heard(conn), ElementsAre(R"(4{"message":"Internal error"})"));
}

}  // namespace
}  // namespace chillin::socketio
