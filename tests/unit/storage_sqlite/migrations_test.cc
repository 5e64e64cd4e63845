#include "storage/sqlite/migrations.h"

#include <gtest/gtest.h>

#include "storage/sqlite/connection_sqlite.h"
#include "storage/sqlite/sqlite_storage.h"
#include "unit/storage_sqlite/temporary_folder.h"
#include "util/manual_executor.h"

namespace chillin::storage {
namespace {

void execute(const TemporaryFolder& folder, const char* sql) {
  auto db = SqliteConnection::open(folder.file("chillin.db"), {});
  ASSERT_TRUE(db.ok());
  const auto done = db->execute(sql);
  ASSERT_TRUE(done.ok()) << done.error().detail;
}

int applied(const std::vector<Migration>& migrations) {
  int count = 0;
  for (const Migration& migration : migrations) count += migration.applied ? 1 : 0;
  return count;
}

TEST(Migrations, AFolderWithoutADatabaseLacksAllAndIsLeftAlone) {
  const TemporaryFolder folder;
  const auto status = migration_status(folder.path());
  ASSERT_TRUE(status.ok());
  ASSERT_FALSE(status->empty());
  EXPECT_EQ(applied(*status), 0);
  EXPECT_FALSE(std::filesystem::exists(folder.path()));
}

TEST(Migrations, AreNumberedFromOneWithoutHoles) {
  const TemporaryFolder folder;
  const auto all = migration_status(folder.path());
  int expected = 0;
  for (const Migration& migration : *all) {
    EXPECT_EQ(migration.version, ++expected);
    EXPECT_EQ(std::stoi(migration.name.substr(0, 4)), expected);
  }
}

TEST(Migrations, AreAppliedOnceAndAgainIsNothing) {
  const TemporaryFolder folder;
  const auto first = migrate(folder.path());
  ASSERT_TRUE(first.ok()) << first.error().detail;
  EXPECT_EQ(applied(*first), static_cast<int>(first->size()));
  const auto again = migrate(folder.path());
  ASSERT_TRUE(again.ok());
  for (std::size_t i = 0; i < first->size(); ++i) EXPECT_EQ((*again)[i].applied_at, (*first)[i].applied_at);
  EXPECT_EQ(applied(*migration_status(folder.path())), static_cast<int>(first->size()));
}

TEST(Migrations, EachEarlierVersionIsBroughtUpWithItsData) {
  const TemporaryFolder none;
  const auto all = migration_status(none.path());
  for (const Migration& from : *all) {
    SCOPED_TRACE(from.name);
    const TemporaryFolder folder;
    const auto partly = migrate(folder.path(), from.version);
    ASSERT_TRUE(partly.ok());
    EXPECT_EQ(applied(*partly), from.version);
    execute(folder,
            "INSERT INTO rooms(name, creator, created_at, updated_at) VALUES('den', 'ann', 1, 1);"
            "INSERT INTO users(username, password_hash, created_at, updated_at) VALUES('ann', 'h', 1, 1);");
    auto store = SqliteStorage::open(folder.path());
    ASSERT_TRUE(store.ok()) << store.error().detail;
    util::ManualExecutor loop;
    const auto room = loop.wait((*store)->rooms().find("den"));
    ASSERT_TRUE(room.ok() && *room);
    EXPECT_TRUE(loop.wait((*store)->accounts().find_by_name("ann")).value().has_value());
    chat::NewMessage message;
    message.room = (*room)->id;
    message.author.name = "ann";
    EXPECT_TRUE(loop.wait((*store)->log().append(message)).ok());
    EXPECT_TRUE(loop.wait((*store)->verify()).value().empty());
  }
}

TEST(Migrations, ANewerSchemaIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(migrate(folder.path()).ok());
  execute(folder, "INSERT INTO schema_migrations VALUES(9999, '9999_from_the_future', 'x', 1)");
  for (const auto& detail : {migrate(folder.path()).error().detail, migration_status(folder.path()).error().detail,
                             SqliteStorage::open(folder.path()).error().detail}) {
    EXPECT_NE(detail.find("9999_from_the_future"), std::string::npos) << detail;
    EXPECT_NE(detail.find("newer"), std::string::npos) << detail;
  }
}

TEST(Migrations, AnAppliedMigrationThatWasChangedIsRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(migrate(folder.path()).ok());
  execute(folder, "UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");
  EXPECT_FALSE(SqliteStorage::open(folder.path()).ok());
}

TEST(Migrations, AMigrationThatFailsLeavesNothingOfItself) {
  const TemporaryFolder folder;
  ASSERT_TRUE(migrate(folder.path(), 1).ok());
  // In the way of the second one's index, which comes after its table.
  execute(folder, "CREATE TABLE messages_by_change(x)");
  const auto failed = migrate(folder.path());
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().detail.find("0002_room_log"), std::string::npos);
  EXPECT_EQ(applied(*migration_status(folder.path())), 1);
  execute(folder, "DROP TABLE messages_by_change");
  EXPECT_TRUE(migrate(folder.path()).ok());
}

TEST(Migrations, KeepTheTablesAndColumnsOfTheEarlierSchema) {
  const TemporaryFolder folder;
  ASSERT_TRUE(migrate(folder.path()).ok());
  execute(folder,
          "SELECT id, username, email, password_hash, avatar, created_at, updated_at FROM users;"
          "SELECT id, name, description, creator, is_private, password_hash, created_at, updated_at FROM rooms;"
          "SELECT id, room_id, user_id, username, text, created_at FROM messages;"
          "SELECT message_id, username, emoji, created_at FROM reactions;"
          "SELECT id, user_id, created_at, last_used_at, expires_at FROM sessions;");
}

}  // namespace
}  // namespace chillin::storage
