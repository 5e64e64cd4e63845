#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "chat/ports/presence.h"

namespace chillin::presence {

/// Who is where, on one server. Thread-safe: rooms are spread over shards, each with a lock that is held for a few
/// microseconds and never across suspension; every task completes without suspending.
///
/// A room keeps the JSON of its users beside them: a join appends to it, a leave of somebody listed marks it stale, and
/// the next reader writes it anew (kMaxListedUsers people at most). One device in one room takes under 250 bytes.
class MemoryPresence final : public chat::Presence {
 public:
  MemoryPresence();
  ~MemoryPresence() override;
  MemoryPresence(const MemoryPresence&) = delete;
  MemoryPresence& operator=(const MemoryPresence&) = delete;

  util::Task<chat::Result<chat::Joined>> join(std::string room, chat::Member member) override;
  util::Task<chat::Result<chat::Left>> leave(std::string room, std::string socket_id) override;
  util::Task<chat::Result<chat::RoomSnapshot>> snapshot(std::string room) override;
  util::Task<chat::Result<std::int64_t>> count(std::string room) override;
  util::Task<chat::Result<bool>> connected(chat::Member member) override;
  util::Task<chat::Result<bool>> disconnected(chat::Member member) override;
  util::Task<chat::Result<bool>> online(chat::AccountId account) override;

 private:
  class Room;
  struct RoomShard {
    std::mutex mutex;
    std::unordered_map<std::string, std::unique_ptr<Room>> rooms;  ///< rooms with people in them
  };
  struct AccountShard {
    std::mutex mutex;
    std::unordered_map<std::int64_t, std::int64_t> devices;  ///< connected devices by account
  };
  static constexpr std::size_t kShards = 64;
  [[nodiscard]] RoomShard& room_shard(const std::string& room) noexcept;
  [[nodiscard]] AccountShard& account_shard(chat::AccountId account) noexcept;

  std::array<RoomShard, kShards> rooms_;
  std::array<AccountShard, kShards> accounts_;
};

}  // namespace chillin::presence
