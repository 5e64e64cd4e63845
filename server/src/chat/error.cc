#include "chat/error.h"

#include <array>

namespace chillin::chat {

namespace {

struct Entry {
  std::string_view name;
  std::string_view sentence;
};

constexpr std::array<Entry, 17> kCodes = {{
    {"AUTH_FAILED", "The name or password is wrong, or the session has expired."},
    {"AUTH_REQUIRED", "Sign in first."},
    {"FORBIDDEN", "You may not do that."},
    {"ROOM_NOT_FOUND", "There is no such room."},
    {"ROOM_PASSWORD_REQUIRED", "This room needs a password."},
    {"ROOM_PASSWORD_WRONG", "The room's password is wrong."},
    {"NAME_TAKEN", "That name is taken."},
    {"NOT_IN_ROOM", "Join the room first."},
    {"BANNED", "You are banned from this room."},
    {"MUTED", "You are muted in this room."},
    {"MESSAGE_EMPTY", "The message is empty."},
    {"MESSAGE_TOO_LONG", "The message is too long."},
    {"MESSAGE_NOT_FOUND", "There is no such message."},
    {"RATE_LIMITED", "Too many at once. Wait a moment."},
    {"INVALID_PAYLOAD", "The request is malformed."},
    {"UNAVAILABLE", "The server cannot store this right now. Try again soon."},
    {"INTERNAL", "Something went wrong on the server."},
}};

}  // namespace

std::string_view code_name(ErrorCode code) noexcept {
  return kCodes[static_cast<std::size_t>(code)].name;
}

Error refuse(ErrorCode code) {
  return Error{code, std::string(kCodes[static_cast<std::size_t>(code)].sentence)};
}

Error refuse(ErrorCode code, std::string message, std::string field) {
  return Error{code, std::move(message), -1, std::move(field)};
}

}  // namespace chillin::chat
