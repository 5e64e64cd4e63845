#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "util/clock.h"

namespace chillin::chat {

/// What to tell a room now: the notices, then one roomData.
struct RoomUpdate {
  std::string room;
  std::vector<std::string> notices;  ///< texts of `admin`, at most two: who joined, who left
  std::string except_socket;         ///< the one newcomer, who has been told already; empty: tell everyone
};

/// Holds back what the others in a room are told of joins and leaves, so that joining a room of n costs O(1) messages
/// and not n. The first change after quiet goes out at once; then at most one update per interval(people), which grows
/// with the room, because an update is read by everyone in it. Several joins become one notice; who came and went (or
/// went and came) in between is in no notice, but the list is told again: a newcomer may have got one in between.
///
/// Events and time in, updates out: no timer, no socket inside. Thread-safe (sharded by room). Bounded by the people in
/// the rooms that changed since their last update.
class RoomDataThrottle {
 public:
  static constexpr util::Millis kInterval{1'000};
  static constexpr util::Millis kPerPerson{5};

  /// Time between two updates of a room of so many people.
  [[nodiscard]] static util::Millis interval(std::int64_t people) noexcept;

  /// A person is in the room now and was not before. `people`: in the room now. An update: tell it now.
  [[nodiscard]] std::optional<RoomUpdate> joined(const std::string& room, std::string_view name,
                                                 std::string_view socket_id, std::int64_t people, util::SteadyTime now);
  /// A person is not in the room any more.
  [[nodiscard]] std::optional<RoomUpdate> left(const std::string& room, std::string_view name, std::int64_t people,
                                               util::SteadyTime now);
  /// A person is in the room still, but the list changed (another device stands for it).
  [[nodiscard]] std::optional<RoomUpdate> changed(const std::string& room, std::string_view name, std::int64_t people,
                                                  util::SteadyTime now);
  /// The list was made anew, nobody in particular changed: it is told again with the next updates.
  void refresh(const std::string& room, util::SteadyTime now);
  /// The updates that are due. Rooms that have been quiet for an interval are forgotten.
  [[nodiscard]] std::vector<RoomUpdate> tick(util::SteadyTime now);

  /// Rooms it remembers; for metrics and tests.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Change {
    bool was_in = false;
    bool is_in = false;
    std::uint64_t order = 0;  ///< of the last change of this name
    std::string socket_id;
  };
  struct Entry {
    util::SteadyTime last_update;
    std::int64_t people = 0;
    std::uint64_t next_order = 0;
    std::unordered_map<std::string, Change> changes;  ///< since the last update, by name
    bool seen_and_gone = false;                       ///< a list given since then may name somebody who came and went
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Entry> rooms;
  };
  static constexpr std::size_t kShards = 16;
  [[nodiscard]] Shard& shard(const std::string& room) noexcept {
    return shards_[std::hash<std::string>{}(room) % kShards];
  }
  [[nodiscard]] std::optional<RoomUpdate> note(const std::string& room, std::string_view name,
                                               std::string_view socket_id, bool was_in, bool is_in, std::int64_t people,
                                               util::SteadyTime now);
  [[nodiscard]] static std::optional<RoomUpdate> flush(const std::string& room, Entry& entry, util::SteadyTime now);

  std::array<Shard, kShards> shards_;
};

}  // namespace chillin::chat
