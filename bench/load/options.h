#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace chillin::bench {

enum class Mode { kHandshake, kIdle, kRate, kSaturate, kSends };
enum class Protocol { kSocketIo, kFloor };

/// What to do, as given on the command line. Times are seconds; 0 has the meaning told at each.
struct Options {
  Mode mode = Mode::kRate;
  Protocol protocol = Protocol::kSocketIo;
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  pid_t pid = 0;  // 0: the server's CPU and memory are not read
  uint32_t connections = 1000;
  uint32_t rooms = 10;        // connection i is in room i % rooms
  uint32_t senders = 1;       // saturate: senders in each room
  uint32_t window = 16;       // saturate, sends: messages a sender has in flight
  uint32_t rate = 10'000;     // rate: deliveries per second, over all rooms
  uint32_t concurrency = 64;  // handshakes in flight
  uint32_t sources = 8;       // loopback source addresses, 127.0.0.1 and up
  uint32_t threads = 1;
  uint32_t text_bytes = 64;
  uint32_t warm = 0;      // idle: connections opened and closed before the second baseline
  double warmup_s = 1;    // traffic before the measured window
  double duration_s = 5;  // the measured window
  double hold_s = 3;      // handshake, idle: how long to stay connected before reading memory and settled CPU
  bool json = false;
  bool strict = false;  // exit with 1 when anything was lost, doubled, reordered, refused or closed
};

/// Parses the command line; on a mistake prints one line to stderr and exits with 2, on --help prints and exits with 0.
Options parse_options(int argc, char** argv);

const char* mode_name(Mode mode);

}  // namespace chillin::bench
