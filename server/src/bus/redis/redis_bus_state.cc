#include "bus/redis/redis_bus_state.h"

#include <algorithm>
#include <chrono>

#include "chat/commit_stamp.h"
#include "chat/message_trace.h"
#include "util/crypto.h"
#include "util/log.h"

namespace chillin::bus {
namespace {

constexpr std::size_t kUidLength = 8;
constexpr util::Millis kNudgeAgain{200};

}  // namespace

RedisBus::State::State(redis::Client& client, chat::RoomLog& log, Render render)
    : client_(client),
      log_(log),
      render_(std::move(render)),
      uid_(util::random_id(kUidLength)),
      sweep_timer_(client.loop(), [this] { util::spawn(sweep(shared_from_this())); }),
      hole_timer_(client.loop(), [this] { look_after_holes(); }),
      nudge_timer_(client.loop(), [this] { nudge(); }),
      sleep_timer_(client.loop(), [this] { wake_sleepers(); }) {}

void RedisBus::State::start() {
  client_.add_listener(static_cast<redis::ChannelListener*>(this));
  client_.add_listener(static_cast<redis::ConnectionListener*>(this));
  sweep_timer_.arm(kSweepEvery);
}

void RedisBus::State::stop() {
  client_.remove_listener(static_cast<redis::ChannelListener*>(this));
  client_.remove_listener(static_cast<redis::ConnectionListener*>(this));
  sweep_timer_.cancel();
  hole_timer_.cancel();
  nudge_timer_.cancel();
  sleep_timer_.cancel();
  for (auto& [until, done] : std::exchange(sleeping_, {})) done(util::Ok{});
  ++round_;
  const Lock lock(mutex_);
  stopped_ = true;
  to_fill_.clear();
  holes_.clear();
  for (auto& [id, room] : rooms_) {
    for (auto& done : std::exchange(room->waiting_for_start, {})) done(chat::refuse(chat::ErrorCode::kUnavailable));
    for (auto& [seq, done] : std::exchange(room->waiting_for_seq, {})) done(util::Ok{});
  }
}

void RedisBus::State::set_subscriber(chat::BusSubscriber* subscriber) {
  const Lock lock(mutex_);
  subscriber_ = subscriber;
}

util::SteadyTime RedisBus::State::now() {
  return std::chrono::steady_clock::now();
}

const RedisBus::State::RoomPtr& RedisBus::State::room(chat::RoomId id, std::string name) {
  RoomPtr& slot = rooms_[id.value];
  if (!slot) {
    slot = std::make_shared<Room>();
    slot->id = id;
    slot->name = std::move(name);
    by_name_[slot->name] = slot;
  }
  return slot;
}

void RedisBus::State::drop_if_unused(const RoomPtr& room) {
  if (room->followers > 0 || room->watchers > 0) return;
  client_.unsubscribe(channel_of(room->name), this);
  by_name_.erase(room->name);
  rooms_.erase(room->id.value);
}

namespace {

void log_on_the_way(std::string_view what, const chat::RoomEvent& event, std::string_view uid) {
  if (!chat::tracing()) return;
  util::log_debug(what, {{"trace", chat::trace_of(event.message)},
                         {"message", event.message.id.to_string()},
                         {"room", event.message.room},
                         {"seq", event.seq.value},
                         {"bus", uid}});
}

}  // namespace

void RedisBus::State::publish(std::span<const chat::RoomEvent> events) {
  {
    const Lock lock(mutex_);
    if (subscriber_ == nullptr || stopped_) return;
    Told told;
    for (const chat::RoomEvent& event : events) offer(event, told);
    tell(told);
  }
  const auto stamp = chat::ScopedCommitStamp::current();
  const util::WallMillis committed = stamp ? stamp->wall() : util::WallMillis{};
  struct Place {
    chat::RoomId room;
    std::string name;
    chat::Seq seq;
  };
  std::vector<redis::Client::Publication> batch;
  std::vector<Place> places;
  batch.reserve(events.size());
  places.reserve(events.size());
  for (const chat::RoomEvent& event : events) {
    log_on_the_way("message_published", event, uid_);
    batch.push_back({channel_of(event.message.room), encode(uid_, event, render_(event), committed)});
    places.push_back({event.message.id.room, event.message.room, event.seq});
  }
  published_.fetch_add(events.size(), std::memory_order_relaxed);
  client_.publish(batch, [weak = weak_from_this(), places = std::move(places)](std::size_t i, const auto& reply) {
    if (reply && !reply->is_error()) return;
    if (const auto self = weak.lock()) self->publish_failed(places[i].room, places[i].name, places[i].seq);
  });
}

void RedisBus::State::signal(const chat::Signal& signal) {
  if (!client_.up()) return;
  const std::string& name = std::visit([](const auto& s) -> const std::string& { return s.room_name; }, signal);
  client_.publish(channel_of(name), encode(uid_, signal));
}

void RedisBus::State::offer(const chat::RoomEvent& event, Told& told) {
  const auto it = rooms_.find(event.message.id.room.value);
  if (it == rooms_.end()) return;
  const RoomPtr& room = it->second;
  if (room->followers == 0) {
    told.news.push_back(event);
    return;
  }
  room->sequence.offer(event, now(), told.events);
  after_telling(room);
}

void RedisBus::State::tell(Told& told) {
  if (subscriber_ == nullptr) return;
  if (!told.events.empty()) subscriber_->on_room_events(told.events);
  if (!told.news.empty()) subscriber_->on_room_news(told.news);
  // Only now is it true that they were told.
  for (const chat::RoomEvent& event : told.events) {
    const auto it = rooms_.find(event.message.id.room.value);
    if (it == rooms_.end() || it->second->waiting_for_seq.empty()) continue;
    std::erase_if(it->second->waiting_for_seq, [&](auto& waiter) {
      if (waiter.first > it->second->sequence.last()) return false;
      waiter.second(util::Ok{});
      return true;
    });
  }
}

void RedisBus::State::after_telling(const RoomPtr& room) {
  if (room->sequence.hole()) list_hole(room);
}

void RedisBus::State::list_hole(const RoomPtr& room) {
  if (room->listed || room->reading) return;
  room->listed = true;
  holes_.push_back(room);
  if (holes_.size() > 1) return;  // whoever listed the first has asked for this
  client_.loop().post([self = shared_from_this()] { self->look_after_holes(); });
}

void RedisBus::State::on_published(std::string_view, std::string_view message) {
  util::WallMillis committed;
  auto received = decode(message, uid_, &committed);
  if (!received) return;
  received_.fetch_add(1, std::memory_order_relaxed);
  if (auto* event = std::get_if<chat::RoomEvent>(&*received)) {
    log_on_the_way("message_received", *event, uid_);
    // What comes in one read is told at once: one packet for each connection instead of one for each event.
    if (received_now_.empty()) {
      client_.loop().post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->take_received();
      });
    }
    // Of what is told at once the oldest speaks for all, so that no delivery looks faster than it was.
    if (committed.value > 0 && (oldest_received_.value == 0 || committed < oldest_received_))
      oldest_received_ = committed;
    received_now_.push_back(std::move(*event));
    return;
  }
  take_received();
  if (const auto* signal = std::get_if<chat::Signal>(&*received)) {
    on_signal(*signal);
  } else {
    on_nudge(std::get<Nudge>(*received));
  }
}

