#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "redis/once.h"
#include "util/result.h"

namespace chillin::redis {

/// What Redis answered (RESP2). A value.
struct Reply {
  enum class Kind : std::uint8_t { kNil, kInteger, kText, kStatus, kError, kArray };
  Kind kind = Kind::kNil;
  std::int64_t integer = 0;
  std::string text;  ///< kText: bytes; kStatus: "OK"; kError: "WRONGTYPE Operation ..."
  std::vector<Reply> elements;

  [[nodiscard]] bool nil() const noexcept { return kind == Kind::kNil; }
  [[nodiscard]] bool is_integer() const noexcept { return kind == Kind::kInteger; }
  [[nodiscard]] bool is_text() const noexcept { return kind == Kind::kText || kind == Kind::kStatus; }
  [[nodiscard]] bool is_array() const noexcept { return kind == Kind::kArray; }
  [[nodiscard]] bool is_error() const noexcept { return kind == Kind::kError; }
  /// An error reply whose first word is `code`: "NOSCRIPT", "READONLY".
  [[nodiscard]] bool is_error(const std::string& code) const noexcept {
    return is_error() && text.starts_with(code) && (text.size() == code.size() || text[code.size()] == ' ');
  }
};

using ReplyOr = util::Result<Reply>;

/// "Redis is away": temporary; whoever gets it goes on without Redis.
[[nodiscard]] inline util::Error away(std::string why) {
  return {util::Error::Code::kUnavailable, std::move(why), true};
}
[[nodiscard]] inline ReplyOr dropped_reply() {
  return away("Redis is away");
}

/// Where an answer goes; on the Redis loop, exactly once.
using Answer = Once<ReplyOr, dropped_reply>;

}  // namespace chillin::redis
