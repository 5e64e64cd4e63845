#include "util/manual_executor.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace chillin::util {
namespace {

TEST(ManualExecutor, RunsInOrderAndNeverInline) {
  ManualExecutor executor;
  std::vector<int> order;
  executor.post([&] {
    executor.post([&] { order.push_back(3); });
    order.push_back(1);
  });
  executor.post([&] { order.push_back(2); });
  EXPECT_TRUE(order.empty());
  EXPECT_EQ(executor.run_until_idle(), 3U);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(executor.run_until_idle(), 0U);
}

TEST(ManualExecutor, IsCurrentOnlyWhileItRuns) {
  ManualExecutor outer;
  ManualExecutor inner;
  Executor* seen_inside = nullptr;
  Executor* seen_after = nullptr;
  EXPECT_EQ(Executor::current(), nullptr);
  outer.post([&] {
    inner.post([&] { seen_inside = Executor::current(); });
    inner.run_until_idle();
    seen_after = Executor::current();
  });
  outer.run_until_idle();
  EXPECT_EQ(seen_inside, &inner);
  EXPECT_EQ(seen_after, &outer);
  EXPECT_EQ(Executor::current(), nullptr);
}

TEST(ManualExecutor, RunUntilWaitsForOtherThreads) {
  ManualExecutor executor;
  int n = 0;
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) executor.post([&n] { ++n; });
    });
  }
  executor.run_until([&] { return n == 300; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(n, 300);
}

TEST(ManualExecutor, KeepsTheOrderOfEachPostingThread) {
  ManualExecutor executor;
  std::vector<std::vector<int>> seen(3);
  std::size_t total = 0;
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (std::size_t t = 0; t < 3; ++t) {
    threads.emplace_back([&executor, &seen, &total, t] {
      for (int i = 0; i < 200; ++i) {
        executor.post([&seen, &total, t, i] {
          seen[t].push_back(i);
          ++total;
        });
      }
    });
  }
  executor.run_until([&] { return total == 600; });
  for (auto& thread : threads) thread.join();
  for (const auto& one : seen) {
    for (int i = 0; i < 200; ++i) EXPECT_EQ(one[static_cast<std::size_t>(i)], i);
  }
}

TEST(ManualExecutor, WhatNeverRanIsFreedWithIt) {
  auto held = std::make_shared<int>(1);
  {
    ManualExecutor executor;
    executor.post([held] { static_cast<void>(held); });
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace chillin::util
