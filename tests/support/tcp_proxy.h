#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace chillin::test {

/// A way to a server that can be cut, held and lengthened. Listens on 127.0.0.1; a thread of its own carries the bytes.
/// Thread-safe.
class TcpProxy {
 public:
  /// Leads to 127.0.0.1:`port`.
  explicit TcpProxy(int port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }

  /// New connections are refused (closed at once) and existing ones closed, until restored.
  void cut();
  void restore() { refusing_ = false; }
  /// Every byte takes that much longer, in each direction.
  void delay(int milliseconds) { delay_ms_ = milliseconds; }

  /// The next connection that has something to send sends it, but its client never sees an answer: at the first byte of
  /// the answer its side is closed.
  void lose_next_answer() { trap_ = Trap::kAnswer; }
  /// The next connection that has something to send is closed towards its client; what it wanted to send is held.
  void hold_next_request() { trap_ = Trap::kRequest; }
  /// Whether the trap has been sprung.
  [[nodiscard]] bool sprung() const { return trap_ == Trap::kNone; }
  /// The held request goes to the server now.
  void deliver_held() { delivering_ = true; }

 private:
  enum class Trap { kNone, kAnswer, kRequest };
  struct Pair;
  void run();
  void accept_one();
  bool carry(Pair& pair);

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> refusing_{false};
  std::atomic<bool> closing_{false};
  std::atomic<bool> delivering_{false};
  std::atomic<int> delay_ms_{0};
  std::atomic<Trap> trap_{Trap::kNone};
  std::list<Pair> pairs_;  // confined to: its thread
  std::thread thread_;
};

}  // namespace chillin::test
