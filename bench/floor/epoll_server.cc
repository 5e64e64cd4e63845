// The floor: what any server on this kernel has to pay. One epoll loop per thread, frames built once per broadcast,
// queued by reference, and everything queued for a connection written by one sendmsg at the end of the turn.
#include "floor/epoll_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "floor/frame_queue.h"
#include "floor/protocol.h"

namespace chillin::bench {
namespace {

constexpr size_t kGather = 64;

struct Peer {
  int fd = -1;
  bool upgraded = false;
  bool dirty = false;
  bool polls_write = false;
  uint32_t room = 0;
  uint32_t place = 0;  // in the room's list of this loop
  std::string in;
  FrameQueue queue;
};

/// A text on its way to the loop that numbers its room, or a numbered frame on its way to every other loop.
struct Posted {
  uint32_t room = 0;
  bool numbered = false;
  std::string bytes;
};

/// Confined to: its thread, but for `post`.
class Loop {
 public:
  Loop(const FloorOptions& options, std::vector<std::unique_ptr<Loop>>& all, size_t number)
      : options_(options), all_(all), number_(number), outbox_(options.threads), buffer_(256 * 1024) {}

  bool listen();
  void run();

  /// Thread-safe. Takes what is in `items` and leaves it empty.
  void post(std::vector<Posted>& items) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      wake = inbox_.empty();
      inbox_.insert(inbox_.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    }
    items.clear();
    const uint64_t one = 1;
    if (wake && ::write(wake_, &one, sizeof one) < 0) std::perror("bench_floor: eventfd");
  }

 private:
  void accept_all();
  void on_readable(Peer& peer);
  void read_frames(Peer& peer, char* data, size_t size);
  void on_text(uint32_t room, std::string_view text);
  void broadcast(uint32_t room, uint64_t seq, std::string_view text);
  void deliver(uint32_t room, SharedFrame* frame);
  void take_posted();
  void flush(Peer& peer);
  void close(Peer& peer);
  void watch(int fd, void* tag) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = tag;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  const FloorOptions& options_;
  std::vector<std::unique_ptr<Loop>>& all_;
  const size_t number_;
  int epoll_ = -1;
  int listener_ = -1;
  int wake_ = -1;
  std::unordered_map<uint32_t, std::vector<Peer*>> rooms_;
  std::unordered_map<uint32_t, uint64_t> last_seq_;  // of the rooms that this loop numbers
  std::vector<Peer*> dirty_;
  std::vector<Peer*> closed_;
  std::vector<std::vector<Posted>> outbox_;  // by loop, handed over at the end of the turn
  std::vector<char> buffer_;
  FramePool pool_;
  std::mutex mutex_;
  std::vector<Posted> inbox_;
};

bool Loop::listen() {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  if (::inet_pton(AF_INET, options_.host.c_str(), &address.sin_addr) != 1 ||
      ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 4096) != 0) {
    std::fprintf(stderr, "bench_floor: %s:%u: %s\n", options_.host.c_str(), options_.port, std::strerror(errno));
    return false;
  }
  watch(listener_, &listener_);
  watch(wake_, &wake_);
  return true;
}

void Loop::run() {
  std::array<epoll_event, 1024> events;
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      if (event.data.ptr == &listener_) {
        accept_all();
      } else if (event.data.ptr == &wake_) {
        take_posted();
      } else {
        Peer& peer = *static_cast<Peer*>(event.data.ptr);
        if ((event.events & EPOLLOUT) != 0) flush(peer);
        if (peer.fd >= 0 && (event.events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) on_readable(peer);
      }
    }
    for (Peer* peer : dirty_) {
      peer->dirty = false;
      if (peer->fd >= 0 && !peer->polls_write) flush(*peer);
    }
    dirty_.clear();
    for (size_t i = 0; i < outbox_.size(); ++i) {
      if (!outbox_[i].empty()) all_[i]->post(outbox_[i]);
    }
    for (Peer* peer : closed_) delete peer;
    closed_.clear();
  }
}

void Loop::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Peer* peer = new Peer;
    peer->fd = fd;
    watch(fd, peer);
  }
}

void Loop::on_readable(Peer& peer) {
  const size_t kept = peer.in.size();
  std::memcpy(buffer_.data(), peer.in.data(), kept);
  const ssize_t got = ::recv(peer.fd, buffer_.data() + kept, buffer_.size() - kept, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) return close(peer);
  if (got < 0) return;
  peer.in.clear();
  char* data = buffer_.data();
  size_t size = kept + static_cast<size_t>(got);
  if (!peer.upgraded) {
    const size_t head = request_head_size({data, size});
    if (head == 0) {
      peer.in.assign(data, size);
      return;
    }
    const Upgrade upgrade = answer_upgrade({data, head});
    if (!upgrade.good) return close(peer);
    peer.upgraded = true;
    peer.room = upgrade.room;
    std::vector<Peer*>& members = rooms_[peer.room];
    peer.place = static_cast<uint32_t>(members.size());
    members.push_back(&peer);
    if (::send(peer.fd, upgrade.response.data(), upgrade.response.size(), MSG_NOSIGNAL) < 0) return close(peer);
    std::string().swap(peer.in);
    data += head;
    size -= head;
  }
  read_frames(peer, data, size);
}

