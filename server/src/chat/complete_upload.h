#pragma once

#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// Takes over what was put by request_upload()'s ticket: it moves to where the ticket cannot change it any more, and
/// its type is read from its bytes. Again for one that is complete: the same answer. MESSAGE_NOT_FOUND (no such upload
/// of this account), INVALID_PAYLOAD (field id: its bytes have not arrived, or are not as many as were announced),
/// RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Attachment>> complete_upload(Service& service, Account account, std::string id);

}  // namespace chillin::chat
