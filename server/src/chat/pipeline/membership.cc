#include "chat/pipeline/membership.h"

#include "util/text.h"

namespace chillin::chat::pipeline {

Result<const JoinedRoom*> room_of(const Session& session, std::string_view room) {
  if (session.rooms.empty()) return refuse(ErrorCode::kNotInRoom);
  if (room.empty()) return &session.rooms.back();
  // A client that was told the room's name sends it back as it is; only what a person typed needs normalising.
  const JoinedRoom* joined = session.joined(room);
  if (joined == nullptr) {
    const auto name = util::normalize_name(room);
    if (name) joined = session.joined(*name);
  }
  if (joined == nullptr) return refuse(ErrorCode::kNotInRoom);
  return joined;
}

Result<const JoinedRoom*> room_of(const Session& session, RoomId room) {
  const JoinedRoom* joined = session.joined(room);
  if (joined == nullptr) return refuse(ErrorCode::kNotInRoom);
  return joined;
}

}  // namespace chillin::chat::pipeline
