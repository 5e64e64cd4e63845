#include "net/websocket.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "net/http.h"
#include "server_fixture.h"

namespace chillin::net {
namespace {

using namespace std::string_literals;
using testing::eventually;
using testing::RawClient;
using testing::Signal;
using testing::TestServer;

/// Accepts every upgrade and echoes messages; keeps what it was told. One at a time.
class EchoHandler final : public WebSocket::Handler {
 public:
  void accept(const std::shared_ptr<HttpExchange>& exchange, const WebSocketOptions& options) {
    socket = exchange->accept_websocket(options, {{"X-Extra", "yes"}});
    if (socket) socket->set_handler(this);
  }
  void on_message(std::string_view data, bool binary) override {
    if (data == "close") return socket->close(WsClose::kGoingAway, "bye");
    if (data == "abort") return socket->abort();
    if (binary) {
      socket->send_binary(data);
    } else {
      socket->send_text(data);
    }
  }
  void on_closed(std::uint16_t code, std::string_view reason) override {
    closed_code = code;
    closed_reason = reason;
    socket.reset();
    closed.set();
  }
  void on_drained() override { ++drained; }

  std::shared_ptr<WebSocket> socket;
  int closed_code = 0;
  std::string closed_reason;
  std::atomic<int> drained{0};
  Signal closed;
};

class WebSocketTest : public ::testing::Test {
 protected:
  void start(WebSocketOptions options = {}) {
    server_ = std::make_unique<TestServer>(
        [this, options](const std::shared_ptr<HttpExchange>& exchange) { handler_.accept(exchange, options); });
  }
  std::unique_ptr<RawClient> connect(int receive_buffer = 0) {
    auto client = std::make_unique<RawClient>(server_->port(), receive_buffer);
    EXPECT_TRUE(client->upgrade());
    return client;
  }
  /// Runs `fn` on the loop and waits for it.
  template <class Fn>
  void on_loop(Fn fn) {
    Signal done;
    server_->loops().at(0).post([&] {
      fn();
      done.set();
    });
    ASSERT_TRUE(done.wait());
  }
  void expect_closed(int code, std::string_view reason = "") {
    ASSERT_TRUE(handler_.closed.wait());
    EXPECT_EQ(handler_.closed_code, code);
    EXPECT_EQ(handler_.closed_reason, reason);
    EXPECT_TRUE(eventually([&] { return server_->server().open_connections() == 0; }));
  }

