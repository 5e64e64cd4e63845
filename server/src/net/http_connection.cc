#include "net/http_connection.h"

#include <utility>

#include "net/http_response.h"
#include "net/websocket_connection.h"
#include "net/ws_handshake.h"
#include "util/log.h"

namespace chillin::net {

namespace {

// Of a peer that sends requests without reading the answers, no more than this is kept in either direction.
constexpr std::size_t kMaxStash = 64 * 1024;
constexpr std::size_t kMaxUnsent = 256 * 1024;
// Up to here one copy is cheaper than a second slice.
constexpr std::size_t kJoinBody = 16 * 1024;

}  // namespace

/// The HttpExchange of a request on an HttpConnection. Lives as long as its user wants; the connection may go first.
class PendingExchange final : public HttpExchange {
 public:
  PendingExchange(HttpConnection* connection, Loop& loop, HttpRequest request)
      : connection_(connection), loop_(loop), request_(std::move(request)) {
    if (connection_ != nullptr) connection_->exchange_ = this;
  }
  ~PendingExchange() override {
    if (connection_ == nullptr) return;
    util::log_error("http_request_unanswered", {{"method", request_.method}});
    respond(json_error(500));
  }

  [[nodiscard]] const HttpRequest& request() const noexcept override { return request_; }
  [[nodiscard]] Loop& loop() noexcept override { return loop_; }

  void respond(HttpResponse response) override {
    on_aborted_ = nullptr;
    if (HttpConnection* connection = take()) connection->respond(response, request_.method == "HEAD");
  }
  void on_aborted(util::UniqueFunction<void()> fn) override {
    if (gone_before_start_) {
      loop_.post(std::move(fn));
      return;
    }
    on_aborted_ = std::move(fn);
  }
  [[nodiscard]] bool is_websocket_upgrade() const noexcept override { return asks_for_websocket(request_); }

  std::shared_ptr<WebSocket> accept_websocket(const WebSocketOptions& options, HttpHeaders extra) override {
    on_aborted_ = nullptr;
    HttpConnection* connection = take();
    return connection != nullptr ? connection->accept_websocket(request_, options, std::move(extra)) : nullptr;
  }
  void move_to(Loop& target, util::UniqueFunction<void(std::shared_ptr<HttpExchange>)> then) override {
    on_aborted_ = nullptr;
    if (HttpConnection* connection = take()) {
      connection->move_to(std::move(request_), target, std::move(then));
      return;
    }
    target.post([&target, request = std::move(request_), then = std::move(then)]() mutable {
      then(gone(target, std::move(request)));
    });
  }

  /// An exchange whose peer is gone already.
  static std::shared_ptr<HttpExchange> gone(Loop& loop, HttpRequest request) {
    auto exchange = std::make_shared<PendingExchange>(nullptr, loop, std::move(request));
    exchange->gone_before_start_ = true;
    return exchange;
  }

  void peer_gone() {
    connection_ = nullptr;
    if (auto fn = std::exchange(on_aborted_, nullptr)) fn();
  }
  void detached() noexcept { connection_ = nullptr; }

 private:
  HttpConnection* take() {
    HttpConnection* connection = std::exchange(connection_, nullptr);
    if (connection != nullptr) connection->exchange_ = nullptr;
    return connection;
  }

