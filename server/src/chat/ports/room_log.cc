#include "chat/ports/room_log.h"

namespace chillin::chat {

util::Task<Result<std::vector<Seq>>> RoomLog::positions(std::vector<RoomId> rooms) {
  std::vector<Seq> seqs;
  seqs.reserve(rooms.size());
  for (const RoomId room : rooms) {
    auto newest = co_await history(room, std::nullopt, 1);
    if (!newest && newest.error().code != ErrorCode::kRoomNotFound) co_return std::move(newest).error();
    seqs.push_back(newest ? newest->seq : Seq{});
  }
  co_return seqs;
}

}  // namespace chillin::chat
