#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "blob/file/file_blob_store.h"
#include "util/crypto.h"
#include "util/manual_executor.h"

namespace chillin::contract {
namespace {

using chat::ErrorCode;

struct BlobKind {
  std::string name;
  std::function<std::unique_ptr<chat::BlobStore>(const std::string& folder)> make;
};

class BlobStoreContract : public testing::TestWithParam<BlobKind> {
 protected:
  BlobStoreContract()
      : folder_(std::filesystem::temp_directory_path() / ("chillin-blobs-" + util::random_id(12))),
        store_(GetParam().make(folder_)) {}
  ~BlobStoreContract() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  chat::Status put(const std::string& key, chat::Blob blob) { return loop_.wait(store_->put(key, std::move(blob))); }
  chat::Result<chat::Blob> get(const std::string& key) { return loop_.wait(store_->get(key)); }

  util::ManualExecutor loop_;
  std::filesystem::path folder_;
  std::unique_ptr<chat::BlobStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Blobs, BlobStoreContract,
                         testing::Values(BlobKind{"File",
                                                  [](const std::string& folder) {
                                                    return std::make_unique<blob::FileBlobStore>(folder, "secret");
                                                  }}),
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

TEST_P(BlobStoreContract, ASignedPathOpensItsBlobUntilItExpires) {
  const std::string url = store_->signed_url("uploads/x-1", {5'000});
  std::string key;
  EXPECT_TRUE(store_->verify_url(url, {4'999}, key));
  EXPECT_EQ(key, "uploads/x-1");
  EXPECT_FALSE(store_->verify_url(url, {5'000}, key));
}

TEST_P(BlobStoreContract, ATamperedPathIsRefused) {
  const std::string url = store_->signed_url("uploads/x", {5'000});
  std::string key;
  for (std::size_t i = 0; i < url.size(); ++i) {
    std::string other = url;
    other[i] = static_cast<char>(other[i] == 'a' ? 'b' : 'a');
    EXPECT_FALSE(store_->verify_url(other, {1}, key)) << other;
    EXPECT_FALSE(store_->verify_url(url.substr(0, i), {1}, key));
  }
  EXPECT_FALSE(store_->verify_url(url + "0", {1}, key));
  const auto other = GetParam().make(folder_);
  EXPECT_TRUE(other->verify_url(url, {1}, key));
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