  HttpConnection* connection_;
  Loop& loop_;
  HttpRequest request_;
  util::UniqueFunction<void()> on_aborted_;
  bool gone_before_start_ = false;
};

HttpConnection::HttpConnection(std::shared_ptr<HttpService> service, TcpConnection& tcp)
    : service_(std::move(service)), tcp_(&tcp), timer_(tcp.loop().loop(), [this] { deadline_passed(); }) {}

HttpConnection::~HttpConnection() {
  on_detached();
}

void HttpConnection::start() {
  arm(Deadline::kHead, service_->options.header_timeout);
}

void HttpConnection::arm(Deadline what, util::Millis delay) {
  deadline_ = what;
  queued_when_armed_ = tcp_->queued_bytes();
  timer_.arm(delay);
}

void HttpConnection::stash(std::string_view bytes) {
  stash_.append(bytes);
  if (stash_.size() > kMaxStash) tcp_->set_reading(false);
}

void HttpConnection::on_data(std::span<char> bytes) {
  const std::string_view view(bytes.data(), bytes.size());
  if (state_ == State::kGone) return;
  if (state_ == State::kPending || resuming_ || tcp_->queued_bytes() > kMaxUnsent) {
    stash(view);
    return;
  }
  if (stash_.empty()) {
    parse(view);
  } else {
    stash_.append(view);
  }
  read_stash();
}

void HttpConnection::read_stash() {
  while (state_ == State::kReading && !stash_.empty()) {
    if (tcp_->queued_bytes() > kMaxUnsent) return;  // on_drained() goes on
    std::string bytes;
    bytes.swap(stash_);
    parse(bytes);
    // Nothing was used: more has to come first.
    if (state_ != State::kReading || stash_.size() == bytes.size()) return;
  }
}

void HttpConnection::parse(std::string_view bytes) {
  if (!parser_) {
    parser_ = HttpParser::create(service_->options.max_header_bytes);
    if (deadline_ == Deadline::kIdle) arm(Deadline::kHead, service_->options.header_timeout);
  }
  while (true) {
    std::size_t consumed = 0;
    const auto status = parser_->feed(bytes, consumed);
    bytes.remove_prefix(consumed);
    switch (status) {
      case HttpParser::Status::kNeedMore:
        stash_.assign(bytes);
        return;
      case HttpParser::Status::kError:
        fail(parser_->error_status());
        return;
      case HttpParser::Status::kHead:
        if (!begin_body()) return;
        break;
      case HttpParser::Status::kDone:
        dispatch(bytes);
        return;
    }
  }
}

bool HttpConnection::begin_body() {
  if (!parser_->set_body_limit(service_->body_limit(parser_->request()))) {
    fail(413);
    return false;
  }
  if (parser_->expects_continue()) tcp_->send(util::Slice(util::SharedBuffer("HTTP/1.1 100 Continue\r\n\r\n")));
  arm(Deadline::kBody, service_->options.body_timeout);
  return true;
}

void HttpConnection::dispatch(std::string_view rest) {
  timer_.cancel();
  deadline_ = Deadline::kNone;
  state_ = State::kPending;
  keep_alive_ = parser_->keep_alive();
  http_1_1_ = parser_->http_1_1();
  HttpRequest request = std::move(parser_->request());
  parser_.reset();
  stash_.assign(rest);
  request.peer_address = tcp_->peer_address();
  service_->handler(std::make_shared<PendingExchange>(this, tcp_->loop().loop(), std::move(request)));
}

std::shared_ptr<HttpExchange> HttpConnection::adopt(HttpRequest request, bool keep_alive, bool http_1_1,
                                                    std::string stash_bytes) {
  state_ = State::kPending;
  keep_alive_ = keep_alive;
  http_1_1_ = http_1_1;
  stash(stash_bytes);
  return std::make_shared<PendingExchange>(this, tcp_->loop().loop(), std::move(request));
}

void HttpConnection::respond(const HttpResponse& response, bool head_only) {
  const bool keep_alive = keep_alive_ && !service_->stopping.load(std::memory_order_relaxed);
  std::string head = response_head(response, {.keep_alive = keep_alive});
  const bool with_body = !head_only && !bodiless(response.status) && !response.body.empty();
  if (with_body && response.body.size() <= kJoinBody) head += response.body;
  tcp_->send(util::Slice(util::SharedBuffer(std::move(head))));
  if (with_body && response.body.size() > kJoinBody) tcp_->send(util::Slice(util::SharedBuffer(response.body)));
  if (!keep_alive) {
    state_ = State::kGone;
    timer_.cancel();
    stash_.clear();
    tcp_->set_reading(true);
    tcp_->close_gracefully(true);
    return;
  }
  state_ = State::kReading;
  arm(Deadline::kIdle, service_->options.keep_alive_timeout);
  if (!stash_.empty()) resume_later();
}

/// The next request is handled in a turn of its own, so that answering inside the handler does not nest.
void HttpConnection::resume_later() {
  if (resuming_) return;
  resuming_ = true;
  timer_.cancel();
  tcp_->loop().loop().post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->resuming_ = false;
    if (self->state_ != State::kReading) return;
    self->arm(Deadline::kIdle, self->service_->options.keep_alive_timeout);
    self->read_stash();
    if (self->state_ != State::kGone && self->stash_.size() <= kMaxStash) self->tcp_->set_reading(true);
  });
}

void HttpConnection::fail(int status) {
  keep_alive_ = false;
  parser_.reset();
  respond(json_error(status), false);
}