void Loop::read_frames(Peer& peer, char* data, size_t size) {
  const size_t used = read_client_frames(data, size, [&](std::string_view text) { on_text(peer.room, text); });
  if (used == SIZE_MAX) return close(peer);
  if (used < size) {
    // What is left may have been unmasked no further than whole frames, so it can be read again from its header.
    peer.in.assign(data + used, size - used);
  }
}

void Loop::on_text(uint32_t room, std::string_view text) {
  const size_t owner = room % all_.size();
  if (owner != number_) {
    outbox_[owner].push_back({room, false, std::string(text)});
    return;
  }
  const uint64_t seq = ++last_seq_[room];
  const bool faulty = options_.fault != Fault::kNone && seq % 20 == 0;
  if (faulty && options_.fault == Fault::kLose) return;
  broadcast(room, seq, text);
  if (faulty) broadcast(room, seq, text);
}

void Loop::broadcast(uint32_t room, uint64_t seq, std::string_view text) {
  SharedFrame* frame = pool_.take();
  append_broadcast(frame->bytes, seq, text, options_.frame_bytes);
  for (size_t i = 0; i < all_.size(); ++i) {
    if (i != number_) outbox_[i].push_back({room, true, frame->bytes});
  }
  deliver(room, frame);
}

void Loop::deliver(uint32_t room, SharedFrame* frame) {
  ++frame->references;
  for (Peer* peer : rooms_[room]) {
    peer->queue.push(frame);
    if (peer->dirty) continue;
    peer->dirty = true;
    dirty_.push_back(peer);
  }
  pool_.release(frame);
}

void Loop::take_posted() {
  uint64_t ignored = 0;
  if (::read(wake_, &ignored, sizeof ignored) < 0 && errno != EAGAIN) std::perror("bench_floor: eventfd");
  std::vector<Posted> items;
  {
    const std::lock_guard lock(mutex_);
    items.swap(inbox_);
  }
  for (Posted& item : items) {
    if (!item.numbered) {
      on_text(item.room, item.bytes);
      continue;
    }
    SharedFrame* frame = pool_.take();
    frame->bytes.swap(item.bytes);
    deliver(item.room, frame);
  }
}

void Loop::flush(Peer& peer) {
  while (!peer.queue.empty()) {
    std::array<iovec, kGather> parts;
    const size_t count = std::min(peer.queue.size(), kGather);
    size_t total = 0;
    for (size_t i = 0; i < count; ++i) {
      const std::string& bytes = peer.queue.at(i).bytes;
      const size_t skip = i == 0 ? peer.queue.offset() : 0;
      parts[i] = {const_cast<char*>(bytes.data()) + skip, bytes.size() - skip};
      total += bytes.size() - skip;
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t put = ::sendmsg(peer.fd, &message, MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) return close(peer);
    if (put > 0) peer.queue.written(static_cast<size_t>(put), pool_);
    if (put < static_cast<ssize_t>(total)) break;
  }
  const bool write = !peer.queue.empty();
  if (write == peer.polls_write) return;
  peer.polls_write = write;
  epoll_event event{};
  event.events = write ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.ptr = &peer;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, peer.fd, &event);
}

void Loop::close(Peer& peer) {
  if (peer.fd < 0) return;
  if (peer.upgraded) {
    std::vector<Peer*>& members = rooms_[peer.room];
    members[peer.place] = members.back();
    members[peer.place]->place = peer.place;
    members.pop_back();
  }
  peer.queue.clear(pool_);
  ::close(peer.fd);
  peer.fd = -1;
  closed_.push_back(&peer);
}

}  // namespace

int run_epoll_server(const FloorOptions& options) {
  std::vector<std::unique_ptr<Loop>> loops;
  loops.reserve(options.threads);
  for (size_t i = 0; i < options.threads; ++i) loops.push_back(std::make_unique<Loop>(options, loops, i));
  for (const auto& loop : loops) {
    if (!loop->listen()) return 1;
  }
  std::printf("bench_floor: epoll, %u threads, listening on %s:%u\n", options.threads, options.host.c_str(),
              options.port);
  std::fflush(stdout);
  std::vector<std::thread> threads;
  for (size_t i = 1; i < loops.size(); ++i) threads.emplace_back([&loops, i] { loops[i]->run(); });
  loops[0]->run();
  return 0;
}

}  // namespace chillin::bench
