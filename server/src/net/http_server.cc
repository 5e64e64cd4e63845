#include <atomic>
#include <utility>

#include "net/http.h"
#include "net/http_service.h"
#include "net/listener.h"
#include "net/loop_impl.h"

namespace chillin::net {

class HttpServer::Impl {
 public:
  Impl(LoopGroup& loops, HttpServerOptions options, Handler handler, BodyLimit body_limit)
      : loops_(loops), service_(std::make_shared<HttpService>()) {
    service_->options = options;
    service_->handler = std::move(handler);
    service_->body_limit = std::move(body_limit);
  }

  util::Result<std::uint16_t> listen(const std::string& host, std::uint16_t port) {
    auto bound = bind_listeners(host, port, loops_.size());
    if (!bound) return bound.error();
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      for (UniqueFd& fd : bound->per_loop[i]) {
        Loop& loop = loops_.at(i);
        loop.post([&loop, service = service_, socket = std::move(fd)]() mutable {
          Listener::start(loop.impl(), std::move(service), std::move(socket));
        });
      }
    }
    return bound->port;
  }

  void stop_accepting() {
    if (service_->stopping.exchange(true)) return;
    tell(IoHandler::Command::kStopAccepting);
  }

  void abort_all() { tell(IoHandler::Command::kAbort); }

  [[nodiscard]] std::size_t open_connections() const noexcept {
    return service_->open->load(std::memory_order_relaxed);
  }

 private:
  void tell(IoHandler::Command command) {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      Loop& loop = loops_.at(i);
      loop.post([&loop, service = service_, command] {
        loop.impl().for_each([&](IoHandler& handler) { handler.on_command(service.get(), command); });
      });
    }
  }

  LoopGroup& loops_;
  std::shared_ptr<HttpService> service_;
};

HttpServer::HttpServer(LoopGroup& loops, HttpServerOptions options, Handler handler, BodyLimit body_limit)
    : impl_(std::make_shared<Impl>(loops, options, std::move(handler), std::move(body_limit))) {}

HttpServer::~HttpServer() = default;

util::Result<std::uint16_t> HttpServer::listen(const std::string& host, std::uint16_t port) {
  return impl_->listen(host, port);
}
void HttpServer::stop_accepting() {
  impl_->stop_accepting();
}
std::size_t HttpServer::open_connections() const noexcept {
  return impl_->open_connections();
}
void HttpServer::abort_all() {
  impl_->abort_all();
}

}  // namespace chillin::net
