#pragma once

#include <optional>
#include <string>

#include "chat/ports/room_log.h"
#include "storage/sqlite/write_context_sqlite.h"

namespace chillin::storage {

/// Appends within the open transaction; takes what it needs out of `message`.
[[nodiscard]] chat::Result<chat::Appended> append_message(WriteContext& context, chat::NewMessage& message);

/// Edits, deletes or reacts within the open transaction. Deleting takes away text, attachments, reactions and edit
/// history.
[[nodiscard]] chat::Result<chat::Changed> change_message(WriteContext& context, chat::NewChange& change);

}  // namespace chillin::storage
