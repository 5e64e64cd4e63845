#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/ports/room_log.h"
#include "chat/types.h"
#include "util/clock.h"

namespace chillin::chat {

/// A room that a device has joined.
struct JoinedRoom {
  RoomId id;
  std::string name;
  Identity who;  ///< as whom: an account always as itself; a guest under the name it gave with this join
  util::WallMillis muted_until = {};  ///< 0: not muted
  Seq read_seq = {};                  ///< how far this device has marked it as read
};

/// What a device sent lately, so that its retry needs neither the database nor a place in its rate limit.
struct RecentSend {
  RoomId room;
  std::string temp_id;
  Appended appended;
};

/// One connected device: who it is and which rooms it is in. Made at CONNECT (then start_session), ended by
/// end_session. Confined to: its connection's loop. Owner: the gateway. Use cases hold it by shared_ptr across
/// suspension, and look at `closed` before they add to it.
struct Session {
  static constexpr std::size_t kRecentSends = 4;

  std::string socket_id;
  std::string address;
  std::optional<Identity> account = {};  ///< nullopt: a guest
  std::vector<JoinedRoom> rooms = {};    ///< in order of joining; the last is the default of sendMessage
  bool closed = false;

  // Kept by the use cases.
  bool started = false;                       ///< start_session counted this device
  bool announce = false;                      ///< the account's first device: rooms hear that the person is online
  std::vector<RoomId> watched = {};           ///< rooms watched for `unread`
  std::vector<RecentSend> recent_sends = {};  ///< at most kRecentSends, oldest first

  /// Null: not in that room.
  [[nodiscard]] const JoinedRoom* joined(std::string_view room_name) const noexcept;
  [[nodiscard]] const JoinedRoom* joined(RoomId room) const noexcept;
  [[nodiscard]] JoinedRoom* joined(RoomId room) noexcept;
  [[nodiscard]] bool watches(RoomId room) const noexcept;
};

}  // namespace chillin::chat
