#include "storage/postgres/postgres_storage.h"

#include <chrono>
#include <mutex>

#include "storage/postgres/database_pq.h"
#include "storage/postgres/migrations.h"
#include "storage/postgres/opener.h"
#include "storage/postgres/stores_pq.h"
#include "storage/postgres/verify_pq.h"

namespace chillin::storage::postgres {

namespace {

constexpr const char* kBeat =
    "INSERT INTO heartbeat(id, checked_at) VALUES(1, $1) "
    "ON CONFLICT (id) DO UPDATE SET checked_at = greatest(heartbeat.checked_at, excluded.checked_at)";
constexpr const char* kSeqs =
    "SELECT coalesce(r.seq, 0) FROM unnest($1::bigint[]) WITH ORDINALITY AS asked(id, n) "
    "LEFT JOIN rooms r ON r.id = asked.id ORDER BY asked.n";

}  // namespace

struct PostgresStorage::Parts {
  void start() {
    database.search->start();
    database.readers->start();
    if (database.replica) database.replica->start();
    database.writer->start();
  }

  Database database;
  std::unique_ptr<chat::AccountStore> accounts;
  std::unique_ptr<chat::SessionStore> sessions;
  std::unique_ptr<chat::RoomStore> rooms;
  std::unique_ptr<chat::UploadStore> uploads;
  std::unique_ptr<chat::RoomLog> log;
  std::mutex close_mutex;
  bool closed = false;             // guarded by close_mutex
  std::unique_ptr<Opener> opener;  // null: the database was there
};

util::Result<std::unique_ptr<PostgresStorage>> PostgresStorage::open(const PostgresOptions& options) {
  auto migrated = migrate(options);
  if (!migrated && !(options.open_later && migrated.error().temporary)) return std::move(migrated).error();
  auto parts = std::make_unique<Parts>();
  Database& database = parts->database;

  auto search = SearchIndex::make(options);
  if (!search) return std::move(search).error();
  auto readers = Pool::make("readers", options.conninfo, Connector::Wants::kPrimary, options.pool_size, options);
  if (!readers) return std::move(readers).error();
  if (!options.replica_conninfo.empty()) {
    auto replica =
        Pool::make("replica", options.replica_conninfo, Connector::Wants::kAny, options.replica_pool_size, options);
    if (!replica) return std::move(replica).error();
    database.replica = std::move(*replica);
  }
  auto writer = Writer::make(options, database);
  if (!writer) return std::move(writer).error();
  database.search = std::move(*search);
  database.readers = std::move(*readers);
  database.writer = std::move(*writer);
  parts->accounts = make_account_store(database);
  parts->sessions = make_session_store(database);
  parts->rooms = make_room_store(database);
  parts->uploads = make_upload_store(database);
  parts->log = make_room_log(database);
  if (migrated) {
    parts->start();
  } else {
    parts->opener = std::make_unique<Opener>(options, [raw = parts.get()] { raw->start(); });
    parts->opener->start(migrated.error().detail);
  }
  return std::unique_ptr<PostgresStorage>(new PostgresStorage(std::move(parts)));
}

PostgresStorage::PostgresStorage(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

PostgresStorage::~PostgresStorage() {
  close();
}

chat::AccountStore& PostgresStorage::accounts() noexcept {
  return *parts_->accounts;
}
chat::SessionStore& PostgresStorage::sessions() noexcept {
  return *parts_->sessions;
}
chat::RoomStore& PostgresStorage::rooms() noexcept {
  return *parts_->rooms;
}
chat::UploadStore& PostgresStorage::uploads() noexcept {
  return *parts_->uploads;
}
chat::RoomLog& PostgresStorage::log() noexcept {
  return *parts_->log;
}

util::Task<chat::Result<std::int64_t>> PostgresStorage::ping() {
  const auto begin = std::chrono::steady_clock::now();
  auto send = [](Pipeline& to) { return to.add(kBeat, Params(util::system_clock().wall().value)); };
  auto read = [](const Rows& /*rows*/) -> chat::Result<util::Ok> { return util::Ok{}; };
  auto written = co_await write_statement<util::Ok>(*parts_->database.writer, 0, 0, std::move(send), std::move(read),
                                                    chat::ErrorCode::kInternal);
  if (!written) co_return std::move(written).error();
  const auto took = std::chrono::steady_clock::now() - begin;
  co_return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
}

util::Task<chat::Result<std::int64_t>> PostgresStorage::ping_replica() {
  Pool* replica = parts_->database.replica.get();
  if (replica == nullptr) co_return refusal_of({});
  const auto begin = std::chrono::steady_clock::now();
  auto look = [](PgConnection& db) -> chat::Result<util::Ok> {
    const auto rows = execute(db, "SELECT 1");
    if (!rows) return read_failed("asking the replica", rows.error());
    return util::Ok{};
  };
  const auto looked = co_await replica->read<util::Ok>(std::move(look));
  if (!looked) co_return looked.error();
  const auto took = std::chrono::steady_clock::now() - begin;
  co_return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
}

PostgresStats PostgresStorage::stats() const {
  const Writer::Stats writer = parts_->database.writer->stats();
  const Pool::Stats readers = parts_->database.readers->stats();
  const Pool::Stats replica = parts_->database.replica ? parts_->database.replica->stats() : Pool::Stats{};
  PostgresStats out;
  out.writer_up = writer.up;
  out.readers_up = readers.up;
  out.replica_up = replica.up;
  out.commits = writer.commits;
  out.failed_commits = writer.failed_commits;
  out.doubtful_commits = writer.doubtful_commits;
  out.writes = writer.requests;
  out.reads = readers.requests + replica.requests;
  out.wait_timeouts = writer.timeouts + readers.timeouts + replica.timeouts;
  out.connects = writer.connects + readers.connects + replica.connects;
  out.writes_queued = writer.queued;
  out.reads_queued = readers.queued + replica.queued;
  out.pool_connections = readers.connections + replica.connections;
  out.pool_busy = readers.busy + replica.busy;
  if (parts_->opener && !parts_->opener->trouble().empty()) {
    out.trouble = "the database has not been opened yet";
  } else {
    out.trouble = writer.trouble.empty() ? readers.trouble : writer.trouble;
  }
  return out;
}

util::Task<chat::Result<std::vector<chat::Seq>>> PostgresStorage::room_seqs(std::vector<chat::RoomId> rooms) {
  using Seqs = std::vector<chat::Seq>;
  auto select = [&rooms](PgConnection& db) -> chat::Result<Seqs> {
    ArrayParam ids(kInt8Array);
    for (const chat::RoomId room : rooms) ids.add(room.value);
    const auto rows = execute(db, kSeqs, Params(ids));
    if (!rows) return read_failed("reading the rooms' seqs", rows.error());
    Seqs out;
    for (int row = 0; row < rows->count(); ++row) out.push_back({rows->integer(row, 0)});
    return out;
  };
  co_return co_await parts_->database.readers->read<Seqs>(std::move(select));
}

void PostgresStorage::saw(std::span<const chat::RoomEvent> events) {
  if (parts_->database.replica) parts_->database.seen.saw(events);
}

util::Task<chat::Result<std::vector<std::string>>> PostgresStorage::verify() {
  auto check = [](PgConnection& db) { return verify_database(db); };
  co_return co_await parts_->database.readers->read<std::vector<std::string>>(std::move(check));
}

void PostgresStorage::close() {
  std::lock_guard lock(parts_->close_mutex);
  if (parts_->closed) return;
  parts_->closed = true;
  if (parts_->opener) parts_->opener->stop();
  parts_->database.writer->stop();
  parts_->database.readers->stop();
  if (parts_->database.replica) parts_->database.replica->stop();
  parts_->database.search->stop();
}

}  // namespace chillin::storage::postgres
