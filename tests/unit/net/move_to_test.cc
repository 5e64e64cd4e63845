#include <gtest/gtest.h>

#include <atomic>

#include "net/http.h"
#include "net/websocket.h"
#include "server_fixture.h"

namespace chillin::net {
namespace {

using testing::echo_request;
using testing::eventually;
using testing::RawClient;
using testing::Signal;
using testing::TestServer;

Loop& other(LoopGroup& loops, const Loop& loop) {
  return loops.at(loop.index() == 0 ? 1 : 0);
}

TEST(MoveTo, AnswersFromTheOtherLoopAndGoesOnThere) {
  LoopGroup* loops = nullptr;
  std::atomic<bool> right_loop{true};
  TestServer server(
      [&](const std::shared_ptr<HttpExchange>& exchange) {
        Loop& target = other(*loops, exchange->loop());
        exchange->move_to(target, [&](std::shared_ptr<HttpExchange> moved) {
          if (&moved->loop() != &target || Loop::current() != &target) right_loop = false;
          echo_request(moved);
        });
      },
      {}, 2);
  loops = &server.loops();
  RawClient client(server.port());
  // Each request moves the connection to the other loop.
  for (int i = 0; i < 50; ++i) {
    client.send("POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok");
    ASSERT_EQ(client.response().body, "POST /" + std::to_string(i) + " ok");
  }
  EXPECT_TRUE(right_loop);
  EXPECT_EQ(server.server().open_connections(), 1U);
}

TEST(MoveTo, TakesPipelinedRequestsAlong) {
  LoopGroup* loops = nullptr;
  TestServer server(
      [&](const std::shared_ptr<HttpExchange>& exchange) {
        exchange->move_to(other(*loops, exchange->loop()),
                          [](const std::shared_ptr<HttpExchange>& moved) { echo_request(moved); });
      },
      {}, 2);
  loops = &server.loops();
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.response().body, "GET /" + std::to_string(i) + " ");
}

TEST(MoveTo, TakesAnswersAlongThatAreStillQueued) {
  LoopGroup* loops = nullptr;
  TestServer server(
      [&](const std::shared_ptr<HttpExchange>& exchange) {
        if (exchange->request().path() == "/first") return echo_request(exchange);
        // Same turn: the first answer has not been written yet.
        exchange->move_to(other(*loops, exchange->loop()),
                          [](const std::shared_ptr<HttpExchange>& moved) { echo_request(moved); });
      },
      {}, 2);
  loops = &server.loops();
  RawClient client(server.port());
  client.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.response().body, "GET /first ");
  EXPECT_EQ(client.response().body, "GET /second ");
}

TEST(MoveTo, WorksToTheSameLoop) {
  TestServer server([](const std::shared_ptr<HttpExchange>& exchange) {
    exchange->move_to(exchange->loop(), [](const std::shared_ptr<HttpExchange>& moved) { echo_request(moved); });
  });
  RawClient client(server.port());
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.response().body, "GET /a ");
  EXPECT_EQ(client.response().body, "GET /b ");
}

TEST(MoveTo, MovesAnUpgradeWithTheFramesBehindIt) {
  struct Echo : WebSocket::Handler {
    std::shared_ptr<WebSocket> socket;
    Signal closed;
    void on_message(std::string_view data, bool) override { socket->send_text(data); }
    void on_closed(std::uint16_t, std::string_view) override {
      socket.reset();
      closed.set();
    }
  } echo;
  LoopGroup* loops = nullptr;
  TestServer server(
      [&](const std::shared_ptr<HttpExchange>& exchange) {
        EXPECT_TRUE(exchange->is_websocket_upgrade());
        exchange->move_to(other(*loops, exchange->loop()), [&](const std::shared_ptr<HttpExchange>& moved) {
          echo.socket = moved->accept_websocket({}, {});
          echo.socket->set_handler(&echo);
        });
      },
      {}, 2);
  loops = &server.loops();
  RawClient client(server.port());
  client.send(RawClient::upgrade_request() + RawClient::frame(WsOpcode::kText, "one") +
              RawClient::frame(WsOpcode::kText, "two"));
  EXPECT_EQ(client.response().status, 101);
  client.send(RawClient::frame(WsOpcode::kText, "three"));
  for (const char* expected : {"one", "two", "three"}) EXPECT_EQ(client.read_frame()->payload, expected);
  client.close();
  EXPECT_TRUE(echo.closed.wait());
}

TEST(MoveTo, TellsTheNewExchangeWhenThePeerGoesAway) {
  LoopGroup* loops = nullptr;
  Signal moved_there;
  Signal aborted;
  std::shared_ptr<HttpExchange> held;
  TestServer server(
      [&](const std::shared_ptr<HttpExchange>& exchange) {
        exchange->move_to(other(*loops, exchange->loop()), [&](std::shared_ptr<HttpExchange> moved) {
          moved->on_aborted([&] {
            held.reset();
            aborted.set();
          });
          held = std::move(moved);
          moved_there.set();
        });
      },
      {}, 2);
  loops = &server.loops();
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(moved_there.wait());
  client.close();
  EXPECT_TRUE(aborted.wait());
}

TEST(MoveTo, StillRunsWhenThePeerIsGoneAlready) {
  LoopGroup* loops = nullptr;
  Signal asked;
  Signal gone;
  Signal told;
  std::shared_ptr<HttpExchange> held;
  TestServer server(
      [&](std::shared_ptr<HttpExchange> exchange) {
        exchange->on_aborted([&] { gone.set(); });
        held = std::move(exchange);
        asked.set();
      },
      {}, 2);
  loops = &server.loops();
  RawClient client(server.port());
  client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(asked.wait());
  Loop& from = held->loop();
  client.close();
  ASSERT_TRUE(gone.wait());
  from.post([&] {
    const auto exchange = std::move(held);
    exchange->move_to(other(*loops, exchange->loop()), [&](const std::shared_ptr<HttpExchange>& moved) {
      EXPECT_EQ(moved->request().target, "/x");
      EXPECT_EQ(moved->accept_websocket({}, {}), nullptr);
      moved->on_aborted([&] { told.set(); });
      moved->respond({.body = "into the void"});
    });
  });
  EXPECT_TRUE(told.wait());
}

TEST(MoveTo, ClosesWhatIsOnItsWayWhenTheLoopsStop) {
  LoopGroup* loops = nullptr;
  Signal sent;
  auto server = std::make_unique<TestServer>(
      [&](const std::shared_ptr<HttpExchange>& exchange) {
        Loop& target = other(*loops, exchange->loop());
        target.stop();
        exchange->move_to(target, [](const std::shared_ptr<HttpExchange>& moved) { echo_request(moved); });
        sent.set();
      },
      HttpServerOptions{}, 2);
  loops = &server->loops();
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(sent.wait());
  server->stop();
  server.reset();
  client.response();  // answered or not, the connection has ended and nothing leaked
  EXPECT_TRUE(client.closed_by_peer());
}

}  // namespace
}  // namespace chillin::net
