#include "net/tcp_connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "util/metrics.h"

namespace chillin::net {

namespace {
// A connection that sends faster than it is read gets this many buffers before the others have their turn.
constexpr int kMaxReads = 4;
constexpr util::Millis kLingerTimeout{2'000};
constexpr std::uint32_t kLingerBytes = 16 * 1024 * 1024;

const util::metrics::Counter kReceived("chillin_received_bytes_total", "Bytes read from TCP connections.");
}  // namespace

TcpConnection::TcpConnection(LoopImpl& loop, DetachedSocket socket, const void* owner)
    : loop_(loop),
      fd_(std::move(socket.fd)),
      owner_(owner),
      lease_(std::move(socket.lease)),
      peer_address_(std::move(socket.peer_address)) {}

TcpConnection* TcpConnection::open(LoopImpl& loop, DetachedSocket socket, const void* owner) {
  std::string unsent = std::move(socket.unsent);
  std::unique_ptr<TcpConnection> connection(new TcpConnection(loop, std::move(socket), owner));
  TcpConnection* raw = connection.get();
  if (!loop.add(std::move(connection), raw->fd_.get(), EPOLLIN | EPOLLRDHUP)) return nullptr;
  if (!unsent.empty()) raw->send(util::Slice(util::SharedBuffer(std::move(unsent))));
  return raw;
}

TcpConnection::~TcpConnection() {
  // Still open: the loop goes away under us.
  if (fd_.valid() && protocol_) protocol_->on_detached();
  queue_.clear(loop_);
}

void TcpConnection::set_protocol(std::shared_ptr<Protocol> protocol) {
  if (protocol_) loop_.keep_until_turn_ends(std::move(protocol_));
  protocol_ = std::move(protocol);
}

void TcpConnection::update_interest() {
  std::uint32_t events = blocked_ ? EPOLLOUT : 0U;
  // After the end there is nothing more to learn; level-triggered, it would be reported for ever.
  if (!eof_) events |= reading_ ? EPOLLIN | EPOLLRDHUP : EPOLLRDHUP;
  loop_.modify(*this, fd_.get(), events);
}

void TcpConnection::set_reading(bool on) {
  if (!fd_.valid() || reading_ == on) return;
  reading_ = on;
  update_interest();
}

void TcpConnection::on_io(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    blocked_ = false;
    write();
    if (fd_.valid() && !blocked_) update_interest();
  }
  if (!fd_.valid() || (events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
  if (reading_) {
    read();
  } else {
    // Nobody asked for data, so this is the peer's going away.
    broken();
  }
}

void TcpConnection::read() {
  const auto buffer = loop_.read_buffer();
  for (int i = 0; i < kMaxReads; ++i) {
    const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) broken();
      return;
    }
    if (n == 0) {
      eof_ = true;
      if (said_goodbye_) {
        broken();
        return;
      }
      if (!closing_) protocol_->on_eof();
      // Still open: last words are queued.
      if (fd_.valid()) update_interest();
      return;
    }
    kReceived.add(n);
    if (closing_) {
      const auto got = static_cast<std::uint32_t>(n);
      if (got > linger_budget_) {
        broken();
        return;
      }
      linger_budget_ -= got;
    } else {
      protocol_->on_data(buffer.first(static_cast<std::size_t>(n)));
    }
    // What the protocol was may have been replaced, or the connection closed or moved: the rest belongs to the next
    // turn.
    if (!fd_.valid() || !reading_ || static_cast<std::size_t>(n) < buffer.size()) return;
  }
}

void TcpConnection::flush() {
  if (fd_.valid() && !blocked_) write();
}

BatchSender::Item TcpConnection::offer(std::span<char>& room) {
  if (!fd_.valid() || blocked_ || queue_.empty()) return {};
  return {fd_.get(), queue_.gather(room), 0};
}

void TcpConnection::took(ssize_t result) {
  if (result >= 0) queue_.took(static_cast<std::size_t>(result), loop_);
  if (queue_.empty()) {
    drained_untold_ = true;  // told by the flush() that follows
  } else if (result >= 0 || result == -EAGAIN) {
    blocked_ = true;
    update_interest();
  }
  // Any other error is met again by that flush(), which may close the connection.
}

void TcpConnection::try_write_now() {
  if (!fd_.valid() || blocked_ || queue_.empty()) return;
  const auto written = queue_.write_to(fd_.get(), loop_);
  // An error is met again at the end of the turn, where it may be told.
  drained_untold_ = written == SendQueue::Written::kAll;
  if (written != SendQueue::Written::kSome) return;
  blocked_ = true;
  update_interest();
}

void TcpConnection::write() {
  if (queue_.empty()) {
    if (std::exchange(drained_untold_, false) || (closing_ && !said_goodbye_)) after_drained();
    return;
  }
  switch (queue_.write_to(fd_.get(), loop_)) {
    case SendQueue::Written::kAll:
      after_drained();
      return;
    case SendQueue::Written::kSome:
      blocked_ = true;
      update_interest();
      return;
    case SendQueue::Written::kError:
      broken();
      return;
  }
}

void TcpConnection::after_drained() {
  drained_untold_ = false;
  if (closing_) {
    if (!said_goodbye_) shut_down();
  } else {
    protocol_->on_drained();
  }
}

void TcpConnection::close_gracefully(bool linger) {
  if (!fd_.valid() || closing_) return;
  closing_ = true;
  linger_ = linger;
  linger_budget_ = linger ? kLingerBytes : 0;
  linger_timer_ = std::make_unique<Timer>(loop_.loop(), [this] { broken(); });
  linger_timer_->arm(kLingerTimeout);
  if (!blocked_) loop_.mark_dirty(*this, 0);
}

void TcpConnection::shut_down() {
  said_goodbye_ = true;
  if (!linger_ || eof_) {
    broken();
    return;
  }
  ::shutdown(fd_.get(), SHUT_WR);
  set_reading(true);
}

void TcpConnection::broken() {
  if (!fd_.valid()) return;
  abort();
  protocol_->on_closed();
}

void TcpConnection::abort() {
  if (!fd_.valid()) return;
  linger_timer_.reset();
  loop_.remove(*this, fd_.get());
  fd_.reset();
  queue_.clear(loop_);
  lease_ = ConnectionLease();
}

void TcpConnection::on_command(const void* owner, Command command) {
  if (owner != owner_) return;
  if (command == Command::kAbort) {
    broken();
  } else if (!closing_) {
    protocol_->on_stop_accepting();
  }
}

DetachedSocket TcpConnection::detach() {
  linger_timer_.reset();
  std::string unsent = queue_.copy();
  loop_.remove(*this, fd_.get());
  queue_.clear(loop_);
  return {std::move(fd_), std::move(lease_), std::move(peer_address_), std::move(unsent)};
}

}  // namespace chillin::net
