#include "socketio/server.h"

#include <optional>
#include <utility>

#include "net/http.h"
#include "socketio/hub.h"

namespace chillin::socketio {
namespace {

constexpr std::size_t kNoBody = 0;

}  // namespace

class Server::Impl {
 public:
  Impl(net::LoopGroup& loops, const Options& options)
      : loops_(loops),
        hub_(loops, options),
        engine_(loops, options.engine, [this](engineio::SocketPtr conn) { hub_.add_client(std::move(conn)); }) {}

  util::Result<std::uint16_t> listen(const std::string& host, std::uint16_t port) {
    const auto serve = [this](std::shared_ptr<net::HttpExchange> exchange) {
      if (engine_.handles(exchange->request())) return engine_.handle(std::move(exchange));
      exchange->respond({.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "Not found"});
    };
    const auto body_limit = [this](const net::HttpRequest& head) {
      return engine_.handles(head) ? engine_.options().max_payload : kNoBody;
    };
    http_.emplace(loops_, net::HttpServerOptions{}, serve, body_limit);
    return http_->listen(host, port);
  }

  void close(util::UniqueFunction<void()> done) {
    if (http_) http_->stop_accepting();
    engine_.refuse_new();
    // When the last connection has gone, its sockets' handlers are posted but may not have run.
    engine_.close_all([this, done = std::move(done)]() mutable { hub_.after_all_loops(std::move(done)); });
  }

 private:
  friend class Server;

  net::LoopGroup& loops_;
  Hub hub_;
  engineio::Server engine_;
  std::optional<net::HttpServer> http_;
};

Server::Server(net::LoopGroup& loops, Options options) : impl_(std::make_shared<Impl>(loops, options)) {}

Server::~Server() = default;

Namespace& Server::of(std::string_view name) {
  return impl_->hub_.of(name);
}

void Server::of(std::function<bool(std::string_view, const json::value&)> predicate,
                std::function<void(Namespace&)> setup) {
  impl_->hub_.of(std::move(predicate), std::move(setup));
}

bool Server::handles(const net::HttpRequest& request) const noexcept {
  return impl_->engine_.handles(request);
}

void Server::handle(std::shared_ptr<net::HttpExchange> exchange) {
  impl_->engine_.handle(std::move(exchange));
}

engineio::Server& Server::engine() noexcept {
  return impl_->engine_;
}

util::Result<std::uint16_t> Server::listen(const std::string& host, std::uint16_t port) {
  return impl_->listen(host, port);
}

void Server::visit(std::function<void(Socket&)> visitor) {
  impl_->hub_.visit(std::move(visitor));
}

void Server::close(util::UniqueFunction<void()> done) {
  impl_->close(std::move(done));
}

}  // namespace chillin::socketio
