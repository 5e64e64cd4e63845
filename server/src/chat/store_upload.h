#pragma once

#include <cstddef>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

inline constexpr std::size_t kMaxUploadBytes = 10 * 1024 * 1024;

struct StoreUpload {
  Account account;
  std::string name;  ///< as the client calls the file; only its last part is kept, at most 100 code points
  std::string bytes;
};

/// Keeps a file for a message to carry; its content type is read from its bytes, never taken from the client. The id is
/// unguessable: who has it may read the file. INVALID_PAYLOAD (field file: empty or too large), RATE_LIMITED,
/// UNAVAILABLE.
[[nodiscard]] util::Task<Result<Attachment>> store_upload(Service& service, StoreUpload command);

}  // namespace chillin::chat
