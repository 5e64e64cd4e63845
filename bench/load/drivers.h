#pragma once

#include <cstdint>
#include <vector>

#include "load/options.h"
#include "load/worker.h"

namespace chillin::bench {

/// Sends at a fixed pace, in turn from every connection and so into every room. A send that is late counts its latency
/// from when it was due, so that a server that stalls cannot hide it by stalling the generator.
class RateDriver : public Driver {
 public:
  RateDriver(const Options& options, Worker& worker);
  uint64_t tick(uint64_t now_ns) override;
  void on_ack(Connection&) override {}

 private:
  Worker& worker_;
  const double interval_ns_;
  uint64_t begin_ns_ = 0;
  uint64_t sent_ = 0;
};

/// Every sender keeps a number of messages in flight: each acknowledgement is answered with the next message.
class WindowDriver : public Driver {
 public:
  /// The first `senders_per_room` members of each room send.
  WindowDriver(const Options& options, Worker& worker, uint32_t senders_per_room);
  uint64_t tick(uint64_t now_ns) override;
  void on_ack(Connection& connection) override;

 private:
  const Options& options_;
  Worker& worker_;
  const uint32_t senders_per_room_;
  bool begun_ = false;
};

}  // namespace chillin::bench
