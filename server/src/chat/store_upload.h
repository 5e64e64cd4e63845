#pragma once

#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

struct StoreUpload {
  Account account;
  std::string name;  ///< as the client calls the file; only its last part is kept, at most 100 code points
  std::string bytes;
};

/// Keeps a file that came through this server, for a message to carry; its content type is read from its bytes, never
/// taken from the client. INVALID_PAYLOAD (field file: empty or larger than settings.max_upload_bytes), FORBIDDEN
/// (field size: the account's files take all the space that it has), RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Attachment>> store_upload(Service& service, StoreUpload command);

}  // namespace chillin::chat
