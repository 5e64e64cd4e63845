#include "net/loop_impl.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "net/after_flush.h"
#include "util/log.h"

namespace chillin::net {

namespace {

// Below, the ring's own cost eats what it saves.
constexpr std::size_t kWorthABatch = 4;
constexpr std::size_t kMaxSpareQueues = 1024;
constexpr std::size_t kMaxSpareCapacity = 256;
constexpr int kMaxFinalRounds = 64;

UniqueFd checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return UniqueFd(fd);
}

}  // namespace

LoopImpl::LoopImpl(Loop& loop)
    : loop_(loop),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      now_(std::chrono::steady_clock::now()),
      turn_began_(now_),
      timers_(now_),
      dirty_since_(now_),
      read_buffer_(new char[kReadBufferBytes]),
      write_buffer_(new char[kWriteBufferBytes]) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // stands for the wake-up
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

LoopImpl::~LoopImpl() = default;

void LoopImpl::discard() {
  finish();
  // What was posted too late is dropped while timers and loop still exist; dropping it may post again.
  for (bool any = true; any;) {
    std::vector<util::UniqueFunction<void()>> late;
    {
      std::lock_guard lock(mutex_);
      late.swap(mailbox_);
    }
    any = !late.empty() || !local_.empty();
    late.clear();
    std::exchange(local_, {});
  }
  end_turn();
}

void LoopImpl::post(util::UniqueFunction<void()> fn) {
  if (Loop::current() == &loop_) {
    local_.push_back(std::move(fn));
    return;
  }
  bool wake = false;
  {
    std::lock_guard lock(mutex_);
    mailbox_.push_back(std::move(fn));
    // Whoever finds the loop asleep wakes it; the others' posts ride along.
    wake = std::exchange(sleeping_, false);
  }
  if (!wake) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

void LoopImpl::stop() {
  post([this] { stop_seen_ = true; });
}

void LoopImpl::run() {
  batch_sender_ = BatchSender::create();
  while (!stop_seen_) {
    const int events = poll_events();
    const bool mail = drain_mailbox();
    timers_.advance(now_);
    flush_dirty(events == 0 && !mail);
    end_turn();
  }
  finish();
}

/// Mail that was posted before stop() still runs, and so does what it posts, within reason. Then everything that is
/// still open is closed without telling anybody: the owners of the other ends are being torn down as well.
void LoopImpl::finish() {
  if (Loop::current() == &loop_) {
    for (int round = 0; round < kMaxFinalRounds && drain_mailbox(); ++round) {
    }
    flush_dirty(true);
    end_turn();
  }
  while (!handlers_.empty()) {
    std::unique_ptr<IoHandler> last = std::move(handlers_.back());
    handlers_.pop_back();
    last->registry_slot_ = IoHandler::kNone;
    unmark_dirty(*last);
  }
  removed_.clear();
  kept_.clear();
  after_flush_.clear();
}

int LoopImpl::wait_timeout_ms(bool mail_waiting) const {
  if (mail_waiting || !local_.empty() || dirty_count_ > 0) return 0;
  const auto wake = timers_.next_wake();
  if (!wake) return -1;
  const auto left = *wake - std::chrono::steady_clock::now();
  if (left <= left.zero()) return 0;
  // Rounded up: waking a moment before the tick would only spin.
  return static_cast<int>(std::chrono::ceil<util::Millis>(left).count());
}

int LoopImpl::poll_events() {
  bool mail_waiting = false;
  int timeout = 0;
  {
    std::lock_guard lock(mutex_);
    mail_waiting = !mailbox_.empty();
    timeout = wait_timeout_ms(mail_waiting);
    sleeping_ = timeout != 0;
  }
  epoll_event events[kMaxEvents];
  const auto before = timeout != 0 ? std::chrono::steady_clock::now() : now_;
  const int n = ::epoll_wait(epoll_.get(), events, kMaxEvents, timeout);
  now_ = std::chrono::steady_clock::now();
  const auto slept = timeout != 0 ? now_ - before : std::chrono::nanoseconds(0);
  pacer_.turn(now_ - turn_began_, slept);
  turn_began_ = now_;

  int handled = 0;
  for (int i = 0; i < n; ++i) {
    auto* handler = static_cast<IoHandler*>(events[i].data.ptr);
    if (handler == nullptr) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] const auto got = ::read(wake_.get(), &ignored, sizeof ignored);
      continue;
    }
    ++handled;
    // Removed by an earlier event of this batch; it lives until the end of the turn.
    if (handler->registry_slot_ == IoHandler::kNone) continue;
    handler->on_io(events[i].events);
  }
  return handled;
}

bool LoopImpl::drain_mailbox() {
  // One batch only: what these functions post belongs to the next turn, so that I/O gets its share.
  bool any = false;
  std::vector<util::UniqueFunction<void()>> mine;
  {
    std::lock_guard lock(mutex_);
    sleeping_ = false;
    batch_.swap(mailbox_);
  }
  mine.swap(local_);
  for (auto& fn : batch_) {
    fn();
    fn = nullptr;
    any = true;
  }
  batch_.clear();
  for (auto& fn : mine) {
    fn();
    fn = nullptr;
    any = true;
  }
  mine.clear();
  if (local_.empty()) local_.swap(mine);  // keeps the storage
  return any;
}

