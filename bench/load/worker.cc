#include "load/worker.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/probe_text.h"
#include "common/websocket_frame.h"
#include "load/proc_stats.h"

namespace chillin::bench {
namespace {

// Large enough for all that 64 gathered frames bring, small enough to stay in the second-level cache.
constexpr size_t kBufferBytes = 256 * 1024;
constexpr int kEventsPerTurn = 1024;
// A server that sends nothing at all for so long while handshakes are pending has forgotten them.
constexpr uint64_t kStalledNs = 20'000'000'000;

}  // namespace

uint8_t Shared::server_of_session(std::string_view sid) {
  const size_t end = sid.find('_');
  const std::string tag(end == std::string_view::npos || end < 3 ? std::string_view() : sid.substr(2, end - 2));
  const std::lock_guard lock(mutex_);
  const auto found = std::find(tags_.begin(), tags_.end(), tag);
  if (found == tags_.end()) tags_.push_back(tag);
  return static_cast<uint8_t>(found - tags_.begin());
}

size_t Shared::servers() {
  const std::lock_guard lock(mutex_);
  return tags_.size();
}

Worker::Worker(const Options& options, Shared& shared, uint32_t first, uint32_t stride, std::string name_prefix)
    : options_(options),
      shared_(shared),
      first_(first),
      stride_(stride),
      name_prefix_(std::move(name_prefix)),
      upgrade_tail_(" HTTP/1.1\r\nHost: " + options.host + ":" + std::to_string(options.port) +
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: Y2hpbGxpbi1iZW5jaC0wMQ==\r\n\r\n"),
      acked_in_room_(options.rooms),
      buffer_(kBufferBytes) {
  server_.sin_family = AF_INET;
  server_.sin_port = htons(options.port);
  if (::inet_pton(AF_INET, options.host.c_str(), &server_.sin_addr) != 1) {
    std::fprintf(stderr, "bench_load: --host: expected an IPv4 address, got '%s'\n", options.host.c_str());
    std::exit(2);
  }
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  const uint32_t mine = first < options.connections ? (options.connections - first - 1) / stride + 1 : 0;
  connections_.resize(mine);
  for (uint32_t i = 0; i < mine; ++i) {
    connections_[i].index = first + i * stride;
    connections_[i].room = connections_[i].index % options.rooms;
  }
}

Worker::~Worker() {
  close_all();
  ::close(epoll_);
}

void Worker::connect(uint32_t count, uint32_t concurrency) {
  const uint32_t target = std::min<uint32_t>(count, static_cast<uint32_t>(connections_.size()));
  uint64_t moved_ns = now_ns();
  uint64_t recvs = counters_.recvs;
  while (opened_ < target || pending_ > 0) {
    while (opened_ < target && pending_ < concurrency) open_next();
    turn(100'000'000);
    if (counters_.recvs != recvs || pending_ == 0) {
      recvs = counters_.recvs;
      moved_ns = now_ns();
    } else if (now_ns() - moved_ns > kStalledNs) {
      for (Connection& c : connections_) {
        if (c.fd >= 0 && c.stage != Stage::kJoined) fail(c, "the handshake stalled");
      }
      return;
    }
  }
}

void Worker::open_next() {
  Connection& c = connections_[opened_++];
  c.started_ns = now_ns();
  c.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c.fd < 0) return fail(c, std::string("socket: ") + std::strerror(errno));
  const int on = 1;
  ::setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if ((ntohl(server_.sin_addr.s_addr) >> 24) == 127) {
    // Without this the kernel would take the port at bind, from one range for all destinations.
    ::setsockopt(c.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + c.index % options_.sources);
    if (::bind(c.fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
      return fail(c, std::string("bind: ") + std::strerror(errno));
    }
  }
  const int done = ::connect(c.fd, reinterpret_cast<const sockaddr*>(&server_), sizeof server_);
  if (done != 0 && errno != EINPROGRESS) return fail(c, std::string("connect: ") + std::strerror(errno));
  c.stage = Stage::kConnecting;
  c.polls_write = true;
  ++pending_;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.ptr = &c;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event);
}

void Worker::run(Driver* driver, uint64_t until_ns) {
  driver_ = driver;
  stopped_ = false;
  while (!stopped_) {
    const uint64_t now = now_ns();
    if (now >= until_ns) break;
    uint64_t next = driver == nullptr ? 0 : driver->tick(now);
    flush_dirty();
    if (stopped_) break;
    if (next == 0 || next > until_ns) next = until_ns;
    const uint64_t wait = next > now ? next - now : 0;
    turn(static_cast<int>(std::min<uint64_t>(wait, 100'000'000)));
  }
  driver_ = nullptr;
}

void Worker::turn(int timeout_ns) {
  std::array<epoll_event, kEventsPerTurn> events;
  timespec timeout{0, timeout_ns};
  const int count = ::epoll_pwait2(epoll_, events.data(), kEventsPerTurn, &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    on_event(*static_cast<Connection*>(events[static_cast<size_t>(i)].data.ptr), events[static_cast<size_t>(i)].events);
  }
  flush_dirty();
}

void Worker::on_event(Connection& c, uint32_t events) {
  if (c.fd < 0) return;
  if (c.stage == Stage::kConnecting) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(c.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return fail(c, std::string("connect: ") + std::strerror(error));
    if ((events & EPOLLOUT) == 0) return;
    c.stage = Stage::kUpgrading;
    c.out = options_.protocol == Protocol::kFloor ? "GET /?room=" + std::to_string(c.room)
                                                  : std::string("GET /socket.io/?EIO=4&transport=websocket");
    c.out += upgrade_tail_;
    return flush(c);
  }
  if ((events & EPOLLOUT) != 0) flush(c);
  if (c.fd >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) on_readable(c);
}

void Worker::on_readable(Connection& c) {
  const size_t kept = c.stash.size();
  if (kept > 0) {
    if (buffer_.size() < kept + kBufferBytes) buffer_.resize(kept + kBufferBytes);
    std::memcpy(buffer_.data(), c.stash.data(), kept);
    c.stash.clear();
  }
  const ssize_t got = ::recv(c.fd, buffer_.data() + kept, kBufferBytes, 0);
  if (got > 0) {
    turn_ns_ = now_ns();
    ++counters_.recvs;
    return consume(c, buffer_.data(), kept + static_cast<size_t>(got));
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    c.stash.assign(buffer_.data(), kept);
    return;
  }
  fail(c, got == 0 ? std::string("the server closed the connection") : std::string("recv: ") + std::strerror(errno));
}

void Worker::consume(Connection& c, const char* data, size_t size) {
  if (c.stage == Stage::kUpgrading) on_http(c, data, size);
  while (size > 0 && c.fd >= 0) {
    if (c.skip > 0) {
      const size_t part = std::min<uint64_t>(c.skip, size);
      c.skip -= part;
      data += part;
      size -= part;
      continue;
    }
    const FrameHeader header = parse_frame_header(data, size);
    if (header.size == 0) break;
    const uint64_t whole = header.size + header.length;
    if (whole > size) {
      // Histories and member lists are long and of no interest: let them pass instead of collecting them.
      static constexpr std::string_view kHistory = "42[\"messageHistory\"";
      static constexpr std::string_view kRoomData = "42[\"roomData\"";
      const std::string_view begin(data + header.size, size - header.size);
      if (!begin.starts_with(kHistory) && !begin.starts_with(kRoomData)) break;
      ++counters_.frames;
      c.skip = whole;
      continue;
    }
    ++counters_.frames;
    on_frame(c, header.opcode, data + header.size, static_cast<size_t>(header.length));
    data += whole;
    size -= whole;
  }
  if (size > 0 && c.fd >= 0) c.stash.assign(data, size);
}

void Worker::on_http(Connection& c, const char*& data, size_t& size) {
  const std::string_view text(data, size);
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    c.stash.assign(data, size);
    size = 0;
    return;
  }
  if (!text.starts_with("HTTP/1.1 101")) {
    size = 0;
    return fail(c, "upgrade refused: " + std::string(text.substr(0, text.find('\r'))));
  }
  data += end + 4;
  size -= end + 4;
  if (options_.protocol == Protocol::kFloor) return on_joined(c);
  c.stage = Stage::kOpening;
}

