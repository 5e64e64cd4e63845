#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/loop_impl.h"
#include "util/shared_buffer.h"

namespace chillin::net {

/// What a connection still has to send: slices in order, by reference. Its storage is borrowed from the loop while
/// there is something queued, so an idle connection pays 48 bytes. Confined to: its Loop. Owner: a connection.
class SendQueue {
 public:
  enum class Written { kAll, kSome, kError };

  void push(LoopImpl& loop, util::Slice slice);

  /// Writes to `fd` until the queue is empty, the kernel takes no more (kSome) or an error is met (errno). Small slices
  /// are copied into one piece, because 64 iovecs of 100 bytes cost the kernel more than one of 6,400 (measured); large
  /// ones go out from where they lie.
  [[nodiscard]] Written write_to(int fd, LoopImpl& loop);

  /// Everything queued, in one piece for somebody else to write: the one slice where it lies, or several that are
  /// copied into `room`, which then begins behind them. Empty if nothing is queued or `room` is too small for it.
  [[nodiscard]] std::string_view gather(std::span<char>& room) const noexcept;
  /// `n` bytes of gather() have been written.
  void took(std::size_t n, LoopImpl& loop);

  /// Drops everything but a front slice of which a part has been sent: a frame that was begun has to be finished.
  void drop_unsent(LoopImpl& loop);
  void clear(LoopImpl& loop);
  /// Everything queued, in one string.
  [[nodiscard]] std::string copy() const;

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }

 private:
  /// One write; -1 with errno on failure.
  [[nodiscard]] ssize_t write_once(int fd, LoopImpl& loop, std::size_t& offered);
  void consume(std::size_t n);

  std::vector<util::Slice> slices_;
  std::size_t bytes_ = 0;
  std::uint32_t head_ = 0;
  bool front_begun_ = false;
};

}  // namespace chillin::net
