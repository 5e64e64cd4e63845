#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "app/commands.h"
#include "util/result.h"

namespace chillin::app {

namespace {

// A check that hangs is one that failed: whoever runs it (Docker, systemd, a script) asks again soon.
constexpr timeval kPatience{4, 0};
constexpr std::size_t kMaxAnswer = 65'536;

class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}
  ~Connection() {
    if (fd_ >= 0) ::close(fd_);
  }
  Connection(Connection&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection& operator=(Connection&&) = delete;
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

// Where a server that listens on `host` is reached from the same machine.
std::string own_address(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "::1";
  return host;
}

util::Result<Connection> connect_to(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0) {
    return util::Error{util::Error::Code::kUnavailable, host + ": " + ::gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  int error = 0;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Connection connection(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol));
    if (connection.fd() < 0) continue;
    ::setsockopt(connection.fd(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    ::setsockopt(connection.fd(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    if (::connect(connection.fd(), one->ai_addr, one->ai_addrlen) == 0) return connection;
    error = errno;
  }
  return util::Error{util::Error::Code::kUnavailable, std::strerror(error)};
}

// The whole answer of a server that closes after it; empty: none came in time.
std::string ask(const Connection& connection, const std::string& request) {
  if (::send(connection.fd(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return {};
  }
  std::string answer;
  char bytes[4096];
  while (answer.size() < kMaxAnswer) {
    const auto count = ::recv(connection.fd(), bytes, sizeof bytes, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    answer.append(bytes, static_cast<std::size_t>(count));
  }
  return answer;
}

}  // namespace

int health(const Config& config, bool live) {
  const std::string host = own_address(config.host);
  const std::string where = host + " port " + std::to_string(config.port);
  if (config.port == 0) {
    std::fprintf(stderr, "chillin: with PORT=0 nobody knows where the server listens\n");
    return 1;
  }
  const auto connection = connect_to(host, config.port);
  if (!connection) {
    std::fprintf(stderr, "chillin: nothing answers on %s: %s\n", where.c_str(), connection.error().detail.c_str());
    return 1;
  }
  const std::string answer = ask(*connection, std::string("GET ") + (live ? "/health/live" : "/health/ready") +
                                                  " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const auto end_of_head = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 ") || end_of_head == std::string::npos) {
    std::fprintf(stderr, "chillin: no answer on %s within %ld s\n", where.c_str(), static_cast<long>(kPatience.tv_sec));
    return 1;
  }
  // What it says of each dependency, for `docker inspect` and for whoever asks by hand.
  const bool good = std::string_view(answer).substr(9, 4) == "200 ";
  std::fprintf(good ? stdout : stderr, "%s\n", answer.c_str() + end_of_head + 4);
  return good ? 0 : 1;
}

}  // namespace chillin::app
