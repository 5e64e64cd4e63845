#include "chat/commit_stamp.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

using chillin::chat::CommitStamp;
using chillin::chat::ScopedCommitStamp;
using chillin::util::Millis;
using chillin::util::system_clock;

TEST(CommitStamp, HoldsForItsThreadWhileItLives) {
  EXPECT_FALSE(ScopedCommitStamp::current());
  {
    const ScopedCommitStamp outer(CommitStamp::now());
    {
      const ScopedCommitStamp inner(CommitStamp::from_other_server(system_clock().wall()));
      ASSERT_TRUE(ScopedCommitStamp::current());
      EXPECT_EQ(ScopedCommitStamp::current()->path, CommitStamp::Path::kCrossServer);
    }
    EXPECT_EQ(ScopedCommitStamp::current()->path, CommitStamp::Path::kSameServer);
    std::thread([] { EXPECT_FALSE(ScopedCommitStamp::current()); }).join();
  }
  EXPECT_FALSE(ScopedCommitStamp::current());
}

TEST(CommitStamp, GoesToAnotherServerAndBackByTheClockOnTheWall) {
  CommitStamp stamp = CommitStamp::now();
  stamp.at -= Millis{3600'000};
  const auto there = CommitStamp::from_other_server(stamp.wall());
  const auto apart = there.at - stamp.at;
  EXPECT_LT(apart < apart.zero() ? -apart : apart, Millis{600'000});
}

TEST(CommitStamp, AClockThatIsAheadDoesNotMakeTimeNegative) {
  const auto stamp = CommitStamp::from_other_server({system_clock().wall().value + 3'600'000});
  EXPECT_LE(stamp.at, system_clock().steady());
}

}  // namespace
