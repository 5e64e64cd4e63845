#include "contract/storage_under_test.h"

#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "storage/postgres/postgres_storage.h"
#include "storage/sqlite/sqlite_storage.h"
#include "support/postgres_server.h"
#include "util/crypto.h"

namespace chillin::contract {

namespace {

class SqliteUnderTest final : public StorageUnderTest {
 public:
  SqliteUnderTest() : folder_(std::filesystem::temp_directory_path() / ("chillin-" + util::random_id(12))) { open(); }
  ~SqliteUnderTest() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  chat::AccountStore& accounts() override { return store_->accounts(); }
  chat::SessionStore& sessions() override { return store_->sessions(); }
  chat::RoomStore& rooms() override { return store_->rooms(); }
  chat::UploadStore& uploads() override { return store_->uploads(); }
  chat::RoomLog& log() override { return store_->log(); }
  void reopen() override {
    store_.reset();
    open();
  }
  std::vector<std::string> problems(util::ManualExecutor& loop) override {
    auto found = loop.wait(store_->verify());
    return found ? *found : std::vector<std::string>{"verify() was refused"};
  }

 private:
  void open() {
    auto opened = storage::SqliteStorage::open(folder_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = std::move(*opened);
  }
  std::filesystem::path folder_;
  std::unique_ptr<storage::SqliteStorage> store_;
};

/// A database of its own on the PostgreSQL that this program's suites share.
class PostgresUnderTest final : public StorageUnderTest {
 public:
  PostgresUnderTest() : server_(test::PostgresServer::shared()), database_(server_.make_database()) { open(); }
  ~PostgresUnderTest() override {
    store_.reset();
    server_.drop_database(database_);
  }
  chat::AccountStore& accounts() override { return store_->accounts(); }
  chat::SessionStore& sessions() override { return store_->sessions(); }
  chat::RoomStore& rooms() override { return store_->rooms(); }
  chat::UploadStore& uploads() override { return store_->uploads(); }
  chat::RoomLog& log() override { return store_->log(); }
  void reopen() override {
    store_.reset();
    open();
  }
  std::vector<std::string> problems(util::ManualExecutor& loop) override {
    auto found = loop.wait(store_->verify());
    return found ? *found : std::vector<std::string>{"verify() was refused"};
  }

 private:
  void open() {
    storage::postgres::PostgresOptions options;
    options.conninfo = server_.conninfo(database_);
    auto opened = storage::postgres::PostgresStorage::open(options);
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = std::move(*opened);
  }
  test::PostgresServer& server_;
  std::string database_;
  std::unique_ptr<storage::postgres::PostgresStorage> store_;
};

}  // namespace

std::vector<StorageKind> storage_kinds() {
  return {{"Sqlite", [] { return std::make_unique<SqliteUnderTest>(); }},
          {"Postgres", [] { return std::make_unique<PostgresUnderTest>(); }}};
}

std::vector<chat::RoomEvent> StorageTest::events(chat::RoomId room, std::size_t count) {
  // Whatever was acknowledged is handed to the listener before the next commit: one more write in another room is a
  // fence.
  std::vector<chat::RoomEvent> found = listener_.of(room);
  for (int i = 0; found.size() < count && i < 100; ++i) {
    say(make_room("fence-" + util::random_id(12)), "fence", "");
    found = listener_.of(room);
  }
  return found;
}

chat::Account StorageTest::make_account(const std::string& name) {
  return ok(accounts().create({name, name + "@example.org", "", "hash-of-" + name, {1'000}}));
}

chat::Room StorageTest::make_room(const std::string& name) {
  return ok(rooms().create({name, "", chat::Identity{std::nullopt, "ann"}, false, "", {1'000}}));
}

chat::NewMessage StorageTest::message(const chat::Room& room, std::string author, std::string text,
                                      std::string temp_id) {
  return {room.id,
          room.name,
          chat::Identity{std::nullopt, std::move(author)},
          std::move(text),
          std::move(temp_id),
          {1'500},
          {},
          {},
          {}};
}

}  // namespace chillin::contract
