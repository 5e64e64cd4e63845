#pragma once

#include <cstdint>
#include <string>

namespace chillin::bench {

enum class Stage : uint8_t {
  kUnused,
  kConnecting,  // TCP
  kUpgrading,   // waiting for the 101
  kOpening,     // waiting for the Engine.IO open packet
  kNamespace,   // waiting for the Socket.IO CONNECT reply
  kJoining,     // waiting for the acknowledgement of `join`
  kJoined,
  kClosed,
};

/// One client. Confined to: its Worker.
struct Connection {
  int fd = -1;
  Stage stage = Stage::kUnused;
  bool polls_write = false;  // EPOLLOUT is on, because `out` did not fit
  bool dirty = false;        // `out` is to be written at the end of this turn
  uint16_t seq_at = 0;       // where "seq": and the text stood in the last message; the next one is alike
  uint16_t text_at = 0;
  uint32_t index = 0;  // number among all connections, of all workers
  uint32_t room = 0;
  uint32_t in_flight = 0;  // messages sent and not yet acknowledged
  uint64_t next_ack = 0;   // Socket.IO ack id of the next event with an acknowledgement
  uint64_t sent = 0;
  uint64_t last_seq = 0;  // 0: no message seen yet
  uint64_t received = 0;  // messages with a seq
  uint64_t skip = 0;      // bytes of a frame that nobody reads, still to arrive
  uint64_t started_ns = 0;
  std::string stash;  // the beginning of a frame of which the rest has not arrived
  std::string out;    // bytes to write
};

}  // namespace chillin::bench
