#include "presence/memory/memory_rate_limiter.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/chat/fakes/manual_clock.h"
#include "util/manual_executor.h"

namespace chillin::presence {
namespace {

constexpr chat::RateLimit kOnceASecond{1, util::Millis{1'000}};

TEST(MemoryRateLimiter, KeysWhoseTimeIsOverAreForgottenLittleByLittle) {
  test::ManualClock clock;
  MemoryRateLimiter limiter(clock);
  util::ManualExecutor executor;
  for (int i = 0; i < 10'000; ++i) executor.wait(limiter.take("old" + std::to_string(i), kOnceASecond));
  EXPECT_EQ(limiter.size(), 10'000U);
  clock.advance(util::Millis{1'000});
  for (int i = 0; i < 10'000; ++i) executor.wait(limiter.take("new" + std::to_string(i), kOnceASecond));
  EXPECT_LT(limiter.size(), 12'000U);
  EXPECT_GE(limiter.size(), 10'000U);
}

TEST(MemoryRateLimiter, AFloodOfKeysStaysWithinItsMemory) {
  test::ManualClock clock;
  MemoryRateLimiter limiter(clock, 1'600);
  util::ManualExecutor executor;
  for (int i = 0; i < 20'000; ++i) EXPECT_EQ(executor.wait(limiter.take(std::to_string(i), kOnceASecond)), 0);
  EXPECT_LE(limiter.size(), 1'600U);
}

TEST(MemoryRateLimiter, AWindowOfManyUsesIsExactAfterItsRingHasTurned) {
  test::ManualClock clock;
  MemoryRateLimiter limiter(clock);
  util::ManualExecutor executor;
  const chat::RateLimit limit{100, util::Millis{1'000}};
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(executor.wait(limiter.take("key", limit)), 0);
    clock.advance(util::Millis{10});
  }
  for (int i = 0; i < 1; ++i) EXPECT_EQ(executor.wait(limiter.take("key", limit)), 0);
  EXPECT_EQ(executor.wait(limiter.take("key", limit)), 10);
}

TEST(MemoryRateLimiter, AFractionOfAMillisecondIsRoundedUp) {
  class FineClock final : public util::Clock {
   public:
    [[nodiscard]] util::SteadyTime steady() const override { return util::SteadyTime(std::chrono::microseconds(us)); }
    [[nodiscard]] util::WallMillis wall() const override { return {}; }
    std::int64_t us = 5'000'000;
  };
  FineClock clock;
  MemoryRateLimiter limiter(clock);
  util::ManualExecutor executor;
  EXPECT_EQ(executor.wait(limiter.take("key", kOnceASecond)), 0);
  clock.us += 999'999;
  EXPECT_EQ(executor.wait(limiter.take("key", kOnceASecond)), 1);
  clock.us += 1;
  EXPECT_EQ(executor.wait(limiter.take("key", kOnceASecond)), 0);
}

}  // namespace
}  // namespace chillin::presence
