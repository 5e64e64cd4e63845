#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chat/ports/presence.h"
#include "redis/client.h"
#include "util/clock.h"

namespace chillin::presence {

struct RedisPresenceOptions {
  std::string key_prefix;             ///< before every key; for tests
  util::Millis silence{15'000};       ///< a server without a sign of life for so long is dead
  util::Millis beat{1'000};           ///< between two signs of life
  util::Millis touch_round{120'000};  ///< in which every device's key is touched once (they live 5 minutes)
};

/// A person who has left a room because the server that held the connection died, or who left while Redis was away.
struct Departure {
  std::string room;
  std::string name;
  std::int64_t total = 0;  ///< people still there
};

/// Told what nobody on this server did; on the Redis loop.
class PresenceWatcher {
 public:
  virtual ~PresenceWatcher() = default;
  /// Each departure is told to one server of the cluster, which has to tell the rooms.
  virtual void on_departed(std::vector<Departure> departures) = 0;
  /// Redis was away, and everybody on this server is listed again: the lists that people have may be wrong. `rooms`:
  /// those with devices of this server.
  virtual void on_restored(std::vector<std::string> rooms) = 0;
};

/// Who is where, on all servers of one Redis (6.2 or later). Thread-safe; a task resumes on its caller's executor.
///
/// Commands: one a join, leave, snapshot, count, connect and disconnect. Besides, each server gives a sign of life once
/// a second (one command), and touches every device's key once in two minutes, 500 a command: 100,000 connections cost
/// the cluster 2 commands a second and 1 more a server, however they are spread.
///
/// While Redis is away it goes on with what this server knows: its own devices, and the people whom Redis told last.
/// When it is back, it is told of those who left meanwhile, and all devices of this server are listed again (one
/// command a room and device, 256 under way at a time). A server that dies is noticed by the others after `silence`;
/// they remove its devices and tell on_departed. A guest's name is free again after 5 s of that silence.
class RedisPresence final : public chat::Presence {
 public:
  RedisPresence(redis::Client& client, RedisPresenceOptions options, PresenceWatcher* watcher = nullptr);
  /// Leaves everything in Redis as it is: the devices have left one by one, or the others will notice.
  ~RedisPresence() override;
  RedisPresence(const RedisPresence&) = delete;
  RedisPresence& operator=(const RedisPresence&) = delete;

  util::Task<chat::Result<chat::Joined>> join(std::string room, chat::Member member) override;
  util::Task<chat::Result<chat::Left>> leave(std::string room, std::string socket_id) override;
  util::Task<chat::Result<chat::RoomSnapshot>> snapshot(std::string room) override;
  util::Task<chat::Result<std::int64_t>> count(std::string room) override;
  util::Task<chat::Result<bool>> connected(chat::Member member) override;
  util::Task<chat::Result<bool>> disconnected(chat::Member member) override;
  /// While Redis is away: nobody.
  util::Task<chat::Result<std::vector<bool>>> elsewhere(std::string room, std::vector<chat::Identity> people) override;
  util::Task<chat::Result<bool>> online(chat::AccountId account) override;

  /// Devices of this server that are in a room or counted as connected.
  [[nodiscard]] std::size_t devices() const;
  /// This server's name in the keys: 8 random characters, new with every start.
  [[nodiscard]] const std::string& server_id() const noexcept;

 private:
  class State;
  redis::Client& client_;
  std::shared_ptr<State> state_;
};

}  // namespace chillin::presence
