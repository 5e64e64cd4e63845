#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "net/loop_impl.h"
#include "net/send_queue.h"
#include "net/unique_fd.h"
#include "util/shared_buffer.h"

namespace chillin::net {

class TcpConnection;

/// What is spoken on a TcpConnection: HTTP, later WebSocket. Called on the connection's loop.
/// After on_closed() or on_detached() the connection must not be used any more.
class Protocol {
 public:
  virtual ~Protocol() = default;
  /// Bytes from the peer; they may be changed in place and last until the call returns.
  virtual void on_data(std::span<char> bytes) = 0;
  /// The peer sends no more. The connection stays open until the protocol closes it.
  virtual void on_eof() = 0;
  /// The connection broke, or what close_gracefully() began has ended.
  virtual void on_closed() = 0;
  /// Everything queued has reached the kernel.
  virtual void on_drained() = 0;
  /// The server takes no new work: close if nothing is under way.
  virtual void on_stop_accepting() = 0;
  /// The loop is being torn down: forget the connection, tell nobody.
  virtual void on_detached() noexcept = 0;
};

/// Counts one open connection of a server for as long as it lives.
class ConnectionLease {
 public:
  ConnectionLease() = default;
  explicit ConnectionLease(std::shared_ptr<std::atomic<std::size_t>> counter) : counter_(std::move(counter)) {
    counter_->fetch_add(1, std::memory_order_relaxed);
  }
  ConnectionLease(ConnectionLease&&) noexcept = default;
  ConnectionLease& operator=(ConnectionLease&& other) noexcept {
    std::swap(counter_, other.counter_);
    return *this;
  }
  ~ConnectionLease() {
    if (counter_) counter_->fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<std::atomic<std::size_t>> counter_;
};

/// An accepted socket that belongs to no loop at the moment: what travels between loops.
struct DetachedSocket {
  UniqueFd fd;
  ConnectionLease lease;
  std::string peer_address;
  std::string unsent;  ///< was queued when it left its loop
};

/// A non-blocking TCP socket: reads into the loop's buffer, hands the bytes to its Protocol, gathers what is sent in a
/// turn into one write. It never moves in memory; an upgrade only replaces the Protocol. Confined to: its Loop, which
/// owns it. `owner` marks the server it belongs to.
class TcpConnection final : public IoHandler {
 public:
  /// Puts the socket on the loop and returns the connection; null if the kernel refuses to watch it (then it is
  /// closed).
  static TcpConnection* open(LoopImpl& loop, DetachedSocket socket, const void* owner);
  ~TcpConnection() override;

  void set_protocol(std::shared_ptr<Protocol> protocol);
  [[nodiscard]] const std::shared_ptr<Protocol>& protocol() const noexcept { return protocol_; }

  /// Queues bytes for the end of the turn. Ignored once closed or closing.
  void send(util::Slice bytes) {
    if (!fd_.valid() || closing_) return;
    queue_.push(loop_, std::move(bytes));
    if (!blocked_) loop_.mark_dirty(*this, 1);
  }
  [[nodiscard]] std::size_t queued_bytes() const noexcept { return queue_.bytes(); }
  /// Writes what the kernel takes now, without waiting for the end of the turn. Tells the protocol nothing before that.
  void try_write_now();
  /// Forgets what is queued, except the rest of a slice of which a part was sent.
  void drop_queued() { queue_.drop_unsent(loop_); }

  /// Stops or starts reading; while stopped, the peer's going away is still noticed.
  void set_reading(bool on);

  /// Sends what is queued, says goodbye (FIN) and closes. With `linger`, what the peer still sends is read and thrown
  /// away for up to two seconds first: otherwise the kernel would reset the connection and the peer might lose our last
  /// words.
  void close_gracefully(bool linger);
  /// Closes now. The protocol is not told.
  void abort();
  /// Takes the socket off this loop. The connection is dead afterwards; the protocol is not told.
  [[nodiscard]] DetachedSocket detach();

  [[nodiscard]] bool open() const noexcept { return fd_.valid(); }
  [[nodiscard]] LoopImpl& loop() noexcept { return loop_; }
  [[nodiscard]] const std::string& peer_address() const noexcept { return peer_address_; }

  void on_io(std::uint32_t events) override;
  void flush() override;
  [[nodiscard]] BatchSender::Item offer(std::span<char>& room) override;
  void took(ssize_t result) override;
  void on_command(const void* owner, Command command) override;

 private:
  TcpConnection(LoopImpl& loop, DetachedSocket socket, const void* owner);

  void read();
  void write();
  void after_drained();
  void broken();
  void update_interest();
  void shut_down();

  LoopImpl& loop_;
  UniqueFd fd_;
  bool reading_ = true;
  bool blocked_ = false;  ///< the kernel's buffer was full: EPOLLOUT tells when to go on
  bool closing_ = false;  ///< close_gracefully was called
  bool linger_ = false;
  bool said_goodbye_ = false;
  bool eof_ = false;  ///< the peer sends no more
  bool drained_untold_ = false;
  std::uint32_t linger_budget_ = 0;
  SendQueue queue_;
  std::shared_ptr<Protocol> protocol_;
  const void* owner_;
  ConnectionLease lease_;
  std::unique_ptr<Timer> linger_timer_;
  std::string peer_address_;
};

}  // namespace chillin::net
