#include "util/metrics.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace metrics = chillin::util::metrics;

namespace {

using std::chrono::milliseconds;

// The lines of one family.
std::string family(const std::string& name) {
  const std::string text = metrics::text();
  const auto begin = text.find("# HELP " + name + " ");
  if (begin == std::string::npos) return {};
  const auto end = text.find("# HELP ", begin + 1);
  return text.substr(begin, end == std::string::npos ? end : end - begin);
}

TEST(Metrics, ACounterIsTheSumOfAllThreadsAndOfThoseThatHaveEnded) {
  const metrics::Counter counter("t_sum_total", "Sum.");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) counter.add();
    });
  }
  for (auto& thread : threads) thread.join();
  counter.add(5);
  EXPECT_EQ(counter.value(), 40'005);
  // Their sheets are used again, and nothing is lost or counted twice.
  std::thread([&] { counter.add(2); }).join();
  EXPECT_EQ(counter.value(), 40'007);
  EXPECT_EQ(family("t_sum_total"), "# HELP t_sum_total Sum.\n# TYPE t_sum_total counter\nt_sum_total 40007\n");
}

TEST(Metrics, AScrapeMeanwhileSeesNoNumberGoBack) {
  const metrics::Counter counter("t_scraped_total", "Scraped.");
  std::thread counting([&] {
    for (int n = 0; n < 100'000; ++n) counter.add();
  });
  std::int64_t last = 0;
  while (last < 100'000) {
    const std::int64_t seen = counter.value();
    ASSERT_GE(seen, last);
    last = seen;
  }
  counting.join();
}

TEST(Metrics, AGaugeMayGoUpOnOneThreadAndDownOnAnother) {
  const metrics::Gauge gauge("t_open", "Open.", metrics::labels("transport", {"polling", "websocket"}));
  gauge.add_to(0, 3);
  std::thread([&] {
    gauge.add_to(0, -1);
    gauge.add_to(1, 1);
  }).join();
  EXPECT_EQ(gauge.value(0), 2);
  EXPECT_EQ(gauge.value(1), 1);
  EXPECT_EQ(family("t_open"),
            "# HELP t_open Open.\n# TYPE t_open gauge\n"
            "t_open{transport=\"polling\"} 2\nt_open{transport=\"websocket\"} 1\n");
}

TEST(Metrics, TwoLabelsMakeEveryPairInOrder) {
  const auto pairs = metrics::labels("a", {"x", "y"}, "b", {"1", "2", "3"});
  ASSERT_EQ(pairs.size(), 6U);
  EXPECT_EQ(pairs[1 * 3 + 2], "a=\"y\",b=\"3\"");
}

TEST(Metrics, AHistogramsBucketsAreCumulativeAndItsBoundsBelongToThem) {
  const metrics::Histogram h("t_batch", "Batch.", metrics::Scale::kCount);
  for (const int value : {1, 2, 3, 4, 5'000}) h->observe(value);
  h->observe(8, 10);
  const std::string text = family("t_batch");
  EXPECT_NE(text.find("# TYPE t_batch histogram\n"), std::string::npos);
  EXPECT_NE(text.find("t_batch_bucket{le=\"1\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_batch_bucket{le=\"2\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_batch_bucket{le=\"4\"} 4\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_batch_bucket{le=\"8\"} 14\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_batch_bucket{le=\"2048\"} 14\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_batch_bucket{le=\"+Inf\"} 15\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_batch_sum 5090\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_batch_count 15\n"), std::string::npos) << text;
}

TEST(Metrics, DurationsAreTakenInAndToldInSeconds) {
  const metrics::Histogram h("t_seconds", "Seconds.", metrics::Scale::kSeconds,
                             metrics::labels("path", {"near", "far"}));
  h[1].observe(milliseconds(20));
  h[1].observe(milliseconds(30));
  const std::string text = family("t_seconds");
  EXPECT_NE(text.find("t_seconds_bucket{path=\"far\",le=\"0.01\"} 0\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_seconds_bucket{path=\"far\",le=\"0.02\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_seconds_bucket{path=\"far\",le=\"0.04\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_seconds_sum{path=\"far\"} 0.05\n"), std::string::npos) << text;
  EXPECT_NE(text.find("t_seconds_count{path=\"near\"} 0\n"), std::string::npos) << text;
}

TEST(Metrics, AFamilyTakesNamesAtRunTimeButOnlySoManyAndOnlyNames) {
  const metrics::HistogramFamily family_of("t_by_statement", "By statement.", metrics::Scale::kSeconds, "statement", 3);
  EXPECT_EQ(family("t_by_statement"), "") << "a family without series is not shown";
  family_of.of("select_rooms").observe(milliseconds(1));
  family_of.of("select_rooms").observe(milliseconds(1));
  family_of.of("update_rooms").observe(milliseconds(1));
  family_of.of("delete_rooms").observe(milliseconds(1));
  family_of.of("insert_rooms").observe(milliseconds(1));
  family_of.of("\"} evil 1\n").observe(milliseconds(1));
  EXPECT_EQ(family_of.of("select_rooms").count(), 2);
  EXPECT_EQ(family_of.of("update_rooms").count(), 1);
  EXPECT_EQ(family_of.of("other").count(), 3);
  EXPECT_EQ(family("t_by_statement").find("evil"), std::string::npos);
}

TEST(Metrics, TwoFilesMayAddSeriesToOneFamily) {
  const metrics::Counter here("t_shared_total", "Shared.", metrics::labels("limit", {"here"}));
  const metrics::Counter there("t_shared_total", "Shared.", metrics::labels("limit", {"there"}));
  there.add(7);
  EXPECT_EQ(family("t_shared_total"),
            "# HELP t_shared_total Shared.\n# TYPE t_shared_total counter\n"
            "t_shared_total{limit=\"here\"} 0\nt_shared_total{limit=\"there\"} 7\n");
}

TEST(Metrics, SwitchedOffNothingIsCounted) {
  const metrics::Counter counter("t_off_total", "Off.");
  const metrics::Histogram h("t_off_seconds", "Off.", metrics::Scale::kSeconds);
  metrics::set_enabled(false);
  counter.add();
  h->since(metrics::now());
  metrics::set_enabled(true);
  EXPECT_EQ(counter.value(), 0);
  EXPECT_EQ(h->count(), 0);
}

}  // namespace
