#include "engineio/encoded.h"

#include <gtest/gtest.h>

#include <string>

namespace chillin::engineio {
namespace {

using namespace std::string_literals;

std::string frames(const Encoded& batch, int protocol, std::size_t first, std::size_t count) {
  return std::string(batch.ws_frames(protocol, first, count).view());
}

TEST(Encoded, ATextIsOneFrameWithItsTypeInFront) {
  const auto batch = EncodedBuilder().text("hi").finish();
  EXPECT_EQ(batch->packets(), 1U);
  EXPECT_EQ(frames(*batch, 4, 0, 1),
            "\x81\x03"
            "4hi");
  EXPECT_EQ(frames(*batch, 3, 0, 1), frames(*batch, 4, 0, 1));
  EXPECT_EQ(batch->data(0), "hi");
  EXPECT_FALSE(batch->binary(0));
}
TEST(Encoded, BytesHaveTheirTypeInRevision3Only) {
  const auto batch = EncodedBuilder().binary("\x01\x02").finish();
  EXPECT_EQ(frames(*batch, 4, 0, 1), "\x82\x02\x01\x02");
  EXPECT_EQ(frames(*batch, 3, 0, 1), "\x82\x03\x04\x01\x02");
  EXPECT_EQ(batch->data(0), "\x01\x02");
  EXPECT_TRUE(batch->binary(0));
}
TEST(Encoded, AnyRunOfPacketsIsOneSlice) {
  const auto batch = EncodedBuilder().text("a").binary("b").text("c").text("").finish();
  for (const int protocol : {4, 3}) {
    std::string all;
    for (std::size_t i = 0; i < 4; ++i) all += frames(*batch, protocol, i, 1);
    EXPECT_EQ(frames(*batch, protocol, 0, 4), all);
    EXPECT_EQ(frames(*batch, protocol, 0, 99), all);
    EXPECT_EQ(frames(*batch, protocol, 1, 2), frames(*batch, protocol, 1, 1) + frames(*batch, protocol, 2, 1));
  }
  EXPECT_EQ(batch->data(2), "c");
  EXPECT_EQ(batch->data(3), "");
  EXPECT_EQ(frames(*batch, 4, 4, 1), "");
  EXPECT_EQ(frames(*batch, 4, 0, 0), "");
}
TEST(Encoded, LongPacketsHaveLongHeaders) {
  const std::string big(70'000, 'x');
  const auto batch = EncodedBuilder().text(big).binary(big).text("end").finish();
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(batch->data(i), big);
  EXPECT_EQ(frames(*batch, 3, 0, 1).size(), 10 + 1 + big.size());
  EXPECT_EQ(frames(*batch, 3, 1, 1).size(), 10 + 1 + big.size());
  EXPECT_EQ(frames(*batch, 4, 1, 1).size(), 10 + big.size());
  EXPECT_EQ(frames(*batch, 3, 2, 1),
            "\x81\x04"
            "4end");
}
TEST(Encoded, WithoutBinaryBothRevisionsShareTheirBytes) {
  const auto batch = EncodedBuilder().text("a").finish();
  EXPECT_EQ(batch->ws_frames(4, 0, 1).view().data(), batch->ws_frames(3, 0, 1).view().data());
}

}  // namespace
}  // namespace chillin::engineio
