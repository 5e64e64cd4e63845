#include "support/tcp_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <stdexcept>
#include <utility>
#include <vector>

namespace chillin::test {

namespace {

using std::chrono::steady_clock;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

struct Piece {
  steady_clock::time_point due;
  std::string bytes;
};

void no_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

struct TcpProxy::Pair {
  int client = -1;
  int server = -1;
  bool lose_answer = false;
  std::string held;  // a request that its client has given up
  std::deque<Piece> to_server;
  std::deque<Piece> to_client;

  void close_client() {
    if (client >= 0) ::close(client);
    client = -1;
  }
  void close_both() {
    close_client();
    if (server >= 0) ::close(server);
    server = -1;
  }
};

TcpProxy::TcpProxy(int port) : server_port_(port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

TcpProxy::~TcpProxy() {
  stopping_ = true;
  thread_.join();
  for (Pair& pair : pairs_) pair.close_both();
  ::close(listener_);
}

void TcpProxy::cut() {
  refusing_ = true;
  closing_ = true;
  while (closing_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void TcpProxy::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  if (refusing_ || ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(client);
    ::close(server);
    return;
  }
  no_delay(client);
  no_delay(server);
  Pair pair;
  pair.client = client;
  pair.server = server;
  pairs_.push_back(std::move(pair));
}

// False: it is over.
bool TcpProxy::carry(Pair& pair) {
  const auto read = [](int fd, std::string& out) {
    char bytes[65536];
    const ssize_t n = ::recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0) out.assign(bytes, static_cast<std::size_t>(n));
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
  };
  const auto due = steady_clock::now() + std::chrono::milliseconds(delay_ms_);
  std::string bytes;
  if (pair.client >= 0) {
    if (!read(pair.client, bytes)) return false;
    if (!bytes.empty() && trap_ == Trap::kRequest) {
      trap_ = Trap::kNone;
      pair.held = std::move(bytes);
      pair.close_client();
      return true;
    }
    if (!bytes.empty() && trap_ == Trap::kAnswer) {
      trap_ = Trap::kNone;
      pair.lose_answer = true;
    }
    if (!bytes.empty()) pair.to_server.push_back({due, std::move(bytes)});
  }
  bytes.clear();
  if (!read(pair.server, bytes)) return false;
  if (!bytes.empty() && pair.lose_answer) return false;
  if (!bytes.empty()) pair.to_client.push_back({due, std::move(bytes)});
  if (!pair.held.empty() && delivering_) {
    pair.to_server.push_back({due, std::exchange(pair.held, {})});
    delivering_ = false;
  }
  const auto send = [](std::deque<Piece>& pieces, int fd) {
    while (!pieces.empty() && pieces.front().due <= steady_clock::now()) {
      const Piece piece = std::move(pieces.front());
      pieces.pop_front();
      if (fd >= 0) (void)::send(fd, piece.bytes.data(), piece.bytes.size(), MSG_NOSIGNAL);
    }
  };
  send(pair.to_server, pair.server);
  send(pair.to_client, pair.client);
  return true;
}

void TcpProxy::run() {
  while (!stopping_) {
    std::vector<pollfd> fds = {{listener_, POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      fds.push_back({pair.client, POLLIN, 0});
      fds.push_back({pair.server, POLLIN, 0});
    }
    (void)::poll(fds.data(), fds.size(), 1);
    if (closing_) {
      for (Pair& pair : pairs_) pair.close_both();
      pairs_.clear();
      closing_ = false;
    }
    if ((fds[0].revents & POLLIN) != 0) accept_one();
    for (auto pair = pairs_.begin(); pair != pairs_.end();) {
      if (carry(*pair)) {
        ++pair;
        continue;
      }
      pair->close_both();
      pair = pairs_.erase(pair);
    }
  }
}

}  // namespace chillin::test
