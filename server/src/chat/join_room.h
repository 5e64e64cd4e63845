#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"
#include "util/unique_function.h"

namespace chillin::chat {

struct JoinRoom {
  std::string name;  ///< as typed; 1-20 code points once normalised; of an account's session it is ignored
  std::string room;  ///< as typed; 1-30 code points once normalised
  std::string password;
  std::optional<Seq> last_seq;  ///< the device has everything up to here: it gets a sync page in place of the history
  bool with_history = true;     ///< false: the caller has the room's newest messages itself, `history` stays empty

  /// Called at most once, on the session's loop, when the session is in the room and before any message is read: who
  /// subscribes the device to the room here misses no event between page and pushes. May be empty. Not called when
  /// `already_in`. Should join_room fail after it, the session is not in the room: unsubscribe the device.
  util::UniqueFunction<void(const JoinedRoom&)> entered = {};
};

/// What the newcomer is told.
struct JoinedRoomView {
  Room room;
  Identity who;
  RoomSnapshot snapshot;                    ///< for its own roomData, at once
  std::optional<HistoryPage> history = {};  ///< with_history and no last_seq
  std::optional<SyncPage> sync = {};        ///< with last_seq
  std::string welcome = {};                 ///< the notice to the newcomer; empty when already_in
  bool first_device = false;                ///< the person was not in the room before
  bool already_in = false;                  ///< this device was; nothing changed but the default room
};

/// Enters a room, which is created (public) if there is none of that name: the earlier version did so. Everyone else
/// learns of it through the RoomDataThrottle; the caller sends history, welcome and roomData to the newcomer.
/// - An account is in the room as itself and becomes a member by its first join; a private room asks it for the
///   password until it is one, a guest each time.
/// - A guest that is in the room under another name has to leave it first.
/// INVALID_PAYLOAD (field name or room), NAME_TAKEN (somebody in the room, or an account, has the name), BANNED,
/// ROOM_PASSWORD_REQUIRED, ROOM_PASSWORD_WRONG, AUTH_REQUIRED (guests not allowed), FORBIDDEN (max_rooms_per_socket
/// reached; field name: in the room under another name), RATE_LIMITED (joins of a device, rooms created by an address,
/// wrong passwords from an address), UNAVAILABLE.
[[nodiscard]] util::Task<Result<JoinedRoomView>> join_room(Service& service, std::shared_ptr<Session> session,
                                                           JoinRoom command);

}  // namespace chillin::chat
