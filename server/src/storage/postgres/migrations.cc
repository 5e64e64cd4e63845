#include "storage/postgres/migrations.h"

#include <algorithm>
#include <thread>

#include "storage/postgres/connector_pq.h"
#include "storage/postgres/embedded_migrations.h"
#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

// Arbitrary, and the same for ever: "chillin" in ASCII.
constexpr std::int64_t kLock = 0x6368696C6C696E;
// A migration of a large table may take its time.
constexpr util::Millis kMigrationTimeout{3'600'000};
constexpr util::Millis kBetweenAttempts{200};

util::Error error_of(std::string_view doing, const Failure& failure) {
  std::string detail(doing);
  detail += ": " + failure.message;
  if (!failure.sqlstate.empty()) detail += " (" + failure.sqlstate + ")";
  return {util::Error::Code::kUnavailable, std::move(detail), failure.kind != Failure::Kind::kRequest};
}

util::Result<PgConnection> connect(const PostgresOptions& options, const std::function<bool()>* go_on) {
  auto connector = Connector::make(options.conninfo, Connector::Wants::kPrimary, options, go_on);
  if (!connector) return std::move(connector).error();
  const auto until = std::chrono::steady_clock::now() + options.open_wait;
  for (;;) {
    auto connection = connector->connect(kMigrationTimeout, util::Millis{0});
    if (connection) return std::move(*connection);
    const Failure& failure = connection.error();
    if (is_hopeless(failure) || std::chrono::steady_clock::now() >= until) {
      util::Error error = error_of(trouble_of(failure), failure);
      error.temporary = !is_hopeless(failure);
      return error;
    }
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

util::Result<std::vector<Migration>> read_migrations(PgConnection& db) {
  const auto exists = execute(db, "SELECT to_regclass('schema_migrations') IS NOT NULL");
  if (!exists) return error_of("reading the schema", exists.error());
  std::map<int, AppliedMigration> applied;
  if (exists->boolean(0, 0)) {
    const auto rows = execute(db, "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version");
    if (!rows) return error_of("reading the schema", rows.error());
    for (int i = 0; i < rows->count(); ++i) {
      applied[static_cast<int>(rows->integer(i, 0))] = {rows->string(i, 1), rows->string(i, 2), rows->integer(i, 3)};
    }
  }
  return compare_migrations(embedded_migrations(), std::move(applied));
}

// The statements of a file. They are separated by ";" at the end of a line; there are no functions with bodies in them.
std::vector<std::string> statements_of(std::string_view text) {
  std::vector<std::string> out;
  std::string statement;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view code = line.substr(0, line.find("--"));
    const auto last = code.find_last_not_of(" \t");
    statement.append(code).append("\n");
    if (last == std::string_view::npos || code[last] != ';') continue;
    out.push_back(std::move(statement));
    statement.clear();
  }
  return out;
}

util::Status<> apply_one(PgConnection& db, const EmbeddedFile& file) {
  const std::vector<std::string> statements = statements_of(file.text);
  const std::string name(file.name);
  const std::string checksum = migration_checksum(file.text);
  // Without BEGIN: what is between two synchronisation points is one transaction, and an error undoes it.
  Pipeline pipeline(db);
  for (const std::string& statement : statements) pipeline.add_once(statement);
  pipeline.add("INSERT INTO schema_migrations(version, name, checksum, applied_at) VALUES($1, $2, $3, $4)",
               Params(static_cast<std::int64_t>(migration_version(file.name)), name, checksum,
                      util::system_clock().wall().value));
  if (auto done = pipeline.run(); !done) return error_of("migration " + name, done.error());
  util::log_info("migration_applied", {{"name", file.name}});
  return util::Ok{};
}

}  // namespace

util::Result<std::vector<Migration>> migration_status(const PostgresOptions& options) {
  auto db = connect(options, nullptr);
  if (!db) return std::move(db).error();
  return read_migrations(*db);
}

util::Result<std::vector<Migration>> migrate(const PostgresOptions& options, int up_to,
                                             const std::function<bool()>* go_on) {
  auto db = connect(options, go_on);
  if (!db) return std::move(db).error();
  // The lock is the session's: it goes with the connection, however this ends. Who waits for it waits for another
  // server's migration.
  if (auto waits = execute(*db, "SELECT set_config('lock_timeout', '0', false)"); !waits) {
    return error_of("waiting for the schema", waits.error());
  }
  if (auto locked = execute(*db, "SELECT pg_advisory_lock($1)", Params(kLock)); !locked) {
    return error_of("waiting for the schema", locked.error());
  }
  auto before = read_migrations(*db);
  if (!before) return before;
  auto made = execute(*db,
                      "CREATE TABLE IF NOT EXISTS schema_migrations(version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                      "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
  if (!made) return error_of("making schema_migrations", made.error());
  const auto files = embedded_migrations();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Migration& migration = (*before)[i];
    if (migration.applied || (up_to != 0 && migration.version > up_to)) continue;
    if (auto done = apply_one(*db, files[i]); !done) return std::move(done).error();
  }
  return read_migrations(*db);
}

int newest_schema() {
  int newest = 0;
  for (const EmbeddedFile& file : embedded_migrations()) newest = std::max(newest, migration_version(file.name));
  return newest;
}

}  // namespace chillin::storage::postgres
