#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

// Names as they are kept: util::normalize_name, lengths in code points. `field` is what INVALID_PAYLOAD names.

/// 3-20 code points.
[[nodiscard]] Result<std::string> account_name(std::string_view typed, std::string_view field);
/// 1-20 code points.
[[nodiscard]] Result<std::string> guest_name_form(std::string_view typed, std::string_view field);
/// 1-30 code points.
[[nodiscard]] Result<std::string> room_name(std::string_view typed, std::string_view field);

/// `admin` speaks the notices and belongs to nobody. `name` is normalised; joiners that nobody sees do not make it
/// another.
[[nodiscard]] bool is_reserved_name(std::string_view name);

/// The name a guest may go under. AUTH_REQUIRED (guests are not allowed), INVALID_PAYLOAD, NAME_TAKEN (reserved, or an
/// account's), UNAVAILABLE.
[[nodiscard]] util::Task<Result<std::string>> guest_name(Service& service, std::string typed, std::string field);

}  // namespace chillin::chat