void RedisBus::State::take_received() {
  const auto events = std::exchange(received_now_, {});
  const auto committed = std::exchange(oldest_received_, {});
  if (events.empty()) return;
  const Lock lock(mutex_);
  if (stopped_) return;
  std::optional<chat::ScopedCommitStamp> stamp;
  if (committed.value > 0) stamp.emplace(chat::CommitStamp::from_other_server(committed));
  Told told;
  for (const chat::RoomEvent& event : events) offer(event, told);
  tell(told);
}

void RedisBus::State::on_nudge(const Nudge& nudge) {
  const Lock lock(mutex_);
  if (stopped_) return;
  const auto it = rooms_.find(nudge.room.value);
  if (it == rooms_.end() || it->second->followers == 0) return;
  it->second->sequence.heard_of(nudge.seq, now());
  after_telling(it->second);
}

void RedisBus::State::on_signal(const chat::Signal& signal) {
  if (const auto* change = std::get_if<chat::MemberChange>(&signal)) {
    // Who has nobody in the room has nobody to tell.
    const Lock lock(mutex_);
    const auto it = by_name_.find(change->room_name);
    if (it == by_name_.end() || it->second->followers == 0) return;
  }
  if (subscriber_ != nullptr) subscriber_->on_signal(signal);
}

void RedisBus::State::publish_failed(chat::RoomId id, const std::string& name, chat::Seq seq) {
  if (net::Loop::current() != &client_.loop()) return;  // the program ends
  publish_failures_.fetch_add(1, std::memory_order_relaxed);
  Failed& failed = failed_[id.value];
  failed.name = name;
  failed.seq = std::max(failed.seq, seq);
  if (client_.up() && !nudge_timer_.armed()) nudge_timer_.arm(kNudgeAgain);
}

void RedisBus::State::on_redis_up() {
  nudge();
}

void RedisBus::State::nudge() {
  for (auto& [number, failed] : std::exchange(failed_, {})) {
    const chat::RoomId id{number};
    auto answered = [weak = weak_from_this(), id, name = failed.name, seq = failed.seq](const redis::ReplyOr& reply) {
      if (reply && !reply->is_error()) return;
      if (const auto self = weak.lock()) self->publish_failed(id, name, seq);
    };
    client_.publish(channel_of(failed.name), encode(uid_, Nudge{id, failed.name, failed.seq}), std::move(answered));
  }
}

RedisBusStats RedisBus::State::stats() const {
  RedisBusStats stats;
  stats.published = published_.load();
  stats.publish_failures = publish_failures_.load();
  stats.received = received_.load();
  stats.holes_filled = holes_filled_.load();
  stats.catching_up = catching_up_.load();
  const Lock lock(mutex_);
  stats.connected = heard_;
  for (const auto& [id, room] : rooms_) stats.followed_rooms += room->followers > 0 ? 1 : 0;
  return stats;
}

std::optional<chat::Bus::Position> RedisBus::State::position(const std::string& room_name) const {
  const Lock lock(mutex_);
  const auto it = by_name_.find(room_name);
  if (!heard_ || it == by_name_.end() || !it->second->sequence.started()) return std::nullopt;
  return chat::Bus::Position{it->second->id, std::max(it->second->sequence.last(), it->second->sequence.heard())};
}

std::vector<std::string> RedisBus::State::followed() const {
  std::vector<std::string> names;
  const Lock lock(mutex_);
  for (const auto& [id, room] : rooms_) {
    if (room->followers > 0) names.push_back(room->name);
  }
  return names;
}

}  // namespace chillin::bus
