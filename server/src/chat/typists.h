#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "util/clock.h"

namespace chillin::chat {

/// Somebody who stopped typing because the time was over.
struct TypingExpired {
  std::string room;
  std::string user;
  std::string socket_id;  ///< the device that typed last: the others are told
};

/// Who is typing in which room. Events and time in, changes out: no timer, no socket inside. Thread-safe (sharded by
/// room).
class Typists {
 public:
  static constexpr util::Millis kExpiry{5'000};

  /// True if it is news; else it only lasts longer.
  [[nodiscard]] bool start(const std::string& room, std::string_view user, std::string_view socket_id,
                           util::SteadyTime now);
  /// True if the person was typing.
  [[nodiscard]] bool stop(const std::string& room, std::string_view user);
  /// Whether a start() would be news.
  [[nodiscard]] bool typing(const std::string& room, std::string_view user) const;
  /// Everyone whose last start() is kExpiry or longer ago; they are forgotten.
  [[nodiscard]] std::vector<TypingExpired> tick(util::SteadyTime now);

 private:
  struct Typist {
    std::string user;
    std::string socket_id;
    util::SteadyTime since;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::atomic<std::size_t> count{0};  ///< of typists; changed under the mutex, read without it
    std::unordered_map<std::string, std::vector<Typist>> rooms;  ///< a room is here while somebody types in it
  };
  static constexpr std::size_t kShards = 16;
  [[nodiscard]] Shard& shard(const std::string& room) noexcept {
    return shards_[std::hash<std::string>{}(room) % kShards];
  }
  [[nodiscard]] const Shard& shard(const std::string& room) const noexcept {
    return shards_[std::hash<std::string>{}(room) % kShards];
  }

  std::array<Shard, kShards> shards_;
};

}  // namespace chillin::chat
