#pragma once

#include <string>

#include "chat/types.h"

namespace chillin::chat {

/// What registration and login answer.
struct SignedIn {
  Account account;
  std::string token;  ///< 43 characters, base64url; valid 24 h, renewed by use
};

}  // namespace chillin::chat
