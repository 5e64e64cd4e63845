#include "bus/redis/room_sequence.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chillin::bus {

void RoomSequence::start(chat::Seq seq, std::vector<chat::RoomEvent>& out) {
  started_ = true;
  last_ = seq;
  drain({}, out);
}

void RoomSequence::offer(const chat::RoomEvent& event, util::SteadyTime now, std::vector<chat::RoomEvent>& out) {
  if (started_ && event.seq <= last_) return;
  if (started_ && event.seq.value == last_.value + 1) {
    advance(event, out);
    if (!waiting_.empty()) drain(now, out);
    return;
  }
  heard_of(event.seq, now);
  waiting_.try_emplace(event.seq, event);
  if (waiting_.size() > kMaxWaiting) waiting_.erase(std::prev(waiting_.end()));
}

void RoomSequence::heard_of(chat::Seq seq, util::SteadyTime now) {
  if (!hole()) hole_since_ = now;
  seen_ = std::max(seen_, seq);
}

void RoomSequence::filled(chat::CatchUp read, chat::Seq heard, util::SteadyTime now,
                          std::vector<chat::RoomEvent>& out) {
  if (read.seq > last_) {
    if (read.complete) {
      for (const chat::RoomEvent& event : read.events) {
        if (event.seq.value == last_.value + 1) advance(event, out);
      }
    } else {
      for (const chat::RoomEvent& event : read.events) out.push_back(event);
      last_ = read.seq;
    }
  }
  drain(now, out);
  if (!hole() || seen_ > heard) return;
  seen_ = last_;
  waiting_.clear();
}

void RoomSequence::advance(const chat::RoomEvent& event, std::vector<chat::RoomEvent>& out) {
  last_ = event.seq;
  seen_ = std::max(seen_, last_);
  out.push_back(event);
}

void RoomSequence::drain(util::SteadyTime now, std::vector<chat::RoomEvent>& out) {
  for (auto it = waiting_.begin(); it != waiting_.end(); it = waiting_.erase(it)) {
    if (it->first <= last_) continue;
    if (it->first.value != last_.value + 1) break;
    advance(it->second, out);
  }
  seen_ = std::max(seen_, last_);
  hole_since_ = now;  // what is still missing is another hole
}

}  // namespace chillin::bus
