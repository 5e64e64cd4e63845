#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "presence/redis/device_registry.h"
#include "presence/redis/redis_presence.h"
#include "presence/redis/room_mirror.h"
#include "redis/once.h"

namespace chillin::presence {

template <class T>
chat::Result<T> presence_away() {
  return chat::refuse(chat::ErrorCode::kUnavailable);
}
/// Where an answer goes; on the Redis loop.
template <class T>
using Done = redis::Once<chat::Result<T>, presence_away<T>>;

/// What RedisPresence keeps, and the steps of its calls. Confined to: the Redis loop. Owner: RedisPresence and the
/// answers that are under way.
class RedisPresence::State final : public redis::ConnectionListener, public std::enable_shared_from_this<State> {
 public:
  State(redis::Client& client, RedisPresenceOptions options, PresenceWatcher* watcher);

  void start();
  /// No timer runs and the watcher is told nothing afterwards.
  void stop();

  void join(std::string room, chat::Member member, Done<chat::Joined> done);
  void leave(std::string room, std::string socket, Done<chat::Left> done);
  void snapshot(std::string room, Done<chat::RoomSnapshot> done);
  void count(std::string room, Done<std::int64_t> done);
  void set_online(chat::Member member, bool online, Done<bool> done);
  void is_online(chat::AccountId account, Done<bool> done);
  void elsewhere(const std::string& room, std::vector<chat::Identity> people, Done<std::vector<bool>> done);

  void on_redis_up() override;
  void on_redis_down() override;

  [[nodiscard]] const std::string& server_id() const noexcept { return server_; }
  [[nodiscard]] std::size_t devices() const noexcept { return devices_.size(); }

 private:
  struct Room {
    explicit Room(const std::string& name) : mirror(name) {}
    RoomMirror mirror;
    std::size_t devices = 0;  ///< of this server
    std::size_t asking = 0;   ///< calls under way
  };
  using RoomPtr = std::shared_ptr<Room>;
  /// A device that left while Redis was away, which lists it still.
  struct UnheardLeave {
    std::string socket;
    std::string room;  ///< empty: the account was disconnected
    std::string name;
    std::int64_t account = 0;
  };

  [[nodiscard]] RoomPtr room(const std::string& name);
  void drop_if_unused(const std::string& name);
  /// Takes over what a script told (see presence_scripts.h); false: it is no such answer.
  static bool update(RoomMirror& mirror, const redis::Reply& reply);
  void joined_locally(const std::string& room, const chat::Member& member, bool was_in, Done<chat::Joined> done);
  [[nodiscard]] chat::Left left_locally(const std::string& room, const std::string& socket, const std::string& name,
                                        chat::Identity who);
  void undo_join(const std::string& room, const std::string& socket);
  void remember_unheard(UnheardLeave leave);
  [[nodiscard]] redis::ScriptCall join_call(const std::string& room, const std::string& name, const std::string& socket,
                                            const Device& device, std::int64_t known) const;
  [[nodiscard]] redis::ScriptCall call() const;

  void beat();
  void on_beat(const redis::ReplyOr& reply);
  void reap(const std::string& server);
  void touch();
  void repeat_leaves();
  void restore();
  void restore_more();

  redis::Client& client_;
  const RedisPresenceOptions options_;
  PresenceWatcher* watcher_;
  const std::string server_;
  DeviceRegistry devices_;
  std::unordered_map<std::string, RoomPtr> rooms_;  ///< those with devices of this server, or asked about now
  net::Timer timer_;
  bool up_ = false;
  util::SteadyTime up_since_;
  std::vector<std::string> reaping_;
  std::vector<UnheardLeave> unheard_;
  std::vector<std::string> to_restore_;
  std::size_t restoring_ = 0;  ///< calls under way
  std::uint64_t restore_round_ = 0;
};

}  // namespace chillin::presence
