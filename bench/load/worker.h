#pragma once

#include <netinet/in.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "load/connection.h"
#include "load/histogram.h"
#include "load/options.h"

namespace chillin::bench {

/// What all workers of a run share. Thread-safe.
struct Shared {
  static constexpr size_t kParts = 10;

  std::atomic<uint32_t> joined{0};
  /// Server CPU when joined reached i/10 of all connections; [0] is set before the first.
  std::atomic<uint64_t> cpu_at_part[kParts + 1] = {};
  std::atomic<bool> complained{false};  // only the first of a flood of identical troubles is printed

  /// Which server each connection is on, by the number of its first appearance: behind a load balancer only the session
  /// id tells. Written by the connection's worker while it connects, read by all of them in later phases.
  std::vector<uint8_t> server_of;
  /// The number of the server that made this session id: two characters, its SERVER_ID, '_', the rest. Thread-safe.
  uint8_t server_of_session(std::string_view sid);
  size_t servers();

 private:
  std::mutex mutex_;
  std::vector<std::string> tags_;
};

/// Counted since the worker began; a window is the difference of two copies.
struct Counters {
  uint64_t deliveries = 0;  // message events with a seq
  uint64_t bytes = 0;       // of those, with their frame headers
  uint64_t acked = 0;
  uint64_t refused = 0;  // acknowledged with an error
  uint64_t recvs = 0;
  uint64_t frames = 0;
  uint64_t lost = 0;     // holes in seq
  uint64_t doubled = 0;  // a seq at or below the one before it: a duplicate or a reordering
  uint64_t closed = 0;   // connections that the server ended or that failed
};

/// Told of what happens to connections. Called on the worker's thread, never for single deliveries.
class Driver {
 public:
  virtual ~Driver() = default;
  /// Time is `now_ns`; do what is due and return when to be called next (0: nothing is planned).
  virtual uint64_t tick(uint64_t now_ns) = 0;
  /// One message of `connection` was acknowledged (or came back, with the floor).
  virtual void on_ack(Connection& connection) = 0;
};

/// A loop over the connections first, first + stride, ... of the run.
/// Confined to: the thread that calls its methods; between phases that may be another thread.
class Worker {
 public:
  Worker(const Options& options, Shared& shared, uint32_t first, uint32_t stride, std::string name_prefix);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Opens connections until `count` of this worker's are joined (or have failed), `concurrency` at a time.
  void connect(uint32_t count, uint32_t concurrency);
  /// Serves the connections until `until_ns`, or until the driver says `stop()`.
  void run(Driver* driver, uint64_t until_ns);
  void stop() { stopped_ = true; }
  void close_all();

  /// Sends one message from `connection`; written at the end of the turn. Its latency counts from `due_ns`.
  void send_message(Connection& connection, uint64_t due_ns);

  std::vector<Connection>& connections() { return connections_; }
  const Counters& counters() const { return counters_; }
  const std::vector<uint64_t>& acked_in_room() const { return acked_in_room_; }
  Histogram& handshakes() { return handshakes_; }
  Histogram& latencies() { return latencies_; }
  /// Of those, where sender and receiver are on one server, and where they are not.
  Histogram& same_server_latencies() { return same_server_; }
  Histogram& cross_server_latencies() { return cross_server_; }
  void measure_latency(bool on) {
    measure_latency_ = on;
    several_servers_ = shared_.servers() > 1;
  }

 private:
  void open_next();
  void on_event(Connection& c, uint32_t events);
  void on_readable(Connection& c);
  void consume(Connection& c, const char* data, size_t size);
  void on_http(Connection& c, const char*& data, size_t& size);
  void on_frame(Connection& c, uint8_t opcode, const char* payload, size_t size);
  void on_packet(Connection& c, const char* payload, size_t size);
  void on_message(Connection& c, const char* payload, size_t size);
  void on_ack_packet(Connection& c, const char* payload, size_t size);
  void on_joined(Connection& c);
  void acknowledged(Connection& c);
  std::string name_of(const Connection& c) const;
  void send_text(Connection& c, std::string_view payload);
  void flush(Connection& c);
  void flush_dirty();
  void poll(Connection& c, bool write);
  void turn(int timeout_ns);
  void fail(Connection& c, const std::string& what);
  void shut(Connection& c);

  const Options& options_;
  Shared& shared_;
  const uint32_t first_;
  const uint32_t stride_;
  const std::string name_prefix_;  // makes names and tempIds of this run unlike those of every other
  const std::string upgrade_tail_;
  sockaddr_in server_{};
  int epoll_ = -1;
  bool stopped_ = false;
  bool measure_latency_ = false;
  bool several_servers_ = false;
  uint32_t opened_ = 0;
  uint32_t pending_ = 0;  // handshakes in flight
  uint64_t turn_ns_ = 0;  // when the bytes at hand were read
  uint32_t mask_key_ = 0x5A17C3E9;
  std::vector<Connection> connections_;
  std::vector<Connection*> dirty_;
  std::vector<uint64_t> acked_in_room_;
  std::vector<char> buffer_;
  std::string scratch_;
  Driver* driver_ = nullptr;
  Counters counters_;
  Histogram handshakes_;
  Histogram latencies_;
  Histogram same_server_;
  Histogram cross_server_;
};

}  // namespace chillin::bench
