#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/types.h"

namespace chillin::chat {

/// A room that a device has joined.
struct JoinedRoom {
  RoomId id;
  std::string name;
  Identity who;  ///< as whom: an account always as itself; a guest under the name it gave with this join
};

/// One connected device: who it is and which rooms it is in. Made at CONNECT, ended at disconnect.
/// Confined to: its connection's loop. Owner: the gateway. Use cases hold it by shared_ptr across suspension, and look at
/// `closed` before they add to it.
struct Session {
  std::string socket_id;
  std::string address;
  std::optional<Identity> account;  ///< nullopt: a guest
  std::vector<JoinedRoom> rooms;    ///< in order of joining; the last is the default of sendMessage
  bool closed = false;

  [[nodiscard]] const JoinedRoom* joined(std::string_view room_name) const noexcept;
  [[nodiscard]] const JoinedRoom* joined(RoomId room) const noexcept;
};

}  // namespace chillin::chat
