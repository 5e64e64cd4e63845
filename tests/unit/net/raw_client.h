#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/unique_fd.h"
#include "net/ws_frame.h"

namespace chillin::net::testing {

/// A blocking client on a raw socket, so that tests decide which bytes travel and when. Every wait ends after ten
/// seconds with a failure of the caller's expectation, never with a hang.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// Reads once; false at the end, on an error or after the time-out.
  bool receive_some() {
    pollfd p{fd_.get(), POLLIN, 0};
    if (::poll(&p, 1, 10'000) <= 0) return false;
    char buffer[65'536];
    const auto n = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  /// Takes `n` bytes; fewer if the connection ends first.
  std::string take(std::size_t n) {
    while (received_.size() < n && receive_some()) {
    }
    std::string out = received_.substr(0, n);
    received_.erase(0, out.size());
    return out;
  }

  /// Takes everything up to and with `end`; what there is if the connection ends first.
  std::string take_until(std::string_view end) {
    std::size_t at = received_.find(end);
    while (at == std::string::npos && receive_some()) at = received_.find(end);
    const std::size_t n = at == std::string::npos ? received_.size() : at + end.size();
    return take(n);
  }

  /// Takes everything up to the end of the connection.
  std::string take_all() {
    while (receive_some()) {
    }
    return std::exchange(received_, {});
  }

  /// True if the peer closes without another byte.
  bool closed_by_peer() { return received_.empty() && !receive_some() && received_.empty(); }

  struct Response {
    int status = 0;
    std::string head;
    std::string body;
  };
  /// One response with a Content-Length (or none, with status 1xx, 204, 304, or to HEAD).
  Response response(bool to_head = false) {
    Response r;
    r.head = take_until("\r\n\r\n");
    if (r.head.size() > 12) r.status = std::atoi(r.head.c_str() + 9);
    const auto at = r.head.find("Content-Length: ");
    if (!to_head && at != std::string::npos)
      r.body = take(static_cast<std::size_t>(std::atoll(r.head.c_str() + at + 16)));
    return r;
  }

  static std::string upgrade_request(std::string_view target = "/ws") {
    return "GET " + std::string(target) +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }
  bool upgrade() { return send(upgrade_request()) && response().status == 101; }

  /// A masked client frame.
  static std::string frame(WsOpcode opcode, std::string_view payload, bool final = true) {
    std::string out;
    append_ws_header(out, opcode, payload.size());
    if (!final) out[0] = static_cast<char>(out[0] & 0x7f);
    out[1] = static_cast<char>(out[1] | 0x80);
    constexpr std::string_view kKey = "\x37\xfa\x21\x3d";
    out += kKey;
    for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ kKey[i % 4]);
    return out;
  }

  struct Frame {
    WsOpcode opcode = WsOpcode::kContinuation;
    std::string payload;
    /// Of a close frame; 1005 if it has none.
    [[nodiscard]] int close_code() const {
      if (payload.size() < 2) return 1005;
      return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
  };
  /// The next frame; nullopt if the connection ends first.
  std::optional<Frame> read_frame() {
    const std::string start = take(2);
    if (start.size() < 2) return std::nullopt;
    Frame frame;
    frame.opcode = static_cast<WsOpcode>(start[0] & 0x0f);
    std::size_t size = static_cast<unsigned char>(start[1]);
    const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (extra > 0) {
      size = 0;
      for (const char c : take(extra)) size = size << 8 | static_cast<unsigned char>(c);
    }
    frame.payload = take(size);
    if (frame.payload.size() < size) return std::nullopt;
    return frame;
  }

  void reset_hard() {
    const linger now{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    fd_.reset();
  }
  void close() { fd_.reset(); }
  void half_close() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  UniqueFd fd_;
  std::string received_;
  bool connected_ = false;
};

}  // namespace chillin::net::testing