void Worker::on_joined(Connection& c) {
  c.stage = Stage::kJoined;
  --pending_;
  handshakes_.record(now_ns() - c.started_ns);
  const uint64_t joined = shared_.joined.fetch_add(1) + 1;
  const uint64_t part = joined * Shared::kParts / options_.connections;
  const bool completes_part = part != (joined - 1) * Shared::kParts / options_.connections;
  if (completes_part) shared_.cpu_at_part[part] = process_cpu_ns(options_.pid);
}

void Worker::acknowledged(Connection& c) {
  ++counters_.acked;
  ++acked_in_room_[c.room];
  if (c.in_flight > 0) --c.in_flight;
  if (driver_ != nullptr) driver_->on_ack(c);
}

void Worker::send_text(Connection& c, std::string_view payload) {
  mask_key_ = mask_key_ * 1664525U + 1013904223U;
  append_client_frame(c.out, kOpText, payload, mask_key_);
  if (c.dirty || c.polls_write) return;
  c.dirty = true;
  dirty_.push_back(&c);
}

void Worker::flush_dirty() {
  for (size_t i = 0; i < dirty_.size(); ++i) {
    dirty_[i]->dirty = false;
    if (dirty_[i]->fd >= 0) flush(*dirty_[i]);
  }
  dirty_.clear();
}

void Worker::flush(Connection& c) {
  if (!c.out.empty()) {
    const ssize_t put = ::send(c.fd, c.out.data(), c.out.size(), MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN && errno != EINTR) return fail(c, std::string("send: ") + std::strerror(errno));
    if (put > 0) c.out.erase(0, static_cast<size_t>(put));
  }
  poll(c, !c.out.empty());
}

void Worker::poll(Connection& c, bool write) {
  if (c.polls_write == write) return;
  c.polls_write = write;
  epoll_event event{};
  event.events = write ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.ptr = &c;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, c.fd, &event);
}

void Worker::fail(Connection& c, const std::string& what) {
  ++counters_.closed;
  if (!shared_.complained.exchange(true)) {
    std::fprintf(stderr, "bench_load: connection %u (stage %d): %s\n", c.index, static_cast<int>(c.stage),
                 what.c_str());
  }
  shut(c);
}

void Worker::shut(Connection& c) {
  const bool in_handshake = c.stage != Stage::kUnused && c.stage != Stage::kJoined && c.stage != Stage::kClosed;
  if (in_handshake && pending_ > 0) --pending_;
  if (c.fd >= 0) ::close(c.fd);
  c.fd = -1;
  c.stage = Stage::kClosed;
  c.stash = {};
  c.out = {};
}

void Worker::close_all() {
  for (Connection& c : connections_) {
    if (c.fd >= 0) shut(c);
    const uint32_t index = c.index;
    const uint32_t room = c.room;
    c = Connection{};
    c.index = index;
    c.room = room;
  }
  opened_ = 0;
  pending_ = 0;
}

}  // namespace chillin::bench
