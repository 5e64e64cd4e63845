#include "storage/postgres/migrations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/child_process.h"
#include "unit/storage_postgres/fixture.h"

namespace chillin::storage::postgres {
namespace {

using test::ChildProcess;

int applied(const std::vector<Migration>& migrations) {
  return static_cast<int>(std::count_if(migrations.begin(), migrations.end(), [](const auto& m) { return m.applied; }));
}

TEST(PostgresMigrations, AnEmptyDatabaseLacksAllAndIsLeftAlone) {
  const TestDatabase database;
  const auto status = migration_status(database.options());
  ASSERT_TRUE(status.ok()) << status.error().detail;
  ASSERT_FALSE(status->empty());
  EXPECT_EQ(applied(*status), 0);
  EXPECT_EQ(database.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
}

TEST(PostgresMigrations, AreNumberedFromOneAndAppliedOnce) {
  const TestDatabase database;
  const auto first = migrate(database.options());
  ASSERT_TRUE(first.ok()) << first.error().detail;
  int expected = 0;
  for (const Migration& migration : *first) {
    EXPECT_EQ(migration.version, ++expected);
    EXPECT_TRUE(migration.applied);
  }
  const auto again = migrate(database.options());
  ASSERT_TRUE(again.ok());
  for (std::size_t i = 0; i < first->size(); ++i) EXPECT_EQ((*again)[i].applied_at, (*first)[i].applied_at);
}

TEST(PostgresMigrations, EachEarlierVersionIsBroughtUpWithItsData) {
  const TestDatabase empty;
  const auto all = migration_status(empty.options());
  for (const Migration& from : *all) {
    SCOPED_TRACE(from.name);
    const TestDatabase database;
    const auto partly = migrate(database.options(), from.version);
    ASSERT_TRUE(partly.ok());
    EXPECT_EQ(applied(*partly), from.version);
    database.sql(
        "INSERT INTO rooms(name, creator, created_at, updated_at) VALUES('den', 'ann', 1, 1);"
        "INSERT INTO users(username, password_hash, created_at, updated_at) VALUES('ann', 'h', 1, 1)");
    auto store = PostgresStorage::open(database.options());
    ASSERT_TRUE(store.ok()) << store.error().detail;
    util::ManualExecutor loop;
    const auto room = loop.wait((*store)->rooms().find("den"));
    ASSERT_TRUE(room.ok() && *room);
    EXPECT_TRUE(loop.wait((*store)->accounts().find_by_name("ann")).value().has_value());
    EXPECT_TRUE(loop.wait((*store)->log().append(message((*room)->id, "x"))).ok());
    EXPECT_TRUE(loop.wait((*store)->verify()).value().empty());
  }
}

TEST(PostgresMigrations, ANewerSchemaIsRefused) {
  const TestDatabase database;
  ASSERT_TRUE(migrate(database.options()).ok());
  database.sql("INSERT INTO schema_migrations VALUES(9999, '9999_from_the_future', 'x', 1)");
  for (const auto& detail :
       {migrate(database.options()).error().detail, migration_status(database.options()).error().detail,
        PostgresStorage::open(database.options()).error().detail}) {
    EXPECT_NE(detail.find("9999_from_the_future"), std::string::npos) << detail;
    EXPECT_NE(detail.find("newer"), std::string::npos) << detail;
    EXPECT_EQ(detail.find('\n'), std::string::npos) << detail;
  }
}

TEST(PostgresMigrations, AnAppliedMigrationThatWasChangedIsRefused) {
  const TestDatabase database;
  ASSERT_TRUE(migrate(database.options()).ok());
  database.sql("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");
  EXPECT_FALSE(PostgresStorage::open(database.options()).ok());
}

TEST(PostgresMigrations, AMigrationThatFailsLeavesNothingOfItself) {
  const TestDatabase database;
  ASSERT_TRUE(migrate(database.options(), 1).ok());
  // In the way of the second one's last table.
  database.sql("CREATE TABLE writers(x int)");
  const auto failed = migrate(database.options());
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().detail.find("0002_room_log"), std::string::npos) << failed.error().detail;
  EXPECT_EQ(applied(*migration_status(database.options())), 1);
  EXPECT_EQ(database.sql("SELECT to_regclass('messages') IS NULL"), "t");
  database.sql("DROP TABLE writers");
  EXPECT_TRUE(migrate(database.options()).ok());
}

TEST(PostgresMigrations, KeepTheTablesAndColumnsOfTheEarlierSchema) {
  const TestDatabase database;
  ASSERT_TRUE(migrate(database.options()).ok());
  database.sql(
      "SELECT id, username, email, password_hash, avatar, created_at, updated_at FROM users;"
      "SELECT id, name, description, creator, is_private, password_hash, created_at, updated_at FROM rooms;"
      "SELECT id, room_id, user_id, username, text, created_at FROM messages;"
      "SELECT message_id, username, emoji, created_at FROM reactions;"
      "SELECT id, user_id, created_at, last_used_at, expires_at FROM sessions;");
}

// The other processes of the test below; nothing to do when it runs among the tests.
TEST(PostgresMigrationsChild, OpensTheStorage) {
  if (ChildProcess::argument() == nullptr) return;
  PostgresOptions options;
  options.conninfo = ChildProcess::argument();
  options.open_wait = util::Millis{30'000};
  auto store = PostgresStorage::open(options);
  if (!store) {
    ChildProcess::tell(store.error().detail);
    return;
  }
  util::ManualExecutor loop;
  const auto beat = loop.wait((*store)->ping());
  ChildProcess::tell(beat ? "ready" : "cannot write");
}

TEST(PostgresMigrations, TenServersMayStartAtOnce) {
  const TestDatabase database;
  std::vector<std::unique_ptr<ChildProcess>> servers;
  for (int i = 0; i < 10; ++i) {
    servers.push_back(
        std::make_unique<ChildProcess>("PostgresMigrationsChild.OpensTheStorage", database.options().conninfo));
  }
  for (auto& server : servers) EXPECT_EQ(server->line(), "ready");
  const auto status = migration_status(database.options());
  ASSERT_TRUE(status.ok()) << status.error().detail;
  EXPECT_EQ(applied(*status), static_cast<int>(status->size()));
}

}  // namespace
}  // namespace chillin::storage::postgres
