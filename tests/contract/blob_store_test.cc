#include "contract/blob_store_under_test.h"

#include <gtest/gtest.h>

#include <string>

#include "util/crypto.h"
#include "util/manual_executor.h"

namespace chillin::contract {
namespace {

using chat::ErrorCode;
using chat::GetPermit;
using chat::PutPermit;

constexpr util::Millis kMinute{60'000};

class BlobStoreContract : public testing::TestWithParam<BlobKind> {
 protected:
  BlobStoreContract() : under_test_(GetParam().make()), store_(&under_test_->store()) {}
  chat::Status put(const std::string& key, chat::Blob blob) { return loop_.wait(store_->put(key, std::move(blob))); }
  chat::Result<chat::Blob> get(const std::string& key) { return loop_.wait(store_->get(key)); }
  SignedAnswer send(const chat::SignedRequest& request, const std::string& body = "") {
    return under_test_->send(request, body);
  }
  static util::WallMillis now() { return util::system_clock().wall(); }

  util::ManualExecutor loop_;
  std::unique_ptr<BlobStoreUnderTest> under_test_;
  chat::BlobStore* store_;
};

INSTANTIATE_TEST_SUITE_P(Blobs, BlobStoreContract, testing::ValuesIn(blob_kinds()),
                         [](const auto& info) { return info.param.name; });

TEST_P(BlobStoreContract, GivesBackWhatWasPut) {
  const std::string bytes("\0\n{\"size\":1}\nbytes\xFF", 19);
  ASSERT_TRUE(put("uploads/a-1_B", {"image/png", "a \"b\"\n.png", bytes}).ok());
  const auto blob = get("uploads/a-1_B");
  ASSERT_TRUE(blob.ok());
  EXPECT_EQ(blob->bytes, bytes);
  EXPECT_EQ(blob->content_type, "image/png");
  EXPECT_EQ(blob->name, "a \"b\"\n.png");
  const auto info = loop_.wait(store_->info("uploads/a-1_B"));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->size, 19);
  EXPECT_EQ(info->content_type, "image/png");
  EXPECT_EQ(info->name, "a \"b\"\n.png");
}

TEST_P(BlobStoreContract, TakesABlobOfNothingAndOneOfMegabytes) {
  ASSERT_TRUE(put("uploads/empty", {"text/plain", "", ""}).ok());
  EXPECT_EQ(get("uploads/empty")->bytes, "");
  const std::string big(5 << 20, 'x');
  ASSERT_TRUE(put("uploads/big", {"text/plain", "", big}).ok());
  EXPECT_EQ(get("uploads/big")->bytes, big);
}

TEST_P(BlobStoreContract, OverwritesAsAWhole) {
  ASSERT_TRUE(put("avatars/7", {"image/png", "old", "longer than the new one"}).ok());
  ASSERT_TRUE(put("avatars/7", {"image/jpeg", "new", "short"}).ok());
  EXPECT_EQ(get("avatars/7")->bytes, "short");
  EXPECT_EQ(get("avatars/7")->content_type, "image/jpeg");
}

TEST_P(BlobStoreContract, RemovesAndRemovesAgain) {
  ASSERT_TRUE(put("uploads/x", {"a/b", "", "bytes"}).ok());
  EXPECT_TRUE(loop_.wait(store_->remove("uploads/x")).ok());
  EXPECT_EQ(get("uploads/x").error().code, ErrorCode::kMessageNotFound);
  EXPECT_EQ(loop_.wait(store_->info("uploads/x")).error().code, ErrorCode::kMessageNotFound);
  EXPECT_TRUE(loop_.wait(store_->remove("uploads/x")).ok());
}

TEST_P(BlobStoreContract, AKeyCannotLeaveTheStore) {
  for (const char* key : {"", "/", "/etc/passwd", "../x", "uploads/../../x", "uploads/", "uploads//x", "a.b", "a\\b",
                          "a b", "uploads/\xC3\xA4", "uploads/x%2e"}) {
    EXPECT_EQ(put(key, {"a/b", "", "bytes"}).error().code, ErrorCode::kInvalidPayload) << key;
    EXPECT_EQ(get(key).error().code, ErrorCode::kInvalidPayload) << key;
    EXPECT_EQ(loop_.wait(store_->remove(key)).error().code, ErrorCode::kInvalidPayload) << key;
  }
  EXPECT_FALSE(put(std::string("uploads/a\0b", 11), {"a/b", "", ""}).ok());
  EXPECT_FALSE(put("uploads/" + std::string(1'000, 'a'), {"a/b", "", ""}).ok());
}

TEST_P(BlobStoreContract, GivesPartsOfABlob) {
  ASSERT_TRUE(put("uploads/part", {"text/plain", "name", "0123456789"}).ok());
  const auto read = [&](std::int64_t first, std::int64_t length) {
    auto part = loop_.wait(store_->read("uploads/part", first, length));
    return part ? *part : std::string(chat::code_name(part.error().code));
  };
  EXPECT_EQ(read(0, 10), "0123456789");
  EXPECT_EQ(read(3, 4), "3456");
  EXPECT_EQ(read(9, 100), "9");
  EXPECT_EQ(read(5, 0), "");
  EXPECT_EQ(loop_.wait(store_->read("uploads/none", 0, 1)).error().code, ErrorCode::kMessageNotFound);
}

TEST_P(BlobStoreContract, MovesABlobToAnotherKey) {
  ASSERT_TRUE(put("incoming/m", {"text/plain", "", "bytes"}).ok());
  ASSERT_TRUE(put("uploads/m", {"text/plain", "", "in the way"}).ok());
  ASSERT_TRUE(loop_.wait(store_->move("incoming/m", "uploads/m")).ok());
  EXPECT_EQ(get("uploads/m")->bytes, "bytes");
  EXPECT_EQ(get("incoming/m").error().code, ErrorCode::kMessageNotFound);
  EXPECT_EQ(loop_.wait(store_->move("incoming/m", "uploads/m")).error().code, ErrorCode::kMessageNotFound);
  EXPECT_EQ(loop_.wait(store_->move("uploads/m", "../m")).error().code, ErrorCode::kInvalidPayload);
}

TEST_P(BlobStoreContract, AnswersAProbe) {
  EXPECT_TRUE(loop_.wait(store_->probe()).ok());
  EXPECT_TRUE(loop_.wait(store_->probe()).ok());
}

TEST_P(BlobStoreContract, ASignedPutStoresItsBytes) {
  const auto request = store_->sign(PutPermit{"incoming/p", "image/png", 5}, now(), kMinute);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(send(request, "bytes").status, 200);
  EXPECT_EQ(get("incoming/p")->bytes, "bytes");
  EXPECT_EQ(get("incoming/p")->content_type, "image/png");
}

TEST_P(BlobStoreContract, ASignedPutIsForOneTypeAndLengthOnly) {
  const PutPermit permit{"incoming/q", "image/png", 5};
  EXPECT_EQ(send(store_->sign(permit, now(), kMinute), "longer than that").status, 403);
  EXPECT_EQ(send(store_->sign(permit, now(), kMinute), "less").status, 403);
  auto other_type = store_->sign(permit, now(), kMinute);
  for (auto& [name, value] : other_type.headers) {
    if (name == "Content-Type") value = "text/html";
  }
  EXPECT_EQ(send(other_type, "bytes").status, 403);
  EXPECT_EQ(get("incoming/q").error().code, ErrorCode::kMessageNotFound);
}

TEST_P(BlobStoreContract, ASignedGetServesAsItSays) {
  ASSERT_TRUE(put("uploads/g", {"text/html", "", "0123456789"}).ok());
  const GetPermit permit{"uploads/g", "text/plain", "attachment; filename=\"a b.txt\"; filename*=UTF-8''%C3%A4.txt"};
  const auto answer = send(store_->sign(permit, now(), kMinute));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "0123456789");
  EXPECT_EQ(answer.content_type, permit.content_type);
  EXPECT_EQ(answer.disposition, permit.disposition);
}

TEST_P(BlobStoreContract, WhatWasSignedExpires) {
  ASSERT_TRUE(put("uploads/e", {"text/plain", "", "bytes"}).ok());
  const util::WallMillis before{now().value - 120'000};
  EXPECT_EQ(send(store_->sign(GetPermit{"uploads/e", "text/plain", "inline"}, before, kMinute)).status, 403);
  EXPECT_EQ(send(store_->sign(PutPermit{"uploads/e", "text/plain", 5}, before, kMinute), "other").status, 403);
  EXPECT_EQ(get("uploads/e")->bytes, "bytes");
}

TEST_P(BlobStoreContract, WhatWasSignedForOneMethodIsNotForAnother) {
  ASSERT_TRUE(put("uploads/m", {"text/plain", "", "bytes"}).ok());
  auto read = store_->sign(GetPermit{"uploads/m", "text/plain", "inline"}, now(), kMinute);
  read.method = "PUT";
  EXPECT_EQ(send(read, "other").status, 403);
  auto write = store_->sign(PutPermit{"uploads/m", "text/plain", 5}, now(), kMinute);
  write.method = "GET";
  EXPECT_EQ(send(write).status, 403);
  EXPECT_EQ(get("uploads/m")->bytes, "bytes");
}

TEST_P(BlobStoreContract, AChangedAddressIsRefused) {
  ASSERT_TRUE(put("uploads/t", {"text/plain", "", "bytes"}).ok());
  ASSERT_TRUE(put("uploads/s", {"text/plain", "", "secret"}).ok());
  const auto request = store_->sign(GetPermit{"uploads/t", "text/plain", "inline"}, now(), kMinute);
  ASSERT_EQ(send(request).status, 200);
  const auto changed = [&](std::string_view part, std::string_view into) {
    auto other = request;
    const auto at = other.url.find(part);
    EXPECT_NE(at, std::string::npos) << part << " is not in " << other.url;
    other.url.replace(at, part.size(), into);
    return send(other).status;
  };
  EXPECT_EQ(changed("uploads/t", "uploads/s"), 403);
  EXPECT_EQ(changed("text%2Fplain", "text%2Fhtml"), 403);
  EXPECT_EQ(changed("inline", "attachment"), 403);
  auto other = request;
  other.url.back() = other.url.back() == 'a' ? 'b' : 'a';
  EXPECT_EQ(send(other).status, 403);
  other.url.pop_back();
  EXPECT_EQ(send(other).status, 403);
}

TEST_P(BlobStoreContract, AnswersManyAtOnce) {
  int left = 100;
  auto both = [](chat::BlobStore& store, std::string key, int& count) -> util::Task<void> {
    EXPECT_TRUE((co_await store.put(key, {"a/b", "", key})).ok());
    EXPECT_EQ((co_await store.get(key))->bytes, key);
    --count;
  };
  loop_.post([&] {
    for (int i = 0; i < 100; ++i) util::spawn(both(*store_, "uploads/" + std::to_string(i), left));
  });
  loop_.run_until([&] { return left == 0; });
}

}  // namespace
}  // namespace chillin::contract
