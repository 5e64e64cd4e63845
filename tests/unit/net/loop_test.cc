#include "net/loop.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/after_flush.h"
#include "net/loop_impl.h"
#include "net/timer_wheel.h"
#include "server_fixture.h"

namespace chillin::net {
namespace {

using testing::eventually;
using testing::Signal;
using util::Millis;

TEST(Loop, RunsPostsOfOneThreadInOrder) {
  LoopGroup loops(1);
  std::vector<int> seen;
  Signal done;
  for (int i = 0; i < 1000; ++i) loops.at(0).post([&seen, i] { seen.push_back(i); });
  loops.at(0).post([&] { done.set(); });
  ASSERT_TRUE(done.wait());
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(seen[static_cast<std::size_t>(i)], i);
}

TEST(Loop, RunsEveryPostOfManyThreadsOnceAndInEachThreadsOrder) {
  constexpr int kThreads = 8;
  constexpr int kPosts = 5'000;
  LoopGroup loops(1);
  std::vector<int> last(kThreads, -1);
  bool in_order = true;
  int count = 0;
  Signal done;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPosts; ++i) {
        loops.at(0).post([&, t, i] {
          in_order = in_order && last[static_cast<std::size_t>(t)] == i - 1;
          last[static_cast<std::size_t>(t)] = i;
          if (++count == kThreads * kPosts) done.set();
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(done.wait());
  EXPECT_TRUE(in_order);
}

/// Reads what comes and counts how often it is called, in something that outlives it.
class Counting final : public IoHandler {
 public:
  Counting(int fd, int& calls) : fd_(fd), calls_(calls) {}
  void on_io(std::uint32_t) override {
    ++calls_;
    char byte = 0;
    [[maybe_unused]] const auto got = ::read(fd_, &byte, 1);
  }
  void on_command(const void*, Command) override {}

 private:
  int fd_;
  int& calls_;
};

TEST(Loop, DoesNotCallWhoWasRemovedWhileThereIsAnotherCopyOfItsDescriptor) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
  const int copy = ::dup(ends[0]);  // as a child process has it until it runs its program
  int calls = 0;
  {
    LoopGroup loops(1);
    Signal added;
    Signal removed;
    Signal later;
    IoHandler* handler = nullptr;
    loops.at(0).post([&] {
      auto made = std::make_unique<Counting>(ends[0], calls);
      handler = made.get();
      EXPECT_TRUE(loops.at(0).impl().add(std::move(made), ends[0], EPOLLIN));
      added.set();
    });
    ASSERT_TRUE(added.wait());
    loops.at(0).post([&] {
      loops.at(0).impl().remove(*handler, ends[0]);
      ::close(ends[0]);
      removed.set();
    });
    ASSERT_TRUE(removed.wait());
    ASSERT_EQ(::write(ends[1], "x", 1), 1);
    // Two turns in which an event could come.
    loops.at(0).post([&] { loops.at(0).post([&] { loops.at(0).post([&] { later.set(); }); }); });
    ASSERT_TRUE(later.wait());
  }
  EXPECT_EQ(calls, 0);
  ::close(copy);
  ::close(ends[1]);
}

/// Says when it is flushed.
class Flushed final : public IoHandler {
 public:
  explicit Flushed(std::vector<std::string>& said) : said_(said) {}
  void on_io(std::uint32_t) override {}
  void flush() override { said_.emplace_back("flushed"); }
  void on_command(const void*, Command) override {}

 private:
  std::vector<std::string>& said_;
};

TEST(Loop, SaysWhenWhatWasQueuedHasBeenWritten) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
  std::vector<std::string> said;
  {
    LoopGroup loops(1);
    Loop& loop = loops.at(0);
    Signal written;
    Signal nothing_to_write;
    loop.post([&] {
      auto made = std::make_unique<Flushed>(said);
      Flushed& handler = *made;
      EXPECT_TRUE(loop.impl().add(std::move(made), ends[0], EPOLLIN));
      loop.impl().mark_dirty(handler, 1);
      after_flush(loop, [&] {
        said.emplace_back("after");
        written.set();
      });
      said.emplace_back("queued");
    });
    ASSERT_TRUE(written.wait());
    loop.post([&] { after_flush(loop, [&] { nothing_to_write.set(); }); });
    ASSERT_TRUE(nothing_to_write.wait());
  }
  EXPECT_EQ(said, (std::vector<std::string>{"queued", "flushed", "after"}));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Loop, NeverRunsAPostInline) {
  LoopGroup loops(1);
  Signal done;
  bool inside = false;
  bool ran_inside = true;
  loops.at(0).post([&] {
    inside = true;
    loops.at(0).post([&] {
      ran_inside = inside;
      done.set();
    });
    inside = false;
  });
  EXPECT_TRUE(done.wait());
  EXPECT_FALSE(ran_inside);
}

TEST(Loop, KnowsItsThread) {
  LoopGroup loops(2);
  Signal done;
  Loop* seen = nullptr;
  util::Executor* executor = nullptr;
  loops.at(1).post([&] {
    seen = Loop::current();
    executor = util::Executor::current();
    done.set();
  });
  ASSERT_TRUE(done.wait());
  EXPECT_EQ(seen, &loops.at(1));
  EXPECT_EQ(executor, &loops.at(1));
  EXPECT_EQ(seen->index(), 1);
  EXPECT_EQ(Loop::current(), nullptr);
}

TEST(Loop, RunsWhatWasPostedBeforeStop) {
  Loop loop(0);
  int ran = 0;
  for (int i = 0; i < 10; ++i) loop.post([&] { ++ran; });
  loop.post([&] { loop.post([&] { ++ran; }); });
  loop.stop();
  loop.run();
  EXPECT_EQ(ran, 11);
}

TEST(Loop, DropsWhatIsPostedAfterItsEnd) {
  auto witness = std::make_shared<int>(0);
  {
    Loop loop(0);
    loop.stop();
    loop.run();
    loop.post([witness] { ++*witness; });
  }
  EXPECT_EQ(*witness, 0);
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(Loop, SleepsWhenThereIsNothingToDo) {
  LoopGroup loops(1);
  Signal armed;
  std::unique_ptr<Timer> timer;
  Signal fired;
  const std::clock_t before = std::clock();
  loops.at(0).post([&] {
    timer = std::make_unique<Timer>(loops.at(0), [&] { fired.set(); });
    timer->arm(Millis(300));
  });
  ASSERT_TRUE(fired.wait());
  // A loop that spins instead would have burnt nearly all of the 300 ms.
  EXPECT_LT(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC, 0.2);
  loops.stop();
}

TEST(LoopGroup, StopsTwice) {
  LoopGroup loops(3);
  loops.stop();
  loops.stop();
}

class TimerTest : public ::testing::Test {
 protected:
  /// Runs `fn` on the loop and waits for it.
  template <class Fn>
  void on_loop(Fn fn) {
    Signal done;
    loops_.at(0).post([&] {
      fn();
      done.set();
    });
    ASSERT_TRUE(done.wait());
  }
  Loop& loop() { return loops_.at(0); }

  LoopGroup loops_{1};
};

TEST_F(TimerTest, IsNeverEarly) {
  Signal fired;
  std::chrono::steady_clock::time_point armed_at;
  std::chrono::steady_clock::time_point fired_at;
  std::unique_ptr<Timer> timer;
  on_loop([&] {
    timer = std::make_unique<Timer>(loop(), [&] {
      fired_at = std::chrono::steady_clock::now();
      fired.set();
    });
    armed_at = std::chrono::steady_clock::now();
    timer->arm(Millis(35));
    EXPECT_TRUE(timer->armed());
  });
  ASSERT_TRUE(fired.wait());
  EXPECT_GE(fired_at - armed_at, Millis(35));
  on_loop([&] { timer.reset(); });
}

TEST_F(TimerTest, FiresInOrderOfDeadlines) {
  std::vector<int> order;
  std::vector<std::unique_ptr<Timer>> timers;
  Signal done;
  on_loop([&] {
    for (const int delay : {90, 30, 60, 0}) {
      timers.push_back(std::make_unique<Timer>(loop(), [&, delay] {
        order.push_back(delay);
        if (order.size() == 4) done.set();
      }));
      timers.back()->arm(Millis(delay));
    }
  });
  ASSERT_TRUE(done.wait());
  EXPECT_EQ(order, (std::vector<int>{0, 30, 60, 90}));
  on_loop([&] { timers.clear(); });
}

TEST_F(TimerTest, ForgetsTheEarlierDeadlineWhenArmedAgain) {
  int fired = 0;
  Signal done;
  std::unique_ptr<Timer> timer;
  std::unique_ptr<Timer> end;
  on_loop([&] {
    timer = std::make_unique<Timer>(loop(), [&] { ++fired; });
    end = std::make_unique<Timer>(loop(), [&] { done.set(); });
    timer->arm(Millis(10));
    timer->arm(Millis(60'000));
    end->arm(Millis(60));
  });
  ASSERT_TRUE(done.wait());
  EXPECT_EQ(fired, 0);
  on_loop([&] {
    timer.reset();
    end.reset();
  });
}

TEST_F(TimerTest, DoesNotFireWhenCancelledOrDestroyed) {
  int fired = 0;
  Signal done;
  std::unique_ptr<Timer> cancelled;
  std::unique_ptr<Timer> destroyed;
  std::unique_ptr<Timer> end;
  on_loop([&] {
    cancelled = std::make_unique<Timer>(loop(), [&] { ++fired; });
    destroyed = std::make_unique<Timer>(loop(), [&] { ++fired; });
    end = std::make_unique<Timer>(loop(), [&] { done.set(); });
    cancelled->arm(Millis(20));
    destroyed->arm(Millis(20));
    end->arm(Millis(50));
    cancelled->cancel();
    EXPECT_FALSE(cancelled->armed());
    destroyed.reset();
  });
  ASSERT_TRUE(done.wait());
  EXPECT_EQ(fired, 0);
  on_loop([&] {
    cancelled.reset();
    end.reset();
  });
}

TEST_F(TimerTest, MayArmItselfInItsCallback) {
  int fired = 0;
  Signal done;
  std::unique_ptr<Timer> timer;
  on_loop([&] {
    timer = std::make_unique<Timer>(loop(), [&] {
      EXPECT_FALSE(timer->armed());
      if (++fired == 5) return done.set();
      timer->arm(Millis(1));
    });
    timer->arm(Millis(1));
  });
  EXPECT_TRUE(done.wait());
  on_loop([&] { timer.reset(); });
}

TEST_F(TimerTest, MayDestroyItselfAndOthersInItsCallback) {
  Signal done;
  int fired = 0;
  std::vector<std::unique_ptr<Timer>> timers;
  on_loop([&] {
    for (int i = 0; i < 10; ++i) {
      timers.push_back(std::make_unique<Timer>(loop(), [&] {
        ++fired;
        timers.clear();
        done.set();
      }));
      timers.back()->arm(Millis(20));
    }
  });
  ASSERT_TRUE(done.wait());
  on_loop([&] { EXPECT_EQ(fired, 1); });
}

TEST(TimerLifetime, MayOutliveItsLoop) {
  std::unique_ptr<Timer> timer;
  {
    LoopGroup loops(1);
    Signal armed;
    loops.at(0).post([&] {
      timer = std::make_unique<Timer>(loops.at(0), [] {});
      timer->arm(Millis(60'000));
      armed.set();
    });
    ASSERT_TRUE(armed.wait());
  }
  EXPECT_FALSE(timer->armed());
  timer.reset();
}

/// The wheel itself, at times of our choosing.
class TimerWheelTest : public ::testing::Test {
 protected:
  std::unique_ptr<Timer> timer(int id) {
    return std::make_unique<Timer>(loop_, [this, id] { fired_.push_back(id); });
  }
  util::SteadyTime at(std::int64_t ms) const { return start_ + Millis(ms); }

  Loop loop_{0};
  util::SteadyTime start_ = util::SteadyTime(std::chrono::hours(5));
  TimerWheel wheel_{start_};
  std::vector<int> fired_;
};

TEST_F(TimerWheelTest, HasNoWakeUpWhenNothingIsArmed) {
  EXPECT_EQ(wheel_.next_wake(), std::nullopt);
  auto t = timer(1);
  wheel_.arm(*t, at(50));
  wheel_.cancel(*t);
  EXPECT_EQ(wheel_.next_wake(), std::nullopt);
}

TEST_F(TimerWheelTest, WakesForTheEarliest) {
  auto late = timer(1);
  auto early = timer(2);
  wheel_.arm(*late, at(30'000));
  EXPECT_EQ(wheel_.next_wake(), at(30'000));
  wheel_.arm(*early, at(125));
  EXPECT_EQ(wheel_.next_wake(), at(130));
  wheel_.advance(at(129));
  EXPECT_TRUE(fired_.empty());
  wheel_.advance(at(130));
  EXPECT_EQ(fired_, std::vector<int>{2});
  EXPECT_EQ(wheel_.next_wake(), at(30'000));
  wheel_.advance(at(30'000));
  EXPECT_EQ(fired_, (std::vector<int>{2, 1}));
}

TEST_F(TimerWheelTest, KeepsATimerOfALaterRound) {
  auto t = timer(1);
  wheel_.arm(*t, at(100'000));  // a round is 40.96 s
  std::int64_t wakes = 0;
  while (fired_.empty()) {
    const auto wake = wheel_.next_wake();
    ASSERT_TRUE(wake);
    ASSERT_LE(++wakes, 4) << "a look a round, no more";
    ASSERT_LE(*wake, at(100'000));
    wheel_.advance(*wake);
  }
  EXPECT_EQ(wakes, 3);
}

TEST_F(TimerWheelTest, FiresEverythingAfterALongPause) {
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 500; ++i) {
    timers.push_back(timer(i));
    wheel_.arm(*timers.back(), at(i * 331));
  }
  wheel_.advance(at(500 * 331));
  EXPECT_EQ(fired_.size(), 500U);
  EXPECT_EQ(wheel_.next_wake(), std::nullopt);
}

}  // namespace
}  // namespace chillin::net
