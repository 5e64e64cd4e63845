#include "engineio/server.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engineio/engine_metrics.h"
#include "engineio/server_impl.h"
#include "engineio/socket_impl.h"
#include "util/crypto.h"
#include "util/log.h"

namespace chillin::engineio {
namespace {

constexpr std::string_view kSidDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kSidLoopDigits = 2;
constexpr std::size_t kSidSize = 20;
/// So many packets may be missing from the counters for a while.
constexpr std::uint64_t kFoldEvery = 256;

std::optional<TransportKind> transport_of(const net::QueryParams& params, const Options& options) {
  const auto name = params.get("transport");
  if (name == "polling" && options.polling) return TransportKind::kPolling;
  if (name == "websocket" && options.websocket) return TransportKind::kWebSocket;
  return std::nullopt;
}

/// 4 or 3, or 0 for anything else. (The reference takes a missing revision for 3; all its clients send one.)
int protocol_of(const net::QueryParams& params) {
  const auto revision = params.get("EIO");
  if (revision == "4") return 4;
  return revision == "3" ? 3 : 0;
}

bool wants_text_only(const net::QueryParams& params) {
  return !params.get("b64").value_or("").empty();
}

SessionConfig session_config_of(const Options& options) {
  SessionConfig config;
  config.ping_interval = options.ping_interval;
  config.ping_timeout = options.ping_timeout;
  config.upgrade_timeout = options.upgrade_timeout;
  config.max_queued_bytes = options.max_queued_bytes;
  return config;
}

net::WebSocketOptions websocket_options_of(const Options& options) {
  net::WebSocketOptions out;
  out.max_message_bytes = options.max_payload;
  out.max_queued_bytes = options.max_queued_bytes;
  return out;
}

}  // namespace

std::size_t SocketHash::operator()(const std::shared_ptr<SocketImpl>& socket) const noexcept {
  return (*this)(std::string_view(socket->id()));
}
bool SocketEqual::operator()(const std::shared_ptr<SocketImpl>& a, std::string_view id) const noexcept {
  return a->id() == id;
}

Server::Impl::Impl(net::LoopGroup& loops, Options opts, ConnectionHandler on_connection)
    : options(std::move(opts)),
      session_config(session_config_of(options)),
      websocket_options(websocket_options_of(options)),
      loops_(loops),
      on_connection_(std::move(on_connection)),
      limiter_(options.handshakes_per_second, options.handshake_burst) {
  for (std::size_t i = 0; i < loops.size(); ++i) homes_.push_back(std::make_unique<LoopState>(loops.at(i)));
}

Server::Impl::~Impl() = default;

void Server::Impl::respond(net::HttpExchange& exchange, net::HttpResponse response) const {
  add_cors(response, options.cors, exchange.request());
  exchange.respond(std::move(response));
}

void Server::Impl::respond_error(net::HttpExchange& exchange, ErrorCode code) const {
  const int status = code == ErrorCode::kForbidden ? 403 : 400;
  respond(exchange, error_answer(exchange.is_websocket_upgrade(), status, code));
}

std::string Server::Impl::make_sid(int loop_index) const {
  const auto index = static_cast<std::size_t>(loop_index);
  std::string sid{kSidDigits[index / 64 % 64], kSidDigits[index % 64]};
  if (!options.sid_tag.empty()) sid.append(options.sid_tag).append("_");
  return sid += util::random_id(kSidSize - kSidLoopDigits);
}

net::Loop* Server::Impl::loop_of(std::string_view sid) const {
  const std::size_t tag_size = options.sid_tag.empty() ? 0 : options.sid_tag.size() + 1;
  if (sid.size() != kSidSize + tag_size) return nullptr;
  const std::size_t high = kSidDigits.find(sid[0]);
  const std::size_t low = kSidDigits.find(sid[1]);
  if (high == std::string_view::npos || low == std::string_view::npos) return nullptr;
  const std::size_t index = high * 64 + low;
  return index < loops_.size() ? &loops_.at(index) : nullptr;
}

void Server::Impl::handle(std::shared_ptr<net::HttpExchange> exchange) {
  const net::HttpRequest& request = exchange->request();
  if (request.method == "OPTIONS" && !options.cors.origins.empty()) {
    exchange->respond(preflight_answer(options.cors, request));
    return;
  }
  const net::QueryParams params(request.query());
  const auto transport = transport_of(params, options);
  if (!transport) return respond_error(*exchange, ErrorCode::kUnknownTransport);
  const std::string_view sid = params.get("sid").value_or("");
  if (sid.empty()) return handshake(*exchange, params, *transport);

  net::Loop* home = loop_of(sid);
  if (home == nullptr) return respond_error(*exchange, ErrorCode::kUnknownSid);
  if (home == &exchange->loop()) return handle_for_session(std::move(exchange));
  exchange->move_to(*home, [self = shared_from_this()](std::shared_ptr<net::HttpExchange> moved) {
    self->handle_for_session(std::move(moved));
  });
}

void Server::Impl::handle_for_session(std::shared_ptr<net::HttpExchange> exchange) {
  const net::HttpRequest& request = exchange->request();
  const net::QueryParams params(request.query());
  LoopState& home = home_of(exchange->loop());
  const auto found = home.sessions.find(params.get("sid").value_or(""));
  if (found == home.sessions.end()) {
    if (!answer_late_poll(*exchange, params)) respond_error(*exchange, ErrorCode::kUnknownSid);
    return;
  }
  // A copy, because what follows may end the session and take it out of the table.
  const std::shared_ptr<SocketImpl> socket = *found;  // NOLINT(performance-unnecessary-copy-initialization)
  if (!socket->still_open()) return respond_error(*exchange, ErrorCode::kUnknownSid);

  const bool upgrade = exchange->is_websocket_upgrade();
  const auto transport = transport_of(params, options);
  if (!upgrade && transport != socket->transport()) return respond_error(*exchange, ErrorCode::kBadRequest);
  if (upgrade && transport != TransportKind::kWebSocket) return respond_error(*exchange, ErrorCode::kBadRequest);
  if (protocol_of(params) != socket->protocol()) return respond_error(*exchange, ErrorCode::kBadRequest);

  if (upgrade) return socket->on_upgrade(*exchange, wants_text_only(params));
  // A plain request in the name of the WebSocket transport.
  if (transport != TransportKind::kPolling) return respond_error(*exchange, ErrorCode::kBadRequest);
  if (request.method == "GET") return socket->on_get(std::move(exchange));
  if (request.method == "POST") return socket->on_post(*exchange);
  net::HttpResponse refusal = error_answer(false, 405, ErrorCode::kBadRequest);
  refusal.headers.emplace_back("Allow", "GET, POST, OPTIONS");
  respond(*exchange, std::move(refusal));
}

bool Server::Impl::answer_late_poll(net::HttpExchange& exchange, const net::QueryParams& params) {
  if (exchange.request().method != "GET" || params.get("transport") != "polling") return false;
  const auto form = home_of(exchange.loop()).farewells.take(params.get("sid").value_or(""), exchange.loop().now());
  if (!form || form->protocol != protocol_of(params)) return false;
  const Packet noop{.type = PacketType::kNoop, .binary = false, .data = {}};
  respond(exchange, poll_answer(encode_payload(form->protocol, form->text_only, {&noop, 1})));
  return true;
}

bool Server::Impl::admit(net::HttpExchange& exchange, int protocol, const std::string& address) {
  const bool upgrade = exchange.is_websocket_upgrade();
  if (protocol == 0 || (protocol == 3 && !options.allow_eio3)) {
    count_refused(Refused::kProtocol);
    respond_error(exchange, ErrorCode::kUnsupportedProtocol);
    return false;
  }
  if (refusing.load(std::memory_order_relaxed)) {
    count_refused(Refused::kDraining);
    respond(exchange, error_answer(upgrade, 503, ErrorCode::kForbidden, "Server is shutting down"));
    return false;
  }
  if (const int wait = limiter_.retry_after_seconds(address, exchange.loop().now()); wait > 0) {
    count_refused(Refused::kRateLimit);
    net::HttpResponse refusal = error_answer(upgrade, 429, ErrorCode::kForbidden, "Too many handshakes");
    refusal.headers.emplace_back("Retry-After", std::to_string(wait));
    respond(exchange, std::move(refusal));
    return false;
  }
  if (!options.allow_request) return true;
  const auto refusal = options.allow_request(exchange.request());
  if (!refusal) return true;
  respond(exchange, error_answer(upgrade, refusal->status, ErrorCode::kForbidden, refusal->message));
  return false;
}

void Server::Impl::handshake(net::HttpExchange& exchange, const net::QueryParams& params, TransportKind transport) {
  const net::HttpRequest& request = exchange.request();
  if (request.method != "GET") return respond_error(exchange, ErrorCode::kBadHandshakeMethod);
  const bool websocket = transport == TransportKind::kWebSocket;
  if (websocket != exchange.is_websocket_upgrade()) return respond_error(exchange, ErrorCode::kBadRequest);

  const int protocol = protocol_of(params);
  auto record = std::make_unique<Handshake>();
  record->address = options.client_address ? options.client_address(request) : request.peer_address;
  if (!admit(exchange, protocol, record->address)) return;
  record->headers = request.headers;
  record->query = request.query();

  std::shared_ptr<net::WebSocket> accepted;
  if (websocket) {
    accepted = exchange.accept_websocket(websocket_options, {});
    if (!accepted) return;
  }
  LoopState& home = home_of(exchange.loop());
  auto socket = std::make_shared<SocketImpl>(
      *this, home,
      SocketImpl::Birth{make_sid(home.loop.index()), protocol, transport, wants_text_only(params), std::move(record)});
  home.sessions.insert(socket);
  hold();
  open_sessions.fetch_add(1, std::memory_order_relaxed);
  stats.handshakes.fetch_add(1, std::memory_order_relaxed);
  (websocket ? stats.websocket_sessions : stats.polling_sessions).fetch_add(1, std::memory_order_relaxed);
  count_session(transport, protocol, 1);

  const std::string data = open_data(protocol, {.sid = socket->id(),
                                                .can_upgrade = !websocket && options.websocket,
                                                .ping_interval_ms = options.ping_interval.count(),
                                                .ping_timeout_ms = options.ping_timeout.count(),
                                                .max_payload = static_cast<std::int64_t>(options.max_payload)});
  if (websocket) {
    socket->open_websocket(std::move(accepted), data);
  } else {
    socket->open_polling(exchange, data);
  }
  on_connection_(std::move(socket));
}

void Server::Impl::count_packets(LoopState& home, std::uint64_t in, std::uint64_t out) {
  home.packets_in += in;
  home.packets_out += out;
  if (home.packets_in + home.packets_out >= kFoldEvery) fold_counters(home);
}

void Server::Impl::fold_counters(LoopState& home) {
  stats.packets_in.fetch_add(std::exchange(home.packets_in, 0), std::memory_order_relaxed);
  stats.packets_out.fetch_add(std::exchange(home.packets_out, 0), std::memory_order_relaxed);
}

void Server::Impl::release() {
  if (alive_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  std::vector<util::UniqueFunction<void()>> waiting;
  {
    const std::lock_guard lock(done_mutex_);
    waiting.swap(on_all_closed_);
  }
  for (auto& done : waiting) done();
}

void Server::Impl::close_all(util::UniqueFunction<void()> done) {
  refusing.store(true, std::memory_order_relaxed);
  // One hold a loop, so that none of them can end the count before all have closed theirs.
  for (std::size_t i = 0; i < homes_.size(); ++i) hold();
  {
    const std::lock_guard lock(done_mutex_);
    on_all_closed_.push_back(std::move(done));
  }
  for (const auto& home : homes_) {
    home->loop.post([self = shared_from_this(), &here = *home] {
      // A copy: closing takes them out of the table, and a handler may close others.
      const std::vector<std::shared_ptr<SocketImpl>> sockets(here.sessions.begin(), here.sessions.end());
      for (const auto& socket : sockets) socket->shut_down();
      self->release();
    });
  }
}

Server::Server(net::LoopGroup& loops, Options options, ConnectionHandler on_connection)
    : impl_(std::make_shared<Impl>(loops, std::move(options), std::move(on_connection))) {}
Server::~Server() = default;

bool Server::handles(const net::HttpRequest& request) const noexcept {
  const std::string_view path = request.path();
  std::string_view mine = impl_->options.path;
  if (path == mine) return true;
  if (mine.ends_with('/')) mine.remove_suffix(1);
  if (path == mine) return true;
  return path.size() == mine.size() + 1 && path.starts_with(mine) && path.back() == '/';
}

void Server::handle(std::shared_ptr<net::HttpExchange> exchange) {
  impl_->handle(std::move(exchange));
}
const Options& Server::options() const noexcept {
  return impl_->options;
}
std::size_t Server::sessions() const noexcept {
  return impl_->open_sessions.load(std::memory_order_relaxed);
}
const Stats& Server::stats() const noexcept {
  return impl_->stats;
}
void Server::refuse_new() {
  impl_->refusing.store(true, std::memory_order_relaxed);
}
void Server::close_all(util::UniqueFunction<void()> done) {
  impl_->close_all(std::move(done));
}

}  // namespace chillin::engineio
