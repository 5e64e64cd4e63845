#include "util/msgpack.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "util/text.h"

namespace chillin::util {
namespace {

template <class Write>
std::string hex(Write write) {
  std::string out;
  MsgpackWriter writer(out);
  write(writer);
  return hex_encode(out);
}

// The forms of the specification, and of notepack.io, which the Socket.IO adapters for Node.js use.
TEST(MsgpackWriter, ChoosesTheShortestForm) {
  EXPECT_EQ(hex([](auto& w) { w.nil().boolean(true).boolean(false); }), "c0c3c2");
  EXPECT_EQ(hex([](auto& w) { w.integer(0).integer(127).integer(128).integer(255).integer(256); }),
            "007fcc80ccffcd0100");
  EXPECT_EQ(hex([](auto& w) { w.integer(65'536).integer(4'294'967'296); }), "ce00010000cf0000000100000000");
  EXPECT_EQ(hex([](auto& w) { w.integer(-1).integer(-32).integer(-33).integer(-129).integer(-40'000); }),
            "ffe0d0dfd1ff7fd2ffff63c0");
  EXPECT_EQ(hex([](auto& w) { w.integer(std::numeric_limits<std::int64_t>::min()); }), "d38000000000000000");
  EXPECT_EQ(hex([](auto& w) { w.real(1.5); }), "cb3ff8000000000000");
  EXPECT_EQ(hex([](auto& w) { w.text("hi").binary("\x01").array(1).map(1); }), "a26869c401019181");
  EXPECT_EQ(hex([](auto& w) { w.text(std::string(32, 'a')); }).substr(0, 4), "d920");
  EXPECT_EQ(hex([](auto& w) { w.text(std::string(256, 'a')); }).substr(0, 6), "da0100");
  EXPECT_EQ(hex([](auto& w) { w.array(16).map(70'000); }), "dc0010df00011170");
}

TEST(MsgpackReader, ReadsWhatWasWritten) {
  const bool holds = rc::check(
      "integers, texts and bytes come back", [](std::int64_t i, std::uint64_t u, const std::string& s, double d) {
        std::string out;
        MsgpackWriter(out).array(5).integer(i).unsigned_integer(u).text(s).binary(s).real(d);
        MsgpackReader reader(out);
        RC_ASSERT(*reader.array() == 5U);
        RC_ASSERT(*reader.integer() == i);
        const auto number = reader.next();
        RC_ASSERT((number->type == MsgpackReader::Type::kUnsigned ? number->unsigned_integer
                                                                  : static_cast<std::uint64_t>(number->integer)) == u);
        RC_ASSERT(*reader.text() == s);
        RC_ASSERT(reader.next()->bytes == s);
        RC_ASSERT(reader.next()->real == d);
        RC_ASSERT(reader.at_end());
      });
  EXPECT_TRUE(holds);
}

TEST(MsgpackReader, ReadsExtensionsAndSmallReals) {
  const std::string bytes(
      "\xd6\xff\x00\x00\x00\x01\xc7\x03\x05"
      "abc\xca\x3f\xc0\x00\x00",
      17);
  MsgpackReader reader(bytes);
  const auto time = reader.next();
  EXPECT_EQ(time->extension, -1);
  EXPECT_EQ(time->bytes.size(), 4u);
  const auto other = reader.next();
  EXPECT_EQ(other->extension, 5);
  EXPECT_EQ(other->bytes, "abc");
  EXPECT_EQ(reader.next()->real, 1.5);
  EXPECT_TRUE(reader.at_end());
}

TEST(MsgpackReader, SkipsWholeValues) {
  std::string out;
  MsgpackWriter(out).array(2).map(1).text("k").array(2).nil().text("v").integer(1).text("next");
  MsgpackReader reader(out);
  ASSERT_TRUE(reader.skip());
  EXPECT_EQ(*reader.text(), "next");
  EXPECT_FALSE(reader.skip());
  const std::string nested(1'000, '\x91');
  EXPECT_FALSE(MsgpackReader(nested).skip());
}

TEST(MsgpackReader, StandsAnyBytes) {
  const bool holds = rc::check("broken bytes end the reading", [](const std::string& bytes) {
    MsgpackReader reader(bytes);
    while (reader.next()) {
    }
    RC_ASSERT(reader.at_end());
    (void)MsgpackReader(bytes).skip();
  });
  EXPECT_TRUE(holds);
  // Announces four thousand million values.
  EXPECT_FALSE(MsgpackReader("\xdd\xff\xff\xff\xff").next());
  EXPECT_FALSE(MsgpackReader("\xc1").next());
}

}  // namespace
}  // namespace chillin::util
