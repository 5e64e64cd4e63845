#include "web/negotiation.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace chillin::web {
namespace {

Coding choose(std::string_view accept_encoding) {
  return choose_coding(accept_encoding, true, true);
}

TEST(ChooseCoding, PrefersBrotliThenGzipThenIdentity) {
  EXPECT_EQ(choose("gzip, deflate, br, zstd"), Coding::kBrotli);
  EXPECT_EQ(choose("gzip, deflate"), Coding::kGzip);
  EXPECT_EQ(choose("x-gzip"), Coding::kGzip);
  EXPECT_EQ(choose("deflate, zstd"), Coding::kIdentity);
  EXPECT_EQ(choose("identity, gzip"), Coding::kGzip);
}

TEST(ChooseCoding, WithoutTheHeaderIsIdentity) {
  EXPECT_EQ(choose(""), Coding::kIdentity);
  EXPECT_EQ(choose(" , ,"), Coding::kIdentity);
}

TEST(ChooseCoding, TakesOnlyWhatIsAtHand) {
  EXPECT_EQ(choose_coding("br, gzip", true, false), Coding::kGzip);
  EXPECT_EQ(choose_coding("br", true, false), Coding::kIdentity);
  EXPECT_EQ(choose_coding("br, gzip", false, false), Coding::kIdentity);
}

TEST(ChooseCoding, ObeysWeights) {
  EXPECT_EQ(choose("br;q=0.5, gzip;q=0.8"), Coding::kGzip);
  EXPECT_EQ(choose("br;q=0.801, gzip;q=0.8"), Coding::kBrotli);
  EXPECT_EQ(choose("br;q=0, gzip"), Coding::kGzip);
  EXPECT_EQ(choose("br;q=0.000, gzip;q=0.0"), Coding::kIdentity);
  EXPECT_EQ(choose("gzip;q=0.5, identity"), Coding::kIdentity);
  EXPECT_EQ(choose("gzip;q=0.001"), Coding::kGzip);
  EXPECT_EQ(choose("gzip;q=1.0, br;q=1"), Coding::kBrotli);
}

TEST(ChooseCoding, AStarStandsForWhatIsNotNamed) {
  EXPECT_EQ(choose("*"), Coding::kBrotli);
  EXPECT_EQ(choose("br;q=0, *"), Coding::kGzip);
  EXPECT_EQ(choose("gzip, *;q=0"), Coding::kGzip);
  EXPECT_EQ(choose_coding("gzip;q=0.2, *;q=0.8", true, false), Coding::kIdentity);
}

TEST(ChooseCoding, ReadsNamesInAnyCaseAndSpacesAnywhere) {
  EXPECT_EQ(choose("GZip"), Coding::kGzip);
  EXPECT_EQ(choose("\tbr ; Q=0 ,  gzip ; q=0.3"), Coding::kGzip);
  EXPECT_EQ(choose("br;level=5;q=0, gzip"), Coding::kGzip);
}

TEST(ChooseCoding, AWeightThatIsNoneCountsAsNotGiven) {
  EXPECT_EQ(choose("br;q=high, gzip;q=0.9"), Coding::kBrotli);
  EXPECT_EQ(choose("br;q=, gzip;q=0.9"), Coding::kBrotli);
  EXPECT_EQ(choose("br;q=0.12345, gzip;q=0.9"), Coding::kBrotli);
  EXPECT_EQ(choose("br;q=9, gzip;q=0.9"), Coding::kBrotli);
}

TEST(ChooseCoding, RefusingEverythingStillGetsIdentity) {
  EXPECT_EQ(choose("identity;q=0, *;q=0"), Coding::kIdentity);
}

RC_GTEST_PROP(ChooseCoding, TakesAnyText, (const std::string& header)) {
  const Coding coding = choose_coding(header, true, false);
  RC_ASSERT(coding != Coding::kBrotli);
}

TEST(EtagMatches, FindsTheTagInAList) {
  EXPECT_TRUE(etag_matches("\"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches("\"b\", \"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches(" \"x,y\" ,\"a\" ", "\"a\""));
  EXPECT_TRUE(etag_matches("W/\"a\"", "\"a\""));
  EXPECT_TRUE(etag_matches("*", "\"a\""));
}

TEST(EtagMatches, FindsNoOther) {
  for (const auto* header : {"", "a", "\"ab\"", "\"a-gzip\"", "w/\"a\"", "\"A\"", "\"*\""}) {
    EXPECT_FALSE(etag_matches(header, "\"a\"")) << header;
  }
}

}  // namespace
}  // namespace chillin::web
