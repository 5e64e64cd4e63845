#pragma once

#include <cstdint>
#include <string>

namespace chillin::bench {

/// What the epoll server does wrong on purpose, with every 20th message, so that the load generator's checks can be
/// checked.
enum class Fault { kNone, kLose, kRepeat };

struct FloorOptions {
  bool asio = false;
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  uint32_t threads = 1;
  uint32_t frame_bytes = 250;  // of a broadcast, with its frame header
  Fault fault = Fault::kNone;
};

}  // namespace chillin::bench
