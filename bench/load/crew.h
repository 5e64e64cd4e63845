#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "load/options.h"
#include "load/worker.h"

namespace chillin::bench {

/// All workers of a run, each on a thread of its own while a phase lasts.
/// Confined to: the main thread; between phases no worker runs.
class Crew {
 public:
  explicit Crew(const Options& options);

  /// Calls `phase(worker, number)` for every worker at once and returns when all have ended. With one worker it runs
  /// here.
  void each(const std::function<void(Worker&, size_t)>& phase);

  /// Opens `count` connections, spread over the workers, and waits until each is joined or has failed.
  void connect(uint32_t count);
  /// Answers pings and reads what comes for so long.
  void idle(double seconds);
  void close_all();

  Counters counters() const;
  /// Acknowledged messages per room, over all workers.
  std::vector<uint64_t> acked_in_room() const;
  Histogram handshakes() const;
  Histogram latencies() const;
  Histogram same_server_latencies() const;
  Histogram cross_server_latencies() const;

  Shared& shared() { return shared_; }
  std::vector<std::unique_ptr<Worker>>& workers() { return workers_; }

 private:
  [[nodiscard]] Histogram sum_of(Histogram& (Worker::*histogram)()) const;

  const Options& options_;
  Shared shared_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace chillin::bench
