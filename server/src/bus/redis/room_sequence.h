#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "chat/catch_up.h"
#include "chat/ports/room_log.h"
#include "util/clock.h"

namespace chillin::bus {

/// One followed room as far as this server has told its people: the follow rule of the room log. An event with
/// seq = last + 1 goes out, an older one is dropped, a later one waits; if what is missing does not come within
/// kPatience, it has to be read from the log.
///
/// Life: events before start() wait; then what goes out is always seq by seq without a hole (filled() says when not).
/// Events and time in, events out: no timer, no database inside. Not thread-safe.
class RoomSequence {
 public:
  static constexpr util::Millis kPatience{100};
  /// Waiting events beyond this are forgotten, the latest first: they are read from the log anyway.
  static constexpr std::size_t kMaxWaiting = 512;

  /// Everything up to `seq` is known to those who will be told.
  void start(chat::Seq seq, std::vector<chat::RoomEvent>& out);
  void offer(const chat::RoomEvent& event, util::SteadyTime now, std::vector<chat::RoomEvent>& out);
  /// The room has got as far as `seq`, says who does not bring the event itself.
  void heard_of(chat::Seq seq, util::SteadyTime now);
  /// What was read from the log after last(). Nothing happens if last() has got there meanwhile.
  /// `heard`: heard() when the reading began. What of that is missing still does not exist, whoever told of it.
  void filled(chat::CatchUp read, chat::Seq heard, util::SteadyTime now, std::vector<chat::RoomEvent>& out);

  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] chat::Seq last() const noexcept { return last_; }
  /// The highest seq heard of.
  [[nodiscard]] chat::Seq heard() const noexcept { return seen_; }
  /// Something is missing.
  [[nodiscard]] bool hole() const noexcept { return started_ && seen_ > last_; }
  /// Since when.
  [[nodiscard]] util::SteadyTime hole_since() const noexcept { return hole_since_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  void advance(const chat::RoomEvent& event, std::vector<chat::RoomEvent>& out);
  void drain(util::SteadyTime now, std::vector<chat::RoomEvent>& out);

  bool started_ = false;
  chat::Seq last_;
  chat::Seq seen_;
  util::SteadyTime hole_since_;
  std::map<chat::Seq, chat::RoomEvent> waiting_;
};

}  // namespace chillin::bus
