#include "engineio/handshake_limiter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "engineio/farewells.h"

namespace chillin::engineio {
namespace {

using std::chrono::milliseconds;
const util::SteadyTime kStart{std::chrono::seconds(1'000)};

TEST(HandshakeLimiter, LetsABurstThroughAndThenOneAtATime) {
  HandshakeLimiter limiter(5);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 0);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 1);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart + milliseconds(200)), 0);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart + milliseconds(200)), 1);
}
// "20 in 60 seconds" means that twenty may come at once; a third of a handshake a second alone let only one.
TEST(HandshakeLimiter, ABurstMayBeLargerThanWhatASecondRefills) {
  HandshakeLimiter limiter(0.5, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 0);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 2);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart + milliseconds(2'000)), 0);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart + milliseconds(2'000)), 2);
}

TEST(HandshakeLimiter, CountsEachAddressForItself) {
  HandshakeLimiter limiter(1);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 0);
  EXPECT_EQ(limiter.retry_after_seconds("b", kStart), 0);
  EXPECT_GT(limiter.retry_after_seconds("a", kStart), 0);
}
TEST(HandshakeLimiter, SaysHowLongToWait) {
  HandshakeLimiter limiter(0.1);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 0);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 10);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart + milliseconds(9'500)), 1);
}
TEST(HandshakeLimiter, ZeroIsNoLimit) {
  HandshakeLimiter limiter(0);
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 0);
  EXPECT_EQ(limiter.size(), 0U);
}
TEST(HandshakeLimiter, ForgetsAddressesThatAreQuietAgain) {
  HandshakeLimiter limiter(1);
  auto now = kStart;
  for (int i = 0; i < 50'000; ++i) {
    now += milliseconds(2);
    EXPECT_EQ(limiter.retry_after_seconds(std::to_string(i), now), 0);
  }
  EXPECT_LE(limiter.size(), 2'100U);
}
TEST(HandshakeLimiter, AClockThatIsALittleBehindIsHarmless) {
  HandshakeLimiter limiter(1);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart), 0);
  EXPECT_EQ(limiter.retry_after_seconds("a", kStart - milliseconds(5)), 1);
}

TEST(Farewells, AreAnsweredOnceAndNotForLong) {
  Farewells farewells;
  farewells.remember("s1", {4, false}, kStart);
  farewells.remember("s2", {3, true}, kStart);
  EXPECT_FALSE(farewells.take("s3", kStart));
  EXPECT_EQ(farewells.take("s2", kStart)->protocol, 3);
  EXPECT_FALSE(farewells.take("s2", kStart));
  EXPECT_FALSE(farewells.take("s1", kStart + Farewells::kGrace));
  EXPECT_FALSE(farewells.take("", kStart));
}
TEST(Farewells, TheOldestAreForgotten) {
  Farewells farewells;
  for (std::size_t i = 0; i <= Farewells::kCapacity; ++i) farewells.remember(std::to_string(i), {4, false}, kStart);
  EXPECT_FALSE(farewells.take("0", kStart));
  EXPECT_TRUE(farewells.take("1", kStart));
}

}  // namespace
}  // namespace chillin::engineio
