// Which rooms are followed, and bringing them up to date from the log. On the Redis loop.
#include <algorithm>
#include <span>
#include <utility>

#include "bus/redis/redis_bus_state.h"
#include "util/log.h"

namespace chillin::bus {
namespace {

constexpr util::Millis kLookAgain{20};
constexpr util::Millis kReadAgain{250};
/// Rooms whose holes are filled at the same time: the log's readers have other work as well.
constexpr std::size_t kFillsUnderWay = 8;
/// Beyond so many changes people are better served by reading what they look at.
constexpr std::size_t kMaxChanges = 2'000;
constexpr std::size_t kRoomsPerCheck = 1'000;

}  // namespace

void RedisBus::State::follow(chat::RoomId id, std::string name, util::Completion<chat::Status> done) {
  const Lock lock(mutex_);
  if (stopped_) return done(chat::refuse(chat::ErrorCode::kUnavailable));
  const RoomPtr r = room(id, std::move(name));
  ++r->followers;
  if (r->sequence.started()) return done(util::Ok{});
  r->waiting_for_start.push_back(std::move(done));
  if (std::exchange(r->starting, true)) return;
  // First the channel, then the log: whatever is committed after the look at the log is heard.
  client_.subscribe(channel_of(r->name), this, [weak = weak_from_this(), r](bool) {
    const auto self = weak.lock();
    // Not there: the program ends.
    if (self && net::Loop::current() == &self->client_.loop()) util::spawn(start_following(self, r));
  });
}

util::Task<void> RedisBus::State::start_following(std::shared_ptr<State> self, RoomPtr room) {
  std::vector<chat::RoomId> ids{room->id};
  auto position = co_await self->log_.positions(std::move(ids));
  const Lock lock(self->mutex_);
  room->starting = false;
  auto waiting = std::exchange(room->waiting_for_start, {});
  if (self->stopped_) co_return;
  if (!position) {
    room->followers -= waiting.size();
    room->sequence = {};
    self->drop_if_unused(room);
    for (auto& done : waiting) done(position.error());
    co_return;
  }
  Told told;
  room->sequence.start(position->front(), told.events);
  self->tell(told);
  self->after_telling(room);
  for (auto& done : waiting) done(util::Ok{});
}

void RedisBus::State::unfollow(chat::RoomId id) {
  const Lock lock(mutex_);
  const auto it = rooms_.find(id.value);
  if (it == rooms_.end() || it->second->followers == 0) return;
  const RoomPtr room = it->second;
  if (--room->followers > 0) return;
  room->sequence = {};
  ++room->life;
  for (auto& [seq, done] : std::exchange(room->waiting_for_seq, {})) done(util::Ok{});
  drop_if_unused(room);
}

void RedisBus::State::reached(chat::RoomId id, chat::Seq seq, util::Completion<util::Ok> done) {
  const Lock lock(mutex_);
  const auto it = rooms_.find(id.value);
  if (stopped_ || it == rooms_.end() || it->second->followers == 0 || it->second->sequence.last() >= seq) {
    return done(util::Ok{});
  }
  it->second->waiting_for_seq.emplace_back(seq, std::move(done));
  it->second->sequence.heard_of(seq, now());
  after_telling(it->second);
}

void RedisBus::State::watch(chat::RoomId id, std::string name) {
  const Lock lock(mutex_);
  if (stopped_) return;
  const RoomPtr& r = room(id, std::move(name));
  if (++r->watchers == 1 && r->followers == 0) client_.subscribe(channel_of(r->name), this);
}

void RedisBus::State::unwatch(chat::RoomId id) {
  const Lock lock(mutex_);
  const auto it = rooms_.find(id.value);
  if (it == rooms_.end() || it->second->watchers == 0) return;
  const RoomPtr room = it->second;
  --room->watchers;
  drop_if_unused(room);
}

void RedisBus::State::look_after_holes() {
  {
    const Lock lock(mutex_);
    const auto time = now();
    std::erase_if(holes_, [&](const RoomPtr& room) {
      if (room->sequence.hole()) {
        // Without the others' events nothing closes by itself.
        if (heard_ && time - room->sequence.hole_since() < RoomSequence::kPatience) return false;
        room->reading = true;
        to_fill_.push_back(room);
      }
      room->listed = false;
      return true;
    });
    if (!holes_.empty() && !hole_timer_.armed()) hole_timer_.arm(kLookAgain);
  }
  fill_more();
}

void RedisBus::State::fill_more() {
  while (filling_ < kFillsUnderWay && !to_fill_.empty()) {
    RoomPtr room = std::move(to_fill_.front());
    to_fill_.pop_front();
    ++filling_;
    util::spawn(fill(shared_from_this(), std::move(room)));
  }
}

util::Task<void> RedisBus::State::fill(std::shared_ptr<State> self, RoomPtr room) {
  chat::Seq last;
  chat::Seq heard;
  std::uint64_t life = 0;
  {
    const Lock lock(self->mutex_);
    last = room->sequence.last();
    heard = room->sequence.heard();
    life = room->life;
  }
  auto read = co_await chat::catch_up(self->log_, room->id, last, kMaxChanges);
  if (!read) {
    util::log_debug("room_catch_up_failed",
                    {{"room_id", room->id.value}, {"code", chat::code_name(read.error().code)}});
    co_await self->sleep(kReadAgain);
  }
  {
    const Lock lock(self->mutex_);
    room->reading = false;
    if (!self->stopped_ && room->life == life) {
      if (read) {
        util::log_debug(
            "room_caught_up",
            {{"room_id", room->id.value}, {"from", last.value}, {"to", read->seq.value}, {"complete", read->complete}});
        self->holes_filled_.fetch_add(1, std::memory_order_relaxed);
        Told told;
        room->sequence.filled(*std::move(read), heard, now(), told.events);
        self->tell(told);
      }
      // What was committed while it was read, or what could not be read.
      self->after_telling(room);
    } else if (!self->stopped_) {
      self->after_telling(room);
    }
  }
  --self->filling_;
  self->fill_more();
}

void RedisBus::State::on_subscriptions_lost() {
  ++round_;
  const Lock lock(mutex_);
  heard_ = false;
}

void RedisBus::State::on_resubscribed() {
  catching_up_ = true;
  {
    const Lock lock(mutex_);
    heard_ = true;
  }
  util::spawn(check_all(shared_from_this(), ++round_));
}

std::vector<chat::RoomId> RedisBus::State::started_rooms() const {
  std::vector<chat::RoomId> ids;
  const Lock lock(mutex_);
  for (const auto& [id, room] : rooms_) {
    if (room->sequence.started()) ids.push_back(room->id);
  }
  return ids;
}

/// How many of the rooms are behind. `since`: when their holes count as begun.
std::size_t RedisBus::State::compare(std::span<const chat::RoomId> rooms, std::span<const chat::Seq> positions,
                                     util::SteadyTime since) {
  std::size_t behind = 0;
  const Lock lock(mutex_);
  for (std::size_t i = 0; i < std::min(rooms.size(), positions.size()); ++i) {
    const auto it = rooms_.find(rooms[i].value);
    if (it == rooms_.end() || !it->second->sequence.started() || positions[i] <= it->second->sequence.last()) continue;
    ++behind;
    it->second->sequence.heard_of(positions[i], since);
    after_telling(it->second);
  }
  return behind;
}

/// What was published while nobody listened is lost: where does each room stand?
util::Task<void> RedisBus::State::check_all(std::shared_ptr<State> self, std::uint64_t round) {
  const std::vector<chat::RoomId> ids = self->started_rooms();
  std::size_t behind = 0;
  for (std::size_t at = 0; at < ids.size();) {
    const auto part = std::span(ids).subspan(at, std::min(kRoomsPerCheck, ids.size() - at));
    std::vector<chat::RoomId> rooms(part.begin(), part.end());
    auto positions = co_await self->log_.positions(std::move(rooms));
    if (self->round_ != round) co_return;  // lost again, or stopped
    if (!positions) {
      co_await self->sleep(kReadAgain);
      if (self->round_ != round) co_return;
      continue;
    }
    behind += self->compare(part, *positions, now() - RoomSequence::kPatience);
    at += part.size();
  }
  self->catching_up_ = false;
  util::log_info("bus_caught_up", {{"rooms", ids.size()}, {"behind", behind}});
}

/// A server that died after a commit has told nobody; nor has one that cannot reach Redis.
util::Task<void> RedisBus::State::sweep(std::shared_ptr<State> self) {
  const std::vector<chat::RoomId> ids = self->started_rooms();
  for (std::size_t at = 0; at < ids.size(); at += kRoomsPerCheck) {
    const auto part = std::span(ids).subspan(at, std::min(kRoomsPerCheck, ids.size() - at));
    std::vector<chat::RoomId> rooms(part.begin(), part.end());
    auto positions = co_await self->log_.positions(std::move(rooms));
    if (!positions) break;  // next time
    static_cast<void>(self->compare(part, *positions, now()));
  }
  bool stopped = false;
  {
    const Lock lock(self->mutex_);
    stopped = self->stopped_;
  }
  if (!stopped) self->sweep_timer_.arm(kSweepEvery);
}

util::Task<void> RedisBus::State::sleep(util::Millis delay) {
  {
    const Lock lock(mutex_);
    if (stopped_) co_return;  // nobody would wake it
  }
  auto start = [this, delay](util::Completion<util::Ok> done) {
    sleeping_.emplace_back(now() + delay, std::move(done));
    if (!sleep_timer_.armed()) sleep_timer_.arm(delay);
  };
  co_await util::suspend_with<util::Ok>(std::move(start));
}

void RedisBus::State::wake_sleepers() {
  std::erase_if(sleeping_, [time = now()](auto& sleeper) {
    if (sleeper.first > time) return false;
    sleeper.second(util::Ok{});
    return true;
  });
  if (!sleeping_.empty()) sleep_timer_.arm(kLookAgain);
}

}  // namespace chillin::bus
