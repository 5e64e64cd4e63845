#include "net/http.h"

#include <gtest/gtest.h>

#include "server_fixture.h"

namespace chillin::net {
namespace {

using testing::echo_request;
using testing::eventually;
using testing::RawClient;
using testing::Signal;
using testing::TestServer;

constexpr std::string_view kGet = "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpServer, AnswersWithLengthDateAndConnection) {
  TestServer server(echo_request);
  RawClient client(server.port());
  client.send(kGet);
  const auto response = client.response();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "GET /a?b=c ");
  EXPECT_NE(response.head.find("Content-Length: 11\r\n"), std::string::npos);
  EXPECT_NE(response.head.find(" GMT\r\n"), std::string::npos);
  EXPECT_NE(response.head.find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(HttpServer, KeepsTheConnectionForTheNextRequest) {
  TestServer server(echo_request);
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(kGet));
    EXPECT_EQ(client.response().status, 200);
  }
  EXPECT_EQ(server.server().open_connections(), 1U);
}

TEST(HttpServer, ClosesWhenTheClientAsksForIt) {
  TestServer server(echo_request);
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto response = client.response();
  EXPECT_NE(response.head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(HttpServer, ClosesAfterAnHttp10Request) {
  TestServer server(echo_request);
  RawClient client(server.port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.response().body, "GET / ");
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  TestServer server(echo_request);
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.response().body, "GET /" + std::to_string(i) + " ");
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderWhenTheHandlerAnswersLater) {
  TestServer server(
      [](std::shared_ptr<HttpExchange> exchange) { exchange->loop().post([exchange] { echo_request(exchange); }); });
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.response().body, "GET /" + std::to_string(i) + " ");
}

TEST(HttpServer, ServesAClientThatPipelinesMoreThanIsKept) {
  TestServer server(
      [](std::shared_ptr<HttpExchange> exchange) { exchange->loop().post([exchange] { echo_request(exchange); }); });
  RawClient client(server.port());
  constexpr int kRequests = 5'000;
  std::thread sender([&] {
    std::string all;
    for (int i = 0; i < kRequests; ++i)
      all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nPadding: 0123456789\r\n\r\n";
    client.send(all);
  });
  bool in_order = true;
  for (int i = 0; i < kRequests && in_order; ++i)
    in_order = client.response().body == "GET /" + std::to_string(i) + " ";
  EXPECT_TRUE(in_order);
  sender.join();
}

TEST(HttpServer, AcceptsARequestByteByByte) {
  TestServer server(echo_request);
  RawClient client(server.port());
  for (const char c : std::string_view("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")) {
    ASSERT_TRUE(client.send(std::string_view(&c, 1)));
  }
  EXPECT_EQ(client.response().body, "POST /x hello");
}

TEST(HttpServer, AcceptsALargeBody) {
  TestServer server(echo_request);
  RawClient client(server.port());
  const std::string body(900'000, 'b');
  client.send("POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + body);
  const auto response = client.response();
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body == "POST /big " + body);
}

TEST(HttpServer, AcceptsAChunkedBody) {
  TestServer server(echo_request);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  EXPECT_EQ(client.response().body, "POST / abcdefg");
}

TEST(HttpServer, RefusesAnAnnouncedBodyAboveTheLimit) {
  TestServer server(echo_request, {}, 1, 10);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
  const auto response = client.response();
  EXPECT_EQ(response.status, 413);
  EXPECT_NE(response.body.find("\"error\":"), std::string::npos);
  EXPECT_NE(response.body.find("\"code\":\"PAYLOAD_TOO_LARGE\""), std::string::npos);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(HttpServer, RefusesAChunkedBodyAboveTheLimit) {
  TestServer server(echo_request, {}, 1, 10);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n");
  EXPECT_EQ(client.response().status, 413);
}

TEST(HttpServer, LetsTheClientReadItsRefusalWhileItIsStillSendingTheBody) {
  TestServer server(echo_request, {}, 1, 10);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
  client.send(std::string(4'000'000, 'x'));
  EXPECT_EQ(client.response().status, 413);
}

TEST(HttpServer, SaysContinueToAClientThatWaitsForIt) {
  TestServer server(echo_request);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.response().status, 100);
  client.send("ok");
  EXPECT_EQ(client.response().body, "POST / ok");
}

TEST(HttpServer, DoesNotSayContinueForABodyItRefuses) {
  TestServer server(echo_request, {}, 1, 1);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.response().status, 413);
}

TEST(HttpServer, RefusesHeadersAboveTheLimit) {
  TestServer server(echo_request, {.max_header_bytes = 1024});
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
  EXPECT_EQ(client.response().status, 431);
}

