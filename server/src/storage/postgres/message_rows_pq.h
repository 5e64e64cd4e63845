#pragma once

#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/types.h"
#include "storage/postgres/connection_pq.h"

namespace chillin::storage::postgres {

/// Columns of `messages m` as read_row() expects them, the reactions among them: a JSON array of [emoji, username] in
/// the order in which people reacted, NULL for a message that can have none (a reaction is a change). A macro, so that
/// statements are constants.
#define CHILLIN_PG_MESSAGE_COLUMNS                                                                              \
  "m.seq, m.author_key, m.username, m.text, m.temp_id, m.created_at, m.change_seq, m.edited_at, m.deleted_at, " \
  "m.reply_to, m.thread_root, m.attachments, CASE WHEN m.change_seq IS NOT NULL AND m.deleted_at IS NULL THEN " \
  "(SELECT json_agg(json_build_array(x.emoji, x.username) ORDER BY x.change_seq) FROM reactions x "             \
  "WHERE x.room_id = m.room_id AND x.message_seq = m.seq) END"

/// The message of a row whose message columns begin at `first`.
[[nodiscard]] chat::Message read_row(const Rows& rows, int row, int first, chat::RoomId room,
                                     const std::string& room_name);

}  // namespace chillin::storage::postgres
