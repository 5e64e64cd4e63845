#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/error.h"
#include "chat/ports/bus.h"
#include "chat/ports/room_log.h"
#include "gateway/room_feed.h"
#include "util/task.h"

namespace chillin::gateway {

/// A change with the room it belongs to, rendered once for the feeds of all loops.
struct RoomFeedEvent {
  std::string room;
  FeedEvent event;
};

/// The feeds of the rooms in which one loop has members.
/// Confined to: that loop. Owner: SocketDelivery.
class RoomFeeds {
 public:
  RoomFeeds(chat::RoomLog& log, chat::Bus& bus, std::size_t history) : log_(log), bus_(bus), history_(history) {}

  /// Follows the room on behalf of one device until release(); resumes once the feed is live (at once if it is). On an
  /// error nothing is held. `id` is the room's.
  util::Task<chat::Result<const RoomFeed*>> hold(std::string room, chat::RoomId id);
  /// The feed of a held room; null if nobody holds it. Not live while a hole is being filled.
  [[nodiscard]] const RoomFeed* find(const std::string& room) const;
  void release(const std::string& room);

  /// Advances the feeds; rooms that nobody here holds are passed over.
  void apply(std::span<const RoomFeedEvent> events);

  [[nodiscard]] std::size_t size() const noexcept { return rooms_.size(); }

 private:
  struct Entry {
    explicit Entry(std::size_t capacity) : feed(capacity) {}
    RoomFeed feed;
    chat::RoomId id;
    std::size_t holders = 0;
    bool following = false;  ///< on the bus
    bool ready = false;      ///< this loop has been told of all that the first snapshot holds
    bool loading = false;
    std::vector<util::Completion<chat::Status>> waiting;
  };
  using EntryPtr = std::shared_ptr<Entry>;

  util::Task<void> load(std::string room, EntryPtr entry);

  chat::RoomLog& log_;
  chat::Bus& bus_;
  std::size_t history_;
  std::unordered_map<std::string, EntryPtr> rooms_;
};

/// Renders a message for the feeds.
[[nodiscard]] std::shared_ptr<const Rendered> render_message(const chat::Message& message);

}  // namespace chillin::gateway
