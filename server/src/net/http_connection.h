#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/http_parser.h"
#include "net/http_service.h"
#include "net/tcp_connection.h"

namespace chillin::net {

class PendingExchange;

/// HTTP/1.1 on one TcpConnection: requests one after the other, each answered before the next is looked at.
///
///   reading --request complete--> pending --respond()--> reading ... or closing
///                                    |--accept_websocket(), move_to()--> gone (another Protocol, another loop)
///
/// Confined to: its Loop. Owner: the TcpConnection, until an upgrade replaces it.
class HttpConnection final : public Protocol, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<HttpService> service, TcpConnection& tcp);
  ~HttpConnection() override;

  /// A fresh connection: waits for the first request.
  void start();
  /// A connection that was moved here with a request unanswered; `stash` is what came behind the request.
  [[nodiscard]] std::shared_ptr<HttpExchange> adopt(HttpRequest request, bool keep_alive, bool http_1_1,
                                                    std::string stash);
  /// Answers 503 and closes; for a connection above the limit.
  void refuse();
  void on_data(std::span<char> bytes) override;
  void on_eof() override;
  void on_closed() override;
  void on_drained() override;
  void on_stop_accepting() override;
  void on_detached() noexcept override;

 private:
  friend class PendingExchange;
  enum class State : std::uint8_t { kReading, kPending, kGone };
  enum class Deadline : std::uint8_t { kNone, kHead, kBody, kIdle };

  void read_stash();
  /// Parses one request from `bytes` and keeps what it did not use.
  void parse(std::string_view bytes);
  /// False: an error was answered.
  bool begin_body();
  void dispatch(std::string_view rest);
  void respond(const HttpResponse& response, bool head_only);
  void fail(int status);
  void arm(Deadline what, util::Millis delay);
  void deadline_passed();
  void resume_later();
  void lose_peer();
  void stash(std::string_view bytes);

  // For PendingExchange:
  std::shared_ptr<WebSocket> accept_websocket(const HttpRequest& request, const WebSocketOptions& options,
                                              HttpHeaders extra);
  void move_to(HttpRequest request, Loop& target, util::UniqueFunction<void(std::shared_ptr<HttpExchange>)> then);

  std::shared_ptr<HttpService> service_;
  TcpConnection* tcp_;  ///< null once gone
  Timer timer_;
  std::unique_ptr<HttpParser> parser_;  ///< only while a request is coming in
  std::string stash_;                   ///< came too early, or is too little to parse
  PendingExchange* exchange_ = nullptr;
  std::size_t queued_when_armed_ = 0;
  State state_ = State::kReading;
  Deadline deadline_ = Deadline::kNone;
  bool keep_alive_ = true;
  bool http_1_1_ = true;
  bool resuming_ = false;
};

}  // namespace chillin::net
