#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "chat/types.h"
#include "util/clock.h"

namespace chillin::chat {

/// A connected member that is not in the room.
struct UnreadWatcher {
  std::string author_key;
  Seq read_seq;
};

/// A room with news and those who are to hear of them.
struct UnreadRoom {
  RoomId id;
  std::string name;
  std::vector<UnreadWatcher> watchers;
};

/// Who gets `unread`: accounts that are connected and members of a room, while none of their devices is in it. Kept in
/// memory, from start_session on, so that a message costs one look-up; the count is worked out once a second per room
/// with news, from the newest kCounted messages (one query for all its watchers). Rooms of more than kMembers members
/// are not watched: there a badge would cost more than it says, and `rooms_of` has room.seq and read_seq. Thread-safe
/// (sharded by room).
class Unreads {
 public:
  static constexpr std::int64_t kMembers = 200;
  static constexpr std::size_t kCounted = 100;  ///< a count of 100 means "100 or more"
  static constexpr util::Millis kInterval{1'000};

  /// A device of an account came: watch its rooms. Calls are counted per account.
  void watch(AccountId account, std::span<const RoomStore::Joined> rooms);
  /// A device went; with the last one the account is forgotten. `rooms`: as given to watch(), plus rooms joined since.
  void unwatch(AccountId account, std::span<const RoomId> rooms);
  /// A device of the account entered or left the room; counted.
  void entered(const Room& room, AccountId account, Seq read_seq);
  void left(RoomId room, AccountId account);
  void marked_read(RoomId room, AccountId account, Seq seq);

  /// New messages among `events` make their rooms due.
  void note(std::span<const RoomEvent> events);
  /// Rooms with news whose last turn is kInterval ago or more.
  [[nodiscard]] std::vector<UnreadRoom> due(util::SteadyTime now);

 private:
  struct Watcher {
    AccountId account;
    Seq read_seq;
    int connected = 0;  ///< devices that watch
    int present = 0;    ///< devices in the room
  };
  struct Entry {
    std::string name;
    std::vector<Watcher> watchers;
    bool news = false;
    std::optional<util::SteadyTime> last;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::int64_t, Entry> rooms;
    std::vector<std::int64_t> due;  ///< rooms with news
  };
  static constexpr std::size_t kShards = 16;
  [[nodiscard]] Shard& shard(RoomId room) noexcept { return shards_[static_cast<std::size_t>(room.value) % kShards]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace chillin::chat
