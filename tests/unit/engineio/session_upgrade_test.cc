// The upgrade of the pure session from polling to WebSocket.
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

// Upgrade

TEST(SessionUpgrade, EndsTheWaitingPollWhenTheProbeComes) {
  Bench b(kPolling);
  b.get();
  EXPECT_EQ(b.probe(), "probe pong, answer 6");
  EXPECT_EQ(b.packet(Source::kProbe, PacketType::kUpgrade), "adopt");
  EXPECT_EQ(b.session.transport(), kWebSocket);
}
TEST(SessionUpgrade, EndsTheWaitingPollWithWhatIsQueued) {
  Bench b(kPolling);
  b.get();
  b.send(text("a"));
  EXPECT_EQ(b.probe(), "probe pong, answer 4a, drained");
}
TEST(SessionUpgrade, EndsLaterPollsAfterAPause) {
  Bench b(kPolling);
  b.probe();
  EXPECT_EQ(b.get(), "hold");
  EXPECT_EQ(b.wait(b.config.noop_pace), "answer 6");
  EXPECT_EQ(b.get(), "hold");
  EXPECT_EQ(b.wait(b.config.noop_pace - milliseconds(1)), "");
  EXPECT_EQ(b.wait(milliseconds(1)), "answer 6");
  b.wait(b.config.noop_pace);
  EXPECT_EQ(b.get(), "hold, answer 6");
}
TEST(SessionUpgrade, WhatIsSentDuringTheProbeStillGoesToAPoll) {
  Bench b(kPolling);
  b.probe();
  b.get();
  b.send(text("a"));
  EXPECT_EQ(b.flush(), "answer 4a, drained");
}
TEST(SessionUpgrade, WhatWaitsForNoPollLeavesOnTheWebSocketInOrder) {
  Bench b(kPolling);
  b.probe();
  b.send(text("a"));
  b.send(text("b"));
  EXPECT_EQ(b.packet(Source::kProbe, PacketType::kUpgrade), "adopt, send queue 2, drained");
  EXPECT_EQ(b.session.queued_bytes(), 0U);
}
TEST(SessionUpgrade, APollUnderWayAtTheEndIsRejected) {
  Bench b(kPolling);
  b.probe();
  b.get();
  EXPECT_EQ(b.packet(Source::kProbe, PacketType::kUpgrade), "reject poll, adopt");
  EXPECT_EQ(b.get(), "reject request");
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kMessage, "straggler"), "");
  EXPECT_EQ(b.packet(Source::kWebSocket, PacketType::kMessage, "hi"), "text hi");
}
TEST(SessionUpgrade, OnlyOneProbeAtATimeAndNoneAfterwards) {
  Bench b(kPolling);
  b.probe();
  EXPECT_FALSE(b.session.can_upgrade());
  b.packet(Source::kProbe, PacketType::kUpgrade);
  EXPECT_FALSE(b.session.can_upgrade());
  EXPECT_FALSE(Bench(kWebSocket).session.can_upgrade());
}
TEST(SessionUpgrade, AProbeThatNeverFinishesIsClosedAndPollingGoesOn) {
  Bench b(kPolling);
  b.open_probe();
  b.get();
  EXPECT_EQ(b.wait(b.config.upgrade_timeout - milliseconds(1)), "");
  EXPECT_EQ(b.wait(milliseconds(1)), "close probe");
  b.send(text("still here"));
  EXPECT_EQ(b.flush(), "answer 4still here, drained");
  EXPECT_TRUE(b.session.can_upgrade());
}
TEST(SessionUpgrade, AProbeThatSaysSomethingElseIsClosed) {
  Bench b(kPolling);
  b.open_probe();
  EXPECT_EQ(b.packet(Source::kProbe, PacketType::kMessage, "too early"), "close probe");
  b.open_probe();
  EXPECT_EQ(b.packet(Source::kProbe, PacketType::kPing, "nonsense"), "close probe");
  b.open_probe();
  EXPECT_EQ(b.garbage(Source::kProbe), "close probe");
  EXPECT_EQ(b.session.state(), Session::State::kOpen);
}
TEST(SessionUpgrade, AProbeThatBreaksLeavesPollingAlone) {
  Bench b(kPolling);
  b.probe();
  b.lose_probe();
  EXPECT_EQ(b.get(), "hold");
  EXPECT_EQ(b.wait(b.config.noop_pace * 2), "");
  b.probe();
  EXPECT_EQ(b.session.upgrading(), true);
}
TEST(SessionUpgrade, TheHeartbeatGoesOnAcrossIt) {
  Bench b(kPolling);
  b.wait(b.config.ping_interval);  // the ping waits for a poll that never comes
  b.probe();
  EXPECT_EQ(b.packet(Source::kProbe, PacketType::kUpgrade), "adopt, send queue 1, drained");
  EXPECT_EQ(b.packet(Source::kWebSocket, PacketType::kPong), "");
  EXPECT_EQ(b.session.deadline(), b.now + b.config.ping_interval);
}
TEST(SessionUpgrade, ASessionThatIsClosingFinishesTheUpgradeFirst) {
  Bench b(kPolling);
  b.probe();
  b.send(text("bye"));
  b.close();
  EXPECT_EQ(b.packet(Source::kProbe, PacketType::kUpgrade),
            "adopt, send queue 1, drained, close websocket, closed: forced close");
}
TEST(SessionUpgrade, TheEndOfTheSessionTakesTheProbeAlong) {
  Bench b(kPolling);
  b.probe();
  b.get();
  EXPECT_EQ(b.packet(Source::kPolling, PacketType::kClose), "answer 6, close probe, closed: transport close");
  Bench c(kPolling);
  c.open_probe();
  EXPECT_EQ(c.wait(c.config.upgrade_timeout), "close probe");
}
TEST(SessionUpgrade, TheNewTransportsWishForTextCounts) {
  Bench b(kPolling, 3, {}, true);
  EXPECT_TRUE(b.session.text_only());
  b.probe(false);
  b.packet(Source::kProbe, PacketType::kUpgrade);
  EXPECT_FALSE(b.session.text_only());
}

}  // namespace
}  // namespace chillin::engineio
