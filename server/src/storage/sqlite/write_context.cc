#include "storage/sqlite/write_context_sqlite.h"

namespace chillin::storage {

chat::Result<RoomCounter*> WriteContext::room(chat::RoomId id) {
  if (const auto found = rooms_.find(id.value); found != rooms_.end()) return &found->second;
  Query query(db_, "SELECT name, seq FROM rooms WHERE id = ?");
  if (!query.bind(id.value).row()) {
    if (query.failed()) return failed(query.error("reading a room"));
    return chat::refuse(chat::ErrorCode::kRoomNotFound);
  }
  RoomCounter counter{id, query.string(0), chat::Seq{query.integer(1)}};
  return &rooms_.emplace(id.value, std::move(counter)).first->second;
}

void WriteContext::take_seq(RoomCounter& room) {
  ++room.seq.value;
  if (room.touched) return;
  room.touched = true;
  touched_.push_back(&room);
}

chat::Error WriteContext::failed(util::Error error) {
  if (error.code == util::Error::Code::kConflict) return chat::refuse(chat::ErrorCode::kInternal);
  if (error.code == util::Error::Code::kTooLarge) return chat::refuse(chat::ErrorCode::kMessageTooLong);
  if (!fatal_) fatal_ = std::move(error);
  return chat::refuse(chat::ErrorCode::kUnavailable);
}

}  // namespace chillin::storage
