#include "net/flush_pacer.h"

#include <gtest/gtest.h>

namespace chillin::net {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Nanos = FlushPacer::Nanos;

/// A loop that never slept in the last 20 ms.
FlushPacer busy() {
  FlushPacer pacer;
  for (int i = 0; i < 40; ++i) pacer.turn(microseconds(500), Nanos(0));
  return pacer;
}

TEST(FlushPacer, WritesAtOnceOnAFreshLoop) {
  FlushPacer pacer;
  EXPECT_TRUE(pacer.should_flush(100, 100, Nanos(0), false));
}

TEST(FlushPacer, WritesAtOnceWhileTheLoopHasIdleTime) {
  FlushPacer pacer;
  for (int i = 0; i < 40; ++i) pacer.turn(milliseconds(1), microseconds(300));
  EXPECT_FALSE(pacer.saturated());
  EXPECT_TRUE(pacer.should_flush(100, 100, Nanos(0), false));
}

TEST(FlushPacer, HoldsThinWritesWhileTheLoopIsSaturated) {
  FlushPacer pacer = busy();
  EXPECT_TRUE(pacer.saturated());
  EXPECT_FALSE(pacer.should_flush(100, 100, Nanos(0), false));
  EXPECT_FALSE(pacer.should_flush(100, 31 * 100, microseconds(900), false));
}

TEST(FlushPacer, WritesWhenEnoughWaitsPerConnection) {
  FlushPacer pacer = busy();
  EXPECT_TRUE(pacer.should_flush(100, 32 * 100, Nanos(0), false));
}

TEST(FlushPacer, NeverHoldsWhenTheLoopWouldSleep) {
  FlushPacer pacer = busy();
  EXPECT_TRUE(pacer.should_flush(100, 100, Nanos(0), true));
}

TEST(FlushPacer, HoldsForAMillisecondAtFirstAndLongerWhileWritesStayThin) {
  FlushPacer pacer = busy();
  EXPECT_TRUE(pacer.should_flush(100, 100, milliseconds(1), false));
  EXPECT_FALSE(pacer.should_flush(100, 100, milliseconds(1), false));
  EXPECT_TRUE(pacer.should_flush(100, 100, milliseconds(2), false));
  EXPECT_TRUE(pacer.should_flush(100, 100, milliseconds(4), false));
  EXPECT_EQ(pacer.hold_limit(), FlushPacer::kMaxHold);
  EXPECT_TRUE(pacer.should_flush(100, 100, FlushPacer::kMaxHold, false)) << "never longer than the maximum";
}

TEST(FlushPacer, HoldsForLessOnceWritesAreThick) {
  FlushPacer pacer = busy();
  EXPECT_TRUE(pacer.should_flush(1, 1, milliseconds(4), false));
  EXPECT_TRUE(pacer.should_flush(1, 1, milliseconds(4), false));
  EXPECT_TRUE(pacer.should_flush(1, 64, Nanos(0), false));
  EXPECT_EQ(pacer.hold_limit(), milliseconds(2));
}

TEST(FlushPacer, ForgetsSaturationWithinTwentyMilliseconds) {
  FlushPacer pacer = busy();
  for (int i = 0; i < 4; ++i) pacer.turn(milliseconds(5), milliseconds(4));
  EXPECT_FALSE(pacer.saturated());
  EXPECT_EQ(pacer.hold_limit(), FlushPacer::kMinHold);
  EXPECT_TRUE(pacer.should_flush(10, 10, Nanos(0), false));
}

TEST(FlushPacer, HasNothingToHoldWhenNothingIsQueued) {
  FlushPacer pacer = busy();
  EXPECT_TRUE(pacer.should_flush(0, 0, Nanos(0), false));
}

}  // namespace
}  // namespace chillin::net
