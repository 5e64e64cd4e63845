#include "socketio/rooms.h"

#include <algorithm>

namespace chillin::socketio {

void Rooms::attach(RoomMember& member) {
  if (attached(member)) return;
  member.index_ = static_cast<std::uint32_t>(all_.size());
  member.mark_ = 0;
  all_.push_back(&member);
  by_id_.insert(&member);
  if (watcher_ != nullptr) watcher_->on_room_opened(member.id_);
}

void Rooms::detach(RoomMember& member) {
  if (!attached(member)) return;
  while (!member.places_.empty()) remove_place(member, member.places_.size() - 1);
  RoomMember* last = all_.back();
  all_[member.index_] = last;
  last->index_ = member.index_;
  all_.pop_back();
  member.index_ = RoomMember::kNowhere;
  by_id_.erase(&member);
  if (watcher_ != nullptr) watcher_->on_room_closed(member.id_);
}

void Rooms::join(RoomMember& member, std::string_view name) {
  if (!attached(member) || name == member.id_) return;
  Room* room = find(name);
  if (room == nullptr) {
    auto made = std::make_unique<Room>();
    made->name = name;
    room = made.get();
    rooms_.emplace(std::string_view(room->name), std::move(made));
    if (watcher_ != nullptr) watcher_->on_room_opened(name);
  }
  const auto here = [room](const RoomMember::Place& place) { return place.room == room; };
  if (std::any_of(member.places_.begin(), member.places_.end(), here)) return;
  member.places_.push_back({room, static_cast<std::uint32_t>(room->members.size())});
  room->members.push_back(&member);
}

void Rooms::leave(RoomMember& member, std::string_view name) {
  for (std::size_t i = 0; i < member.places_.size(); ++i) {
    if (member.places_[i].room->name == name) return remove_place(member, i);
  }
}

std::vector<std::string> Rooms::rooms_of(const RoomMember& member) const {
  std::vector<std::string> names;
  if (!attached(member)) return names;
  names.reserve(member.places_.size() + 1);
  names.push_back(member.id_);
  for (const auto& place : member.places_) names.push_back(place.room->name);
  return names;
}

Room* Rooms::find(std::string_view name) const {
  const auto it = rooms_.find(name);
  return it == rooms_.end() ? nullptr : it->second.get();
}

RoomMember* Rooms::find_id(std::string_view id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : *it;
}

void Rooms::remove_place(RoomMember& member, std::size_t place) {
  const auto [room, index] = member.places_[place];
  member.places_[place] = member.places_.back();
  member.places_.pop_back();
  RoomMember* last = room->members.back();
  room->members.pop_back();
  if (last != &member) {
    room->members[index] = last;
    for (auto& other : last->places_) {
      if (other.room == room) other.index = index;
    }
  }
  if (!room->members.empty()) return;
  if (watcher_ != nullptr) watcher_->on_room_closed(room->name);
  rooms_.erase(std::string_view(room->name));
}

std::uint32_t Rooms::next_epoch() {
  if (++epoch_ == 0) {
    for (RoomMember* member : all_) member->mark_ = 0;
    epoch_ = 1;
  }
  return epoch_;
}

void Rooms::mark_variants(const Batch& batch) {
  const std::uint32_t marked = next_epoch();
  hits_.clear();
  const std::size_t n = batch.packets->packets();
  const std::size_t with = batch.variant_packets->packets();
  const auto mark = [&](const Variant& variant) {
    if (variant.index >= n || variant.with >= with) return;
    visit_named(variant.room, [&](RoomMember& member) {
      const std::uint32_t next = member.mark_ == marked ? member.first_hit_ : kNoHit;
      member.mark_ = marked;
      member.first_hit_ = static_cast<std::uint32_t>(hits_.size());
      hits_.push_back({static_cast<std::uint32_t>(variant.index), static_cast<std::uint32_t>(variant.with), next});
    });
  };
  // From the last packet to the first, each put in front: a member's list comes out in order of the packets, and of
  // several variants of one packet the first given stands first.
  const auto by_index = [](const Variant& a, const Variant& b) { return a.index < b.index; };
  if (std::is_sorted(batch.variants.begin(), batch.variants.end(), by_index)) {
    std::for_each(batch.variants.rbegin(), batch.variants.rend(), mark);
    return;
  }
  std::vector<const Variant*> order;
  order.reserve(batch.variants.size());
  for (const Variant& variant : batch.variants) order.push_back(&variant);
  std::sort(order.begin(), order.end(),
            [](const Variant* a, const Variant* b) { return a->index != b->index ? a->index > b->index : a > b; });
  for (const Variant* variant : order) mark(*variant);
}

}  // namespace chillin::socketio
