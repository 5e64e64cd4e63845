#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/broadcast.h"

namespace chillin::socketio {

class RoomMember;

/// Some members under a name. Owner: Rooms; exists while somebody is in it.
struct Room {
  std::string name;
  std::vector<RoomMember*> members;
};

/// Told when somebody can be reached under a name (a room's, or a member's own id) and when nobody can any more. Each
/// name is told in turns. On the thread of the Rooms.
class RoomWatcher {
 public:
  virtual ~RoomWatcher() = default;
  virtual void on_room_opened(std::string_view name) = 0;
  virtual void on_room_closed(std::string_view name) = 0;
};

/// What Rooms keeps in a recipient: its id, and where it stands in each of its rooms, so that leaving costs the same in
/// a room of ten and of ten thousand. Base of the sockets; tests and fuzz targets have recipients without a socket.
/// Confined to: the thread of its Rooms.
class RoomMember {
 public:
  RoomMember(const RoomMember&) = delete;
  RoomMember& operator=(const RoomMember&) = delete;
  [[nodiscard]] const std::string& member_id() const noexcept { return id_; }

 protected:
  explicit RoomMember(std::string id) : id_(std::move(id)) {}
  ~RoomMember() = default;

 private:
  friend class Rooms;
  static constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();
  struct Place {
    Room* room;
    std::uint32_t index;
  };
  std::string id_;
  boost::container::small_vector<Place, 2> places_;
  std::uint32_t index_ = kNowhere;  ///< in Rooms::all_
  std::uint32_t mark_ = 0;          ///< epoch of the last selection that touched it
  std::uint32_t first_hit_ = 0;     ///< while marked by deliver: its first variant in Rooms::hits_
};

/// Who is in which room, among the sockets of one namespace on one loop, and whom a broadcast reaches. A member's own
/// id is a room of its own without being stored as one.
///
/// Work per ordinary recipient of a single room is one array read; nothing is allocated for a broadcast once the
/// scratch space has grown. Pure: knows no socket. Not thread-safe. Callbacks must not change it.
class Rooms {
 public:
  /// `watcher`: null, or one that outlives this.
  explicit Rooms(RoomWatcher* watcher = nullptr) : watcher_(watcher) {}
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;

  /// From now on `member` is reached by its id and by what goes to everyone. It must be detached before it goes.
  void attach(RoomMember& member);
  /// Leaves every room. Does nothing for one that is not attached.
  void detach(RoomMember& member);
  [[nodiscard]] bool attached(const RoomMember& member) const noexcept { return member.index_ != RoomMember::kNowhere; }

  /// Does nothing when it is there already, or `name` is its own id, or it is not attached.
  void join(RoomMember& member, std::string_view name);
  /// Its own id cannot be left.
  void leave(RoomMember& member, std::string_view name);
  /// Its own id first; empty for one that is not attached.
  [[nodiscard]] std::vector<std::string> rooms_of(const RoomMember& member) const;

  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] std::size_t rooms() const noexcept { return rooms_.size(); }

  /// A callback of select or deliver may have a second function, ahead(members, i): told before members[i] is visited,
  /// so that it can prefetch what those behind it will need.
  ///
  /// Calls visit(RoomMember&) once for each member of the union of target.rooms (of everyone, if that is empty) that is
  /// in none of target.except.
  template <class Visit>
  void select(const Target& target, Visit&& visit);

  /// Calls send(RoomMember&, const engineio::EncodedPtr&, first, count) with what each member of batch.room gets, in
  /// order: all packets as one run, or, for a member of a variant's room, runs with the variants in place. Where
  /// several variants of one packet fit a member, the first counts. Indexes out of range are ignored.
  template <class Send>
  void deliver(const Batch& batch, Send&& send);

