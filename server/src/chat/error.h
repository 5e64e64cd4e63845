#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "util/result.h"

namespace chillin::chat {

/// The codes of the wire contract, for acknowledgements and REST alike.
enum class ErrorCode {
  kAuthFailed,
  kAuthRequired,
  kForbidden,
  kRoomNotFound,
  kRoomPasswordRequired,
  kRoomPasswordWrong,
  kNameTaken,
  kNotInRoom,
  kBanned,
  kMuted,
  kMessageEmpty,
  kMessageTooLong,
  kMessageNotFound,
  kRateLimited,
  kInvalidPayload,
  kUnavailable,  ///< the database is away: keep it queued and retry
  kInternal,
};

/// "AUTH_FAILED", ...
[[nodiscard]] std::string_view code_name(ErrorCode code) noexcept;

/// A refusal: one sentence for a person, a code for a program.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::int64_t retry_after_ms = -1;  ///< -1: says nothing
  std::string field = {};            ///< the field of the payload that is wrong, or empty
};

template <class T>
using Result = util::Result<T, Error>;
using Status = util::Result<util::Ok, Error>;

/// A refusal with the code's usual sentence.
[[nodiscard]] Error refuse(ErrorCode code);
[[nodiscard]] Error refuse(ErrorCode code, std::string message, std::string field = {});

}  // namespace chillin::chat
