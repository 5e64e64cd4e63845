#pragma once

#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// nullopt: leave as it is.
struct ProfileUpdate {
  std::optional<std::string> email;        ///< empty: none
  std::optional<std::string> avatar;       ///< an https URL, a path of this server, or empty: none
  std::optional<std::string> status_text;  ///< at most 100 code points
  std::optional<std::string> password;     ///< the new one; needs current_password
  std::string current_password;
  std::string token;    ///< of this session: a new password ends all others
  std::string address;  ///< the client's, for the rate limit of wrong passwords
};

/// INVALID_PAYLOAD (field email, avatar, statusText, password or currentPassword), FORBIDDEN (field currentPassword: it
/// is wrong), RATE_LIMITED, UNAVAILABLE. Nothing changes on an error.
[[nodiscard]] util::Task<Result<Account>> update_profile(Service& service, Account account, ProfileUpdate update);

}  // namespace chillin::chat
