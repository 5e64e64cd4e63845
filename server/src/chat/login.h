#pragma once

#include <string>

#include "chat/service.h"
#include "chat/signed_in.h"
#include "util/task.h"

namespace chillin::chat {

struct Login {
  std::string username;
  std::string password;
  std::string address;  ///< the client's, for the rate limit
};

/// AUTH_FAILED with one sentence and at one cost, whether the name is unknown or the password wrong. An old hash is
/// replaced by the way. RATE_LIMITED (settings.auth_rate per address and per name), UNAVAILABLE (also: too many logins
/// waiting).
[[nodiscard]] util::Task<Result<SignedIn>> login(Service& service, Login command);

}  // namespace chillin::chat
