#pragma once

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engineio/server.h"
#include "net/loop.h"
#include "socketio/hub.h"

namespace chillin::socketio::testing_support {

/// Runs `f` on the loop's thread, waits for it and gives what it returns.
template <class F>
auto on_loop(net::Loop& loop, F f) {
  using R = std::invoke_result_t<F>;
  std::promise<R> promise;
  loop.post([&] {
    if constexpr (std::is_void_v<R>) {
      f();
      promise.set_value();
    } else {
      promise.set_value(f());
    }
  });
  return promise.get_future().get();
}

/// Waits until everything posted so far, and what that posts in turn (three rounds), has run on every loop.
inline void settle(net::LoopGroup& loops) {
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < loops.size(); ++i) on_loop(loops.at(i), [] {});
  }
}

/// The Engine.IO side of one client, in memory: keeps what the server sends, and plays the client's messages. What a
/// Socket.IO server does above its connections is tested on it; the real ones are tested with the official clients.
/// Confined to: its loop.
class RecordingConn final : public engineio::Socket {
 public:
  RecordingConn(net::Loop& loop, std::string id, int protocol) : loop_(loop), id_(std::move(id)), protocol_(protocol) {
    handshake_ = {.headers = {{"user-agent", "test"}}, .query = "EIO=4&token=abc", .address = "192.0.2.1"};
  }

  // engineio::Socket
  [[nodiscard]] const std::string& id() const noexcept override { return id_; }
  [[nodiscard]] int protocol() const noexcept override { return protocol_; }
  [[nodiscard]] engineio::TransportKind transport() const noexcept override {
    return engineio::TransportKind::kWebSocket;
  }
  [[nodiscard]] net::Loop& loop() noexcept override { return loop_; }
  [[nodiscard]] const engineio::Handshake& handshake() const noexcept override { return handshake_; }
  void release_handshake() noexcept override { handshake_ = {}; }
  void set_handler(engineio::SocketHandler* handler) noexcept override { handler_ = handler; }
  void send(const engineio::EncodedPtr& batch, std::size_t first, std::size_t count) override {
    ++runs;
    for (std::size_t i = first; i < first + count; ++i) keep(batch->data(i), batch->binary(i));
  }
  void send_text(std::string_view data) override { keep(data, false); }
  void send_binary(std::string_view bytes) override { keep(bytes, true); }
  [[nodiscard]] bool writable() const noexcept override { return is_writable; }
  [[nodiscard]] std::size_t queued_bytes() const noexcept override { return 0; }
  void close() override {
    if (!open) return;
    open = false;
    loop_.post([this] { end("forced close"); });
  }

  // The client's side, on the loop.
  void client_sends(std::string_view text) {
    if (handler_ != nullptr) handler_->on_message(text, false);
  }
  void client_sends_bytes(std::string_view bytes) {
    if (handler_ != nullptr) handler_->on_message(bytes, true);
  }
  void drop(std::string_view reason) {
    if (!open) return;
    open = false;
    end(reason);
  }

  std::vector<std::string> received;  ///< text as it is, binary as "b:" and the bytes
  std::size_t runs = 0;               ///< calls of the shared send
  bool is_writable = true;
  bool open = true;

 private:
  void keep(std::string_view data, bool binary) {
    if (open) received.push_back(binary ? "b:" + std::string(data) : std::string(data));
  }
  void end(std::string_view reason) {
    if (auto* handler = std::exchange(handler_, nullptr)) handler->on_close(reason);
  }

  net::Loop& loop_;
  std::string id_;
  int protocol_;
  engineio::Handshake handshake_;
  engineio::SocketHandler* handler_ = nullptr;
};

/// Loops, a Hub, and clients on them. Everything a test does to a client runs on the client's loop.
class Bench {
 public:
  using Conn = std::shared_ptr<RecordingConn>;

  explicit Bench(int threads, Options options = {}) : loops(threads), hub(std::make_unique<Hub>(loops, options)) {}
  ~Bench() {
    loops.stop();
    hub.reset();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// A connection on loop `i` modulo their number. Protocol 4 is Engine.IO's revision 4: Socket.IO's 5.
  Conn connect(std::size_t i = 0, int protocol = 4) {
    net::Loop& loop = loops.at(i % loops.size());
    auto conn = std::make_shared<RecordingConn>(loop, "conn" + std::to_string(++made_), protocol);
    on_loop(loop, [&] { hub->add_client(conn); });
    return conn;
  }
  /// A client of "/" whose CONNECT has been answered and forgotten.
  Conn join(std::size_t i = 0) {
    Conn conn = connect(i);
    say(conn, "0");
    clear(conn);
    return conn;
  }
  void say(const Conn& conn, std::string_view text) {
    on_loop(conn->loop(), [&] { conn->client_sends(text); });
  }
  /// What has arrived, after everything under way.
  std::vector<std::string> heard(const Conn& conn) {
    settle(loops);
    return on_loop(conn->loop(), [&] { return conn->received; });
  }
  void clear(const Conn& conn) {
    settle(loops);
    on_loop(conn->loop(), [&] { conn->received.clear(); });
  }
  bool is_open(const Conn& conn) {
    settle(loops);
    return on_loop(conn->loop(), [&] { return conn->open; });
  }
  void drop(const Conn& conn, std::string_view reason = "transport close") {
    on_loop(conn->loop(), [&] { conn->drop(reason); });
    settle(loops);
  }

  net::LoopGroup loops;
  std::unique_ptr<Hub> hub;

 private:
  int made_ = 0;
};

/// The id in an answer to CONNECT: 0{"sid":"..."}.
inline std::string sid_of(const std::string& connect_answer) {
  const std::size_t at = connect_answer.find(R"("sid":")");
  return at == std::string::npos ? "" : connect_answer.substr(at + 7, connect_answer.find('"', at + 7) - at - 7);
}

}  // namespace chillin::socketio::testing_support
