#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"
#include "chat/ports/blob_store.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// The path under which the gateway serves a blob: "uploads/<id>" -> "/api/uploads/<id>", "avatars/<id>" ->
/// "/api/avatars/<id>".
[[nodiscard]] std::string blob_url(std::string_view key);

/// `key`: "uploads/<id>" or "avatars/<id>"; anything else, and what is not there, is MESSAGE_NOT_FOUND (404).
/// UNAVAILABLE.
[[nodiscard]] util::Task<Result<Blob>> open_blob(Service& service, std::string key);

/// The same without the bytes.
[[nodiscard]] util::Task<Result<BlobInfo>> blob_info(Service& service, std::string key);

}  // namespace chillin::chat
