#include "blob/s3/s3_endpoint.h"

#include <gtest/gtest.h>

#include "blob/s3/s3_errors.h"

namespace chillin::blob {
namespace {

TEST(S3Endpoint, TakesWhatOperatorsWrite) {
  EXPECT_EQ(S3Endpoint::parse("http://minio:9000"), (S3Endpoint{"http", "minio:9000"}));
  EXPECT_EQ(S3Endpoint::parse("minio:9000"), (S3Endpoint{"http", "minio:9000"}));
  EXPECT_EQ(S3Endpoint::parse("https://s3.example.org/"), (S3Endpoint{"https", "s3.example.org"}));
  EXPECT_EQ(S3Endpoint::parse("http://[::1]:9000"), (S3Endpoint{"http", "[::1]:9000"}));
}

TEST(S3Endpoint, LeavesOutTheUsualPortBecauseClientsDo) {
  EXPECT_EQ(S3Endpoint::parse("https://s3.example.org:443")->host, "s3.example.org");
  EXPECT_EQ(S3Endpoint::parse("http://s3.example.org:80/")->host, "s3.example.org");
  EXPECT_EQ(S3Endpoint::parse("http://s3.example.org:443")->host, "s3.example.org:443");
}

TEST(S3Endpoint, RefusesEverythingElse) {
  for (const char* wrong : {"", "http://", "ftp://minio", "http://minio/path", "http://user@minio", "http://mi nio",
                            ":9000", "http://minio?x", "http://minio\n"}) {
    EXPECT_EQ(S3Endpoint::parse(wrong), std::nullopt) << wrong;
  }
}

TEST(S3Endpoint, KnowsNamesOfBuckets) {
  for (const char* right : {"abc", "chat-files", "a.b.c", "1a2"}) EXPECT_TRUE(is_bucket_name(right)) << right;
  for (const char* wrong : {"", "ab", "Chat", "-abc", "abc-", "a/b", "a_b", "ab c"}) {
    EXPECT_FALSE(is_bucket_name(wrong)) << wrong;
  }
  EXPECT_FALSE(is_bucket_name(std::string(64, 'a')));
}

TEST(S3Errors, SayWhatIsWrong) {
  S3Response response{.status = 403,
                      .body = "<?xml?><Error><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>"};
  EXPECT_EQ(s3_explain(response),
            "the secret key is wrong, or a proxy changes the requests (SignatureDoesNotMatch, HTTP 403)");
  EXPECT_EQ(s3_explain({.status = 502, .body = "<html>"}), "the store refused the request (HTTP 502)");
  EXPECT_EQ(s3_error_code("<Code>cut"), "");
}

TEST(S3Errors, OnlyAnObjectThatIsNotThereIsNotFound) {
  using chat::ErrorCode;
  EXPECT_EQ(s3_refusal({.status = 404, .body = "<Code>NoSuchKey</Code>"}).code, ErrorCode::kMessageNotFound);
  EXPECT_EQ(s3_refusal({.status = 404}).code, ErrorCode::kMessageNotFound);
  EXPECT_EQ(s3_refusal({.status = 404, .body = "<Code>NoSuchBucket</Code>"}).code, ErrorCode::kUnavailable);
  EXPECT_EQ(s3_refusal({.status = 403, .body = "<Code>AccessDenied</Code>"}).code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace chillin::blob
