#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chat/ports/bus.h"
#include "chat/room_data_throttle.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

/// Sends a room its notices and then its roomData.
void tell_room(Service& service, const RoomUpdate& update, RoomSnapshot snapshot);
/// The same with the snapshot as it is now; nothing if presence is away.
[[nodiscard]] util::Task<void> tell_room_now(Service& service, RoomUpdate update);

/// Tells the others in a room that somebody stopped typing, if so.
void stop_typing(Service& service, const JoinedRoom& room, const std::string& socket_id);

/// The part of leaving that leave_room and end_session share: typing ends, presence forgets the device, the others are
/// told. The caller has taken the room out of the session already.
[[nodiscard]] util::Task<void> depart(Service& service, std::shared_ptr<Session> session, JoinedRoom room);

/// Tells the people of this server that somebody came to a room or went, at once or when it is time.
void note_member_change(Service& service, const MemberChange& change);
/// The same on every server.
void tell_member_change(Service& service, const MemberChange& change);
/// The list of a room was made anew: people of every server get it again.
void refresh_room(Service& service, const std::string& room);

/// Tells a room of at most kSmallRoom people about a person.
[[nodiscard]] util::Task<void> tell_presence(Service& service, PresenceChange change, std::string except_socket);

}  // namespace chillin::chat
