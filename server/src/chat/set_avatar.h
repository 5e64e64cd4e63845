#pragma once

#include <cstddef>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

inline constexpr std::size_t kMaxAvatarBytes = 2 * 1024 * 1024;

/// Stores a picture (PNG, JPEG, GIF or WebP by its bytes) as the account's avatar and removes the one before; the URL
/// is blob_url() of its key. INVALID_PAYLOAD (field avatar: no picture, or too large), RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Account>> set_avatar(Service& service, Account account, std::string bytes);

}  // namespace chillin::chat
