#pragma once

#include <string>

#include "chat/service.h"
#include "chat/signed_in.h"
#include "util/task.h"

namespace chillin::chat {

struct RegisterAccount {
  std::string username;  ///< as typed; 3-20 code points once normalised
  std::string email;     ///< empty: none
  std::string password;  ///< at least 6 code points, at most 1024 bytes
  std::string address;   ///< the client's, for the rate limit
};

/// Makes an account and signs it in. INVALID_PAYLOAD (field username, email or password), NAME_TAKEN (`admin` is always
/// taken), RATE_LIMITED (settings.auth_rate per address and per name), UNAVAILABLE.
[[nodiscard]] util::Task<Result<SignedIn>> register_account(Service& service, RegisterAccount command);

}  // namespace chillin::chat
