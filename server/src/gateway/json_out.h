#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"
#include "chat/ports/delivery.h"
#include "chat/ports/room_log.h"
#include "chat/types.h"
#include "util/json_writer.h"

namespace chillin::gateway {

// The wire shapes of contract.md. Each appends one JSON value to `out`. Pure, thread-safe.

/// A message object; `temp_id` (empty: none) only where the reader is its author.
void append_message(std::string& out, const chat::Message& message, std::string_view temp_id = {});

/// `[{ emoji, users }]`, in the order in which people reacted.
void append_reactions(std::string& out, const std::vector<chat::Reaction>& reactions);

/// `{ username, email, avatar, createdAt }`; never a password or hash.
void append_user(std::string& out, const chat::Account& account);

/// `{ name, description, creator, isPrivate, memberCount, createdAt }`.
void append_room(std::string& out, const chat::Room& room);

/// `{ code, retryAfterMs?, field? }`.
void append_error_result(std::string& out, const chat::Error& error);

/// The arguments of an acknowledgement that refuses: `["sentence", { code, ... }]`.
[[nodiscard]] std::string refusal_args(const chat::Error& error);
/// `[null, <result_json>]`.
[[nodiscard]] std::string success_args(std::string_view result_json);

/// A named event with the JSON of its one argument.
struct WireEvent {
  std::string_view name;
  std::string args;
};

/// The event that tells a room of a committed change. `temp_id`: as for append_message; created messages only.
[[nodiscard]] WireEvent wire_event(const chat::RoomEvent& event, std::string_view temp_id = {});

/// The event of a push that is not stored. `now` is the timestamp of notices.
[[nodiscard]] WireEvent wire_event(const chat::Push& push, util::WallMillis now);

}  // namespace chillin::gateway