 private:
  struct Hit {
    std::uint32_t index;
    std::uint32_t with;
    std::uint32_t next;
  };
  struct IdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const noexcept { return std::hash<std::string_view>()(id); }
    std::size_t operator()(const RoomMember* member) const noexcept { return (*this)(std::string_view(member->id_)); }
  };
  struct IdEqual {
    using is_transparent = void;
    bool operator()(const RoomMember* a, const RoomMember* b) const noexcept { return a->id_ == b->id_; }
    bool operator()(std::string_view a, const RoomMember* b) const noexcept { return a == b->id_; }
    bool operator()(const RoomMember* a, std::string_view b) const noexcept { return a->id_ == b; }
  };
  /// `visit`, with the second function of `whose` if that has one.
  template <class Visit, class Whose>
  struct LookingAhead {
    Visit visit;
    Whose& whose;
    void operator()(RoomMember& member) { visit(member); }
    void ahead(std::span<RoomMember* const> members, std::size_t i)
      requires requires { whose.ahead(members, i); }
    {
      whose.ahead(members, i);
    }
  };
  template <class Visit, class Whose>
  static LookingAhead<Visit, Whose> looking_ahead(Visit visit, Whose& whose) {
    return {std::move(visit), whose};
  }
  static constexpr std::uint32_t kNoHit = std::numeric_limits<std::uint32_t>::max();

  [[nodiscard]] Room* find(std::string_view name) const;
  [[nodiscard]] RoomMember* find_id(std::string_view id) const;
  void remove_place(RoomMember& member, std::size_t place);
  /// A mark that no member carries.
  std::uint32_t next_epoch();
  /// Marks the members that get variants, with the list of them.
  void mark_variants(const Batch& batch);

  /// The room of that name and the member with that id: no member is both.
  template <class Visit>
  void visit_named(std::string_view name, Visit&& visit) const {
    if (const Room* room = find(name)) {
      const std::span<RoomMember* const> members(room->members);
      for (std::size_t i = 0; i < members.size(); ++i) {
        if constexpr (requires { visit.ahead(members, i); }) visit.ahead(members, i);
        visit(*members[i]);
      }
    }
    if (RoomMember* member = find_id(name)) visit(*member);
  }

  RoomWatcher* watcher_;
  std::vector<RoomMember*> all_;
  boost::unordered_flat_map<std::string_view, std::unique_ptr<Room>> rooms_;  ///< key: the room's own name
  boost::unordered_flat_set<RoomMember*, IdHash, IdEqual> by_id_;
  std::vector<Hit> hits_;
  std::uint32_t epoch_ = 0;
};

template <class Visit>
void Rooms::select(const Target& target, Visit&& visit) {
  if (target.except.empty() && target.rooms.empty()) {
    for (RoomMember* member : all_) visit(*member);
    return;
  }
  if (target.except.empty() && target.rooms.size() == 1) {
    visit_named(target.rooms.front(), visit);
    return;
  }
  const std::uint32_t seen = next_epoch();
  for (const std::string& name : target.except) {
    visit_named(name, [seen](RoomMember& member) { member.mark_ = seen; });
  }
  const auto once = [&visit, seen](RoomMember& member) {
    if (member.mark_ == seen) return;
    member.mark_ = seen;
    visit(member);
  };
  for (const std::string& name : target.rooms) visit_named(name, once);
  if (!target.rooms.empty()) return;
  for (RoomMember* member : all_) once(*member);
}

template <class Send>
void Rooms::deliver(const Batch& batch, Send&& send) {
  const std::size_t n = batch.packets ? batch.packets->packets() : 0;
  if (n == 0) return;
  if (batch.variants.empty() || !batch.variant_packets) {
    visit_named(batch.room,
                looking_ahead([&](RoomMember& member) { send(member, batch.packets, std::size_t{0}, n); }, send));
    return;
  }
  mark_variants(batch);
  const std::uint32_t marked = epoch_;
  const auto visit = [&](RoomMember& member) {
    std::size_t position = 0;
    if (member.mark_ == marked) {
      for (std::uint32_t h = member.first_hit_; h != kNoHit; h = hits_[h].next) {
        const std::size_t index = hits_[h].index;
        if (index < position) continue;
        if (index > position) send(member, batch.packets, position, index - position);
        send(member, batch.variant_packets, std::size_t{hits_[h].with}, std::size_t{1});
        position = index + 1;
      }
    }
    if (position < n) send(member, batch.packets, position, n - position);
  };
  visit_named(batch.room, looking_ahead(visit, send));
}

}  // namespace chillin::socketio
