#pragma once

#include <cstdint>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

struct RequestUpload {
  Account account;
  std::string name;          ///< as in StoreUpload
  std::string content_type;  ///< what the client takes it for: it is sent with the bytes, and believed in nothing else
  std::int64_t size = 0;     ///< bytes, exactly
};

/// Where a file may be put, and how; then complete_upload().
struct UploadTicket {
  std::string id;
  SignedRequest request;  ///< for 15 minutes
};

/// Begins an upload whose bytes go where the store wants them. INVALID_PAYLOAD (field type or size), FORBIDDEN (field
/// size), RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<UploadTicket>> request_upload(Service& service, RequestUpload command);

}  // namespace chillin::chat
