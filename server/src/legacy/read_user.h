#pragma once

#include "chat/ports/stores.h"
#include "legacy/fields.h"

namespace chillin::legacy {

/// An account of users.json. Its name must be one (of up to 20 characters; short ones could be had in the earlier
/// version) and its password a SHA-256 or bcrypt hash, which is kept as it is. An e-mail or avatar that today nobody
/// could enter is left empty, and noted.
[[nodiscard]] Reading<Read<chat::NewAccount>> read_user(const Record& record);

}  // namespace chillin::legacy
