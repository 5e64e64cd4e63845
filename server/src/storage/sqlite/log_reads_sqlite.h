#pragma once

#include <optional>

#include "chat/ports/room_log.h"
#include "storage/sqlite/connection_sqlite.h"

namespace chillin::storage {

inline constexpr std::size_t kMaxPage = 500;

// Each is one read transaction (the caller's): rows and seq belong together. `limit` is at least 1.
[[nodiscard]] chat::Result<chat::SyncPage> read_sync(SqliteConnection& db, chat::RoomId room, chat::Seq last,
                                                     std::size_t limit);
[[nodiscard]] chat::Result<chat::HistoryPage> read_history(SqliteConnection& db, chat::RoomId room,
                                                           std::optional<chat::Seq> before, std::size_t limit);
[[nodiscard]] chat::Result<chat::Message> read_message(SqliteConnection& db, chat::MessageId id);

}  // namespace chillin::storage
