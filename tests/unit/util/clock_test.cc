#include "util/clock.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <ctime>

namespace chillin::util {
namespace {

TEST(Iso8601, WritesKnownMoments) {
  EXPECT_EQ(iso8601({0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso8601({1'730'538'843'120}), "2024-11-02T09:14:03.120Z");
  EXPECT_EQ(iso8601({951'827'696'007}), "2000-02-29T12:34:56.007Z");
  EXPECT_EQ(iso8601({1'735'689'599'999}), "2024-12-31T23:59:59.999Z");
  EXPECT_EQ(iso8601({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(iso8601({253'402'300'799'999}), "9999-12-31T23:59:59.999Z");
}

TEST(Iso8601, AppendsToWhatIsThere) {
  std::string out = "at ";
  append_iso8601(out, {0});
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.000Z");
}

RC_GTEST_PROP(Iso8601Property, AgreesWithTheCLibrary, ()) {
  const auto ms = *rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000);
  const std::time_t seconds = ms / 1000;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
  std::string expected = text;
  const std::string digits = std::to_string(1000 + ms % 1000).substr(1);
  RC_ASSERT(iso8601({ms}) == expected + "." + digits + "Z");
}

RC_GTEST_PROP(Iso8601Property, TextSortsAsTimeDoes, ()) {
  const auto moment = rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000);
  const auto a = *moment;
  const auto b = *moment;
  RC_ASSERT((iso8601({a}) < iso8601({b})) == (a < b));
}

TEST(SystemClock, TellsThisMachinesTime) {
  const auto before = std::chrono::steady_clock::now();
  const SteadyTime steady = system_clock().steady();
  EXPECT_LE(before, steady);
  EXPECT_LE(steady, std::chrono::steady_clock::now());
  const std::int64_t seconds = system_clock().wall().value / 1000;
  EXPECT_NEAR(static_cast<double>(seconds), static_cast<double>(std::time(nullptr)), 2.0);
}

}  // namespace
}  // namespace chillin::util
