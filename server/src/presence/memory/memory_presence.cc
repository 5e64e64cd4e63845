#include "presence/memory/memory_presence.h"

#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "chat/told_id.h"
#include "util/json_writer.h"

namespace chillin::presence {

namespace {

using chat::ErrorCode;
using chat::refuse;

/// Somebody in a room. Lives in the node of a hash set, so it does not move; the devices' index points into its
/// strings.
struct Person {
  std::string name;
  std::int64_t account = 0;    ///< 0: a guest
  mutable std::string device;  ///< the first one's socket id
  mutable std::unique_ptr<std::vector<std::string>>
      more_devices;                        ///< of an account, in order of coming; hardly anybody
  mutable const Person* before = nullptr;  ///< in order of joining
  mutable const Person* after = nullptr;
  mutable bool listed = false;  ///< stands in users_json
};

struct ByName {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const noexcept { return std::hash<std::string_view>{}(name); }
  std::size_t operator()(const Person& p) const noexcept { return (*this)(std::string_view(p.name)); }
  bool operator()(const Person& a, const Person& b) const noexcept { return a.name == b.name; }
  bool operator()(const Person& a, std::string_view b) const noexcept { return a.name == b; }
  bool operator()(std::string_view a, const Person& b) const noexcept { return a == b.name; }
};

}  // namespace

/// One room. Confined to: its shard's lock.
class MemoryPresence::Room {
 public:
  explicit Room(std::string name) : name_(std::move(name)) {}

  chat::Result<chat::Joined> join(chat::Member member) {
    const auto device = devices_.find(member.socket_id);
    const auto person = people_.find(std::string_view(member.who.name));
    if (device != devices_.end()) {
      // The device is in already; under this name that is no news, under another one it would be two people.
      if (person == people_.end() || &*person != device->second) return refuse(ErrorCode::kNameTaken);
      return chat::Joined{false, snapshot()};
    }
    const std::int64_t account = member.who.account ? member.who.account->value : 0;
    if (person == people_.end()) {
      add_person(std::move(member), account);
      return chat::Joined{true, snapshot()};
    }
    if (account == 0 || person->account != account) return refuse(ErrorCode::kNameTaken);
    add_device(*person, std::move(member.socket_id));
    return chat::Joined{false, snapshot()};
  }

  chat::Left leave(const std::string& socket_id) {
    const auto device = devices_.find(socket_id);
    if (device == devices_.end()) return {};
    const Person& person = *device->second;
    chat::Left left{.was_in = true, .who = {std::nullopt, person.name}};
    if (person.account != 0) left.who.account = chat::AccountId{person.account};
    if (person.more_devices) {
      remove_device(person, device);
    } else {
      left.last_device = true;
      devices_.erase(device);
      remove_person(person);
    }
    left.total = total();
    return left;
  }

  chat::RoomSnapshot snapshot() {
    if (stale_) render();
    std::string json;
    json.reserve(users_json_.size() + 1);
    json.append(users_json_).append("]");
    return {std::move(json), total()};
  }

  [[nodiscard]] std::int64_t total() const { return static_cast<std::int64_t>(people_.size()); }

 private:
  using Devices = std::unordered_map<std::string_view, const Person*>;

  void add_person(chat::Member member, std::int64_t account) {
    const auto it =
        people_
            .insert(
                Person{.name = std::move(member.who.name), .account = account, .device = std::move(member.socket_id)})
            .first;
    const Person& person = *it;
    person.before = last_;
    (last_ != nullptr ? last_->after : first_) = &person;
    last_ = &person;
    devices_.emplace(person.device, &person);
    if (!stale_ && listed_ < chat::kMaxListedUsers) append(person);
  }

  void remove_person(const Person& person) {
    (person.before != nullptr ? person.before->after : first_) = person.after;
    (person.after != nullptr ? person.after->before : last_) = person.before;
    if (person.listed) stale_ = true;
    people_.erase(people_.find(std::string_view(person.name)));
  }

  void add_device(const Person& person, std::string socket_id) {
    if (!person.more_devices) person.more_devices = std::make_unique<std::vector<std::string>>();
    // A vector that grows moves its strings, and the index points into them.
    for (const std::string& id : *person.more_devices) devices_.erase(id);
    person.more_devices->push_back(std::move(socket_id));
    index_devices(person);
  }

