#include "util/unique_function.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace chillin::util {
namespace {

/// Counts the instances that are alive.
struct Tracked {
  explicit Tracked(int& alive) : count(&alive) { ++*count; }
  Tracked(const Tracked& other) : count(other.count) { ++*count; }
  Tracked(Tracked&& other) noexcept : count(other.count) { ++*count; }
  ~Tracked() { --*count; }
  int* count;
};

TEST(UniqueFunction, CallsWithArgumentsAndReturnsTheResult) {
  UniqueFunction<int(int, int)> add = [](int a, int b) { return a + b; };
  EXPECT_EQ(add(2, 3), 5);
}

TEST(UniqueFunction, HoldsMoveOnlyCaptures) {
  UniqueFunction<int()> f = [p = std::make_unique<int>(7)] { return *p; };
  EXPECT_EQ(f(), 7);
}

TEST(UniqueFunction, TakesMoveOnlyArguments) {
  UniqueFunction<int(std::unique_ptr<int>)> f = [](std::unique_ptr<int> p) { return *p; };
  EXPECT_EQ(f(std::make_unique<int>(9)), 9);
}

TEST(UniqueFunction, PassesReferencesThrough) {
  UniqueFunction<void(std::string&)> f = [](std::string& s) { s += "!"; };
  std::string text = "hi";
  f(text);
  EXPECT_EQ(text, "hi!");
}

TEST(UniqueFunction, KeepsStateBetweenCalls) {
  UniqueFunction<int()> f = [n = 0]() mutable { return ++n; };
  f();
  EXPECT_EQ(f(), 2);
}

TEST(UniqueFunction, DropsAResultThatNobodyAskedFor) {
  int calls = 0;
  UniqueFunction<void()> f = [&calls] { return ++calls; };
  f();
  EXPECT_EQ(calls, 1);
}

TEST(UniqueFunction, EmptyIsFalseAndMovedFromIsEmpty) {
  UniqueFunction<void()> empty;
  UniqueFunction<void()> null = nullptr;
  EXPECT_FALSE(empty);
  EXPECT_FALSE(null);
  UniqueFunction<void()> full = [] {};
  EXPECT_TRUE(full);
  UniqueFunction<void()> moved = std::move(full);
  EXPECT_TRUE(moved);
  EXPECT_FALSE(full);  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST(UniqueFunction, AssigningNullEmptiesIt) {
  int alive = 0;
  UniqueFunction<void()> f = [t = Tracked(alive)] { static_cast<void>(t); };
  EXPECT_EQ(alive, 1);
  f = nullptr;
  EXPECT_FALSE(f);
  EXPECT_EQ(alive, 0);
}

template <std::size_t kBytes>
void moves_and_destroys_exactly_once() {
  int alive = 0;
  {
    std::array<char, kBytes> load{};
    load.back() = 42;
    UniqueFunction<int()> a = [t = Tracked(alive), load] {
      static_cast<void>(t);
      return static_cast<int>(load.back());
    };
    EXPECT_EQ(alive, 1);
    UniqueFunction<int()> b = std::move(a);
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(b(), 42);
    UniqueFunction<int()> c = [t = Tracked(alive)] {
      static_cast<void>(t);
      return 1;
    };
    EXPECT_EQ(alive, 2);
    c = std::move(b);  // what c held goes
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(c(), 42);
    auto& same = c;
    c = std::move(same);
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(c(), 42);
  }
  EXPECT_EQ(alive, 0);
}

TEST(UniqueFunction, SmallCallablesAreMovedAndDestroyedOnce) {
  moves_and_destroys_exactly_once<8>();
}
TEST(UniqueFunction, LargeCallablesAreMovedAndDestroyedOnce) {
  moves_and_destroys_exactly_once<200>();
}

TEST(UniqueFunction, ACallableThatMayThrowWhenMovedStaysInOnePlace) {
  struct Throwing {
    Throwing() = default;
    Throwing(Throwing&&) noexcept(false) { throw 1; }
    Throwing(const Throwing&) = default;
    int operator()() const { return 3; }
  };
  const Throwing source;
  UniqueFunction<int()> a = source;
  UniqueFunction<int()> b = std::move(a);
  EXPECT_EQ(b(), 3);
}

TEST(UniqueFunction, LivesInAVectorThatGrows) {
  std::vector<UniqueFunction<int()>> all;
  // NOLINTNEXTLINE(performance-inefficient-vector-operation): it shall grow
  for (int i = 0; i < 100; ++i) all.emplace_back([p = std::make_unique<int>(i)] { return *p; });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)](), i);
}

TEST(UniqueFunction, ExceptionsPassThrough) {
  UniqueFunction<void()> f = [] { throw 5; };
  EXPECT_THROW(f(), int);
}

}  // namespace
}  // namespace chillin::util
