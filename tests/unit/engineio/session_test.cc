// Every transition of the pure session but the upgrade: events and time in, actions out.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "session_bench.h"

namespace chillin::engineio {
namespace {

using std::chrono::milliseconds;
using test::Bench;
using test::kPolling;
using test::kWebSocket;
using test::text;

// Opening

TEST(SessionOpening, AnswersThePollingHandshakeAtOnce) {
  Bench b(kPolling);
  EXPECT_EQ(b.open(), "hold, answer 0{}");
}
TEST(SessionOpening, PrefixesTheHandshakeWithItsLengthInRevision3) {
  Bench b(kPolling, 3);
  EXPECT_EQ(b.open(), "hold, answer 3:0{}");
}
TEST(SessionOpening, SendsTheHandshakeOnAWebSocket) {
  Bench b(kWebSocket);
  EXPECT_EQ(b.open(), "send 0{}");
}

// Polling

TEST(SessionPolling, APollWaitsForSomethingToSay) {
  Bench b(kPolling);
  EXPECT_EQ(b.get(), "hold");
  EXPECT_EQ(b.send(text("a")), "");
  EXPECT_TRUE(b.session.wants_flush());
  EXPECT_EQ(b.flush(), "answer 4a, drained");
  EXPECT_FALSE(b.session.poll_waiting());
}
TEST(SessionPolling, WhatWasQueuedBeforeThePollLeavesTogether) {
  Bench b(kPolling);
  b.send(text("a"));
  b.send(EncodedBuilder().text("b").binary("\x01\x02").finish());
  EXPECT_GT(b.session.queued_bytes(), 0U);
  EXPECT_EQ(b.get(),
            "hold, answer 4a\x1e"
            "4b\x1e"
            "bAQI=, drained");
  EXPECT_EQ(b.session.queued_bytes(), 0U);
}
TEST(SessionPolling, OnlyTheAskedPartOfABatchIsSent) {
  Bench b(kPolling);
  const auto batch = EncodedBuilder().text("a").text("b").text("c").finish();
  Actions out;
  b.session.queue(batch, 1, 1, out);
  EXPECT_EQ(b.get(), "hold, answer 4b, drained");
}
TEST(SessionPolling, ASecondPollEndsTheSession) {
  Bench b(kPolling);
  b.get();
  EXPECT_EQ(b.get(), "reject request, answer 1, closed: transport error");
  EXPECT_EQ(b.get(), "reject request");
}
TEST(SessionPolling, AnAbandonedPollEndsTheSession) {
  Bench b(kPolling);
  b.get();
  EXPECT_EQ(b.abort_get(), "closed: transport error");
}
TEST(SessionPolling, DeliversMessages) {
  Bench b(kPolling);
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kMessage, "hi"), "text hi");
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kMessage, "hi", true), "bytes hi");
}
TEST(SessionPolling, GarbageEndsTheSession) {
  Bench b(kPolling);
  b.get();
  EXPECT_EQ(b.garbage(Source::kPolling), "answer 1, closed: parse error");
}
TEST(SessionPolling, PacketsOfNoMeaningArePassedOver) {
  Bench b(kPolling);
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kOpen), "");
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kUpgrade), "");
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kNoop), "");
}
TEST(SessionPolling, AReaderTooSlowForTheLimitIsClosed) {
  SessionConfig config;
  config.max_queued_bytes = 1'000;
  Bench b(kPolling, 4, config);
  EXPECT_EQ(b.send(text(std::string(900, 'x'))), "");
  EXPECT_EQ(b.send(text(std::string(900, 'x'))), "closed: slow reader");
}
TEST(SessionPolling, AWaitingPollTakesMoreThanTheLimitAtOnce) {
  SessionConfig config;
  config.max_queued_bytes = 10;
  Bench b(kPolling, 4, config);
  b.get();
  EXPECT_EQ(b.send(text(std::string(20, 'x'))), "answer 4" + std::string(20, 'x') + ", drained");
}
TEST(SessionPolling, ATinyFloodIsLimitedToo) {
  SessionConfig config;
  config.max_queued_bytes = 10'000;
  Bench b(kPolling, 4, config);
  std::string last;
  int sent = 0;
  while (last.empty() && sent < 10'000) {
    last = b.send(text(""));
    ++sent;
  }
  EXPECT_EQ(last, "closed: slow reader");
  EXPECT_LT(sent, 1'000);
}

// Heartbeat, revision 4: the server asks

TEST(SessionHeartbeat4, PingsAfterTheIntervalAndGoesOnAfterThePong) {
  Bench b(kWebSocket);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(b.wait(b.config.ping_interval - milliseconds(1)), "");
    EXPECT_EQ(b.wait(milliseconds(1)), "send 2");
    EXPECT_EQ(b.packet(Source::kWebSocket, PacketType::kPong), "");
  }
}
TEST(SessionHeartbeat4, EndsWithoutAPong) {
  Bench b(kWebSocket);
  b.wait(b.config.ping_interval);
  EXPECT_EQ(b.wait(b.config.ping_timeout - milliseconds(1)), "");
  EXPECT_EQ(b.wait(milliseconds(1)), "close websocket, closed: ping timeout");
  EXPECT_EQ(b.session.deadline(), util::SteadyTime::max());
}
TEST(SessionHeartbeat4, ALateTimerDoesNotProlongTheTimeOut) {
  Bench b(kWebSocket);
  const auto end = b.now + b.config.ping_interval + b.config.ping_timeout;
  b.wait(b.config.ping_interval + milliseconds(9));
  EXPECT_EQ(b.session.deadline(), end);
}
TEST(SessionHeartbeat4, AHeldUpLoopGivesTheClientItsTimeOut) {
  Bench b(kWebSocket);
  EXPECT_EQ(b.wait(b.config.ping_interval + b.config.ping_timeout * 3), "send 2");
  EXPECT_EQ(b.session.deadline(), b.now + b.config.ping_timeout);
}
TEST(SessionHeartbeat4, AnotherPacketBuysTimeForThePongOnce) {
  Bench b(kWebSocket);
  b.wait(b.config.ping_interval);
  b.wait(b.config.ping_timeout - milliseconds(1));
  b.packet(Source::kWebSocket, PacketType::kMessage, "big");
  EXPECT_EQ(b.wait(b.config.ping_timeout - milliseconds(1)), "");
  b.packet(Source::kWebSocket, PacketType::kMessage, "big");
  EXPECT_EQ(b.wait(milliseconds(1)), "close websocket, closed: ping timeout");
}
TEST(SessionHeartbeat4, ThePingReleasesAPoll) {
  Bench b(kPolling);
  b.get();
  EXPECT_EQ(b.wait(b.config.ping_interval), "answer 2, drained");
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kPong), "");
  EXPECT_EQ(b.session.deadline(), b.now + b.config.ping_interval);
}
TEST(SessionHeartbeat4, AClientThatNeverPollsDiesEvenIfItPostsPongs) {
  Bench b(kPolling);
  b.wait(b.config.ping_interval);
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kPong), "");
  EXPECT_EQ(b.wait(b.config.ping_timeout), "closed: ping timeout");
}
TEST(SessionHeartbeat4, APingFromTheClientIsAnError) {
  Bench b(kWebSocket);
  EXPECT_EQ(b.packet(Source::kWebSocket, PacketType::kPing), "close websocket, closed: transport error");
}

