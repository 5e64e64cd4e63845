#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/ports/presence.h"

namespace chillin::presence {

/// One room as Redis told it last: the people who came first, their number, and the version at which they stand. Redis
/// answers each call with what changed since that version, so that a server reads every change once, and the thousandth
/// join costs one line and not a thousand. Keeps the JSON of the list. Pure. Confined to: the Redis loop.
class RoomMirror {
 public:
  struct Person {
    std::string name;
    std::int64_t account = 0;  ///< 0: a guest
    std::string device;        ///< the first one's socket id
    bool operator==(const Person&) const = default;
  };

  /// How many people it holds at most: more than are listed, so that somebody can leave without asking for the rest.
  static constexpr std::size_t kCapacity = chat::kMaxListedUsers + 100;

  explicit RoomMirror(std::string room) : room_(std::move(room)) {}

  /// 0: nothing is known; ask for everybody.
  [[nodiscard]] std::int64_t version() const noexcept { return reload_ ? 0 : version_; }
  [[nodiscard]] std::int64_t total() const noexcept { return total_; }

  /// Redis was away: what it tells next may have nothing to do with what it told.
  void forget_version() noexcept { reload_ = true; }

  /// Everybody, oldest first, at most kCapacity of them; `total`: how many there are.
  void replace(std::int64_t version, std::int64_t total, std::vector<Person> people);
  /// The changes that lead to `version`, oldest first (see presence_scripts.h). Those that are known already are passed
  /// over: answers to calls that were under way together repeat each other.
  void apply(std::int64_t version, std::int64_t total, const std::vector<std::string>& changes);

  // Without Redis. What is told here is not known there: the next answer must bring everybody.
  void add(Person person);
  void remove(std::string_view name);
  void set_device(std::string_view name, std::string device);

  /// Null: not there, or not among the first kCapacity.
  [[nodiscard]] const Person* find(std::string_view name) const noexcept;
  [[nodiscard]] chat::RoomSnapshot snapshot();

 private:
  void change(std::string_view entry);
  void append(Person person);
  void erase(std::string_view name);
  void list(const Person& person);
  [[nodiscard]] std::size_t position(std::string_view name) const noexcept;

  std::string room_;
  std::int64_t version_ = 0;
  bool reload_ = true;
  std::int64_t total_ = 0;
  std::vector<Person> people_;    ///< in order of coming
  bool complete_ = true;          ///< people_ holds everybody
  std::string users_json_ = "[";  ///< without its closing bracket, so that a join only appends
  bool stale_ = false;
};

}  // namespace chillin::presence
