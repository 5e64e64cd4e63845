#include "storage/sqlite/migrations.h"

#include <filesystem>
#include <map>

#include "storage/sqlite/data_folder.h"
#include "storage/sqlite/embedded_migrations.h"
#include "storage/sqlite/migrations_sqlite.h"
#include "util/log.h"

namespace chillin::storage {

namespace {

util::Result<std::map<int, AppliedMigration>> read_applied(SqliteConnection& db) {
  std::map<int, AppliedMigration> applied;
  Query exists(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'");
  if (!exists.row()) {
    if (exists.failed()) return exists.error("reading the schema");
    return applied;
  }
  Query rows(db, "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version");
  while (rows.row()) {
    applied[static_cast<int>(rows.integer(0))] = AppliedMigration{rows.string(1), rows.string(2), rows.integer(3)};
  }
  if (rows.failed()) return rows.error("reading the schema");
  return applied;
}

util::Status<> apply_one(SqliteConnection& db, const EmbeddedFile& file) {
  const std::string doing = "migration " + std::string(file.name);
  if (auto begun = db.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
  auto fail = [&](util::Error error) {
    if (db.in_transaction()) (void)db.execute("ROLLBACK");
    error.detail = doing + ": " + error.detail;
    return error;
  };
  if (auto done = db.execute(std::string(file.text).c_str()); !done) return fail(std::move(done).error());
  const std::string checksum = migration_checksum(file.text);
  Query record(db, "INSERT INTO schema_migrations(version, name, checksum, applied_at) VALUES(?, ?, ?, ?)");
  if (!record.bind(migration_version(file.name), file.name, checksum, util::system_clock().wall().value).run()) {
    return fail(record.error("recording it"));
  }
  if (auto committed = db.execute("COMMIT"); !committed) return fail(std::move(committed).error());
  util::log_info("migration_applied", {{"name", file.name}});
  return util::Ok{};
}

}  // namespace

util::Result<std::vector<Migration>> read_migrations(SqliteConnection& db) {
  auto applied = read_applied(db);
  if (!applied) return std::move(applied).error();
  return compare_migrations(embedded_migrations(), std::move(*applied));
}

util::Result<std::vector<Migration>> apply_migrations(SqliteConnection& db, int up_to) {
  auto before = read_migrations(db);
  if (!before) return before;
  auto made = db.execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations("
      "version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
  if (!made) return std::move(made).error();
  const auto files = embedded_migrations();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Migration& migration = (*before)[i];
    if (migration.applied || (up_to != 0 && migration.version > up_to)) continue;
    if (auto done = apply_one(db, files[i]); !done) return std::move(done).error();
  }
  return read_migrations(db);
}

util::Result<std::vector<Migration>> migration_status(const std::string& data_dir) {
  if (!std::filesystem::exists(data_dir + kDatabaseFile)) {
    std::vector<Migration> out;
    for (const EmbeddedFile& file : embedded_migrations()) {
      out.push_back({migration_version(file.name), std::string(file.name), false, {}});
    }
    return out;
  }
  auto folder = DataFolder::lock(data_dir);
  if (!folder) return std::move(folder).error();
  auto db = SqliteConnection::open(data_dir + kDatabaseFile, {});
  if (!db) return std::move(db).error();
  return read_migrations(*db);
}

util::Result<std::vector<Migration>> migrate(const std::string& data_dir, int up_to) {
  auto folder = DataFolder::lock(data_dir);
  if (!folder) return std::move(folder).error();
  auto db = SqliteConnection::open(data_dir + kDatabaseFile, {});
  if (!db) return std::move(db).error();
  return apply_migrations(*db, up_to);
}

}  // namespace chillin::storage
