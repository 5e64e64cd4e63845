#include "chat/service_tick.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "chat/announce.h"
#include "chat/live_state.h"

namespace chillin::chat {

namespace {

util::Task<void> push_unread(Service& service, UnreadRoom room) {
  auto page = co_await service.log.history(room.id, std::nullopt, Unreads::kCounted);
  if (!page) co_return;
  // A person who reads the room on another server's device needs no badge on this one's.
  std::vector<Identity> people;
  for (const UnreadWatcher& watcher : room.watchers) people.push_back(watcher.who);
  auto elsewhere = co_await service.presence.elsewhere(room.name, std::move(people));
  for (std::size_t i = 0; i < room.watchers.size(); ++i) {
    const UnreadWatcher& watcher = room.watchers[i];
    if (elsewhere && (*elsewhere)[i]) continue;
    const auto count = std::count_if(page->messages.begin(), page->messages.end(), [&](const Message& m) {
      return m.id.seq > watcher.read_seq && !m.deleted_at && m.author_key != watcher.author_key;
    });
    if (count > 0) service.delivery.to_person(watcher.author_key, Unread{room.name, count, page->seq});
  }
}

}  // namespace

util::Task<void> service_tick(Service& service, util::SteadyTime now) {
  LiveState& live = service.live;
  live.rooms.tick(now);
  for (TypingExpired& expired : live.typists.tick(now)) {
    const std::string room = expired.room;
    service.delivery.to_room(room, Typing{std::move(expired.room), std::move(expired.user), false}, expired.socket_id);
  }
  std::vector<RoomUpdate> updates = live.room_data.tick(now);
  for (RoomUpdate& update : updates) co_await tell_room_now(service, std::move(update));
  std::vector<UnreadRoom> unread = live.unreads.due(now);
  for (UnreadRoom& room : unread) co_await push_unread(service, std::move(room));
}

}  // namespace chillin::chat