TEST(HttpServer, RefusesHeadersAboveTheLimitThatComeInPieces) {
  TestServer server(echo_request, {.max_header_bytes = 1024});
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n");
  for (int i = 0; i < 200; ++i) {
    if (!client.send("X-" + std::to_string(i) + ": y\r\n")) break;
  }
  EXPECT_EQ(client.response().status, 431);
}

TEST(HttpServer, RefusesWhatIsNotHttp) {
  for (const std::string_view junk : {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", "hello there\r\n\r\n",
                                      "GET / HTTP/3.0\r\n\r\n", "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n"}) {
    TestServer server(echo_request);
    RawClient client(server.port());
    client.send(junk);
    EXPECT_EQ(client.response().status, 400) << junk;
    EXPECT_TRUE(client.closed_by_peer());
  }
}

TEST(HttpServer, RefusesConflictingLengths) {
  TestServer server(echo_request);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_EQ(client.response().status, 400);
}

TEST(HttpServer, TellsAClientWithASlowHead) {
  TestServer server(echo_request, {.header_timeout = util::Millis(50)});
  RawClient client(server.port());
  client.send("GET / HT");
  EXPECT_EQ(client.response().status, 408);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(HttpServer, TellsAClientThatSaysNothing) {
  TestServer server(echo_request, {.header_timeout = util::Millis(50)});
  RawClient client(server.port());
  EXPECT_EQ(client.response().status, 408);
}

TEST(HttpServer, TellsAClientWithASlowBody) {
  TestServer server(echo_request, {.body_timeout = util::Millis(50)});
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.response().status, 408);
}

TEST(HttpServer, ClosesAnIdleConnectionSilently) {
  TestServer server(echo_request, {.keep_alive_timeout = util::Millis(50)});
  RawClient client(server.port());
  client.send(kGet);
  EXPECT_EQ(client.response().status, 200);
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_TRUE(eventually([&] { return server.server().open_connections() == 0; }));
}

TEST(HttpServer, HasNoDeadlineWhileTheAnswerIsPending) {
  Signal asked;
  std::shared_ptr<HttpExchange> held;
  TestServer server(
      [&](std::shared_ptr<HttpExchange> exchange) {
        held = std::move(exchange);
        asked.set();
      },
      {.header_timeout = util::Millis(20), .body_timeout = util::Millis(20), .keep_alive_timeout = util::Millis(20)});
  RawClient client(server.port());
  client.send(kGet);
  ASSERT_TRUE(asked.wait());
  Signal later;
  Timer* timer = nullptr;
  server.loops().at(0).post([&] {
    timer = new Timer(server.loops().at(0), [&] {
      held->respond({.body = "late"});
      held.reset();
      later.set();
    });
    timer->arm(util::Millis(100));
  });
  ASSERT_TRUE(later.wait());
  EXPECT_EQ(client.response().body, "late");
  server.stop();
  delete timer;
}

TEST(HttpServer, AnswersHeadWithoutABody) {
  TestServer server(echo_request);
  RawClient client(server.port());
  client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.response(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.head.find("Content-Length: 10\r\n"), std::string::npos);
  client.send(kGet);
  EXPECT_EQ(client.response().body, "GET /a?b=c ");
}

TEST(HttpServer, SendsNoBodyWithA204) {
  TestServer server([](const std::shared_ptr<HttpExchange>& exchange) { exchange->respond({.status = 204}); });
  RawClient client(server.port());
  client.send(kGet);
  const auto response = client.response();
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.head.find("Content-Length"), std::string::npos);
}

TEST(HttpServer, LeavesOutAHeaderThatWouldSplitTheResponse) {
  TestServer server([](const std::shared_ptr<HttpExchange>& exchange) {
    exchange->respond({.headers = {{"X-Good", "1"}, {"X-Bad", "1\r\nSet-Cookie: evil=1"}}});
  });
  RawClient client(server.port());
  client.send(kGet);
  const auto response = client.response();
  EXPECT_NE(response.head.find("X-Good"), std::string::npos);
  EXPECT_EQ(response.head.find("evil"), std::string::npos);
}

TEST(HttpServer, SendsALargeBody) {
  const std::string body(3'000'000, 'z');
  TestServer server([&](const std::shared_ptr<HttpExchange>& exchange) { exchange->respond({.body = body}); });
  RawClient client(server.port());
  client.send(kGet);
  EXPECT_TRUE(client.response().body == body);
}

TEST(HttpServer, AnswersAnExchangeThatWasDroppedWith500) {
  TestServer server([](const std::shared_ptr<HttpExchange>&) {});
  RawClient client(server.port());
  client.send(kGet);
  const auto response = client.response();
  EXPECT_EQ(response.status, 500);
  EXPECT_NE(response.body.find("INTERNAL"), std::string::npos);
}

