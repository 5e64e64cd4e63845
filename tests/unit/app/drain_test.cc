#include "app/drain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "util/crypto.h"

namespace chillin::app {
namespace {

using std::chrono::seconds;

TEST(DrainPlan, TheLastConnectionIsClosedWhenTheWindowIsOver) {
  const DrainPlan plan(seconds(5));
  EXPECT_EQ(plan.steps(), 50U);
  EXPECT_EQ(plan.slots() + DrainPlan::kStepsToClose, plan.steps());
}

TEST(DrainPlan, AWindowTooShortForTheStepsHasOneSlot) {
  for (const int ms : {0, 1, 100, 300, 399}) EXPECT_EQ(DrainPlan(util::Millis(ms)).slots(), 1U) << ms;
  EXPECT_EQ(DrainPlan(util::Millis(500)).slots(), 2U);
}

TEST(DrainPlan, EveryConnectionHasOneTurnAndTurnsAreSpreadEvenly) {
  const DrainPlan plan(seconds(10));
  std::vector<int> in_slot(plan.slots());
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = util::random_id(20);
    const std::size_t slot = plan.slot_of(id);
    ASSERT_LT(slot, plan.slots());
    EXPECT_EQ(slot, plan.slot_of(id));
    ++in_slot[slot];
  }
  // 103 each on average: ten standard deviations to both sides.
  EXPECT_GT(*std::min_element(in_slot.begin(), in_slot.end()), 3);
  EXPECT_LT(*std::max_element(in_slot.begin(), in_slot.end()), 203);
}

TEST(RetryAfter, ThoseWhoHearItAtOnceComeBackOneAfterTheOther) {
  const auto spread = [](std::size_t clients) {
    std::vector<std::int64_t> times;
    for (int i = 0; i < 10'000; ++i) times.push_back(retry_after_ms(util::random_id(20), clients));
    const auto [least, most] = std::minmax_element(times.begin(), times.end());
    EXPECT_GE(*least, 1'000);
    return *most - *least;
  };
  EXPECT_LT(spread(0), 1'000);
  EXPECT_LT(spread(500), 1'000);
  EXPECT_GT(spread(10'000), 9'900);
  EXPECT_LT(spread(10'000), 10'000);
  EXPECT_LT(spread(10'000'000), 30'000);
}

TEST(RetryAfter, IsNotTheSameForAllOfASlot) {
  const DrainPlan plan(seconds(5));
  std::set<std::int64_t> times;
  for (int i = 0; i < 5'000; ++i) {
    const std::string id = util::random_id(20);
    if (plan.slot_of(id) == 7) times.insert(retry_after_ms(id, 0));
  }
  EXPECT_GT(times.size(), 50U);
}

}  // namespace
}  // namespace chillin::app
