#pragma once

#include <optional>
#include <vector>

#include "chat/ports/room_log.h"
#include "storage/postgres/connection_pq.h"

namespace chillin::storage::postgres {

inline constexpr std::size_t kMaxPage = 500;

// Each is one statement, so rows and seq are of one snapshot. `limit` is at least 1.
[[nodiscard]] chat::Result<chat::SyncPage> read_sync(PgConnection& db, chat::RoomId room, chat::Seq last,
                                                     std::size_t limit);
[[nodiscard]] chat::Result<chat::HistoryPage> read_history(PgConnection& db, chat::RoomId room,
                                                           std::optional<chat::Seq> before, std::size_t limit);
[[nodiscard]] chat::Result<chat::Message> read_message(PgConnection& db, chat::MessageId id);

/// The seq of each room, in the order of `rooms`; 0 for one that is not there.
[[nodiscard]] chat::Result<std::vector<chat::Seq>> read_positions(PgConnection& db,
                                                                  const std::vector<chat::RoomId>& rooms);

/// Statement of read_message(): room name and message columns of message ($1, $2); no row if there is none.
extern const char* const kSelectMessage;

}  // namespace chillin::storage::postgres
