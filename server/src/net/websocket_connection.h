#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/tcp_connection.h"
#include "net/websocket.h"
#include "net/ws_parser.h"
#include "util/prefetch.h"

namespace chillin::net {

/// The WebSocket protocol on a TcpConnection, after the upgrade.
///
///   open --close(), a violation, a slow reader--> closing --the peer's close frame, or time is up--> closed
///     `--the peer's close frame (echoed)---------------------------------------------------------->--'
///
/// on_closed is told once, on the loop, never from inside a call of the user's.
/// Confined to: its Loop. Owner: the TcpConnection and the user.
class WebSocketConnection final : public WebSocket,
                                  public Protocol,
                                  public std::enable_shared_from_this<WebSocketConnection> {
 public:
  WebSocketConnection(TcpConnection& tcp, const WebSocketOptions& options);

  /// What came behind the upgrade request; parsed in the next turn, before anything that comes later.
  void feed_later(std::string bytes);

  // WebSocket
  void set_handler(Handler* handler) noexcept override { handler_ = handler; }
  [[nodiscard]] Loop& loop() noexcept override { return loop_; }
  void send(util::Slice frames) override;
  void expect_send() const noexcept override { util::prefetch_object<TcpConnection>(tcp_); }
  void send_text(std::string_view text) override;
  void send_binary(std::string_view bytes) override;
  [[nodiscard]] std::size_t queued_bytes() const noexcept override {
    const std::size_t bytes = tcp_ != nullptr ? tcp_->queued_bytes() : 0;
    if (bytes > 0) drain_wanted_ = true;
    return bytes;
  }
  void close(WsClose code, std::string_view reason) override;
  void abort() override;
  [[nodiscard]] const std::string& peer_address() const noexcept override;

  // Protocol
  void on_data(std::span<char> bytes) override;
  void on_eof() override;
  void on_closed() override;
  void on_drained() override;
  void on_stop_accepting() override {}  // its user says goodbye
  void on_detached() noexcept override;

  // Sink of WsParser
  bool on_message(std::string_view data, bool binary);
  bool on_ping(std::string_view payload);
  bool on_pong(std::string_view) { return state_ != State::kClosed; }
  bool on_close(std::uint16_t code, std::string_view reason);
  void on_violation(const WsViolation& violation);

 private:
  enum class State : std::uint8_t { kOpen, kClosing, kClosed };

  /// What only few connections need at any time.
  struct Extra {
    std::unique_ptr<Timer> close_timer;
    std::string early_bytes;   ///< came before the first turn
    std::string waiting_pong;  ///< answer to the latest ping, if an earlier answer is still queued
    bool pong_waits = false;
    std::uint16_t close_code = static_cast<std::uint16_t>(WsClose::kAbnormal);
    std::string close_reason;
  };
  Extra& extra() {
    if (!extra_) extra_ = std::make_unique<Extra>();
    return *extra_;
  }

  void send_message(WsOpcode opcode, std::string_view payload);
  void send_close_frame(std::uint16_t code, std::string_view reason);
  void begin_closing(util::Millis timeout);
  void check_queue();
  void give_up_on_slow_reader();
  void tell_closed(std::uint16_t code, std::string_view reason);

  // What a send touches comes first, in one cache line.
  TcpConnection* tcp_;  ///< null once closed
  std::size_t max_queued_bytes_;
  Handler* handler_ = nullptr;
  std::unique_ptr<Extra> extra_;
  State state_ = State::kOpen;
  bool pong_queued_ = false;
  mutable bool drain_wanted_ = false;  ///< somebody saw the queue not empty
  bool told_ = false;
  bool feeding_later_ = false;
  Loop& loop_;
  util::Millis close_timeout_;
  WsParser parser_;
};

}  // namespace chillin::net