TEST(HttpServer, TellsTheHandlerWhenThePeerGoesAwayBeforeTheAnswer) {
  for (const bool hard : {false, true}) {
    Signal asked;
    Signal aborted;
    std::shared_ptr<HttpExchange> held;
    TestServer server([&](std::shared_ptr<HttpExchange> exchange) {
      exchange->on_aborted([&] { aborted.set(); });
      held = std::move(exchange);
      asked.set();
    });
    RawClient client(server.port());
    client.send(kGet);
    ASSERT_TRUE(asked.wait());
    if (hard) {
      client.reset_hard();
    } else {
      client.close();
    }
    EXPECT_TRUE(aborted.wait());
    Signal answered;
    server.loops().at(0).post([&] {
      held->respond({.body = "nobody listens"});
      held.reset();
      answered.set();
    });
    EXPECT_TRUE(answered.wait());
    EXPECT_TRUE(eventually([&] { return server.server().open_connections() == 0; }));
  }
}

TEST(HttpServer, AnswersWith503AboveTheConnectionLimit) {
  TestServer server(echo_request, {.max_connections = 2});
  RawClient first(server.port());
  RawClient second(server.port());
  first.send(kGet);
  EXPECT_EQ(first.response().status, 200);
  second.send(kGet);
  EXPECT_EQ(second.response().status, 200);

  RawClient third(server.port());
  third.send(kGet);
  const auto refused = third.response();
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.head.find("Connection: close"), std::string::npos);
  EXPECT_NE(refused.body.find("UNAVAILABLE"), std::string::npos);
  EXPECT_TRUE(third.closed_by_peer());

  first.send(kGet);
  EXPECT_EQ(first.response().status, 200) << "those inside are served as before";
  first.close();
  ASSERT_TRUE(eventually([&] { return server.server().open_connections() == 1; }));
  RawClient fourth(server.port());
  fourth.send(kGet);
  EXPECT_EQ(fourth.response().status, 200) << "a place became free";
}

TEST(HttpServer, ServesSeveralLoops) {
  TestServer server(echo_request, {}, 3);
  for (int i = 0; i < 30; ++i) {
    RawClient client(server.port());
    client.send(kGet);
    EXPECT_EQ(client.response().status, 200);
  }
}

TEST(HttpServer, StopsAcceptingAndClosesWhatIsIdle) {
  Signal asked;
  std::shared_ptr<HttpExchange> held;
  TestServer server([&](std::shared_ptr<HttpExchange> exchange) {
    if (exchange->request().path() != "/hold") return echo_request(exchange);
    held = std::move(exchange);
    asked.set();
  });
  RawClient idle(server.port());
  idle.send(kGet);
  EXPECT_EQ(idle.response().status, 200);
  RawClient busy(server.port());
  busy.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(asked.wait());

  server.server().stop_accepting();
  server.server().stop_accepting();
  EXPECT_TRUE(idle.closed_by_peer());
  EXPECT_TRUE(eventually([&] { return !RawClient(server.port()).connected(); }));
  server.loops().at(0).post([&] {
    held->respond({.body = "finished"});
    held.reset();
  });
  const auto response = busy.response();
  EXPECT_EQ(response.body, "finished");
  EXPECT_NE(response.head.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(busy.closed_by_peer());
}

TEST(HttpServer, AbortsEverythingThatIsLeft) {
  Signal asked;
  Signal aborted;
  std::shared_ptr<HttpExchange> held;
  TestServer server([&](std::shared_ptr<HttpExchange> exchange) {
    exchange->on_aborted([&] { aborted.set(); });
    held = std::move(exchange);
    asked.set();
  });
  RawClient client(server.port());
  client.send(kGet);
  ASSERT_TRUE(asked.wait());
  server.server().abort_all();
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_TRUE(aborted.wait());
  server.stop();
}

TEST(HttpServer, SurvivesLoopsThatStopWithConnectionsOpen) {
  std::shared_ptr<HttpExchange> held;
  Signal asked;
  auto server = std::make_unique<TestServer>([&](std::shared_ptr<HttpExchange> exchange) {
    held = std::move(exchange);
    asked.set();
  });
  RawClient waiting(server->port());
  RawClient silent(server->port());
  waiting.send(kGet);
  ASSERT_TRUE(asked.wait());
  server->stop();
  EXPECT_TRUE(waiting.closed_by_peer());
  EXPECT_TRUE(silent.closed_by_peer());
  held->respond({.body = "too late"});
  held.reset();
  server.reset();
}

TEST(HttpServer, IsDestroyedWithoutEverListening) {
  LoopGroup loops(2);
  const HttpServer server(loops, {}, echo_request, [](const HttpRequest&) { return std::size_t{0}; });
  loops.stop();
}

}  // namespace
}  // namespace chillin::net
