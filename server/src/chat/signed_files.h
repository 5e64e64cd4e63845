#pragma once

#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// A request that came to an address made by BlobStore::sign(), where this server answers those. `target`: path and
/// query as sent.
struct SignedPut {
  std::string target;
  std::string content_type;
  std::string bytes;
};

/// Stores what the address permits, exactly: FORBIDDEN for an address that was changed or has expired, for another type
/// and for another length. UNAVAILABLE.
[[nodiscard]] util::Task<Status> put_signed(Service& service, SignedPut put);

/// What the address permits to read. FORBIDDEN; the caller reads `key` with BlobStore::info() and read().
[[nodiscard]] Result<GetPermit> check_signed_get(Service& service, std::string_view target);

}  // namespace chillin::chat
