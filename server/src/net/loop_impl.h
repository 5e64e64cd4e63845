#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "net/batch_sender.h"
#include "net/flush_pacer.h"
#include "net/loop.h"
#include "net/timer_wheel.h"
#include "net/unique_fd.h"
#include "util/shared_buffer.h"

namespace chillin::net {

/// Something with a descriptor that a Loop watches: a connection, a listener.
/// Confined to: its Loop, which owns it from add() to the end of the turn in which it was removed.
class IoHandler {
 public:
  IoHandler() = default;
  virtual ~IoHandler() = default;
  IoHandler(const IoHandler&) = delete;
  IoHandler& operator=(const IoHandler&) = delete;

  /// `events`: what epoll_wait reported (level-triggered). Not called any more after LoopImpl::remove.
  virtual void on_io(std::uint32_t events) = 0;
  /// End of a turn in which this was marked dirty: write what is queued.
  virtual void flush() {}
  /// Before flush(): everything that is queued, for one send; what lies in several pieces is copied into `room`, which
  /// then begins behind it. `bytes` empty: nothing, or too much for that. If it takes part in a batch, took() follows
  /// at once. Neither may call anybody.
  [[nodiscard]] virtual BatchSender::Item offer(std::span<char>& room) {
    static_cast<void>(room);
    return {};
  }
  /// `result`: bytes that the kernel took of the offer, or -errno.
  virtual void took(ssize_t result) { static_cast<void>(result); }

  enum class Command { kStopAccepting, kAbort };
  /// From the server that `owner` marks; for its own sockets only.
  virtual void on_command(const void* owner, Command command) = 0;

 private:
  friend class LoopImpl;
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t registry_slot_ = kNone;  ///< kNone: not watched (any more)
  std::uint32_t dirty_slot_ = kNone;
};

/// A Loop's inside: an epoll set, the mailbox, the timers and the connections that have something to write.
///
/// A turn: wait for events (not at all if something is pending), handle up to 256 of them, drain the mailbox, fire
/// timers, flush. One epoll_wait a turn is the only system call that is not a connection's own.
class LoopImpl {
 public:
  explicit LoopImpl(Loop& loop);
  ~LoopImpl();

  // Thread-safe.
  void post(util::UniqueFunction<void()> fn);
  void stop();

  void run();
  /// Drops everything that is left. Called once, by ~Loop, when no thread runs the loop any more.
  void discard();

  // The loop's thread only, from here on.
  [[nodiscard]] util::SteadyTime now() const noexcept { return now_; }
  [[nodiscard]] Loop& loop() noexcept { return loop_; }
  [[nodiscard]] TimerWheel& timers() noexcept { return timers_; }

  /// Watches `fd` for `events` and owns the handler. False (errno says why) if the kernel refuses; the handler is
  /// dropped.
  bool add(std::unique_ptr<IoHandler> handler, int fd, std::uint32_t events);
  void modify(IoHandler& handler, int fd, std::uint32_t events);
  /// Stops watching and destroys the handler at the end of the turn. The handler closes `fd` afterwards, or gives it
  /// away.
  void remove(IoHandler& handler, int fd);
  /// Keeps something alive to the end of the turn, because its code may be running.
  void keep_until_turn_ends(std::shared_ptr<void> what) { kept_.push_back(std::move(what)); }

  /// Has flush() called at the end of this turn, or a few ms later when the loop is saturated. `frames`: how many were
  /// queued since the last call.
  void mark_dirty(IoHandler& handler, std::size_t frames);
  void unmark_dirty(IoHandler& handler) noexcept;
  /// See net/after_flush.h.
  void after_flush(util::UniqueFunction<void()> fn) { after_flush_.push_back(std::move(fn)); }

  /// Every handler that is watched now; `fn` may remove handlers.
  void for_each(const std::function<void(IoHandler&)>& fn);

  /// Where every connection reads into; its content lasts until the reader returns.
  [[nodiscard]] std::span<char> read_buffer() noexcept { return {read_buffer_.get(), kReadBufferBytes}; }
  /// Where small slices are gathered for one write.
  [[nodiscard]] std::span<char> write_buffer() noexcept { return {write_buffer_.get(), kWriteBufferBytes}; }

  /// Storage for a send queue that becomes busy, and its way back: an idle connection has none.
  [[nodiscard]] std::vector<util::Slice> take_queue_storage();
  void return_queue_storage(std::vector<util::Slice> storage);

 private:
  static constexpr std::size_t kReadBufferBytes = 64 * 1024;
  static constexpr std::size_t kWriteBufferBytes = 64 * 1024;
  static constexpr std::size_t kMaxGathered = kWriteBufferBytes / 4;  ///< of one connection, in a batch
  static constexpr int kMaxEvents = 256;

  /// Handles what is ready, waiting for it if nothing else is pending; returns the number of events.
  int poll_events();
  int wait_timeout_ms(bool mail_waiting) const;
  bool drain_mailbox();
  void flush_dirty(bool would_sleep);
  void flush_all();
  void send_batch();
  void send_offers();
  void end_turn();
  void finish();

  Loop& loop_;
  UniqueFd epoll_;
  UniqueFd wake_;
  util::SteadyTime now_;
  util::SteadyTime turn_began_;
  TimerWheel timers_;
  FlushPacer pacer_;

  std::vector<std::unique_ptr<IoHandler>> handlers_;
  std::vector<std::unique_ptr<IoHandler>> removed_;
  std::vector<std::shared_ptr<void>> kept_;

  std::vector<IoHandler*> dirty_;
  std::vector<IoHandler*> flushing_;
  std::unique_ptr<BatchSender> batch_sender_;  ///< null: not to be had, or it failed
  std::vector<BatchSender::Item> offers_;
  std::vector<IoHandler*> offering_;
  std::size_t dirty_count_ = 0;
  std::size_t dirty_frames_ = 0;
  util::SteadyTime dirty_since_;
  std::vector<util::UniqueFunction<void()>> after_flush_;

  std::unique_ptr<char[]> read_buffer_;
  std::unique_ptr<char[]> write_buffer_;
  std::vector<std::vector<util::Slice>> spare_queues_;

  std::vector<util::UniqueFunction<void()>> local_;  ///< posted by this thread: needs no lock
  std::vector<util::UniqueFunction<void()>> batch_;
  bool stop_seen_ = false;

  std::mutex mutex_;
  std::vector<util::UniqueFunction<void()>> mailbox_;  // guarded by mutex_
  bool sleeping_ = false;                              // guarded by mutex_
};

}  // namespace chillin::net