  EchoHandler handler_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(WebSocketTest, AnswersTheHandshakeOfTheRfc) {
  start();
  RawClient client(server_->port());
  client.send(RawClient::upgrade_request());
  const auto response = client.response();
  EXPECT_EQ(response.status, 101);
  EXPECT_NE(response.head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos);
  EXPECT_NE(response.head.find("Upgrade: websocket\r\nConnection: Upgrade\r\n"), std::string::npos);
  EXPECT_NE(response.head.find("X-Extra: yes\r\n"), std::string::npos);
}

TEST_F(WebSocketTest, RefusesAnotherVersionWith426) {
  start();
  RawClient client(server_->port());
  client.send(
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  const auto response = client.response();
  EXPECT_EQ(response.status, 426);
  EXPECT_NE(response.head.find("Sec-WebSocket-Version: 13\r\n"), std::string::npos);
  EXPECT_EQ(handler_.socket, nullptr);
}

TEST_F(WebSocketTest, RefusesWhatIsNoUpgradeWith400) {
  start();
  RawClient client(server_->port());
  client.send("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.response().status, 400);
}

TEST_F(WebSocketTest, EchoesTextAndBinaryOfEverySizeClass) {
  start();
  const auto client = connect();
  for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 65'535UL, 65'536UL, 900'000UL}) {
    for (const auto opcode : {WsOpcode::kText, WsOpcode::kBinary}) {
      const std::string payload(size, 'x');
      client->send(RawClient::frame(opcode, payload));
      const auto frame = client->read_frame();
      ASSERT_TRUE(frame);
      EXPECT_EQ(frame->opcode, opcode);
      EXPECT_TRUE(frame->payload == payload) << size;
    }
  }
}

TEST_F(WebSocketTest, EchoesFragmentsWithAPingBetweenThem) {
  start();
  const auto client = connect();
  client->send(RawClient::frame(WsOpcode::kText, "Hel", false));
  client->send(RawClient::frame(WsOpcode::kPing, "are you there"));
  const auto pong = client->read_frame();
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->opcode, WsOpcode::kPong);
  EXPECT_EQ(pong->payload, "are you there");
  client->send(RawClient::frame(WsOpcode::kContinuation, "lo", true));
  const auto echo = client->read_frame();
  ASSERT_TRUE(echo);
  EXPECT_EQ(echo->payload, "Hello");
}

TEST_F(WebSocketTest, HandlesFramesThatFollowTheUpgradeAtOnce) {
  start();
  RawClient client(server_->port());
  client.send(RawClient::upgrade_request() + RawClient::frame(WsOpcode::kText, "early") +
              RawClient::frame(WsOpcode::kText, "bird"));
  EXPECT_EQ(client.response().status, 101);
  EXPECT_EQ(client.read_frame()->payload, "early");
  EXPECT_EQ(client.read_frame()->payload, "bird");
}

TEST_F(WebSocketTest, AnswersTheClosingHandshake) {
  start();
  const auto client = connect();
  client->send(RawClient::frame(WsOpcode::kClose,
                                "\x03\xe8"
                                "done"s));
  const auto frame = client->read_frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->opcode, WsOpcode::kClose);
  EXPECT_EQ(frame->close_code(), 1000);
  EXPECT_TRUE(client->closed_by_peer());
  expect_closed(1000, "done");
}

TEST_F(WebSocketTest, AnswersACloseWithoutACode) {
  start();
  const auto client = connect();
  client->send(RawClient::frame(WsOpcode::kClose, ""));
  const auto frame = client->read_frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1005);
  expect_closed(1005);
}

TEST_F(WebSocketTest, ClosesAndWaitsForThePeersAnswer) {
  start();
  const auto client = connect();
  client->send(RawClient::frame(WsOpcode::kText, "first") + RawClient::frame(WsOpcode::kText, "close") +
               RawClient::frame(WsOpcode::kText, "ignored"));
  EXPECT_EQ(client->read_frame()->payload, "first") << "what was queued goes out before the close frame";
  const auto frame = client->read_frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1001);
  EXPECT_EQ(frame->payload.substr(2), "bye");
  client->send(RawClient::frame(WsOpcode::kClose, "\x03\xe9"s));
  EXPECT_TRUE(client->closed_by_peer());
  expect_closed(1001);
}

TEST_F(WebSocketTest, GivesUpOnAPeerThatDoesNotAnswerTheClose) {
  start({.close_timeout = util::Millis(50)});
  const auto client = connect();
  client->send(RawClient::frame(WsOpcode::kText, "close"));
  EXPECT_EQ(client->read_frame()->close_code(), 1001);
  EXPECT_TRUE(client->closed_by_peer());
  expect_closed(1006);
}

TEST_F(WebSocketTest, ReportsAConnectionThatBroke) {
  for (const bool hard : {false, true}) {
    handler_.~EchoHandler();
    new (&handler_) EchoHandler;
    start();
    const auto client = connect();
    if (hard) {
      client->reset_hard();
    } else {
      client->close();
    }
    expect_closed(1006);
  }
}

TEST_F(WebSocketTest, AbortsWhenToldInsideAMessage) {
  start();
  const auto client = connect();
  client->send(RawClient::frame(WsOpcode::kText, "abort") + RawClient::frame(WsOpcode::kText, "never seen"));
  EXPECT_TRUE(client->closed_by_peer());
  expect_closed(1006);
}

