#pragma once

#include <cstdint>
#include <string>

#include "chat/ports/password_hasher.h"

namespace chillin::test {

/// Hashes that cost nothing: "new:<password>", and "old:<password>" for what is to be replaced. The real ones are
/// tested with auth; the chat must only use them rightly.
class FakeHasher final : public chat::PasswordHasher {
 public:
  util::Task<chat::Result<std::string>> hash(std::string password) override {
    ++hashes;
    if (full) co_return chat::refuse(chat::ErrorCode::kUnavailable);
    co_return "new:" + password;
  }
  util::Task<chat::Result<chat::PasswordCheck>> verify(std::string password, std::string stored) override {
    ++checks;
    if (full) co_return chat::refuse(chat::ErrorCode::kUnavailable);
    const bool old = stored == "old:" + password;
    co_return chat::PasswordCheck{old || stored == "new:" + password, old};
  }

  std::int64_t hashes = 0;
  std::int64_t checks = 0;
  bool full = false;
};

}  // namespace chillin::test
