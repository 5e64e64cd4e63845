#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/ports/presence.h"

namespace chillin::presence {

/// A device of this server and the rooms it is in: what Redis is told again when it has forgotten.
struct Device {
  struct Place {
    std::string room;
    std::string name;  ///< as whom: a guest may have another one in each room
  };
  std::int64_t account = 0;  ///< 0: a guest
  bool online = false;       ///< counted as connected (accounts only)
  std::vector<Place> places;

  [[nodiscard]] const Place* in(std::string_view room) const noexcept;
  [[nodiscard]] bool idle() const noexcept { return places.empty() && !online; }
  [[nodiscard]] chat::Identity identity(const std::string& name) const;
  /// The value of presence:<socket>; empty if it is nowhere.
  [[nodiscard]] std::string json(const std::string& socket, const std::string& server) const;
};

/// The devices of this server by socket id. Confined to: the Redis loop.
class DeviceRegistry {
 public:
  [[nodiscard]] Device& at(const std::string& socket) { return devices_[socket]; }
  /// Null: unknown.
  [[nodiscard]] Device* find(const std::string& socket);
  void erase_if_idle(const std::string& socket);
  void leave(const std::string& socket, std::string_view room);

  /// Other devices of this server that are in the room under that name, the first one's socket id; empty: none.
  [[nodiscard]] std::string other_device(std::string_view room, std::string_view name, const std::string& socket) const;
  /// Devices of the account that are online.
  [[nodiscard]] std::size_t online(std::int64_t account) const;

  [[nodiscard]] std::vector<std::string> sockets() const;
  /// The next part of all sockets: a share of 1 / `parts`. Over `parts` calls each comes up (nearly always) once.
  [[nodiscard]] std::vector<std::string> next_share(std::size_t parts);
  [[nodiscard]] std::size_t size() const noexcept { return devices_.size(); }

 private:
  std::unordered_map<std::string, Device> devices_;
  std::size_t cursor_ = 0;  ///< the next bucket of next_share
};

}  // namespace chillin::presence
