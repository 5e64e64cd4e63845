#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/namespace_impl.h"
#include "socketio/packet_codec.h"
#include "socketio/pending_acks.h"
#include "socketio/rooms.h"
#include "socketio/socket.h"
#include "util/prefetch.h"

namespace chillin::socketio {

class Client;

/// The one implementation of Socket.
///
/// Life: made by its Client at CONNECT, `kPending` while middleware runs, `kConnected`, then `kGone`; users may hold it
/// longer, it then does nothing. Kept small: ten thousand idle ones are the normal case, so everything that most
/// sockets never need stands in Extras, made on demand and freed when empty.
class SocketImpl final : public Socket, public RoomMember {
 public:
  SocketImpl(Client& client, NamespaceImpl& nsp, std::string id, json::value auth);
  ~SocketImpl() override;

  // Socket
  [[nodiscard]] const std::string& id() const noexcept override { return member_id(); }
  [[nodiscard]] Namespace& nsp() noexcept override { return nsp_; }
  [[nodiscard]] net::Loop& loop() noexcept override { return loop_; }
  [[nodiscard]] bool connected() const noexcept override { return state_ == State::kConnected; }
  [[nodiscard]] engineio::Socket& conn() noexcept override { return *conn_; }
  [[nodiscard]] const SocketHandshake& handshake() const noexcept override;
  void keep_handshake() noexcept override;
  void on(std::string_view event, EventHandler handler) override;
  void on_disconnect(DisconnectHandler handler) override;
  void emit(std::string_view event, const Payload& payload) override;
  void emit_with_ack(std::string_view event, const Payload& payload, util::Millis timeout, AckHandler done) override;
  void emit_volatile(std::string_view event, const Payload& payload) override;
  void emit_raw(std::string_view event, std::string_view args_json) override;
  void send(const engineio::EncodedPtr& batch) override;
  void join(std::string_view room) override;
  void leave(std::string_view room) override;
  [[nodiscard]] std::vector<std::string> rooms() const override;
  [[nodiscard]] Broadcast to(std::string room) override;
  [[nodiscard]] Broadcast except(std::string room) override;
  [[nodiscard]] Broadcast broadcast() override;
  void disconnect(bool close) override;

  // For its namespace's middleware run.
  [[nodiscard]] bool pending() const noexcept { return state_ == State::kPending; }
  void admit();
  void refuse(const ConnectError& error);

  // For Client.
  [[nodiscard]] NamespaceImpl& nsp_impl() noexcept { return nsp_; }
  /// Connected: joins what it was told to in middleware, answers CONNECT, calls the connection handlers.
  void open();
  /// An EVENT or ACK for it.
  void handle(Packet packet);
  /// Cuts it off from its client, leaves every room, tells the handlers if it was connected.
  void close(std::string_view reason);

  // For the adapter.
  /// Ahead of ordinary use of conn(): no check beyond its being attached, which implies connected.
  void deliver(const engineio::EncodedPtr& packets, std::size_t first, std::size_t count) {
    conn_->send(packets, first, count);
  }
  /// Brings what deliver() to members[i] and those after it will touch into the cache, each link of the chain a few
  /// members before it is followed. A thousand recipients are megabytes that the kernel's own work has driven out
  /// since the last broadcast: without this, deliver() mostly waits for memory.
  static void look_ahead(std::span<RoomMember* const> members, std::size_t i) noexcept {
    static constexpr std::size_t kStride = 4;
    const auto at = [&](std::size_t stage) -> const SocketImpl* {
      const std::size_t n = i + stage * kStride;
      return n < members.size() ? static_cast<const SocketImpl*>(members[n]) : nullptr;
    };
    if (const auto* socket = at(4)) util::prefetch_object(socket);
    if (const auto* socket = at(3)) util::prefetch<3 * util::kCacheLine>(socket->conn_.get());
    if (const auto* socket = at(2)) socket->conn_->expect_send(0);
    if (const auto* socket = at(1)) socket->conn_->expect_send(1);
  }
  /// Waits for the acknowledgement `id` of a packet that the caller sends.
  void await_ack(std::int64_t id, util::Millis timeout, AckHandler done);
  /// For Ack: sends one.
  void send_ack(std::int64_t id, const Payload& payload);
  void send_ack_raw(std::int64_t id, std::string_view args_json);

 private:
  enum class State : std::uint8_t { kPending, kConnected, kGone };
  struct Acks;
  struct Extras;

  Extras& extras();
  void release_extras();
  void handle_event(Packet packet);
  void handle_ack(Packet packet);
  void expire_acks();
  void arm_ack_timer();
  void send_text(std::string_view text, const std::vector<std::string>& attachments);

  NamespaceImpl& nsp_;
  net::Loop& loop_;
  Client* client_;                          ///< null once gone
  std::shared_ptr<engineio::Socket> conn_;  ///< kept for users that hold the socket longer
  std::unique_ptr<Extras> extras_;
  State state_ = State::kPending;
};

}  // namespace chillin::socketio
