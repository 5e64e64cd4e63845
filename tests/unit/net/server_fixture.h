#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "net/http.h"
#include "raw_client.h"

namespace chillin::net::testing {

/// Waits until `condition` holds, at most ten seconds. For what only another thread can bring about and nobody signals.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

/// A flag one thread sets and another waits for.
class Signal {
 public:
  void set() {
    std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

/// A real server on a free port of the loopback.
class TestServer {
 public:
  explicit TestServer(HttpServer::Handler handler, HttpServerOptions options = {}, int loops = 1,
                      std::size_t body_limit = 1'000'000)
      : loops_(loops),
        server_(std::make_unique<HttpServer>(loops_, options, std::move(handler),
                                             [body_limit](const HttpRequest&) { return body_limit; })) {
    auto port = server_->listen("127.0.0.1", 0);
    EXPECT_TRUE(port.ok());
    if (port.ok()) port_ = *port;
  }
  ~TestServer() { stop(); }

  void stop() { loops_.stop(); }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] HttpServer& server() { return *server_; }
  [[nodiscard]] LoopGroup& loops() { return loops_; }

 private:
  LoopGroup loops_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

/// Answers every request with its method, target and body.
inline void echo_request(const std::shared_ptr<HttpExchange>& exchange) {
  const HttpRequest& request = exchange->request();
  HttpResponse response;
  response.headers = {{"Content-Type", "text/plain"}};
  response.body = request.method + " " + request.target + " " + request.body;
  exchange->respond(std::move(response));
}

}  // namespace chillin::net::testing
