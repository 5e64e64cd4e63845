#include "util/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "util/manual_executor.h"

namespace chillin::util {
namespace {

Task<int> number(int n) {
  co_return n;
}

Task<int> sum(int n) {
  int total = 0;
  for (int i = 1; i <= n; ++i) total += co_await number(i);
  co_return total;
}

Task<int> fails() {
  throw std::runtime_error("no");
  co_return 0;
}

Task<void> fails_void() {
  throw std::runtime_error("no");
  co_return;
}

/// Sets a flag when it goes.
struct Guard {
  explicit Guard(bool& gone) : flag(&gone) {}
  Guard(Guard&& other) noexcept : flag(std::exchange(other.flag, nullptr)) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  Guard& operator=(Guard&&) = delete;
  ~Guard() {
    if (flag != nullptr) *flag = true;
  }
  bool* flag;
};

TEST(Task, DoesNotStartUntilItIsAwaited) {
  bool started = false;
  const auto make = [](bool& flag) -> Task<void> {
    flag = true;
    co_return;
  };
  ManualExecutor executor;
  Task<void> task = make(started);
  EXPECT_FALSE(started);
  executor.wait(std::move(task));
  EXPECT_TRUE(started);
}

TEST(Task, ATaskThatIsNeverAwaitedFreesItsArguments) {
  bool gone = false;
  const auto make = [](Guard guard) -> Task<void> {
    static_cast<void>(guard);
    co_return;
  };
  {
    Task<void> task = make(Guard(gone));
    EXPECT_FALSE(gone);
  }
  EXPECT_TRUE(gone);
}

TEST(Task, ReturnsValuesThroughNestedAwaits) {
  ManualExecutor executor;
  EXPECT_EQ(executor.wait(sum(100)), 5050);
}

TEST(Task, MovesMoveOnlyValuesOut) {
  ManualExecutor executor;
  const auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(4); };
  EXPECT_EQ(*executor.wait(make()), 4);
}

TEST(Task, MoveAssignmentFreesWhatWasThereBefore) {
  bool first = false;
  bool second = false;
  const auto make = [](Guard guard) -> Task<void> {
    static_cast<void>(guard);
    co_return;
  };
  Task<void> task = make(Guard(first));
  task = make(Guard(second));
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
}

TEST(Task, ALoopOfThousandsOfAwaitsGivesItsSum) {
  ManualExecutor executor;
  const auto loop = []() -> Task<int> {
    int n = 0;
    for (int i = 0; i < 1000; ++i) n += co_await sum(10);
    co_return n;
  };
  EXPECT_EQ(executor.wait(loop()), 55'000);
}

TEST(Task, ExceptionsReachTheAwaiter) {
  ManualExecutor executor;
  const auto catches = []() -> Task<std::string> {
    try {
      co_await fails();
    } catch (const std::runtime_error& e) {
      co_return std::string("caught ") + e.what();
    }
    co_return "nothing";
  };
  EXPECT_EQ(executor.wait(catches()), "caught no");
}

TEST(Task, ExceptionsOfVoidTasksReachTheAwaiterToo) {
  ManualExecutor executor;
  const auto catches = []() -> Task<bool> {
    try {
      co_await fails_void();
    } catch (const std::runtime_error&) {
      co_return true;
    }
    co_return false;
  };
  EXPECT_TRUE(executor.wait(catches()));
}

TEST(TaskDeathTest, AnExceptionThatLeavesADetachedTaskEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(spawn(fails_void()), "task_failed.*no");
}

TEST(Spawn, RunsAtOnceAndOwnsItself) {
  bool gone = false;
  bool ran = false;
  const auto make = [](Guard guard, bool& flag) -> Task<void> {
    static_cast<void>(guard);
    flag = true;
    co_return;
  };
  spawn(make(Guard(gone), ran));
  EXPECT_TRUE(ran);
  EXPECT_TRUE(gone);
}

TEST(SuspendWith, ACompletionCalledInsideStartResumesLaterAndNotInline) {
  ManualExecutor executor;
  std::vector<std::string> events;
  const auto run = [](std::vector<std::string>& log) -> Task<void> {
    auto start = [&log](Completion<int> done) {
      done(1);
      log.emplace_back("start returned");
    };
    const int n = co_await suspend_with<int>(start);
    log.push_back("resumed " + std::to_string(n));
  };
  executor.wait(run(events));
  EXPECT_EQ(events, (std::vector<std::string>{"start returned", "resumed 1"}));
}

TEST(SuspendWith, ResumesOnItsExecutorWhenAnotherThreadCompletes) {
  ManualExecutor executor;
  std::thread worker;
  std::thread::id resumed_on;
  Executor* current_after = nullptr;
  const auto run = [&]() -> Task<std::string> {
    auto start = [&worker](Completion<std::string> done) {
      worker = std::thread([d = std::move(done)]() mutable { d("from afar"); });
    };
    auto text = co_await suspend_with<std::string>(start);
    resumed_on = std::this_thread::get_id();
    current_after = Executor::current();
    co_return text;
  };
  EXPECT_EQ(executor.wait(run()), "from afar");
  worker.join();
  EXPECT_EQ(resumed_on, std::this_thread::get_id());
  EXPECT_EQ(current_after, &executor);
}

TEST(SuspendWith, StartIsKeptUntilTheTaskGoesOn) {
  ManualExecutor executor;
  bool gone = false;
  bool gone_at_resume = true;
  const auto run = [&]() -> Task<void> {
    auto start = [g = Guard(gone)](Completion<int> done) {
      static_cast<void>(g);
      done(0);
    };
    co_await suspend_with<int>(std::move(start));
    co_return;
  };
  const auto outer = [&]() -> Task<void> {
    auto task = run();
    executor.post([&] { gone_at_resume = gone; });  // runs before the resumption, which is posted after it
    co_await std::move(task);
  };
  executor.wait(outer());
  EXPECT_FALSE(gone_at_resume);
  EXPECT_TRUE(gone);
}

TEST(SuspendWith, MoveOnlyResultsArrive) {
  ManualExecutor executor;
  const auto run = []() -> Task<int> {
    auto start = [](Completion<std::unique_ptr<int>> done) { done(std::make_unique<int>(11)); };
    auto p = co_await suspend_with<std::unique_ptr<int>>(start);
    co_return *p;
  };
  EXPECT_EQ(executor.wait(run()), 11);
}

TEST(SuspendWith, ManyCanBeCompletedWithOnePost) {
  ManualExecutor executor;
  std::vector<Completion<int>> waiting;
  int sum_of_all = 0;
  const auto run = [](std::vector<Completion<int>>& all, int& total) -> Task<void> {
    auto start = [&all](Completion<int> done) { all.push_back(std::move(done)); };
    total += co_await suspend_with<int>(start);
  };
  executor.post([&] {
    for (int i = 0; i < 1000; ++i) spawn(run(waiting, sum_of_all));
  });
  executor.run_until_idle();
  ASSERT_EQ(waiting.size(), 1000U);
  EXPECT_EQ(waiting.front().executor(), &executor);
  executor.post([&] {
    for (auto& done : waiting) done.resume_here(2);
  });
  EXPECT_EQ(executor.run_until_idle(), 1U);
  EXPECT_EQ(sum_of_all, 2000);
}

TEST(SuspendWith, ManyTasksOnManyThreadsEachResumeAtHome) {
  static constexpr int kThreads = 4;
  static constexpr int kTasks = 500;
  ManualExecutor workshop;  // a pool of one thread that completes everything
  bool stop = false;
  std::thread worker([&] { workshop.run_until([&] { return stop; }); });
  std::vector<std::thread> homes;
  homes.reserve(kThreads);
  std::vector<int> wrong(kThreads, 0);
  std::vector<int> ended(kThreads, 0);
  for (std::size_t t = 0; t < kThreads; ++t) {
    homes.emplace_back([&workshop, &wrong, &ended, t] {
      ManualExecutor home;
      const auto run = [](ManualExecutor& away, int n, int& bad, int& done_count) -> Task<void> {
        const auto thread = std::this_thread::get_id();
        auto start = [&away, n](Completion<int> done) { away.post([d = std::move(done), n]() mutable { d(n * 2); }); };
        const int twice = co_await suspend_with<int>(start);
        if (twice != n * 2 || std::this_thread::get_id() != thread) ++bad;
        ++done_count;
      };
      home.post([&] {
        for (int i = 0; i < kTasks; ++i) spawn(run(workshop, i, wrong[t], ended[t]));
      });
      home.run_until([&] { return ended[t] == kTasks; });
    });
  }
  for (auto& home : homes) home.join();
  workshop.post([&] { stop = true; });
  worker.join();
  EXPECT_EQ(wrong, std::vector<int>(kThreads, 0));
}

}  // namespace
}  // namespace chillin::util
