#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/error.h"
#include "chat/types.h"
#include "storage/sqlite/connection_sqlite.h"

namespace chillin::storage {

/// Columns of `messages` as read_row() expects them. A macro, so that statements are constants.
#define CHILLIN_MESSAGE_COLUMNS                                                                                      \
  "seq, author_key, username, text, temp_id, created_at, change_seq, edited_at, deleted_at, reply_to, thread_root, " \
  "attachments"

/// The message of the current row, without its reactions.
[[nodiscard]] chat::Message read_row(const Query& row, chat::RoomId room, const std::string& room_name);

/// Reads the reactions of those messages that can have some. False on failure (see db.error()).
[[nodiscard]] bool read_reactions(SqliteConnection& db, std::vector<chat::Message>& messages);
[[nodiscard]] bool read_reactions(SqliteConnection& db, chat::Message& message);

struct RoomHead {
  std::string name;
  chat::Seq seq;
};
/// kRoomNotFound if there is none.
[[nodiscard]] chat::Result<RoomHead> read_room_head(SqliteConnection& db, chat::RoomId room);

}  // namespace chillin::storage