bool LoopImpl::add(std::unique_ptr<IoHandler> handler, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = handler.get();
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return false;
  handler->registry_slot_ = static_cast<std::uint32_t>(handlers_.size());
  handlers_.push_back(std::move(handler));
  return true;
}

void LoopImpl::modify(IoHandler& handler, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void LoopImpl::remove(IoHandler& handler, int fd) {
  unmark_dirty(handler);
  const std::uint32_t slot = std::exchange(handler.registry_slot_, IoHandler::kNone);
  if (slot == IoHandler::kNone) return;
  // Closing the descriptor takes it out of the set too, but not while a child process that has just been forked holds a
  // copy of it: then events would come for a handler that is gone.
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  removed_.push_back(std::move(handlers_[slot]));
  if (slot + 1 != handlers_.size()) {
    handlers_[slot] = std::move(handlers_.back());
    handlers_[slot]->registry_slot_ = slot;
  }
  handlers_.pop_back();
}

void LoopImpl::for_each(const std::function<void(IoHandler&)>& fn) {
  // Backwards: remove() puts the last one, which has been visited, into the gap.
  for (std::size_t i = handlers_.size(); i-- > 0;) {
    if (i < handlers_.size()) fn(*handlers_[i]);
  }
}

void LoopImpl::mark_dirty(IoHandler& handler, std::size_t frames) {
  dirty_frames_ += frames;
  if (handler.dirty_slot_ != IoHandler::kNone) return;
  if (dirty_count_++ == 0) dirty_since_ = now_;
  handler.dirty_slot_ = static_cast<std::uint32_t>(dirty_.size());
  dirty_.push_back(&handler);
}

void LoopImpl::unmark_dirty(IoHandler& handler) noexcept {
  const std::uint32_t slot = std::exchange(handler.dirty_slot_, IoHandler::kNone);
  if (slot == IoHandler::kNone) return;
  dirty_[slot] = nullptr;
  --dirty_count_;
}

void LoopImpl::flush_dirty(bool would_sleep) {
  if (!dirty_.empty()) {
    if (!pacer_.should_flush(dirty_count_, dirty_frames_, now_ - dirty_since_, would_sleep)) return;
    flush_all();
  }
  if (after_flush_.empty()) return;
  for (auto& fn : std::exchange(after_flush_, {})) fn();
}

void LoopImpl::flush_all() {
  flushing_.swap(dirty_);
  dirty_count_ = 0;
  dirty_frames_ = 0;
  for (IoHandler* handler : flushing_) {
    if (handler != nullptr) handler->dirty_slot_ = IoHandler::kNone;
  }
  if (batch_sender_ && flushing_.size() >= kWorthABatch) send_batch();
  // By now nobody is marked, so what a flush() marks again (on_drained may send) is written in the next turn; one that
  // goes away meanwhile lives until the end of this turn.
  for (IoHandler* handler : flushing_) {
    if (handler != nullptr && handler->registry_slot_ != IoHandler::kNone) handler->flush();
  }
  flushing_.clear();
}

// Most of a broadcast's recipients have little to write: their sends are one system call. What came of each is noted
// in its queue before anybody is told anything (by flush()), because who is told may send, write or close anywhere.
void LoopImpl::send_batch() {
  std::span<char> room = write_buffer();
  for (IoHandler* handler : flushing_) {
    if (handler == nullptr || handler->registry_slot_ == IoHandler::kNone) continue;
    if (room.size() < kMaxGathered) {
      send_offers();
      room = write_buffer();
    }
    std::span<char> of_one = room.first(kMaxGathered);
    const auto offer = handler->offer(of_one);
    if (offer.bytes.empty()) continue;
    room = room.subspan(kMaxGathered - of_one.size());
    offers_.push_back(offer);
    offering_.push_back(handler);
  }
  send_offers();
}

void LoopImpl::send_offers() {
  if (batch_sender_ && offers_.size() >= kWorthABatch) {
    if (!batch_sender_->send(offers_)) {
      util::log_warn("io_uring_failed");
      batch_sender_.reset();
    }
    for (std::size_t i = 0; i < offers_.size(); ++i) offering_[i]->took(offers_[i].result);
  }
  offers_.clear();
  offering_.clear();
}

void LoopImpl::end_turn() {
  // Destructors may remove further handlers.
  while (!removed_.empty() || !kept_.empty()) {
    const auto removed = std::exchange(removed_, {});
    const auto kept = std::exchange(kept_, {});
  }
}

std::vector<util::Slice> LoopImpl::take_queue_storage() {
  if (spare_queues_.empty()) return {};
  std::vector<util::Slice> storage = std::move(spare_queues_.back());
  spare_queues_.pop_back();
  return storage;
}

void LoopImpl::return_queue_storage(std::vector<util::Slice> storage) {
  storage.clear();
  if (spare_queues_.size() < kMaxSpareQueues && storage.capacity() <= kMaxSpareCapacity) {
    spare_queues_.push_back(std::move(storage));
  }
}

void after_flush(Loop& loop, util::UniqueFunction<void()> fn) {
  loop.impl().after_flush(std::move(fn));
}

}  // namespace chillin::net
