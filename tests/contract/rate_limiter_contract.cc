// What every implementation of chat::RateLimiter does.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "presence/memory/memory_rate_limiter.h"
#include "presence/redis/redis_rate_limiter.h"
#include "unit/chat/fakes/manual_clock.h"
#include "unit/redis/redis_process.h"
#include "util/manual_executor.h"

namespace chillin::test {
namespace {

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<chat::RateLimiter>(const util::Clock&)> make;
};

void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

class RateLimiterContract : public ::testing::TestWithParam<Implementation> {
 protected:
  std::int64_t take(const std::string& key, std::int64_t count, std::int64_t window_ms) {
    return executor.wait(limiter->take(key, {count, util::Millis{window_ms}}));
  }

  ManualClock clock;
  std::unique_ptr<chat::RateLimiter> limiter = GetParam().make(clock);
  util::ManualExecutor executor;
};

TEST_P(RateLimiterContract, CountZeroIsNoLimit) {
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(take("key", 0, 1'000), 0);
}

TEST_P(RateLimiterContract, TheWindowSlides) {
  EXPECT_EQ(take("key", 2, 1'000), 0);
  clock.advance(util::Millis{400});
  EXPECT_EQ(take("key", 2, 1'000), 0);
  EXPECT_EQ(take("key", 2, 1'000), 600);
  clock.advance(util::Millis{599});
  EXPECT_EQ(take("key", 2, 1'000), 1);
  clock.advance(util::Millis{1});
  EXPECT_EQ(take("key", 2, 1'000), 0);
  EXPECT_EQ(take("key", 2, 1'000), 400);
}

TEST_P(RateLimiterContract, ARefusalDoesNotCount) {
  EXPECT_EQ(take("key", 1, 1'000), 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(take("key", 1, 1'000), 1'000);
  clock.advance(util::Millis{1'000});
  EXPECT_EQ(take("key", 1, 1'000), 0);
}

TEST_P(RateLimiterContract, KeysAreApart) {
  EXPECT_EQ(take("a", 1, 1'000), 0);
  EXPECT_EQ(take("b", 1, 1'000), 0);
  EXPECT_GT(take("a", 1, 1'000), 0);
}

TEST_P(RateLimiterContract, BehavesAsAListOfTimes) {
  const bool holds = rc::check("the limiter behaves as a list of times", [&] {
    const auto fresh = GetParam().make(clock);
    std::map<std::string, std::vector<std::int64_t>> model;
    std::int64_t now = 0;
    const auto count = *rc::gen::inRange<std::int64_t>(1, 12);
    const auto window = *rc::gen::inRange<std::int64_t>(1, 200);
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 3), rc::gen::inRange(0, 40)));
    for (const auto& [key_index, wait] : steps) {
      clock.advance(util::Millis{wait});
      now += wait;
      const std::string key = "key" + std::to_string(key_index);
      auto& times = model[key];
      std::erase_if(times, [&](std::int64_t t) { return t <= now - window; });
      std::int64_t expected = 0;
      if (static_cast<std::int64_t>(times.size()) < count) {
        times.push_back(now);
      } else {
        expected = times[times.size() - static_cast<std::size_t>(count)] + window - now;
      }
      RC_ASSERT(executor.wait(fresh->take(key, {count, util::Millis{window}})) == expected);
    }
  });
  EXPECT_TRUE(holds);
}

TEST_P(RateLimiterContract, ThreadsShareTheLimit) {
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      util::ManualExecutor own;
      for (int i = 0; i < 200; ++i) {
        if (own.wait(limiter->take("shared", {50, util::Millis{1'000}})) == 0) ++allowed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(allowed, 50);
}

/// One connection for all of them; each has keys of its own.
std::unique_ptr<chat::RateLimiter> make_redis_limiter(const util::Clock& clock) {
  static redis::Client client({.url = *redis::parse_url(RedisProcess::shared().url())});
  static std::atomic<int> count{0};
  if (!eventually([] { return client.up(); })) return nullptr;
  return std::make_unique<presence::RedisRateLimiter>(client, &clock,
                                                      "limiter-contract-" + std::to_string(++count) + ":");
}

INSTANTIATE_TEST_SUITE_P(Implementations, RateLimiterContract,
                         ::testing::Values(Implementation{"memory",
                                                          [](const util::Clock& clock) {
                                                            return std::make_unique<presence::MemoryRateLimiter>(clock);
                                                          }},
                                           Implementation{"redis", make_redis_limiter}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace chillin::test
