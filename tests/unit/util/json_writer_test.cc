#include "util/json_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>
#include <limits>

#include "unit/util/unicode_gen.h"

namespace chillin::util {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("plain"), R"("plain")");
  EXPECT_EQ(json_string("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json_string("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x01\x1F", 3)), "\"\\u0000\\u0001\\u001f\"");
}

TEST(JsonString, EscapesTheLineSeparatorsAndNotTheirNeighbours) {
  EXPECT_EQ(json_string("\u2028\u2029"), "\"\\u2028\\u2029\"");
  EXPECT_EQ(json_string("a\u2028"), "\"a\\u2028\"");
  EXPECT_EQ(json_string("\u2027\u202A\u2019\u20AC"), "\"\u2027\u202A\u2019\u20AC\"");
}

TEST(JsonString, AppendsToWhatIsThere) {
  std::string out = "[";
  append_json_string(out, "x");
  EXPECT_EQ(out, "[\"x\"");
}

RC_GTEST_PROP(JsonStringProperty, ParsesBackToTheSameText, ()) {
  const std::string text = *testing::utf8_text();
  const std::string json = json_string(text);
  const auto value = boost::json::parse(json);
  RC_ASSERT(std::string_view(value.as_string()) == text);
  for (const char c : json) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
  RC_ASSERT(json.find("\u2028") == std::string::npos);
}

RC_GTEST_PROP(JsonNumberProperty, ParsesBackToTheSameNumber, ()) {
  const auto n = *rc::gen::arbitrary<std::int64_t>();
  std::string out;
  append_json_number(out, n);
  RC_ASSERT(boost::json::parse(out).to_number<std::int64_t>() == n);
}

TEST(JsonNumber, WritesTheLimits) {
  std::string out;
  append_json_number(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_json_number(out, std::numeric_limits<std::int64_t>::max());
  out += ' ';
  append_json_number(out, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(out, "-9223372036854775808 9223372036854775807 18446744073709551615");
}

TEST(JsonWriter, PutsTheCommas) {
  std::string out;
  JsonWriter w(out);
  w.begin_object()
      .field("id", "12-1")
      .field("seq", std::int64_t{7})
      .field("ok", true)
      .key("none")
      .null()
      .key("users")
      .begin_array()
      .value("a")
      .value(1)
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .raw(R"({"x":1})")
      .end_array()
      .key("last")
      .value(false)
      .end_object();
  EXPECT_EQ(out, R"({"id":"12-1","seq":7,"ok":true,"none":null,"users":["a",1,{},[],{"x":1}],"last":false})");
}

TEST(JsonWriter, TakesEveryKindOfIntegerAndString) {
  std::string out;
  JsonWriter w(out);
  const std::string text = "s";
  w.begin_array()
      .value(-1)
      .value(2U)
      .value(std::size_t{3})
      .value(static_cast<std::int8_t>(-4))
      .value(static_cast<std::uint64_t>(-1))
      .value(text)
      .value(std::string_view("v"))
      .end_array();
  EXPECT_EQ(out, R"([-1,2,3,-4,18446744073709551615,"s","v"])");
}

/// A random tree, written by the writer and by Boost.JSON.
boost::json::value write_random(JsonWriter& w, int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0: {
      const std::string text = *testing::utf8_text();
      w.value(text);
      return boost::json::value(text);
    }
    case 1: {
      const auto n = *rc::gen::arbitrary<std::int64_t>();
      w.value(n);
      return boost::json::value(n);
    }
    case 2: {
      const bool b = *rc::gen::arbitrary<bool>();
      w.value(b);
      return boost::json::value(b);
    }
    case 3:
      w.null();
      return boost::json::value(nullptr);
    case 4: {
      boost::json::array all;
      w.begin_array();
      for (int n = *rc::gen::inRange(0, 4); n > 0; --n) all.push_back(write_random(w, depth - 1));
      w.end_array();
      return boost::json::value(std::move(all));
    }
    default: {
      boost::json::object all;
      w.begin_object();
      for (int n = *rc::gen::inRange(0, 4); n > 0; --n) {
        const std::string key = std::to_string(n) + *testing::utf8_text();
        w.key(key);
        all[key] = write_random(w, depth - 1);
      }
      w.end_object();
      return boost::json::value(std::move(all));
    }
  }
}

RC_GTEST_PROP(JsonWriterProperty, AnyTreeParsesBack, ()) {
  std::string out;
  JsonWriter w(out);
  const auto expected = write_random(w, 3);
  RC_ASSERT(boost::json::parse(out) == expected);
}

}  // namespace
}  // namespace chillin::util