void HttpConnection::refuse() {
  fail(503);
}

void HttpConnection::on_stop_accepting() {
  // Waiting for a next request, and no part of it has come.
  if (state_ != State::kReading || parser_ || !stash_.empty()) return;
  state_ = State::kGone;
  timer_.cancel();
  tcp_->close_gracefully(false);
}

void HttpConnection::deadline_passed() {
  switch (std::exchange(deadline_, Deadline::kNone)) {
    case Deadline::kHead:
    case Deadline::kBody:
      fail(408);
      return;
    case Deadline::kIdle:
      // A large answer on a slow line is not idleness, as long as it moves.
      if (tcp_->queued_bytes() > 0 && tcp_->queued_bytes() != queued_when_armed_) {
        arm(Deadline::kIdle, service_->options.keep_alive_timeout);
        return;
      }
      state_ = State::kGone;
      tcp_->abort();
      tcp_ = nullptr;
      return;
    case Deadline::kNone:
      return;
  }
}

void HttpConnection::on_eof() {
  if (state_ == State::kPending) {
    // As the reference server has it: who stops sending has gone.
    tcp_->abort();
    lose_peer();
    return;
  }
  state_ = State::kGone;
  timer_.cancel();
  tcp_->close_gracefully(false);
}

void HttpConnection::on_closed() {
  lose_peer();
}

void HttpConnection::lose_peer() {
  state_ = State::kGone;
  tcp_ = nullptr;
  timer_.cancel();
  parser_.reset();
  if (PendingExchange* exchange = std::exchange(exchange_, nullptr)) exchange->peer_gone();
}

void HttpConnection::on_drained() {
  if (state_ == State::kReading && !stash_.empty()) resume_later();
}

void HttpConnection::on_detached() noexcept {
  state_ = State::kGone;
  tcp_ = nullptr;
  if (PendingExchange* exchange = std::exchange(exchange_, nullptr)) exchange->detached();
}

std::shared_ptr<WebSocket> HttpConnection::accept_websocket(const HttpRequest& request, const WebSocketOptions& options,
                                                            HttpHeaders extra) {
  const int verdict = check_ws_handshake(request, http_1_1_);
  if (verdict != 101) {
    HttpResponse refusal = json_error(verdict);
    if (verdict == 426) refusal.headers.emplace_back("Sec-WebSocket-Version", "13");
    keep_alive_ = false;
    respond(refusal, false);
    return nullptr;
  }
  HttpResponse response;
  response.status = 101;
  response.headers = {{"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Accept", ws_accept_value(request.header("Sec-WebSocket-Key"))}};
  for (auto& header : extra) response.headers.push_back(std::move(header));
  tcp_->send(util::Slice(util::SharedBuffer(response_head(response, {}))));

  auto socket = std::make_shared<WebSocketConnection>(*tcp_, options);
  TcpConnection& tcp = *std::exchange(tcp_, nullptr);
  state_ = State::kGone;
  timer_.cancel();
  tcp.set_reading(true);
  tcp.set_protocol(socket);
  if (!stash_.empty()) socket->feed_later(std::move(stash_));
  return socket;
}

void HttpConnection::move_to(HttpRequest request, Loop& target,
                             util::UniqueFunction<void(std::shared_ptr<HttpExchange>)> then) {
  state_ = State::kGone;
  TcpConnection& tcp = *std::exchange(tcp_, nullptr);
  struct Package {
    std::shared_ptr<HttpService> service;
    DetachedSocket socket;
    HttpRequest request;
    std::string stash;
    bool keep_alive;
    bool http_1_1;
    util::UniqueFunction<void(std::shared_ptr<HttpExchange>)> then;
  };
  auto package = std::make_unique<Package>(
      Package{service_, tcp.detach(), std::move(request), std::move(stash_), keep_alive_, http_1_1_, std::move(then)});
  target.post([&target, p = std::move(package)] {
    TcpConnection* arrived = TcpConnection::open(target.impl(), std::move(p->socket), p->service.get());
    if (arrived == nullptr) {
      p->then(PendingExchange::gone(target, std::move(p->request)));
      return;
    }
    auto http = std::make_shared<HttpConnection>(p->service, *arrived);
    arrived->set_protocol(http);
    p->then(http->adopt(std::move(p->request), p->keep_alive, p->http_1_1, std::move(p->stash)));
  });
}

}  // namespace chillin::net
