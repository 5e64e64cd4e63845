#include <algorithm>

#include "chat/cache_metrics.h"
#include "storage/sqlite/log_reads_sqlite.h"
#include "storage/sqlite/log_writes_sqlite.h"
#include "storage/sqlite/room_log_sqlite.h"

namespace chillin::storage {

namespace {

/// The request of append() or change(): works on what lies in the coroutine's frame, without a copy.
template <class T, class Request, chat::Result<T> (*Apply)(WriteContext&, Request&)>
class LogOp final : public ResultOp<WriteContext, T> {
 public:
  explicit LogOp(Request& request) : request_(request) {}
  void run(WriteContext& context) override { this->result_.emplace(Apply(context, request_)); }

 private:
  Request& request_;
};

class SqliteRoomLog final : public chat::RoomLog {
 public:
  explicit SqliteRoomLog(Database& database) : db_(database) {}

  util::Task<chat::Result<chat::Appended>> append(chat::NewMessage message) override {
    LogOp<chat::Appended, chat::NewMessage, append_message> op(message);
    co_return co_await run_queued<chat::Appended>(db_.writer, op, chat::refuse(chat::ErrorCode::kUnavailable));
  }

  util::Task<chat::Result<chat::Changed>> change(chat::NewChange change) override {
    LogOp<chat::Changed, chat::NewChange, change_message> op(change);
    co_return co_await run_queued<chat::Changed>(db_.writer, op, chat::refuse(chat::ErrorCode::kUnavailable));
  }

  util::Task<chat::Result<chat::SyncPage>> sync(chat::RoomId room, chat::Seq last, std::size_t limit) override {
    limit = std::clamp<std::size_t>(limit, 1, kMaxPage);
    auto known = db_.history.sync(room, last, limit);
    chat::count_lookup(chat::Cache::kHistory, known.has_value());
    if (known) co_return std::move(*known);
    co_return co_await db_.readers.read<chat::SyncPage>(
        [=, this](SqliteConnection& db) -> chat::Result<chat::SyncPage> {
          // Others may have asked for the same room before: once filled, it answers all who wait.
          if (auto page = db_.history.sync(room, last, limit)) return std::move(*page);
          auto page = read_sync(db, room, last, limit);
          fill(db, room);
          return page;
        });
  }

  util::Task<chat::Result<chat::HistoryPage>> history(chat::RoomId room, std::optional<chat::Seq> before,
                                                      std::size_t limit) override {
    limit = std::clamp<std::size_t>(limit, 1, kMaxPage);
    auto known = db_.history.history(room, before, limit);
    chat::count_lookup(chat::Cache::kHistory, known.has_value());
    if (known) co_return std::move(*known);
    co_return co_await db_.readers.read<chat::HistoryPage>(
        [=, this](SqliteConnection& db) -> chat::Result<chat::HistoryPage> {
          if (auto page = db_.history.history(room, before, limit)) return std::move(*page);
          auto page = read_history(db, room, before, limit);
          if (!before) fill(db, room);
          return page;
        });
  }

  util::Task<chat::Result<chat::Message>> find(chat::MessageId id) override {
    if (auto message = db_.history.find(id)) co_return std::move(*message);
    co_return co_await db_.readers.read<chat::Message>([id](SqliteConnection& db) { return read_message(db, id); });
  }

  util::Task<chat::Result<std::vector<chat::Message>>> search(chat::SearchQuery query) override {
    return db_.search->search(std::move(query));
  }

  void set_listener(chat::RoomLogListener* listener) override { db_.writer.set_listener(listener); }
  void stop() override { db_.writer.stop(); }

 private:
  /// Brings a room's newest messages into the cache.
  void fill(SqliteConnection& db, chat::RoomId room) {
    const HistoryCache::Fill fill = db_.history.begin_fill(room);
    if (fill == 0) return;
    // The open transaction's snapshot may be older than begin_fill(): events between the two would be missing. A new
    // one.
    const bool fresh = db.run("COMMIT") && db.run("BEGIN");
    auto newest = fresh ? read_history(db, room, std::nullopt, HistoryCache::kTail)
                        : chat::Result<chat::HistoryPage>(chat::refuse(chat::ErrorCode::kUnavailable));
    if (newest) {
      db_.history.end_fill(room, fill, *newest);
    } else {
      db_.history.cancel_fill(room, fill);
    }
  }

  Database& db_;
};

}  // namespace

std::unique_ptr<chat::RoomLog> make_room_log(Database& database) {
  return std::make_unique<SqliteRoomLog>(database);
}

}  // namespace chillin::storage
