#include "blob/file/blob_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "blob/file/file_blob_store.h"
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
  const FileBlobStore ours(folder_, "secret");
  const FileBlobStore theirs(folder_, "other");
  std::string key;
  EXPECT_FALSE(ours.verify_url(theirs.signed_url("uploads/x", {5'000}), {1}, key));
}

}  // namespace
}  // namespace chillin::blob