  void remove_device(const Person& person, Devices::iterator device) {
    std::vector<std::string>& more = *person.more_devices;
    if (device->first == person.device) {
      devices_.erase(device);
      for (const std::string& id : more) devices_.erase(id);
      person.device = std::move(more.front());
      more.erase(more.begin());
      if (person.listed) stale_ = true;  // its id in the list is another now
    } else {
      const std::string id(device->first);
      for (const std::string& other : more) devices_.erase(other);
      std::erase(more, id);
    }
    if (more.empty()) person.more_devices.reset();
    index_devices(person);
  }

  void index_devices(const Person& person) {
    devices_.try_emplace(person.device, &person);
    if (!person.more_devices) return;
    for (const std::string& id : *person.more_devices) devices_.try_emplace(id, &person);
  }

  void append(const Person& person) {
    if (listed_ > 0) users_json_ += ',';
    util::JsonWriter(users_json_)
        .begin_object()
        .field("id", chat::told_id(person.device))
        .field("name", std::string_view(person.name))
        .field("room", std::string_view(name_))
        .end_object();
    person.listed = true;
    ++listed_;
  }

  void render() {
    users_json_.assign("[");
    listed_ = 0;
    stale_ = false;
    for (const Person* p = first_; p != nullptr && listed_ < chat::kMaxListedUsers; p = p->after) append(*p);
  }

  std::string name_;
  std::unordered_set<Person, ByName, ByName> people_;
  Devices devices_;
  const Person* first_ = nullptr;
  const Person* last_ = nullptr;
  std::string users_json_ = "[";  ///< without its closing bracket, so that a join only appends
  std::size_t listed_ = 0;
  bool stale_ = false;
};

MemoryPresence::MemoryPresence() = default;
MemoryPresence::~MemoryPresence() = default;

MemoryPresence::RoomShard& MemoryPresence::room_shard(const std::string& room) noexcept {
  return rooms_[std::hash<std::string>{}(room) % kShards];
}

MemoryPresence::AccountShard& MemoryPresence::account_shard(chat::AccountId account) noexcept {
  return accounts_[static_cast<std::size_t>(account.value) % kShards];
}

// The locks below are held between two statements of a coroutine that has no co_await between them.

util::Task<chat::Result<chat::Joined>> MemoryPresence::join(std::string room, chat::Member member) {
  RoomShard& shard = room_shard(room);
  const std::lock_guard lock(shard.mutex);
  auto& entry = shard.rooms[room];
  if (!entry) entry = std::make_unique<Room>(std::move(room));
  co_return entry->join(std::move(member));
}

util::Task<chat::Result<chat::Left>> MemoryPresence::leave(std::string room, std::string socket_id) {
  RoomShard& shard = room_shard(room);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.rooms.find(room);
  if (it == shard.rooms.end()) co_return chat::Left{};
  chat::Left left = it->second->leave(socket_id);
  if (it->second->total() == 0) shard.rooms.erase(it);
  co_return left;
}

util::Task<chat::Result<chat::RoomSnapshot>> MemoryPresence::snapshot(std::string room) {
  RoomShard& shard = room_shard(room);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.rooms.find(room);
  if (it == shard.rooms.end()) co_return chat::RoomSnapshot{"[]", 0};
  co_return it->second->snapshot();
}

util::Task<chat::Result<std::int64_t>> MemoryPresence::count(std::string room) {
  RoomShard& shard = room_shard(room);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.rooms.find(room);
  co_return it == shard.rooms.end() ? 0 : it->second->total();
}

util::Task<chat::Result<bool>> MemoryPresence::connected(chat::Member member) {
  if (!member.who.account) co_return false;
  AccountShard& shard = account_shard(*member.who.account);
  const std::lock_guard lock(shard.mutex);
  co_return ++shard.devices[member.who.account->value] == 1;
}

util::Task<chat::Result<bool>> MemoryPresence::disconnected(chat::Member member) {
  if (!member.who.account) co_return false;
  AccountShard& shard = account_shard(*member.who.account);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.devices.find(member.who.account->value);
  if (it == shard.devices.end() || --it->second > 0) co_return false;
  shard.devices.erase(it);
  co_return true;
}

util::Task<chat::Result<bool>> MemoryPresence::online(chat::AccountId account) {
  AccountShard& shard = account_shard(account);
  const std::lock_guard lock(shard.mutex);
  co_return shard.devices.contains(account.value);
}

}  // namespace chillin::presence
