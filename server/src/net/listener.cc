#include "net/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "net/http_connection.h"
#include "net/http_response.h"
#include "net/tcp_connection.h"
#include "util/log.h"

namespace chillin::net {

namespace {

constexpr int kAcceptsPerWake = 64;
constexpr int kBacklog = 4096;
constexpr std::size_t kMaxRefusing = 256;
constexpr util::Millis kRetryAccept{100};
constexpr std::chrono::seconds kLogEvery{1};

util::Error failure(const std::string& what, int error) {
  const auto code = error == EADDRINUSE ? util::Error::Code::kConflict : util::Error::Code::kUnavailable;
  return {code, what + ": " + std::strerror(error), false};
}

util::Error bind_failure(const std::string& host, std::uint16_t port, int error) {
  if (error == EADDRINUSE) {
    return {util::Error::Code::kConflict, "port " + std::to_string(port) + " is in use", false};
  }
  return failure("cannot listen on " + host + " port " + std::to_string(port), error);
}

std::uint16_t port_of(const sockaddr_storage& address) {
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

void set_port(sockaddr_storage& address, std::uint16_t port) {
  auto& field = address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                              : reinterpret_cast<sockaddr_in&>(address).sin_port;
  field = htons(port);
}

std::string textual(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
    return text;
  }
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  // An IPv4 client of a dual-stack socket is shown as what it is, so that limits per address see one client once.
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    ::inet_ntop(AF_INET, six.s6_addr + 12, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &six, text, sizeof text);
  }
  return text;
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// A bound socket; not valid (errno) if that failed.
UniqueFd bind_socket(const Address& address, bool share_port, bool dual_stack) {
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return fd;
  const int on = 1;
  const int v6_only = dual_stack ? 0 : 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (share_port) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (address.storage.ss_family == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only);
  // Accepted sockets inherit it (Linux), which saves a call for each.
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    const int error = errno;
    fd.reset();
    errno = error;
  }
  return fd;
}

util::Result<std::vector<Address>> resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), "0", &hints, &found);
  if (error != 0) {
    return util::Error{util::Error::Code::kInvalid, "cannot listen on " + host + ": " + ::gai_strerror(error), false};
  }
  std::vector<Address> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Address address;
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.size = one->ai_addrlen;
    // IPv4 first: with port 0 it chooses the number for the others.
    addresses.insert(one->ai_family == AF_INET ? addresses.begin() : addresses.end(), address);
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

util::Result<BoundSockets> bind_listeners(const std::string& host, std::uint16_t port, std::size_t loops) {
  auto addresses = resolve(host);
  if (!addresses) return addresses.error();
  const bool dual_stack = host == "::";
  BoundSockets out;
  out.port = port;
  out.per_loop.resize(loops);
  std::size_t bound = 0;
  for (Address& address : *addresses) {
    set_port(address.storage, out.port);
    const UniqueFd probe = bind_socket(address, false, dual_stack);
    if (!probe.valid()) {
      // A name may stand for an address family that this machine does not have ("localhost" without IPv6).
      if ((errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT) && addresses->size() > 1) continue;
      return bind_failure(host, out.port, errno);
    }
    if (out.port == 0) {
      socklen_t size = sizeof address.storage;
      ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address.storage), &size);
      out.port = port_of(address.storage);
    }
    for (auto& sockets : out.per_loop) {
      UniqueFd fd = bind_socket(address, true, dual_stack);
      if (!fd.valid()) return bind_failure(host, out.port, errno);
      sockets.push_back(std::move(fd));
    }
    ++bound;
  }
  if (bound == 0) return bind_failure(host, out.port, EADDRNOTAVAIL);
  // Only now, without the probes: a bound socket that shares the port does not mind them, a listening one would.
  for (auto& sockets : out.per_loop) {
    for (auto& fd : sockets) {
      if (::listen(fd.get(), kBacklog) != 0) return bind_failure(host, out.port, errno);
    }
  }
  return out;
}

Listener::Listener(LoopImpl& loop, std::shared_ptr<HttpService> service, UniqueFd fd)
    : loop_(loop),
      service_(std::move(service)),
      fd_(std::move(fd)),
      reserve_(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
      retry_(loop.loop(), [this] { loop_.modify(*this, fd_.get(), EPOLLIN); }) {}

void Listener::start(LoopImpl& loop, std::shared_ptr<HttpService> service, UniqueFd fd) {
  const int raw = fd.get();
  std::unique_ptr<Listener> listener(new Listener(loop, std::move(service), std::move(fd)));
  if (!loop.add(std::move(listener), raw, EPOLLIN)) {
    util::log_error("listener_failed", {{"error", std::strerror(errno)}});
  }
}

void Listener::on_command(const void* owner, Command command) {
  if (owner != service_.get() || !fd_.valid()) return;
  // Who has been told by the kernel that the connection stands gets an answer.
  while (command == Command::kStopAccepting && accept_one()) {
  }
  loop_.remove(*this, fd_.get());
  fd_.reset();
}

void Listener::on_io(std::uint32_t) {
  for (int i = 0; i < kAcceptsPerWake && accept_one(); ++i) {
  }
}

bool Listener::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  UniqueFd fd(::accept4(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd.valid()) {
    admit(std::move(fd), textual(address));
    return true;
  }
  switch (errno) {
    case EAGAIN:
      return false;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      out_of_descriptors(errno);
      return false;
    default:
      // The peer's mishap (ECONNABORTED and other network errors, see accept(2)), not ours.
      return true;
  }
}

void Listener::admit(UniqueFd fd, std::string peer_address) {
  ConnectionLease lease(service_->open);
  const std::size_t limit = service_->options.max_connections;
  if (limit != 0 && service_->open->load(std::memory_order_relaxed) > limit) {
    refuse(std::move(fd), std::move(peer_address));
    return;
  }
  TcpConnection* tcp =
      TcpConnection::open(loop_, {std::move(fd), std::move(lease), std::move(peer_address), {}}, service_.get());
  if (tcp == nullptr) return;
  auto http = std::make_shared<HttpConnection>(service_, *tcp);
  tcp->set_protocol(http);
  http->start();
}

void Listener::refuse(UniqueFd fd, std::string peer_address) {
  // The polite way keeps the socket until the client has read its 503; only so many can be kept.
  if (service_->refusing->load(std::memory_order_relaxed) >= kMaxRefusing) return;
  ConnectionLease lease(service_->refusing);
  TcpConnection* tcp =
      TcpConnection::open(loop_, {std::move(fd), std::move(lease), std::move(peer_address), {}}, service_.get());
  if (tcp == nullptr) return;
  auto http = std::make_shared<HttpConnection>(service_, *tcp);
  tcp->set_protocol(http);
  http->refuse();
}

void Listener::out_of_descriptors(int error) {
  if (loop_.now() - logged_ >= kLogEvery) {
    logged_ = loop_.now();
    util::log_warn("accept_failed", {{"error", std::strerror(error)}});
  }
  reserve_.reset();
  if (UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)); fd.valid()) {
    const HttpResponse refusal = json_error(503);
    const std::string text = response_head(refusal, {.keep_alive = false}) + refusal.body;
    char ignored[4096];
    // Unread input would turn the close into a reset that may overtake the answer.
    while (::recv(fd.get(), ignored, sizeof ignored, MSG_DONTWAIT) > 0) {
    }
    ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(fd.get(), SHUT_WR);
  }
  reserve_.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  // A queue that cannot be emptied would be reported in every turn: look again a little later.
  loop_.modify(*this, fd_.get(), 0);
  retry_.arm(kRetryAccept);
}

}  // namespace chillin::net