// Heartbeat, revision 3: the client asks

TEST(SessionHeartbeat3, AnswersPings) {
  Bench b(kWebSocket, 3);
  EXPECT_EQ(b.packet(Source::kWebSocket, PacketType::kPing), "send 3");
  Bench p(kPolling, 3);
  EXPECT_EQ(p.packet(Source::kPolling, PacketType::kPing), "");
  EXPECT_EQ(p.get(), "hold, answer 1:3, drained");
}
TEST(SessionHeartbeat3, EndsAfterIntervalAndTimeOutOfSilence) {
  Bench b(kWebSocket, 3);
  b.wait(milliseconds(30'000));
  b.packet(Source::kWebSocket, PacketType::kPing);
  EXPECT_EQ(b.wait(b.config.ping_interval + b.config.ping_timeout - milliseconds(1)), "");
  EXPECT_EQ(b.wait(milliseconds(1)), "close websocket, closed: ping timeout");
}
TEST(SessionHeartbeat3, APongFromTheClientIsAnError) {
  Bench b(kPolling, 3);
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kPong), "closed: transport error");
}
TEST(SessionHeartbeat3, PongsThatNobodyFetchesAreLimited) {
  SessionConfig config;
  config.max_queued_bytes = 1'000;
  Bench b(kPolling, 3, config);
  std::string last;
  for (int i = 0; i < 100 && last.empty(); ++i) last = b.packet(Source::kPolling, PacketType::kPing);
  EXPECT_EQ(last, "closed: slow reader");
}

