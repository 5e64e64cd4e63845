#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/ports/bus.h"
#include "chat/ports/room_log.h"
#include "chat/types.h"
#include "util/clock.h"

namespace chillin::chat {

/// A connected member that is not in the room with a device of this server.
struct UnreadWatcher {
  std::string author_key;
  Seq read_seq;
  Identity who;
};

/// A room with news and those who are to hear of them.
struct UnreadRoom {
  RoomId id;
  std::string name;
  std::vector<UnreadWatcher> watchers;
};

/// Who gets `unread`: accounts that are connected and members of a room, while none of their devices is in it. Kept in
/// memory, from start_session on, so that a message costs one look-up; the count is worked out at most once a second
/// per room with news, from the newest kCounted messages (one query for all its watchers). Rooms of more than kMembers
/// members are not watched: there a badge would cost more than it says, and `rooms_of` has room.seq and read_seq.
/// Thread-safe (sharded by room).
class Unreads {
 public:
  static constexpr std::int64_t kMembers = 200;
  static constexpr std::size_t kCounted = 100;  ///< a count of 100 means "100 or more"
  static constexpr util::Millis kInterval{1'000};

  /// Where news of rooms come from: told of the first watcher of a room and of the last. Null: from everywhere.
  void set_bus(Bus* bus) { bus_ = bus; }

  /// A device of a member watches the room from now on. False: the room is too large, nothing was kept. Counted: each
  /// true needs one unwatch(). `name`: the account's.
  [[nodiscard]] bool watch(const Room& room, AccountId account, Seq read_seq, std::string_view name = {});
  void unwatch(RoomId room, AccountId account);

  /// A device of a watcher entered or left the room; counted. Nothing happens for who is not watching.
  void entered(RoomId room, AccountId account);
  void left(RoomId room, AccountId account);
  void marked_read(RoomId room, AccountId account, Seq seq);

  /// New messages make their rooms due.
  void note(std::span<const RoomEvent> events);
  /// Rooms with news whose last turn is kInterval ago or more, and which somebody watches from outside.
  [[nodiscard]] std::vector<UnreadRoom> due(util::SteadyTime now);

 private:
  struct Watcher {
    AccountId account;
    Seq read_seq;
    std::string name;
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
    std::atomic<std::size_t> watched{0};            ///< rooms.size(), to be read without the mutex
    std::unordered_map<std::int64_t, Entry> rooms;  ///< rooms with watchers
    std::vector<std::int64_t> news;                 ///< those with news
  };
  static constexpr std::size_t kShards = 16;
  [[nodiscard]] Shard& shard(RoomId room) noexcept { return shards_[static_cast<std::size_t>(room.value) % kShards]; }
  /// Null: not watching. Under the shard's mutex.
  [[nodiscard]] static Watcher* find(Shard& shard, RoomId room, AccountId account);

  std::array<Shard, kShards> shards_;
  Bus* bus_ = nullptr;
};

}  // namespace chillin::chat
