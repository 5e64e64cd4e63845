#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "chat/session.h"

namespace chillin::gateway {

/// The gateway's side of one connected device.
/// Confined to: its socket's loop. Owner: the socket's data, and the events under way.
struct Device {
  chat::Session session;
  std::vector<std::string> held;     ///< rooms whose feed it holds, and whose Socket.IO room it is in
  std::string trace;                 ///< the trace id of its handshake; empty: none came
  std::vector<std::string> persons;  ///< author keys under whose person_room() it is reachable

  [[nodiscard]] bool holds(const std::string& room) const {
    return std::find(held.begin(), held.end(), room) != held.end();
  }
};
using DevicePtr = std::shared_ptr<Device>;

/// The session for use cases; keeps the device alive.
[[nodiscard]] inline std::shared_ptr<chat::Session> session_of(const DevicePtr& device) {
  return {device, &device->session};
}

}  // namespace chillin::gateway
