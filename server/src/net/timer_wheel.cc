#include "net/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <chrono>

namespace chillin::net {

namespace {

constexpr auto kTick = std::chrono::duration_cast<std::chrono::nanoseconds>(util::Millis(TimerWheel::kTickMs));

std::int64_t floor_tick(util::SteadyTime t) {
  return t.time_since_epoch() / kTick;
}

std::int64_t ceil_tick(util::SteadyTime t) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(t.time_since_epoch());
  return (since + kTick - std::chrono::nanoseconds(1)) / kTick;
}

}  // namespace

TimerWheel::TimerWheel(util::SteadyTime now) : last_tick_(floor_tick(now)) {}

TimerWheel::~TimerWheel() {
  // Owners may outlive the loop; their timers must not point into it.
  for (Timer*& head : slots_) {
    while (head != nullptr) unlink(*head);
  }
  while (due_ != nullptr) unlink(*due_);
}

void TimerWheel::link(Timer*& head, Timer& timer) {
  timer.next_ = head;
  if (head != nullptr) head->link_ = &timer.next_;
  head = &timer;
  timer.link_ = &head;
}

void TimerWheel::unlink(Timer& timer) {
  *timer.link_ = timer.next_;
  if (timer.next_ != nullptr) timer.next_->link_ = timer.link_;
  timer.next_ = nullptr;
  timer.link_ = nullptr;
  timer.armed_ = false;
  --armed_;
}

void TimerWheel::arm(Timer& timer, util::SteadyTime deadline) {
  if (timer.armed_) unlink(timer);
  timer.deadline_tick_ = std::max(ceil_tick(deadline), last_tick_ + 1);
  const auto slot = static_cast<std::size_t>(timer.deadline_tick_) % kSlots;
  link(slots_[slot], timer);
  occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  timer.armed_ = true;
  ++armed_;
}

void TimerWheel::cancel(Timer& timer) {
  // The slot's bit stays set: it is cleared when the slot is next looked at, which costs one spurious look.
  if (timer.armed_) unlink(timer);
}

void TimerWheel::forget(Timer& timer) {
  cancel(timer);
  if (firing_ == &timer) firing_ = nullptr;
}

void TimerWheel::collect_due(std::size_t slot, std::int64_t tick) {
  Timer* timer = slots_[slot];
  while (timer != nullptr) {
    Timer* next = timer->next_;
    if (timer->deadline_tick_ <= tick) {
      unlink(*timer);
      link(due_, *timer);
      timer->armed_ = true;
      ++armed_;
    }
    timer = next;
  }
  if (slots_[slot] == nullptr) occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
}

void TimerWheel::advance(util::SteadyTime now) {
  const std::int64_t tick = floor_tick(now);
  if (tick <= last_tick_) return;
  // After a pause of more than a round, one look at each slot is enough.
  const std::int64_t first = std::max(last_tick_ + 1, tick - static_cast<std::int64_t>(kSlots) + 1);
  last_tick_ = tick;
  for (std::int64_t t = first; t <= tick; ++t) {
    const auto slot = static_cast<std::size_t>(t) % kSlots;
    if ((occupied_[slot / 64] >> (slot % 64) & 1) == 0) continue;
    collect_due(slot, tick);
    fire_due();
  }
}

void TimerWheel::fire_due() {
  while (due_ != nullptr) {
    Timer& timer = *due_;
    unlink(timer);
    // The callback may destroy the timer, and with it the function that is running: it runs from the stack.
    util::UniqueFunction<void()> fn = std::move(timer.on_fire_);
    firing_ = &timer;
    fn();
    if (firing_ == &timer) timer.on_fire_ = std::move(fn);
    firing_ = nullptr;
  }
}

std::optional<util::SteadyTime> TimerWheel::next_wake() const {
  if (armed_ == 0) return std::nullopt;
  const auto start = static_cast<std::size_t>(last_tick_ + 1) % kSlots;
  for (std::size_t i = 0; i <= kWords; ++i) {
    const std::size_t word = (start / 64 + i) % kWords;
    std::uint64_t bits = occupied_[word];
    if (i == 0) bits &= ~std::uint64_t{0} << (start % 64);
    if (bits == 0) continue;
    const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    const std::size_t distance = (slot + kSlots - start) % kSlots;
    return util::SteadyTime(kTick * (last_tick_ + 1 + static_cast<std::int64_t>(distance)));
  }
  return std::nullopt;
}

}  // namespace chillin::net
