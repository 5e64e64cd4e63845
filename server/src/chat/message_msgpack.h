#pragma once

#include <optional>
#include <string>

#include "chat/types.h"
#include "util/msgpack.h"

namespace chillin::chat {

/// Appends a message as MessagePack, with all that servers know of it (who wrote it, its tempId): for other servers and
/// for caches, never for clients. An array, so that a later version can append to it.
void append_msgpack(std::string& out, const Message& message);

/// What append_msgpack wrote; nullopt: it is none, or has a text that is not UTF-8.
[[nodiscard]] std::optional<Message> read_message(util::MsgpackReader& reader);

}  // namespace chillin::chat
