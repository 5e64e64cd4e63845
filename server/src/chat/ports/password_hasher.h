#pragma once

#include <string>

#include "chat/error.h"
#include "util/task.h"

namespace chillin::chat {

struct PasswordCheck {
  bool matches = false;
  bool needs_rehash = false;  ///< an old hash (SHA-256 hex, bcrypt) or old parameters: replace it
};

/// Hashes and checks passwords on threads of its own, behind a bounded queue: a flood of logins waits there and nowhere
/// else. Thread-safe; tasks resume on the caller's executor. kUnavailable when the queue is full.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  virtual util::Task<Result<std::string>> hash(std::string password) = 0;
  /// `hash` empty: there is no such account; costs as much as a real check and never matches.
  virtual util::Task<Result<PasswordCheck>> verify(std::string password, std::string hash) = 0;
};

}  // namespace chillin::chat
