#include <algorithm>

#include "storage/postgres/log_reads_pq.h"
#include "storage/postgres/log_writes_pq.h"
#include "storage/postgres/stores_pq.h"
#include "util/text.h"

namespace chillin::storage::postgres {

namespace {

// A reply points into its own room.
bool points_elsewhere(const std::optional<chat::MessageId>& target, chat::RoomId room) {
  return target && target->room != room;
}

// A text that the database would refuse, and with it the whole batch, which then would have to be cut to pieces to find
// it.
bool storable(const std::string& text) {
  return text.find('\0') == std::string::npos && util::is_utf8(text);
}

class PostgresRoomLog final : public chat::RoomLog {
 public:
  explicit PostgresRoomLog(Database& database) : db_(database) {}

  util::Task<chat::Result<chat::Appended>> append(chat::NewMessage message) override {
    if (points_elsewhere(message.reply_to, message.room) || points_elsewhere(message.thread_root, message.room) ||
        !storable(message.text) || !storable(message.temp_id) || !storable(message.author.name)) {
      co_return chat::refuse(chat::ErrorCode::kInvalidPayload);
    }
    AppendOp op(message);
    co_return co_await write_queued<chat::Appended>(*db_.writer, op);
  }

  util::Task<chat::Result<chat::Changed>> change(chat::NewChange change) override {
    if (change.kind == chat::ChangeKind::kCreated) co_return chat::refuse(chat::ErrorCode::kInternal);
    if (!storable(change.text) || !storable(change.emoji) || !storable(change.actor.name)) {
      co_return chat::refuse(chat::ErrorCode::kInvalidPayload);
    }
    ChangeOp op(change);
    co_return co_await write_queued<chat::Changed>(*db_.writer, op);
  }

  util::Task<chat::Result<chat::SyncPage>> sync(chat::RoomId room, chat::Seq last, std::size_t limit) override {
    limit = std::clamp<std::size_t>(limit, 1, kMaxPage);
    auto select = [=](PgConnection& db) { return read_sync(db, room, last, limit); };
    auto page = co_await db_.readers->read<chat::SyncPage>(std::move(select));
    if (page && db_.replica && !page->changes.empty()) db_.seen.saw(room, page->seq);
    co_return page;
  }

  /// Older pages come from the replica, where there is one that has followed the room as far as this server knows it.
  util::Task<chat::Result<chat::HistoryPage>> history(chat::RoomId room, std::optional<chat::Seq> before,
                                                      std::size_t limit) override {
    limit = std::clamp<std::size_t>(limit, 1, kMaxPage);
    auto select = [=](PgConnection& db) { return read_history(db, room, before, limit); };
    if (before && db_.replica && db_.replica->up()) {
      const chat::Seq seen = db_.seen.of(room);
      auto copy = select;
      auto page = co_await db_.replica->read<chat::HistoryPage>(std::move(copy));
      if (page && seen.value > 0 && page->seq >= seen) co_return page;
    }
    auto page = co_await db_.readers->read<chat::HistoryPage>(std::move(select));
    if (page && db_.replica) db_.seen.saw(room, page->seq);
    co_return page;
  }

  util::Task<chat::Result<chat::Message>> find(chat::MessageId id) override {
    auto select = [id](PgConnection& db) { return read_message(db, id); };
    co_return co_await db_.readers->read<chat::Message>(std::move(select));
  }

  util::Task<chat::Result<std::vector<chat::Seq>>> positions(std::vector<chat::RoomId> rooms) override {
    auto select = [&rooms](PgConnection& db) { return read_positions(db, rooms); };
    co_return co_await db_.readers->read<std::vector<chat::Seq>>(std::move(select));
  }

  util::Task<chat::Result<std::vector<chat::Message>>> search(chat::SearchQuery query) override {
    using Messages = std::vector<chat::Message>;
    auto follow = [this, &query](PgConnection& db) { return db_.search->catch_up(db, query.rooms); };
    const bool replica = db_.replica && db_.replica->up();
    auto followed = co_await db_.readers->read<util::Ok>(std::move(follow));
    // With the primary away what was indexed before is better than nothing.
    if (!followed && !replica) co_return std::move(followed).error();
    auto find = [&query](PgConnection& db) { return find_messages(db, query); };
    if (replica) {
      auto copy = find;
      auto found = co_await db_.replica->read<Messages>(std::move(copy));
      if (found) co_return found;
    }
    co_return co_await db_.readers->read<Messages>(std::move(find));
  }

  void set_listener(chat::RoomLogListener* listener) override { db_.writer->set_listener(listener); }
  void stop() override { db_.writer->stop(); }

 private:
  Database& db_;
};

}  // namespace

std::unique_ptr<chat::RoomLog> make_room_log(Database& database) {
  return std::make_unique<PostgresRoomLog>(database);
}

}  // namespace chillin::storage::postgres
