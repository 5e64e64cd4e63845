#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

struct SendMessage {
  std::string text;                      ///< as typed; may be blank only beside attachments
  std::string temp_id;                   ///< at most 64 code points; empty: no deduplication
  std::string room;                      ///< as typed; empty: the room joined last
  std::optional<MessageId> reply_to;     ///< a message of the same room
  std::optional<MessageId> thread_root;  ///< a message of the same room
  std::vector<std::string> attachments;  ///< ids of the author's complete uploads, at most 10
};

/// `messageConfirmed`: the message is durable. Its seq is `appended.id.seq`.
struct Sent {
  Appended appended;
  std::string room;  ///< name
};

/// Runs the four stages of pipeline/, appends to the room log, and returns when that has committed; the room is told by
/// the Fanout. A second send with the same (room, author, tempId) is answered with the first's id. AUTH_REQUIRED,
/// NOT_IN_ROOM, MUTED, MESSAGE_EMPTY, MESSAGE_TOO_LONG, INVALID_PAYLOAD (field text, tempId, replyTo, threadRoot or
/// attachments), RATE_LIMITED (with retryAfterMs; the client keeps it queued), UNAVAILABLE (likewise), ROOM_NOT_FOUND.
[[nodiscard]] util::Task<Result<Sent>> send_message(Service& service, std::shared_ptr<Session> session,
                                                    SendMessage command);

}  // namespace chillin::chat