// Closing

TEST(SessionClose, TheClientClosesByPollingAndItsPollEndsWithANoop) {
  Bench b(kPolling);
  b.get();
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kClose), "answer 6, closed: transport close");
}
TEST(SessionClose, TheClientClosesOnAWebSocket) {
  Bench b(kWebSocket);
  EXPECT_EQ(b.packet(Source::kWebSocket, PacketType::kClose), "close websocket, closed: transport close");
}
TEST(SessionClose, AClosedWebSocketEndsTheSession) {
  Bench b(kWebSocket);
  EXPECT_EQ(b.websocket_closed(), "closed: transport close");
  Bench c(kWebSocket);
  EXPECT_EQ(c.websocket_closed(CloseReason::kSlowReader), "closed: slow reader");
}
TEST(SessionClose, TheServerClosesAWebSocket) {
  Bench b(kWebSocket);
  EXPECT_EQ(b.close(), "close websocket, closed: forced close");
}
TEST(SessionClose, TheServerClosesWithTheWaitingPoll) {
  Bench b(kPolling);
  b.get();
  EXPECT_EQ(b.close(), "answer 1, closed: forced close");
}
// Else a client that hands messages on later has closed before it sees the last ones.
TEST(SessionClose, WhatIsQueuedGoesInAPayloadBeforeTheClosePacket) {
  Bench b(kPolling);
  b.get();
  b.send(text("bye"));
  EXPECT_EQ(b.close(), "answer 4bye, drained");
  EXPECT_EQ(b.get(), "hold, answer 1, closed: forced close");
}
TEST(SessionClose, TheServerClosesWithTheNextPoll) {
  Bench b(kPolling);
  b.send(text("bye"));
  EXPECT_EQ(b.close(), "");
  EXPECT_EQ(b.session.state(), Session::State::kClosing);
  EXPECT_EQ(b.send(text("ignored")), "");
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kMessage, "ignored"), "");
  EXPECT_EQ(b.get(), "hold, answer 4bye, drained");
  EXPECT_EQ(b.get(), "hold, answer 1, closed: forced close");
}
TEST(SessionClose, AWaitForThePollThatNeverComesEnds) {
  Bench b(kPolling);
  b.close();
  EXPECT_EQ(b.wait(b.config.close_timeout - milliseconds(1)), "");
  EXPECT_EQ(b.wait(milliseconds(1)), "closed: forced close");
}
TEST(SessionClose, TheClientMayCloseWhileTheServerWaitsTo) {
  Bench b(kPolling);
  b.close();
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kClose), "closed: transport close");
}
TEST(SessionClose, ShuttingDownWaitsForNothing) {
  Bench b(kPolling);
  b.send(text("lost"));
  EXPECT_EQ(b.discard(), "closed: server shutting down");
  Bench c(kPolling);
  c.get();
  EXPECT_EQ(c.discard(), "answer 1, closed: server shutting down");
  Bench d(kWebSocket);
  EXPECT_EQ(d.discard(), "close websocket, closed: server shutting down");
}
TEST(SessionClose, NothingHappensAfterTheEnd) {
  Bench b(kPolling);
  b.discard();
  EXPECT_EQ(b.get(), "reject request");
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kMessage, "x"), "");
  EXPECT_EQ(b.garbage(Source::kPolling), "");
  EXPECT_EQ(b.send(text("x")), "");
  EXPECT_EQ(b.flush(), "");
  EXPECT_EQ(b.close(), "");
  EXPECT_EQ(b.discard(), "");
  EXPECT_EQ(b.wait(std::chrono::hours(1)), "");
  EXPECT_FALSE(b.session.can_upgrade());
}

TEST(Session, IsSmallWhileItsWebSocketIsIdle) {
  EXPECT_LE(sizeof(Session), 40U);
}

}  // namespace
}  // namespace chillin::engineio
