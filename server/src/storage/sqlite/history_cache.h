#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "chat/ports/room_log.h"

namespace chillin::storage {

/// The newest messages of the rooms that people join, so that the thousandth join reads no database. Exact by the same
/// property that clients rely on: a snapshot plus the events after it equals a fresh snapshot. A room enters it in
/// three steps: begin_fill(), a snapshot read, end_fill(); events that are committed meanwhile are applied on top.
/// Least recently used rooms go first. Thread-safe.
class HistoryCache {
 public:
  /// Messages kept of a room.
  static constexpr std::size_t kTail = 200;

  explicit HistoryCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// nullopt: not known here, read the database. `limit` is at least 1.
  [[nodiscard]] std::optional<chat::HistoryPage> history(chat::RoomId room, std::optional<chat::Seq> before,
                                                         std::size_t limit);
  [[nodiscard]] std::optional<chat::Message> find(chat::MessageId id);
  [[nodiscard]] std::optional<chat::SyncPage> sync(chat::RoomId room, chat::Seq last, std::size_t limit);

  /// Which begin_fill() an end_fill() belongs to; 0: none.
  using Fill = std::uint64_t;
  /// Call before the snapshot is taken. 0: the room is here or on its way. Else end_fill() or cancel_fill() must
  /// follow.
  [[nodiscard]] Fill begin_fill(chat::RoomId room);
  /// `newest`: up to kTail newest messages, read after begin_fill().
  void end_fill(chat::RoomId room, Fill fill, const chat::HistoryPage& newest);
  void cancel_fill(chat::RoomId room, Fill fill);

  /// Committed events of all rooms, in commit order, before anybody is told of them. On the writer thread.
  void apply(std::span<const chat::RoomEvent> events);

  [[nodiscard]] std::size_t bytes() const;

 private:
  using MessagePtr = std::shared_ptr<const chat::Message>;
  struct Room {
    Fill fill = 0;                         // being filled; 0: ready
    std::vector<chat::RoomEvent> pending;  // committed while filling
    std::deque<MessagePtr> tail;           // oldest first, without a hole between
    bool from_start = false;               // tail holds every message of the room
    chat::Seq seq;
    // Changes up to here may lie outside the tail; everything that changed later is in it.
    chat::Seq floor;
    std::size_t bytes = 0;
    std::list<std::int64_t>::iterator used;
  };
  using Rooms = std::unordered_map<std::int64_t, Room>;

  Room* ready(chat::RoomId room);
  Rooms::iterator filling(chat::RoomId room, Fill fill);
  void apply_one(Room& room, const chat::RoomEvent& event, MessagePtr message);
  void add(Room& room, MessagePtr message);
  void resize(Room& room, std::size_t before, std::size_t after);
  void drop(Rooms::iterator room);
  void shrink();

  const std::size_t max_bytes_;
  mutable std::mutex mutex_;  // guards all below
  Rooms rooms_;
  std::list<std::int64_t> used_;  // most recently used first
  std::size_t bytes_ = 0;
  Fill fills_ = 0;
};

}  // namespace chillin::storage
