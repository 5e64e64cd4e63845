#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "chat/types.h"
#include "util/clock.h"

namespace chillin::chat {

/// Public rooms by name, each for kTtl, so that a thousand joins of one room do not ask the database a thousand times.
/// Only id, name and description may be relied on: `seq` and `member_count` are as old as the entry. Private rooms are
/// not kept: their password is asked for as it stands. Thread-safe (sharded by name); bounded by what was joined in the
/// last kTtl.
class RoomCache {
 public:
  static constexpr util::Millis kTtl{1'000};

  /// Null: not known, or too old.
  [[nodiscard]] std::shared_ptr<const Room> find(const std::string& name, util::SteadyTime now) const;
  void put(std::shared_ptr<const Room> room, util::SteadyTime now);
  void forget(const std::string& name);
  /// Drops what is too old.
  void tick(util::SteadyTime now);

 private:
  struct Entry {
    std::shared_ptr<const Room> room;
    util::SteadyTime until;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Entry> rooms;
  };
  static constexpr std::size_t kShards = 16;
  [[nodiscard]] Shard& shard(const std::string& name) noexcept {
    return shards_[std::hash<std::string>{}(name) % kShards];
  }
  [[nodiscard]] const Shard& shard(const std::string& name) const noexcept {
    return shards_[std::hash<std::string>{}(name) % kShards];
  }

  std::array<Shard, kShards> shards_;
};

}  // namespace chillin::chat
