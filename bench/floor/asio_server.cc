// The second floor: Asio sockets instead of bare epoll. Connections with something to write are flushed by one posted
// handler, which runs behind the handlers that are ready now; what is queued while a write runs goes out with the next.
#include "floor/asio_server.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "floor/protocol.h"

namespace chillin::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Bytes = std::shared_ptr<const std::string>;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr size_t kGather = 64;

class Session;

/// Confined to: its thread; other loops reach it by asio::post on `context`.
struct Loop {
  explicit Loop(const FloorOptions& o, std::vector<std::unique_ptr<Loop>>& a, size_t n)
      : options(o), all(a), number(n), acceptor(context) {}

  void listen();
  void accept();
  void on_text(uint32_t room, std::string_view text);
  void deliver(uint32_t room, const Bytes& frame);
  void flush_later(std::shared_ptr<Session> session);

  const FloorOptions& options;
  std::vector<std::unique_ptr<Loop>>& all;
  const size_t number;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  std::unordered_map<uint32_t, std::vector<Session*>> rooms;
  std::unordered_map<uint32_t, uint64_t> last_seq;
  std::vector<std::shared_ptr<Session>> dirty;
  std::array<char, 65536> buffer;
};

/// Owned by its pending handlers. Confined to: its Loop.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Loop& loop, tcp::socket socket) : loop_(loop), socket_(std::move(socket)) {}

  void start() {
    socket_.non_blocking(true);
    socket_.set_option(tcp::no_delay(true));
    wait();
  }

  void queue(const Bytes& frame) {
    queue_.push_back(frame);
    if (busy_) return;
    busy_ = true;
    loop_.flush_later(shared_from_this());
  }

  // asio::async_write would take at most 16 buffers at a time; async_write_some takes 64.
  void write() {
    std::array<asio::const_buffer, kGather> parts;
    const size_t count = std::min(queue_.size() - head_, kGather);
    for (size_t i = 0; i < count; ++i) parts[i] = asio::buffer(*queue_[head_ + i]);
    parts[0] += offset_;
    socket_.async_write_some(std::span(parts.data(), count), [self = shared_from_this()](Error error, size_t put) {
      if (error) return self->leave();
      self->written(put);
      if (self->head_ < self->queue_.size()) return self->write();
      self->queue_.clear();
      self->head_ = 0;
      self->busy_ = false;
    });
  }

 private:
  // Waiting for readiness and reading into the loop's one buffer costs an idle connection no buffer of its own.
  void wait() {
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](Error error) {
      if (error) return self->leave();
      self->read();
    });
  }

  void read() {
    Error error;
    std::copy(in_.begin(), in_.end(), loop_.buffer.begin());
    const size_t got =
        socket_.read_some(asio::buffer(loop_.buffer.data() + in_.size(), loop_.buffer.size() - in_.size()), error);
    if (error == asio::error::would_block) return wait();
    if (error) return leave();
    char* data = loop_.buffer.data();
    size_t size = in_.size() + got;
    in_.clear();
    if (!upgraded_) {
      const size_t head = request_head_size({data, size});
      if (head == 0) {
        in_.assign(data, size);
        return wait();
      }
      const Upgrade upgrade = answer_upgrade({data, head});
      if (!upgrade.good) return leave();
      upgraded_ = true;
      room_ = upgrade.room;
      loop_.rooms[room_].push_back(this);
      queue(std::make_shared<const std::string>(upgrade.response));
      data += head;
      size -= head;
    }
    const size_t used = read_client_frames(data, size, [this](std::string_view text) { loop_.on_text(room_, text); });
    if (used == SIZE_MAX) return leave();
    if (used < size) in_.assign(data + used, size - used);
    wait();
  }

  void written(size_t bytes) {
    while (bytes > 0) {
      const size_t left = queue_[head_]->size() - offset_;
      if (bytes < left) {
        offset_ += bytes;
        return;
      }
      bytes -= left;
      offset_ = 0;
      queue_[head_++].reset();
    }
    if (head_ < 256) return;
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  void leave() {
    if (!upgraded_) return;
    upgraded_ = false;
    std::erase(loop_.rooms[room_], this);
    Error ignored;
    socket_.close(ignored);
  }

  Loop& loop_;
  tcp::socket socket_;
  bool upgraded_ = false;
  uint32_t room_ = 0;
  std::string in_;
  bool busy_ = false;  // a write runs, or flush_later will start one
  size_t head_ = 0;    // of the queue, what is before it is written
  size_t offset_ = 0;  // bytes of the head that are written
  std::vector<Bytes> queue_;
};

void Loop::flush_later(std::shared_ptr<Session> session) {
  dirty.push_back(std::move(session));
  if (dirty.size() > 1) return;
  asio::post(context, [this] {
    for (const auto& one : std::exchange(dirty, {})) one->write();
  });
}

void Loop::listen() {
  const tcp::endpoint endpoint(asio::ip::make_address(options.host), options.port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.set_option(ReusePort(true));
  acceptor.bind(endpoint);
  acceptor.listen(4096);
  accept();
}

void Loop::accept() {
  acceptor.async_accept([this](Error error, tcp::socket socket) {
    if (!error) std::make_shared<Session>(*this, std::move(socket))->start();
    accept();
  });
}

void Loop::on_text(uint32_t room, std::string_view text) {
  Loop& owner = *all[room % all.size()];
  if (&owner != this) {
    asio::post(owner.context, [&owner, room, copy = std::string(text)] { owner.on_text(room, copy); });
    return;
  }
  auto frame = std::make_shared<std::string>();
  append_broadcast(*frame, ++last_seq[room], text, options.frame_bytes);
  for (const auto& other : all) {
    if (other.get() == this) continue;
    asio::post(other->context, [to = other.get(), room, frame] { to->deliver(room, frame); });
  }
  deliver(room, frame);
}

void Loop::deliver(uint32_t room, const Bytes& frame) {
  for (Session* session : rooms[room]) session->queue(frame);
}

}  // namespace

int run_asio_server(const FloorOptions& options) {
  std::vector<std::unique_ptr<Loop>> loops;
  loops.reserve(options.threads);
  for (size_t i = 0; i < options.threads; ++i) loops.push_back(std::make_unique<Loop>(options, loops, i));
  try {
    for (const auto& loop : loops) loop->listen();
  } catch (const boost::system::system_error& error) {
    std::fprintf(stderr, "bench_floor: %s:%u: %s\n", options.host.c_str(), options.port, error.what());
    return 1;
  }
  std::printf("bench_floor: asio, %u threads, listening on %s:%u\n", options.threads, options.host.c_str(),
              options.port);
  std::fflush(stdout);
  std::vector<std::thread> threads;
  for (size_t i = 1; i < loops.size(); ++i) threads.emplace_back([&loops, i] { loops[i]->context.run(); });
  loops[0]->context.run();
  return 0;
}

}  // namespace chillin::bench
