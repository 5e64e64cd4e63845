#include "legacy/timestamps.h"

#include <gtest/gtest.h>

namespace chillin::legacy {
namespace {

std::string read(std::string_view text) {
  const auto time = parse_time(text);
  return time ? util::iso8601(*time) : "(none)";
}

TEST(LegacyTimestamps, WhatJavaScriptAndPeopleWriteIsRead) {
  EXPECT_EQ(read("2024-11-02T09:14:03.120Z"), "2024-11-02T09:14:03.120Z");
  EXPECT_EQ(read("2024-02-29T23:59:59Z"), "2024-02-29T23:59:59.000Z");
  EXPECT_EQ(read("2024-11-02T09:14Z"), "2024-11-02T09:14:00.000Z");
  EXPECT_EQ(read("2024-11-02 09:14:03.1"), "2024-11-02T09:14:03.100Z");
  EXPECT_EQ(read("2024-11-02T09:14:03.123999+02:00"), "2024-11-02T07:14:03.123Z");
  EXPECT_EQ(read("2024-11-02T23:30:00-0130"), "2024-11-03T01:00:00.000Z");
  EXPECT_EQ(read("1970-01-01T00:00:00.000Z"), "1970-01-01T00:00:00.000Z");
}

TEST(LegacyTimestamps, AnythingElseIsNone) {
  for (const char* text :
       {"", "yesterday", "2024-11-02", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-11-02T24:00:00Z",
        "2024-11-02T09:60:00Z", "2024-11-02T09:14:03.Z", "2024-11-02T09:14:03Zz", "2024-11-02T09:14:03+2",
        "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+01:00", "02.11.2024 09:14", "2024-11-02T09:14:03.120 Z"}) {
    EXPECT_EQ(read(text), "(none)") << text;
  }
}

TEST(LegacyTimestamps, ANumberIsMillisecondsSince1970) {
  const auto read_value = [](const boost::json::value& value) { return parse_time(&value); };
  EXPECT_EQ(read_value(1'730'538'843'120)->value, 1'730'538'843'120);
  EXPECT_EQ(read_value(1.5)->value, 1);
  EXPECT_FALSE(read_value(-1));
  EXPECT_FALSE(read_value(1e300));
  EXPECT_FALSE(read_value(18'000'000'000'000'000'000U));
  EXPECT_FALSE(read_value(nullptr));
  EXPECT_FALSE(read_value(true));
  EXPECT_FALSE(parse_time(static_cast<const boost::json::value*>(nullptr)));
}

}  // namespace
}  // namespace chillin::legacy
