#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "blob/s3/s3_blob_store.h"
#include "support/s3_server.h"
#include "util/log.h"
#include "util/manual_executor.h"

namespace chillin::blob {
namespace {

using chat::ErrorCode;
using test::S3Server;

/// A store on a service of its own, which may be taken away.
class S3Failure : public testing::Test {
 protected:
  S3Failure() { util::log_setup(util::LogLevel::kOff, util::LogFormat::kText); }
  S3Options options(const char* key = S3Server::kAccessKey, const char* secret = S3Server::kSecretKey) {
    const S3Endpoint endpoint{"http", server_.host()};
    return {.endpoint = endpoint,
            .public_endpoint = endpoint,
            .credentials = {key, secret, "us-east-1"},
            .bucket = "files"};
  }
  std::string probe(S3BlobStore& store) {
    const auto answer = loop_.wait(store.probe());
    return answer ? "" : answer.error().detail;
  }
  chat::Status put(S3BlobStore& store) { return loop_.wait(store.put("uploads/x", {"text/plain", "", "bytes"})); }

  S3Server server_;
  util::ManualExecutor loop_;
};

TEST_F(S3Failure, WrongCredentialsAndAForeignBucketSaySo) {
  S3BlobStore store(options());
  ASSERT_EQ(probe(store), "");
  S3BlobStore unknown(options("nobody:app"));
  EXPECT_NE(probe(unknown), "");
  EXPECT_EQ(put(unknown).error().code, ErrorCode::kUnavailable);
  S3BlobStore wrong_secret(options(S3Server::kAccessKey, "wrong"));
  EXPECT_NE(probe(wrong_secret).find("SignatureDoesNotMatch"), std::string::npos) << probe(wrong_secret);
  EXPECT_EQ(put(wrong_secret).error().code, ErrorCode::kUnavailable);
  S3BlobStore powerless(options(S3Server::kPowerlessAccessKey, S3Server::kPowerlessSecretKey));
  EXPECT_NE(probe(powerless).find("AccessDenied"), std::string::npos) << probe(powerless);
  EXPECT_EQ(put(powerless).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(put(store).ok());
}

TEST_F(S3Failure, ABucketThatIsNotThereIsMadeByTheNextProbe) {
  S3BlobStore store(options());
  EXPECT_EQ(put(store).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(probe(store), "");
  EXPECT_TRUE(put(store).ok());
}

TEST_F(S3Failure, AServiceThatIsAwayIsUnavailableAndComesBack) {
  S3BlobStore store(options());
  ASSERT_EQ(probe(store), "");
  ASSERT_TRUE(put(store).ok());
  server_.kill();
  EXPECT_EQ(put(store).error().code, ErrorCode::kUnavailable);
  EXPECT_NE(probe(store), "");
  server_.start();
  EXPECT_EQ(probe(store), "");
  EXPECT_EQ(loop_.wait(store.get("uploads/x"))->bytes, "bytes");
}

TEST_F(S3Failure, AServiceThatComesBackInTimeIsNotNoticed) {
  S3BlobStore store(options());
  ASSERT_EQ(probe(store), "");
  // It answers once it goes on: until then the request waits.
  server_.freeze();
  bool done = false;
  auto put_and_tell = [](S3BlobStore& s, bool& flag) -> util::Task<void> {
    EXPECT_TRUE((co_await s.put("uploads/y", {"text/plain", "", "bytes"})).ok());
    flag = true;
  };
  loop_.post([&] { util::spawn(put_and_tell(store, done)); });
  loop_.run_until_idle();
  EXPECT_FALSE(done);
  server_.thaw();
  loop_.run_until([&] { return done; });
}

TEST_F(S3Failure, AServiceThatDoesNotAnswerIsGivenUpByAProbe) {
  S3BlobStore store(options());
  ASSERT_EQ(probe(store), "");
  server_.freeze();
  EXPECT_EQ(probe(store), "no answer in time");
  server_.thaw();
  EXPECT_EQ(probe(store), "");
}

TEST_F(S3Failure, WhatIsUnderWayAtTheEndIsAnswered) {
  auto store = std::make_unique<S3BlobStore>(options());
  ASSERT_EQ(probe(*store), "");
  server_.freeze();
  int answered = 0;
  auto get = [](S3BlobStore& s, int& count) -> util::Task<void> {
    EXPECT_EQ((co_await s.get("uploads/y")).error().code, ErrorCode::kUnavailable);
    ++count;
  };
  loop_.post([&] {
    for (int i = 0; i < 100; ++i) util::spawn(get(*store, answered));
  });
  loop_.run_until_idle();
  store->stop();
  loop_.run_until([&] { return answered == 100; });
  EXPECT_EQ(put(*store).error().code, ErrorCode::kUnavailable);
  server_.thaw();
}

}  // namespace
}  // namespace chillin::blob
