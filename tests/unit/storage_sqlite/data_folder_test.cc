#include "storage/sqlite/data_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "storage/sqlite/migrations.h"
#include "storage/sqlite/sqlite_storage.h"
#include "support/child_process.h"
#include "unit/storage_sqlite/temporary_folder.h"

namespace chillin::storage {
namespace {

using test::ChildProcess;

// The other process of the tests below; nothing to do when it runs among the tests.
TEST(DataFolderChild, HoldsTheFolder) {
  if (ChildProcess::argument() == nullptr) return;
  auto folder = DataFolder::lock(ChildProcess::argument());
  ChildProcess::tell(folder ? "locked" : folder.error().detail);
  ::pause();
}

TEST(DataFolder, IsMadeIfItIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_TRUE(DataFolder::lock(folder.path() + "/a/b").ok());
  EXPECT_TRUE(std::filesystem::is_directory(folder.path() + "/a/b"));
}

TEST(DataFolder, ASecondUserIsRefusedInOneLineThatNamesFolderAndHolder) {
  const TemporaryFolder folder;
  auto first = SqliteStorage::open(folder.path());
  ASSERT_TRUE(first.ok());
  for (const auto& detail : {SqliteStorage::open(folder.path()).error().detail, migrate(folder.path()).error().detail,
                             migration_status(folder.path()).error().detail}) {
    EXPECT_EQ(detail, "the data folder " + folder.path() + " is in use by another process (pid " +
                          std::to_string(::getpid()) + ")");
  }
  (*first)->close();
  first->reset();
  EXPECT_TRUE(SqliteStorage::open(folder.path()).ok());
}

TEST(DataFolder, AnotherProcessHoldsItUntilItDies) {
  const TemporaryFolder folder;
  ChildProcess child("DataFolderChild.HoldsTheFolder", folder.path());
  ASSERT_EQ(child.line(), "locked");
  const auto refused = DataFolder::lock(folder.path());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().detail.find("(pid " + std::to_string(child.pid()) + ")"), std::string::npos);
  child.kill();
  EXPECT_TRUE(DataFolder::lock(folder.path()).ok());
}

TEST(DataFolder, APathThatCannotBeAFolderIsNamed) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path());
  std::ofstream(folder.file("file")) << "x";
  const auto refused = SqliteStorage::open(folder.file("file"));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().detail.find(folder.file("file")), std::string::npos);
  EXPECT_FALSE(SqliteStorage::open(folder.file("file") + "/below").ok());
}

TEST(DataFolderChild, LocksWithoutRights) {
  if (ChildProcess::argument() == nullptr) return;
  if (::geteuid() == 0 && ::setuid(65'534) != 0) ::_exit(1);  // root may write everywhere
  auto folder = DataFolder::lock(ChildProcess::argument());
  ChildProcess::tell(folder ? "locked" : folder.error().detail);
}

TEST(DataFolder, AFolderThatMayNotBeWrittenIsRefused) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path());
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                                                  std::filesystem::perms::others_read |
                                                  std::filesystem::perms::others_exec);
  ChildProcess child("DataFolderChild.LocksWithoutRights", folder.path());
  EXPECT_EQ(child.line(), "the data folder " + folder.path() + " is not writable: Permission denied");
}

}  // namespace
}  // namespace chillin::storage
