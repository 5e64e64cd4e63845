#pragma once

#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// Gives uploads to a message that is about to be stored: complete ones of the message's author that went with no
/// other. A file is in one message only, so that who may read it is clear, and deleting the message deletes it.
/// `send_key`: see UploadStore::attach. INVALID_PAYLOAD (field attachments), UNAVAILABLE.
[[nodiscard]] util::Task<Result<std::vector<Attachment>>> attach_uploads(Service& service, Identity author, RoomId room,
                                                                         std::vector<std::string> ids,
                                                                         std::string send_key);

/// Removes the files of a message that was deleted, at the next sweep; nobody can read them from now on.
[[nodiscard]] util::Task<Status> discard_uploads(Service& service, std::vector<Attachment> attachments);

}  // namespace chillin::chat
