#include "presence/redis/room_mirror.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "chat/told_id.h"
#include "util/json_writer.h"

namespace chillin::presence {
namespace {

/// Takes the next word off `text`.
std::string_view word(std::string_view& text) {
  const std::size_t space = text.find(' ');
  const std::string_view out = text.substr(0, space);
  text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  return out;
}

}  // namespace

void RoomMirror::replace(std::int64_t version, std::int64_t total, std::vector<Person> people) {
  version_ = version;
  reload_ = false;
  total_ = total;
  people_ = std::move(people);
  complete_ = static_cast<std::int64_t>(people_.size()) == total;
  stale_ = true;
}

void RoomMirror::apply(std::int64_t version, std::int64_t total, const std::vector<std::string>& changes) {
  if (version <= version_) return;
  const auto news = static_cast<std::size_t>(version - version_);
  for (std::size_t i = changes.size() - std::min(news, changes.size()); i < changes.size(); ++i) change(changes[i]);
  version_ = version;
  total_ = total;
  // Somebody listed is missing whom only Redis knows.
  const auto wanted = std::min<std::int64_t>(total, chat::kMaxListedUsers);
  if (static_cast<std::int64_t>(people_.size()) < wanted) reload_ = true;
}

/// "+ <account> <device> <name>", "- <name>", "= <device> <name>".
void RoomMirror::change(std::string_view entry) {
  const std::string_view kind = word(entry);
  if (kind == "+") {
    Person person;
    const std::string_view account = word(entry);
    std::from_chars(account.data(), account.data() + account.size(), person.account);
    person.device = word(entry);
    person.name = entry;
    append(std::move(person));
  } else if (kind == "-") {
    erase(entry);
  } else if (kind == "=") {
    std::string device(word(entry));
    if (const std::size_t i = position(entry); i < people_.size()) {
      people_[i].device = std::move(device);
      stale_ = true;
    }
  }
}

void RoomMirror::append(Person person) {
  if (!complete_ || people_.size() == kCapacity) {
    complete_ = false;
    return;
  }
  people_.push_back(std::move(person));
  if (!stale_ && people_.size() <= chat::kMaxListedUsers) list(people_.back());
}

void RoomMirror::list(const Person& person) {
  if (users_json_.size() > 1) users_json_ += ',';
  util::JsonWriter(users_json_)
      .begin_object()
      .field("id", chat::told_id(person.device))
      .field("name", person.name)
      .field("room", room_)
      .end_object();
}

void RoomMirror::erase(std::string_view name) {
  const std::size_t i = position(name);
  if (i == people_.size()) return;
  people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(i));
  stale_ = true;
}

void RoomMirror::add(Person person) {
  reload_ = true;
  append(std::move(person));
  ++total_;
}

void RoomMirror::remove(std::string_view name) {
  reload_ = true;
  erase(name);
  if (total_ > 0) --total_;
}

void RoomMirror::set_device(std::string_view name, std::string device) {
  reload_ = true;
  const std::size_t i = position(name);
  if (i == people_.size()) return;
  people_[i].device = std::move(device);
  stale_ = true;
}

std::size_t RoomMirror::position(std::string_view name) const noexcept {
  const auto it = std::find_if(people_.begin(), people_.end(), [name](const Person& p) { return p.name == name; });
  return static_cast<std::size_t>(it - people_.begin());
}

const RoomMirror::Person* RoomMirror::find(std::string_view name) const noexcept {
  const std::size_t i = position(name);
  return i < people_.size() ? &people_[i] : nullptr;
}

chat::RoomSnapshot RoomMirror::snapshot() {
  if (std::exchange(stale_, false)) {
    users_json_.assign("[");
    for (std::size_t i = 0; i < std::min(people_.size(), chat::kMaxListedUsers); ++i) list(people_[i]);
  }
  return {users_json_ + "]", total_};
}

}  // namespace chillin::presence
