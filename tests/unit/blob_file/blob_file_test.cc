#include "blob/file/blob_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "blob/file/file_blob_store.h"
#include "blob/file/signed_path.h"
#include "util/crypto.h"
#include "util/manual_executor.h"

namespace chillin::blob {
namespace {

class BlobFile : public testing::Test {
 protected:
  ~BlobFile() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("chillin-blob-" + util::random_id(12));
  std::string path_ = folder_ / "a/b.blob";
};

TEST_F(BlobFile, LeavesNothingBesideTheBlob) {
  ASSERT_TRUE(write_blob_file(path_, {"text/plain", "n", "bytes"}).ok());
  ASSERT_TRUE(write_blob_file(path_, {"text/plain", "n", "other"}).ok());
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "a")) {
    EXPECT_EQ(entry.path(), path_);
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(BlobFile, OneThatIsCutShortOrNotOursIsNotServed) {
  ASSERT_TRUE(write_blob_file(path_, {"text/plain", "n", "bytes"}).ok());
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1);
  EXPECT_FALSE(read_blob_file(path_).ok());
  EXPECT_FALSE(read_blob_header(path_).ok());
  std::ofstream(path_, std::ios::trunc) << "{\"size\":\"x\"}\n";
  EXPECT_FALSE(read_blob_file(path_).ok());
  std::ofstream(path_, std::ios::trunc) << "no line";
  EXPECT_FALSE(read_blob_file(path_).ok());
}

TEST_F(BlobFile, AnInterruptedWriteIsClearedAwayAtTheNextStart) {
  ASSERT_TRUE(write_blob_file(path_, {"text/plain", "n", "bytes"}).ok());
  std::ofstream(path_ + ".x1.part") << "half";
  const FileBlobStore store(folder_, "secret");
  EXPECT_FALSE(std::filesystem::exists(path_ + ".x1.part"));
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(BlobFile, AFolderThatCannotBeMadeIsATemporaryError) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ / "a") << "in the way";
  const auto written = write_blob_file(path_, {"text/plain", "n", "bytes"});
  ASSERT_FALSE(written.ok());
  EXPECT_TRUE(written.error().temporary);
  util::ManualExecutor loop;
  FileBlobStore store(folder_, "secret");
  EXPECT_EQ(loop.wait(store.put("a/b", {"text/plain", "n", "bytes"})).error().code, chat::ErrorCode::kUnavailable);
}

TEST_F(BlobFile, AFullDiskIsATemporaryErrorAndLeavesTheOldBlob) {
  ASSERT_TRUE(write_blob_file(path_, {"text/plain", "n", "old"}).ok());
  // A limit on file size fails a write as a full disk does: part of it is written, then an error comes.
  struct rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit tight{4'096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto written = write_blob_file(path_, {"text/plain", "n", std::string(100'000, 'x')});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, handler);
  ASSERT_FALSE(written.ok());
  EXPECT_TRUE(written.error().temporary);
  EXPECT_EQ((*read_blob_file(path_))->bytes, "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "a"), {}), 1);
}

TEST_F(BlobFile, APathSignedWithAnotherSecretIsRefused) {
  const chat::PutPermit permit{"uploads/x", "text/plain", 5};
  const SignedPaths ours("secret");
  EXPECT_EQ(SignedPaths("secret").verify_put(ours.make(permit, {5'000}), {1}), permit);
  EXPECT_EQ(SignedPaths("other").verify_put(ours.make(permit, {5'000}), {1}), std::nullopt);
}

TEST_F(BlobFile, ASignedPathPermitsUntilItsTimeAndNothingElse) {
  const SignedPaths paths("secret");
  const chat::GetPermit permit{"uploads/x-1", "text/plain", "inline; filename=\"a&b=c%d\""};
  const std::string path = paths.make(permit, {5'000});
  EXPECT_EQ(paths.verify_get(path, {4'999}), permit);
  EXPECT_EQ(paths.verify_get(path, {5'000}), std::nullopt);
  EXPECT_EQ(paths.verify_put(path, {1}), std::nullopt);
}

TEST_F(BlobFile, NoCharacterOfASignedPathMayBeChanged) {
  const SignedPaths paths("secret");
  for (const std::string& path : {paths.make(chat::PutPermit{"uploads/x", "image/png", 12}, {5'000}),
                                  paths.make(chat::GetPermit{"uploads/x", "image/png", "inline"}, {5'000})}) {
    for (std::size_t i = 0; i < path.size(); ++i) {
      std::string other = path;
      other[i] = static_cast<char>(other[i] == 'a' ? 'b' : 'a');
      EXPECT_FALSE(paths.verify_put(other, {1}) || paths.verify_get(other, {1})) << other;
      EXPECT_FALSE(paths.verify_put(path.substr(0, i), {1}) || paths.verify_get(path.substr(0, i), {1}));
    }
    EXPECT_FALSE(paths.verify_put(path + "0", {1}) || paths.verify_get(path + "&type=text/html", {1}));
  }
}

TEST_F(BlobFile, GivesPartsWhateverTheLengthOfItsHeader) {
  ASSERT_TRUE(write_blob_file(path_, {"text/plain", std::string(300, 'n'), "0123456789"}).ok());
  EXPECT_EQ(**read_blob_part(path_, 2, 3), "234");
  EXPECT_EQ(**read_blob_part(path_, 8, 30), "89");
  EXPECT_EQ(**read_blob_part(path_, 100, 1), "");
  EXPECT_EQ(*read_blob_part(path_ + "x", 0, 1), std::nullopt);
}

}  // namespace
}  // namespace chillin::blob
