// Rooms and broadcast as a state machine, against a model too simple to be wrong: sets of names, and what each member
// of the union must have got. Every broadcast is checked for who gets it and how often; every batch for the exact
// packets and their order. Input: a sequence of operations, one byte each and their operands.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "socketio/rooms.h"

using namespace chillin;
using namespace chillin::socketio;

namespace {

constexpr std::size_t kMembers = 12;
constexpr std::size_t kRooms = 6;
constexpr std::size_t kMaxPackets = 9;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Member : RoomMember {
  explicit Member(std::string id) : RoomMember(std::move(id)) {}
};

/// Reads the input; zeros behind its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::size_t below(std::size_t limit) {
    if (left_ == 0) return 0;
    --left_;
    return *data_++ % limit;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

class Machine {
 public:
  Machine() {
    for (std::size_t i = 0; i < kMembers; ++i) members_[i] = std::make_unique<Member>("m" + std::to_string(i));
    // Room 0 has the name of a member's id: the two must not be confused.
    for (std::size_t i = 0; i < kRooms; ++i) room_names_[i] = i == 0 ? "m1" : "r" + std::to_string(i);
    for (std::size_t i = 0; i < kMaxPackets; ++i) names_of_packets_.push_back("p" + std::to_string(i));
  }
  ~Machine() {
    for (auto& member : members_) rooms_.detach(*member);
    require(rooms_.size() == 0 && rooms_.rooms() == 0);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void step(Input& in) {
    switch (in.below(8)) {
      case 0:
        return attach(in.below(kMembers));
      case 1:
        return detach(in.below(kMembers));
      case 2:
      case 3:
        return join(in.below(kMembers), room_names_[in.below(kRooms)]);
      case 4:
        return leave(in.below(kMembers), room_names_[in.below(kRooms)]);
      case 5:
        return broadcast(in);
      default:
        return batch(in);
    }
  }

  void check_everything() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < kMembers; ++i) {
      const auto listed = rooms_.rooms_of(*members_[i]);
      const bool attached = model_.contains(i);
      require(rooms_.attached(*members_[i]) == attached);
      require(listed.size() == (attached ? model_[i].size() + 1 : 0));
      if (!attached) continue;
      require(listed.front() == members_[i]->member_id());
      require(std::set<std::string>(listed.begin() + 1, listed.end()) == model_[i]);
      names.insert(model_[i].begin(), model_[i].end());
    }
    require(rooms_.rooms() == names.size() && rooms_.size() == model_.size());
  }

 private:
  void attach(std::size_t m) {
    rooms_.attach(*members_[m]);
    model_.try_emplace(m);
  }
  void detach(std::size_t m) {
    rooms_.detach(*members_[m]);
    model_.erase(m);
  }
  void join(std::size_t m, const std::string& room) {
    rooms_.join(*members_[m], room);
    if (model_.contains(m) && room != members_[m]->member_id()) model_[m].insert(room);
  }
  void leave(std::size_t m, const std::string& room) {
    rooms_.leave(*members_[m], room);
    if (model_.contains(m)) model_[m].erase(room);
  }

  [[nodiscard]] bool is_in(std::size_t m, const std::string& room) const {
    return model_.at(m).contains(room) || members_[m]->member_id() == room;
  }
  [[nodiscard]] bool is_in_any(std::size_t m, const std::vector<std::string>& rooms) const {
    for (const auto& room : rooms) {
      if (is_in(m, room)) return true;
    }
    return false;
  }
  /// A room, the id of a member, or a name nobody has.
  std::string any_name(Input& in) {
    const std::size_t n = in.below(kRooms + kMembers + 1);
    if (n < kRooms) return room_names_[n];
    return n < kRooms + kMembers ? "m" + std::to_string(n - kRooms) : "nobody";
  }

  void broadcast(Input& in) {
    Target target;
    for (std::size_t i = in.below(4); i > 0; --i) target.rooms.push_back(any_name(in));
    for (std::size_t i = in.below(3); i > 0; --i) target.except.push_back(any_name(in));
    std::map<RoomMember*, int> reached;
    rooms_.select(target, [&](RoomMember& member) { ++reached[&member]; });
    for (std::size_t m = 0; m < kMembers; ++m) {
      const bool expected =
          model_.contains(m) && (target.rooms.empty() || is_in_any(m, target.rooms)) && !is_in_any(m, target.except);
      require(reached[members_[m].get()] == (expected ? 1 : 0));
    }
  }

  void batch(Input& in) {
    const std::size_t n = in.below(kMaxPackets);
    const std::size_t with = in.below(kMaxPackets);
    Batch batch{any_name(in), encode(n), encode(with), {}};
    for (std::size_t i = in.below(6); i > 0; --i) {
      std::string room = any_name(in);
      const std::size_t index = in.below(kMaxPackets);
      batch.variants.push_back({std::move(room), index, in.below(kMaxPackets)});
    }
    std::map<RoomMember*, std::vector<std::string>> got;
    rooms_.deliver(batch,
                   [&](RoomMember& member, const engineio::EncodedPtr& from, std::size_t first, std::size_t count) {
                     require(count > 0 && first + count <= from->packets());
                     const char* prefix = from == batch.packets ? "" : "v";
                     for (std::size_t i = first; i < first + count; ++i)
                       got[&member].push_back(prefix + std::string(from->data(i)));
                   });
    for (std::size_t m = 0; m < kMembers; ++m) {
      require(got[members_[m].get()] == expected_packets(batch, m));
    }
  }

  [[nodiscard]] std::vector<std::string> expected_packets(const Batch& batch, std::size_t m) const {
    std::vector<std::string> expected;
    if (!model_.contains(m) || !is_in(m, batch.room)) return expected;
    for (std::size_t i = 0; i < batch.packets->packets(); ++i) {
      std::string packet = names_of_packets_[i];
      for (const Variant& variant : batch.variants) {
        if (variant.index != i || variant.with >= batch.variant_packets->packets() || !is_in(m, variant.room)) continue;
        packet = "v" + names_of_packets_[variant.with];
        break;
      }
      expected.push_back(packet);
    }
    return expected;
  }

  engineio::EncodedPtr encode(std::size_t n) {
    engineio::EncodedBuilder builder;
    for (std::size_t i = 0; i < n; ++i) builder.text(names_of_packets_[i]);
    return builder.finish();
  }

  std::array<std::unique_ptr<Member>, kMembers> members_;
  std::array<std::string, kRooms> room_names_;
  std::vector<std::string> names_of_packets_;
  std::map<std::size_t, std::set<std::string>> model_;  ///< of attached members: their rooms without their own id
  Rooms rooms_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, std::min<std::size_t>(size, 4'096));
  Machine machine;
  while (!in.empty()) machine.step(in);
  machine.check_everything();
  return 0;
}
