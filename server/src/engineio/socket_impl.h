#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engineio/server.h"
#include "engineio/server_impl.h"
#include "engineio/session.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/websocket.h"
#include "util/prefetch.h"

namespace chillin::engineio {

/// Carries out what a Session decides: holds its poll, its WebSocket and its timer.
///
/// Confined to: its loop. Owner: LoopState while open, then (lingering) until its WebSocket has said goodbye; users
/// share it. 10,000 idle ones are common, so what only polling needs stands apart.
class SocketImpl final : public Socket,
                         public net::WebSocket::Handler,
                         public std::enable_shared_from_this<SocketImpl> {
 public:
  struct Birth {
    std::string id;
    int protocol;
    TransportKind transport;
    bool text_only;
    std::unique_ptr<Handshake> handshake;
  };
  SocketImpl(Server::Impl& server, LoopState& home, Birth birth);
  ~SocketImpl() override;

  /// The handshake on polling: `exchange` is answered with the open packet. Called once, or open_websocket().
  void open_polling(net::HttpExchange& exchange, std::string_view open_data);
  void open_websocket(std::shared_ptr<net::WebSocket> websocket, std::string_view open_data);

  /// Later requests of the session.
  void on_get(std::shared_ptr<net::HttpExchange> exchange);
  void on_post(net::HttpExchange& exchange);
  void on_upgrade(net::HttpExchange& exchange, bool text_only);
  /// Ends a session whose time was over before this moment; false if it is over.
  [[nodiscard]] bool still_open();
  void shut_down();

  // Socket
  [[nodiscard]] const std::string& id() const noexcept override { return id_; }
  [[nodiscard]] int protocol() const noexcept override { return session_.protocol(); }
  [[nodiscard]] TransportKind transport() const noexcept override { return session_.transport(); }
  [[nodiscard]] net::Loop& loop() noexcept override { return home_.loop; }
  [[nodiscard]] const Handshake& handshake() const noexcept override;
  void release_handshake() noexcept override { handshake_.reset(); }
  void set_handler(SocketHandler* handler) noexcept override { handler_ = handler; }
  void send(const EncodedPtr& batch, std::size_t first, std::size_t count) override;
  void expect_send(int step) const noexcept override {
    if (step == 0) {
      util::prefetch<2 * util::kCacheLine>(websocket_.get());
    } else if (websocket_) {
      websocket_->expect_send();
    }
  }
  void send_text(std::string_view data) override;
  void send_binary(std::string_view bytes) override;
  [[nodiscard]] bool writable() const noexcept override;
  [[nodiscard]] std::size_t queued_bytes() const noexcept override;
  void close() override;

  // net::WebSocket::Handler of the transport
  void on_message(std::string_view data, bool binary) override;
  void on_closed(std::uint16_t code, std::string_view reason) override;
  void on_drained() override;

 private:
  /// The WebSocket that asks to become the transport.
  class Probe final : public net::WebSocket::Handler {
   public:
    Probe(SocketImpl& owner, std::shared_ptr<net::WebSocket> ws) : owner_(owner), websocket(std::move(ws)) {}
    void on_message(std::string_view data, bool binary) override { owner_.on_probe_message(data, binary); }
    void on_closed(std::uint16_t, std::string_view) override { owner_.on_probe_closed(); }

   private:
    SocketImpl& owner_;

   public:
    std::shared_ptr<net::WebSocket> websocket;
  };
  struct PollingLink {
    std::shared_ptr<net::HttpExchange> poll;
    std::unique_ptr<Probe> probe;
    bool flush_posted = false;
  };
  /// Who caused actions: on_close is never told from inside a call of the user's.
  enum class Caller : std::uint8_t { kNetwork, kUser };
  class Turn;

  void on_probe_message(std::string_view data, bool binary);
  void on_probe_closed();
  void on_timer();
  void arm_timer();

  void carry_out(Actions& actions, Caller caller, std::shared_ptr<net::HttpExchange>* request);
  void answer_poll(net::HttpResponse response);
  void hold_poll(std::shared_ptr<net::HttpExchange> exchange);
  void send_queue(const std::vector<Outgoing>& packets);
  void send_now(const Encoded& batch, std::size_t first, std::size_t count);
  void adopt_probe();
  void close_probe();
  void close_websocket(CloseReason reason);
  void finish(CloseReason reason, Caller caller);
  void tell_closed(CloseReason reason);
  void tell_drained();
  void post_flush();

  Server::Impl& server_;
  LoopState& home_;
  SocketHandler* handler_ = nullptr;
  std::shared_ptr<net::WebSocket> websocket_;
  std::unique_ptr<PollingLink> polling_;
  std::unique_ptr<Handshake> handshake_;
  std::string id_;
  Session session_;
  std::optional<CloseReason> closed_;
  util::SteadyTime armed_for_{};
  net::Timer timer_;
};

}  // namespace chillin::engineio