TEST_F(WebSocketTest, TellsAPeerThatViolatesTheProtocol) {
  struct Case {
    std::string bytes;
    int code;
  };
  for (const auto& [bytes, code] : {Case{"\x81\x05Hello"s, 1002}, Case{RawClient::frame(WsOpcode::kText, "\xff"), 1007},
                                    Case{RawClient::frame(WsOpcode::kBinary, std::string(200, 'x')), 1009}}) {
    handler_.~EchoHandler();
    new (&handler_) EchoHandler;
    start({.max_message_bytes = 100});
    const auto client = connect();
    client->send(bytes + std::string(100'000, 'z'));
    const auto frame = client->read_frame();
    ASSERT_TRUE(frame) << code;
    EXPECT_EQ(frame->opcode, WsOpcode::kClose);
    EXPECT_EQ(frame->close_code(), code);
    client->close();
    ASSERT_TRUE(handler_.closed.wait());
    EXPECT_EQ(handler_.closed_code, code);
  }
}

TEST_F(WebSocketTest, ClosesAReaderThatIsTooSlow) {
  start({.max_queued_bytes = 100'000});
  const auto client = connect(4096);
  on_loop([&] {
    const util::Slice frame(util::SharedBuffer([] {
      std::string bytes;
      append_ws_frame(bytes, WsOpcode::kText, std::string(50'000, 's'));
      return bytes;
    }()));
    for (int i = 0; i < 500 && handler_.socket; ++i) {
      handler_.socket->send(frame);
      EXPECT_LE(handler_.socket->queued_bytes(), 200'000U) << "the queue stays bounded";
    }
  });
  expect_closed(1008, "slow reader");
}

TEST_F(WebSocketTest, TellsASlowReaderWhyWhenItReadsAfterAll) {
  start({.max_queued_bytes = 100'000});
  const auto client = connect();
  // More than the buffers of both kernels take, in one turn.
  on_loop([&] {
    std::string bytes;
    append_ws_frame(bytes, WsOpcode::kBinary, std::string(70'000, 's'));
    const util::Slice frame{util::SharedBuffer(std::move(bytes))};
    for (int i = 0; i < 500; ++i) handler_.socket->send(frame);
  });
  std::optional<RawClient::Frame> last;
  while (auto frame = client->read_frame()) {
    last = std::move(frame);
    if (last->opcode == WsOpcode::kClose) break;
    ASSERT_EQ(last->payload.size(), 70'000U) << "every frame that was begun is whole";
  }
  ASSERT_TRUE(last);
  EXPECT_EQ(last->opcode, WsOpcode::kClose);
  EXPECT_EQ(last->close_code(), 1008);
  EXPECT_EQ(last->payload.substr(2), "slow reader");
}

TEST_F(WebSocketTest, DoesNotCallABurstOfOneTurnASlowReader) {
  start({.max_queued_bytes = 20'000});
  const auto client = connect();
  on_loop([&] {
    for (int i = 0; i < 100; ++i) handler_.socket->send_text(std::string(1'000, 'b'));
    // Whoever has seen that the queue is not empty is told when it is.
    handler_.socket->send_text("last");
    EXPECT_GT(handler_.socket->queued_bytes(), 0U);
  });
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client->read_frame()->payload.size(), 1'000U);
  EXPECT_EQ(client->read_frame()->payload, "last");
  EXPECT_TRUE(eventually([&] { return handler_.drained > 0; }));
}

TEST_F(WebSocketTest, AnswersOnlyTheLatestPingOfAFlood) {
  start();
  const auto client = connect();
  std::string flood;
  for (int i = 0; i < 1'000; ++i) flood += RawClient::frame(WsOpcode::kPing, std::to_string(i));
  client->send(flood + RawClient::frame(WsOpcode::kText, "end"));
  int pongs = 0;
  std::string last;
  bool echoed = false;
  while (!echoed || last != "999") {
    const auto frame = client->read_frame();
    ASSERT_TRUE(frame);
    if (frame->opcode == WsOpcode::kText) {
      echoed = true;
    } else {
      ASSERT_EQ(frame->opcode, WsOpcode::kPong);
      ++pongs;
      last = frame->payload;
    }
  }
  EXPECT_LT(pongs, 20);
}

TEST_F(WebSocketTest, SendsSharedFramesInOrderWithItsOwn) {
  start();
  const auto client = connect();
  std::string two;
  append_ws_frame(two, WsOpcode::kText, "one");
  append_ws_frame(two, WsOpcode::kText, "two");
  on_loop([&] {
    const util::SharedBuffer shared(two);
    handler_.socket->send(util::Slice(shared));
    handler_.socket->send_text("three");
    handler_.socket->send(util::Slice(shared, 0, 5));
    handler_.socket->send_binary(std::string(5'000, '4'));
    handler_.socket->send_text("five");
  });
  for (const std::string& expected : {"one"s, "two"s, "three"s, "one"s, std::string(5'000, '4'), "five"s}) {
    ASSERT_EQ(client->read_frame()->payload, expected);
  }
}

TEST_F(WebSocketTest, IgnoresSendsAfterCloseAndAfterTheEnd) {
  start();
  const auto client = connect();
  std::shared_ptr<WebSocket> kept;
  on_loop([&] {
    kept = handler_.socket;
    kept->close(WsClose::kNormal, std::string(200, 'r'));
    kept->send_text("late");
    kept->close(WsClose::kInternal, "twice");
  });
  const auto frame = client->read_frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1000);
  EXPECT_EQ(frame->payload.size(), 125U) << "the reason is cut to what a control frame holds";
  client->close();
  ASSERT_TRUE(handler_.closed.wait());
  on_loop([&] {
    kept->send_text("too late");
    kept->abort();
    EXPECT_EQ(kept->queued_bytes(), 0U);
    EXPECT_EQ(kept->peer_address(), "");
    kept.reset();
  });
}

TEST_F(WebSocketTest, TellsNobodyWhenTheHandlerWasTakenAway) {
  start();
  const auto client = connect();
  on_loop([&] {
    handler_.socket->set_handler(nullptr);
    handler_.socket.reset();
  });
  client->send(RawClient::frame(WsOpcode::kText, "into the void"));
  client->send(RawClient::frame(WsOpcode::kClose, ""));
  EXPECT_EQ(client->read_frame()->close_code(), 1005);
  EXPECT_EQ(handler_.closed_code, 0);
}

TEST_F(WebSocketTest, IsClosedByAbortAll) {
  start();
  const auto client = connect();
  server_->server().abort_all();
  EXPECT_TRUE(client->closed_by_peer());
  expect_closed(1006);
}

TEST_F(WebSocketTest, SurvivesLoopsThatStopWithItOpen) {
  start();
  const auto client = connect();
  on_loop([&] { handler_.socket->send_text("last words"); });
  server_->stop();
  EXPECT_EQ(client->read_frame()->payload, "last words");
  EXPECT_TRUE(client->closed_by_peer());
  EXPECT_EQ(handler_.closed_code, 0) << "nobody is told when the loops are torn down";
  handler_.socket->send_text("nobody there");
  handler_.socket.reset();
}

/// Every connection broadcasts what it says to all on its loop.
TEST(WebSocketBroadcast, ReachesEveryConnectionOnceInOrder) {
  struct Member : WebSocket::Handler {
    std::vector<std::unique_ptr<Member>>* room = nullptr;
    std::shared_ptr<WebSocket> socket;
    void on_message(std::string_view data, bool) override {
      std::string frame;
      append_ws_frame(frame, WsOpcode::kText, data);
      const util::SharedBuffer shared(std::move(frame));
      for (const auto& member : *room) member->socket->send(util::Slice(shared));
    }
    void on_closed(std::uint16_t, std::string_view) override {}
  };
  std::vector<std::unique_ptr<Member>> room;
  TestServer server([&](const std::shared_ptr<HttpExchange>& exchange) {
    auto member = std::make_unique<Member>();
    member->room = &room;
    member->socket = exchange->accept_websocket({}, {});
    member->socket->set_handler(member.get());
    room.push_back(std::move(member));
  });
  constexpr int kMessages = 2'000;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_TRUE(clients.back()->upgrade());
  }
  std::thread sender([&] {
    for (int i = 0; i < kMessages; ++i) clients[0]->send(RawClient::frame(WsOpcode::kText, std::to_string(i)));
  });
  std::vector<std::thread> readers;
  std::atomic<int> whole{0};
  for (auto& client : clients) {
    readers.emplace_back([&whole, &client] {
      for (int i = 0; i < kMessages; ++i) {
        const auto frame = client->read_frame();
        if (!frame || frame->payload != std::to_string(i)) return;
      }
      ++whole;
    });
  }
  sender.join();
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(whole, 20);
  server.stop();
}

}  // namespace
}  // namespace chillin::net
