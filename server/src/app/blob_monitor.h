#pragma once

#include <atomic>
#include <memory>

#include "chat/service.h"
#include "net/loop.h"

namespace chillin::app {

/// Looks after the files every few seconds: whether their store is there, for the log and a metric (and S3's bucket is
/// made on the way), and what has expired, which it removes. Confined to: its loop; up() is thread-safe.
class BlobMonitor {
 public:
  /// Begins at once, on `loop`. Destroy it when the loop has stopped.
  BlobMonitor(net::Loop& loop, chat::Service& service);
  BlobMonitor(const BlobMonitor&) = delete;
  BlobMonitor& operator=(const BlobMonitor&) = delete;

  /// Whether the store answered when it was asked last; true before the first answer.
  [[nodiscard]] bool up() const noexcept { return up_.load(std::memory_order_relaxed); }

 private:
  void look();
  util::Task<void> look_now();

  net::Loop& loop_;
  chat::Service& service_;
  std::atomic<bool> up_{true};
  bool known_ = false;  ///< whether there was an answer yet
  std::unique_ptr<net::Timer> timer_;
};

}  // namespace chillin::app
