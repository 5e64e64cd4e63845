#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/error.h"
#include "chat/ports/room_log.h"
#include "storage/common/queued_op.h"
#include "storage/sqlite/connection_sqlite.h"
#include "util/unique_function.h"

namespace chillin::storage {

/// What the writer knows of a room: the truth, because it is the only one who changes it.
struct RoomCounter {
  chat::RoomId id;
  std::string name;
  chat::Seq seq;         ///< of the last change, those of the open transaction included
  bool touched = false;  ///< seq moved in the open transaction
};

/// The open transaction, as the operations of a batch see it. Confined to: the writer thread.
class WriteContext {
 public:
  explicit WriteContext(SqliteConnection db) : db_(std::move(db)) {}

  [[nodiscard]] SqliteConnection& db() noexcept { return db_; }

  /// kRoomNotFound if there is none. The pointer is valid until the end of the batch.
  [[nodiscard]] chat::Result<RoomCounter*> room(chat::RoomId id);
  /// Takes the room's next seq for a change that was written under it.
  void take_seq(RoomCounter& room);
  /// Tells of a committed change, after the commit.
  void add_event(chat::RoomEvent event) { events_.push_back(std::move(event)); }
  /// Runs after the commit and before anybody hears of it: where caches are brought up to date.
  void after_commit(util::UniqueFunction<void()> effect) { effects_.push_back(std::move(effect)); }

  /// The answer to a statement that failed. A conflict concerns its request alone; anything else (disk full, I/O,
  /// damage) ends the batch: it is rolled back, and everybody in it hears kUnavailable.
  [[nodiscard]] chat::Error failed(util::Error error);
  [[nodiscard]] const std::optional<util::Error>& fatal() const noexcept { return fatal_; }

 private:
  friend class Writer;

  SqliteConnection db_;
  std::unordered_map<std::int64_t, RoomCounter> rooms_;
  std::vector<RoomCounter*> touched_;
  std::vector<chat::RoomEvent> events_;
  std::vector<util::UniqueFunction<void()>> effects_;
  std::optional<util::Error> fatal_;
};

using WriteOp = QueuedOp<WriteContext>;

}  // namespace chillin::storage
