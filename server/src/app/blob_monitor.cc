#include "app/blob_monitor.h"

#include <chrono>

#include "chat/sweep_uploads.h"
#include "util/log.h"

namespace chillin::app {

namespace {

constexpr std::chrono::milliseconds kEvery{3'000};

}  // namespace

BlobMonitor::BlobMonitor(net::Loop& loop, chat::Service& service) : loop_(loop), service_(service) {
  loop_.post([this] { look(); });
}

void BlobMonitor::look() {
  if (!timer_) timer_ = std::make_unique<net::Timer>(loop_, [this] { look(); });
  util::spawn(look_now());
}

util::Task<void> BlobMonitor::look_now() {
  const auto answer = co_await service_.blobs.probe();
  const bool is_up = answer.ok();
  if (!is_up && (up_ || !known_)) util::log_error("blob_store_down", {{"error", answer.error().detail}});
  if (is_up && !up_) util::log_info("blob_store_up");
  up_ = is_up;
  known_ = true;
  if (is_up) {
    const std::size_t removed = co_await chat::sweep_uploads(service_);
    if (removed > 0) util::log_info("uploads_removed", {{"count", static_cast<std::uint64_t>(removed)}});
  }
  timer_->arm(kEvery);
}

}  // namespace chillin::app
