#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// At least 6 code points of UTF-8 and at most 1024 bytes, else INVALID_PAYLOAD. A password is kept as typed: old
/// hashes were made of the bytes.
[[nodiscard]] Status check_new_password(std::string_view password, std::string_view field);

/// Empty, or something@something of at most 254 bytes without white space, else INVALID_PAYLOAD (field email). Whether
/// mail arrives there is not asked.
[[nodiscard]] Status check_email(std::string_view email);

/// Whether the password fits, and the hash to store in place of an old one.
struct CheckedPassword {
  bool matches = false;
  std::string new_hash;  ///< empty: keep the old one (also when hashing anew failed: there is a next login)
};

/// `hash` empty: costs the same and never matches. UNAVAILABLE when too many wait.
[[nodiscard]] util::Task<Result<CheckedPassword>> check_password(Service& service, std::string password,
                                                                 std::string hash);

}  // namespace chillin::chat
