#include "redis/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace chillin::redis {
namespace {

constexpr int kMaxReads = 16;

std::string error_text(int error) {
  return std::generic_category().message(error);
}

}  // namespace

Stream* Stream::connect(net::LoopImpl& loop, const SocketAddress& address, std::unique_ptr<TlsFilter> tls,
                        StreamHandler& handler, std::string& why) {
  net::UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) {
    why = error_text(errno);
    return nullptr;
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 &&
      errno != EINPROGRESS) {
    why = error_text(errno);
    return nullptr;
  }
  std::unique_ptr<Stream> stream(new Stream(loop, std::move(fd), std::move(tls), handler));
  Stream* raw = stream.get();
  if (loop.add(std::move(stream), raw->fd_.get(), EPOLLOUT)) return raw;
  why = error_text(errno);
  return nullptr;
}

Stream::~Stream() {
  // Still open: the loop goes away under us.
  if (fd_.valid() && handler_ != nullptr) std::exchange(handler_, nullptr)->on_closed("the program ends");
}

void Stream::close() {
  handler_ = nullptr;
  if (!fd_.valid()) return;
  loop_.remove(*this, fd_.get());
  fd_.reset();
}

void Stream::broken(const std::string& why) {
  StreamHandler* handler = handler_;
  close();
  if (handler != nullptr) handler->on_closed(why);
}

void Stream::update_interest() {
  loop_.modify(*this, fd_.get(), blocked_ ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void Stream::on_io(std::uint32_t events) {
  if (state_ == State::kConnecting) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return broken(error_text(error));
    return connected();
  }
  if ((events & EPOLLOUT) != 0) {
    blocked_ = false;
    write();
    if (fd_.valid() && !blocked_) update_interest();
  }
  if (fd_.valid() && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read();
}

void Stream::connected() {
  state_ = State::kOpen;
  update_interest();
  if (!tls_) return handler_->on_open();
  state_ = State::kHandshake;
  take({});
}

void Stream::read() {
  const auto buffer = loop_.read_buffer();
  for (int i = 0; i < kMaxReads && fd_.valid(); ++i) {
    const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) broken(error_text(errno));
      return;
    }
    if (n == 0) return broken("the server closed the connection");
    take({buffer.data(), static_cast<std::size_t>(n)});
    if (static_cast<std::size_t>(n) < buffer.size()) return;
  }
}

void Stream::take(std::string_view bytes) {
  if (!tls_) return handler_->on_bytes(bytes);
  std::string plain;
  const auto status = tls_->feed(bytes, plain, out_);
  if (sent_ < out_.size() && !blocked_) write();
  if (!fd_.valid()) return;
  if (state_ == State::kHandshake && tls_->ready()) {
    state_ = State::kOpen;
    handler_->on_open();
  }
  if (fd_.valid() && !plain.empty()) handler_->on_bytes(plain);
  if (fd_.valid() && !status) broken(status.error().detail);
}

void Stream::send(std::string_view bytes) {
  if (!fd_.valid()) return;
  (tls_ ? plain_ : out_).append(bytes);
  if (!blocked_) loop_.mark_dirty(*this, 1);
}

void Stream::flush() {
  if (fd_.valid() && !blocked_) write();
}

void Stream::write() {
  if (!plain_.empty() && tls_->ready()) {
    const auto status = tls_->write(plain_, out_);
    plain_.clear();
    if (!status) return broken(status.error().detail);
  }
  while (sent_ < out_.size()) {
    const ssize_t n = ::send(fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      sent_ += static_cast<std::size_t>(n);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return broken(error_text(errno));
    if (!blocked_) {
      blocked_ = true;
      update_interest();
    }
    return;
  }
  // A burst's storage is given back.
  if (out_.capacity() > 1024 * 1024) out_ = {};
  out_.clear();
  sent_ = 0;
}

}  // namespace chillin::redis
