#include "net/send_queue.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "util/metrics.h"

namespace chillin::net {

namespace {
constexpr std::size_t kMaxPieces = 64;
constexpr std::size_t kCopyBelow = 1024;
// One connection may keep the loop for this many writes; a queue longer than that goes on in the next turn.
constexpr int kMaxWrites = 16;

const util::metrics::Gauge kQueued("chillin_send_queue_bytes", "Bytes queued that the kernel has not taken yet.");
const util::metrics::Counter kSent("chillin_sent_bytes_total", "Bytes that the kernel took for TCP connections.");
}  // namespace

void SendQueue::push(LoopImpl& loop, util::Slice slice) {
  if (slice.size() == 0) return;
  if (slices_.capacity() == 0) slices_ = loop.take_queue_storage();
  bytes_ += slice.size();
  kQueued.add(static_cast<std::int64_t>(slice.size()));
  slices_.push_back(std::move(slice));
}

ssize_t SendQueue::write_once(int fd, LoopImpl& loop, std::size_t& offered) {
  const std::size_t count = slices_.size() - head_;
  if (count == 1) {
    const auto view = slices_[head_].view();
    offered = view.size();
    return ::send(fd, view.data(), view.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  iovec pieces[kMaxPieces];
  std::size_t used = 0;
  const auto scratch = loop.write_buffer();
  std::size_t filled = 0;
  offered = 0;
  for (std::size_t i = head_; i < slices_.size(); ++i) {
    const auto view = slices_[i].view();
    if (view.size() < kCopyBelow && filled + view.size() <= scratch.size()) {
      char* to = scratch.data() + filled;
      const bool joins = used > 0 && static_cast<char*>(pieces[used - 1].iov_base) + pieces[used - 1].iov_len == to;
      if (!joins && used == kMaxPieces) break;
      std::memcpy(to, view.data(), view.size());
      filled += view.size();
      if (joins) {
        pieces[used - 1].iov_len += view.size();
      } else {
        pieces[used++] = {to, view.size()};
      }
    } else {
      if (used == kMaxPieces) break;
      pieces[used++] = {const_cast<char*>(view.data()), view.size()};
    }
    offered += view.size();
  }
  if (used == 1) return ::send(fd, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT);
  msghdr message{};
  message.msg_iov = pieces;
  message.msg_iovlen = used;
  return ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::string_view SendQueue::gather(std::span<char>& room) const noexcept {
  if (slices_.size() - head_ == 1) return slices_[head_].view();
  if (bytes_ > room.size()) return {};
  char* to = room.data();
  for (std::size_t i = head_; i < slices_.size(); ++i) {
    const auto view = slices_[i].view();
    std::memcpy(to, view.data(), view.size());
    to += view.size();
  }
  const std::string_view gathered(room.data(), bytes_);
  room = room.subspan(bytes_);
  return gathered;
}

void SendQueue::consume(std::size_t n) {
  bytes_ -= n;
  kQueued.add(-static_cast<std::int64_t>(n));
  while (n > 0) {
    util::Slice& front = slices_[head_];
    if (n < front.size()) {
      front.remove_prefix(n);
      front_begun_ = true;
      return;
    }
    n -= front.size();
    front = util::Slice();
    ++head_;
    front_begun_ = false;
  }
}

void SendQueue::took(std::size_t n, LoopImpl& loop) {
  kSent.add(static_cast<std::int64_t>(n));
  if (n == bytes_) {
    clear(loop);
  } else {
    consume(n);
  }
}

SendQueue::Written SendQueue::write_to(int fd, LoopImpl& loop) {
  for (int i = 0; i < kMaxWrites && bytes_ > 0; ++i) {
    std::size_t offered = 0;
    const ssize_t n = write_once(fd, loop, offered);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return Written::kSome;
      return Written::kError;
    }
    kSent.add(n);
    if (static_cast<std::size_t>(n) == bytes_) {
      clear(loop);
      return Written::kAll;
    }
    consume(static_cast<std::size_t>(n));
    if (static_cast<std::size_t>(n) < offered) return Written::kSome;
  }
  return bytes_ == 0 ? Written::kAll : Written::kSome;
}

void SendQueue::drop_unsent(LoopImpl& loop) {
  if (!front_begun_) {
    clear(loop);
    return;
  }
  util::Slice front = std::move(slices_[head_]);
  clear(loop);
  push(loop, std::move(front));
  front_begun_ = true;
}

std::string SendQueue::copy() const {
  std::string out;
  out.reserve(bytes_);
  for (std::size_t i = head_; i < slices_.size(); ++i) out += slices_[i].view();
  return out;
}

void SendQueue::clear(LoopImpl& loop) {
  if (bytes_ > 0) kQueued.add(-static_cast<std::int64_t>(bytes_));
  bytes_ = 0;
  head_ = 0;
  front_begun_ = false;
  if (slices_.capacity() > 0) loop.return_queue_storage(std::exchange(slices_, {}));
}

}  // namespace chillin::net
