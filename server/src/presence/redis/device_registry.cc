#include "presence/redis/device_registry.h"

#include <algorithm>

#include "util/json_writer.h"

namespace chillin::presence {

const Device::Place* Device::in(std::string_view room) const noexcept {
  const auto it = std::find_if(places.begin(), places.end(), [room](const Place& p) { return p.room == room; });
  return it == places.end() ? nullptr : &*it;
}

chat::Identity Device::identity(const std::string& name) const {
  chat::Identity who{std::nullopt, name};
  if (account != 0) who.account = chat::AccountId{account};
  return who;
}

std::string Device::json(const std::string& socket, const std::string& server) const {
  if (idle()) return {};
  std::string out;
  util::JsonWriter writer(out);
  writer.begin_object().field("id", socket).field("user", places.empty() ? std::string() : places.back().name);
  writer.key("account");
  if (account != 0) {
    writer.value(account);
  } else {
    writer.null();
  }
  writer.field("server", server).field("online", online).key("rooms").begin_array();
  for (const Place& place : places) {
    writer.begin_object().field("room", place.room).field("name", place.name).end_object();
  }
  writer.end_array().end_object();
  return out;
}

Device* DeviceRegistry::find(const std::string& socket) {
  const auto it = devices_.find(socket);
  return it == devices_.end() ? nullptr : &it->second;
}

void DeviceRegistry::erase_if_idle(const std::string& socket) {
  const auto it = devices_.find(socket);
  if (it != devices_.end() && it->second.idle()) devices_.erase(it);
}

void DeviceRegistry::leave(const std::string& socket, std::string_view room) {
  const auto it = devices_.find(socket);
  if (it != devices_.end()) std::erase_if(it->second.places, [room](const Device::Place& p) { return p.room == room; });
}

// The two below look at every device; they are for the time without Redis.

std::string DeviceRegistry::other_device(std::string_view room, std::string_view name,
                                         const std::string& socket) const {
  for (const auto& [id, device] : devices_) {
    if (id == socket) continue;
    const Device::Place* place = device.in(room);
    if (place != nullptr && place->name == name) return id;
  }
  return {};
}

std::size_t DeviceRegistry::online(std::int64_t account) const {
  return static_cast<std::size_t>(std::count_if(devices_.begin(), devices_.end(), [account](const auto& entry) {
    return entry.second.online && entry.second.account == account;
  }));
}

std::vector<std::string> DeviceRegistry::sockets() const {
  std::vector<std::string> out;
  out.reserve(devices_.size());
  for (const auto& [id, device] : devices_) out.push_back(id);
  return out;
}

std::vector<std::string> DeviceRegistry::next_share(std::size_t parts) {
  std::vector<std::string> out;
  const std::size_t buckets = devices_.bucket_count();
  for (std::size_t i = 0; i < buckets / parts + 1; ++i) {
    const std::size_t bucket = cursor_++ % buckets;
    for (auto it = devices_.begin(bucket); it != devices_.end(bucket); ++it) out.push_back(it->first);
  }
  return out;
}

}  // namespace chillin::presence
