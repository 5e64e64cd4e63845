#include "backup/blob_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "backup/manifest.h"

namespace chillin::backup {
namespace {

namespace fs = std::filesystem;
using Blobs = std::map<std::string, std::string>;

class BackupFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "chillin-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string blobs() const { return folder_ + "/blobs"; }
  [[nodiscard]] ReadBlob reader() {
    return [this](const std::string& key) -> util::Result<std::optional<chat::Blob>> {
      ++reads_;
      const auto it = there_.find(key);
      if (it == there_.end()) return std::optional<chat::Blob>();
      return std::optional(chat::Blob{"text/plain", "a name", it->second});
    };
  }
  [[nodiscard]] Blobs given() const {
    Blobs out;
    const auto n = give_blobs(blobs(), [&](const std::string& key, chat::Blob blob) -> util::Status<> {
      EXPECT_EQ(blob.name, "a name");
      out[key] = blob.bytes;
      return util::Ok{};
    });
    EXPECT_TRUE(n && *n == out.size());
    return out;
  }

  std::string folder_;
  Blobs there_;
  int reads_ = 0;
};

TEST_F(BackupFolder, HasWhatWasAskedForAndNothingElse) {
  there_ = {{"uploads/a", "1"}, {"uploads/b", "2"}, {"avatars/c", "3"}};
  ASSERT_TRUE(fetch_blobs(blobs(), {"uploads/a", "avatars/c"}, reader())->empty());
  EXPECT_EQ(given(), (Blobs{{"uploads/a", "1"}, {"avatars/c", "3"}}));
  // What was removed in the installation since is kept, what is there is not read again, what is not wanted goes.
  there_.erase("uploads/a");
  reads_ = 0;
  ASSERT_TRUE(fetch_blobs(blobs(), {"uploads/a", "uploads/b", "uploads/b"}, reader())->empty());
  EXPECT_EQ(reads_, 1);
  EXPECT_EQ(given(), (Blobs{{"uploads/a", "1"}, {"uploads/b", "2"}}));
}

TEST_F(BackupFolder, NamesWhatIsMissing) {
  there_ = {{"uploads/a", "1"}};
  EXPECT_EQ(*fetch_blobs(blobs(), {"uploads/a", "uploads/gone"}, reader()), std::vector<std::string>{"uploads/gone"});
}

TEST_F(BackupFolder, RefusesWhatIsNoKey) {
  for (const char* key : {"../secret", "/etc/passwd", "uploads/../x", ""}) {
    EXPECT_FALSE(fetch_blobs(blobs(), {key}, reader()).ok()) << key;
  }
  EXPECT_EQ(reads_, 0);
}

TEST_F(BackupFolder, EndsWhereItCannotBeTold) {
  const ReadBlob away = [](const std::string&) -> util::Result<std::optional<chat::Blob>> {
    return util::Error{util::Error::Code::kUnavailable, "away", true};
  };
  EXPECT_FALSE(fetch_blobs(blobs(), {"uploads/a"}, away).ok());
}

TEST_F(BackupFolder, IsFoundWholeAfterItWasSealed) {
  there_ = {{"uploads/a", "1"}};
  ASSERT_TRUE(fetch_blobs(blobs(), {"uploads/a"}, reader()).ok());
  EXPECT_FALSE(check(folder_).ok());
  ASSERT_TRUE(seal(folder_, {Kind::kPostgres, 5, "1.2.3", "2026-01-02T03:04:05.000Z"}).ok());
  const auto checked = check(folder_);
  ASSERT_TRUE(checked) << checked.error().detail;
  EXPECT_EQ(checked->manifest.kind, Kind::kPostgres);
  EXPECT_EQ(checked->manifest.schema, 5);
  EXPECT_EQ(checked->manifest.version, "1.2.3");
  EXPECT_EQ(checked->files, (std::vector<std::string>{"blobs/uploads/a.blob", "manifest.json"}));
  fs::remove(blobs() + "/uploads/a.blob");
  EXPECT_FALSE(check(folder_).ok());
}

}  // namespace
}  // namespace chillin::backup
