#include "gateway/delivery_meter.h"

#include "net/after_flush.h"
#include "socketio/batch_meter.h"
#include "util/metrics.h"

namespace chillin::gateway {

namespace {

namespace metrics = util::metrics;

constexpr std::size_t kCaughtUp = 2;
const metrics::Counter kDeliveries("chillin_deliveries_total", "Changes of rooms queued to sockets.",
                                   metrics::labels("path", {"same_server", "cross_server", "caught_up"}));
const metrics::Histogram kLatency("chillin_delivery_latency_seconds",
                                  "From the commit to the moment when the kernel was offered the bytes.",
                                  metrics::Scale::kSeconds, metrics::labels("path", {"same_server", "cross_server"}));

}  // namespace

void DeliveryMeter::begin(std::optional<chat::CommitStamp> stamp) {
  if (!metrics::enabled()) return;
  if (parts_.empty()) {
    net::after_flush(*net::Loop::current(), [this] { flushed(); });
  } else {
    end_part();
  }
  parts_.push_back({stamp, 0});
  part_began_at_ = socketio::batch_packets_queued();
}

void DeliveryMeter::end_part() {
  parts_.back().packets = socketio::batch_packets_queued() - part_began_at_;
}

void DeliveryMeter::flushed() {
  end_part();
  const auto now = metrics::now();
  for (const Part& part : parts_) {
    const auto packets = static_cast<std::int64_t>(part.packets);
    if (packets == 0) continue;
    if (!part.stamp) {
      kDeliveries.add_to(kCaughtUp, packets);
      continue;
    }
    const auto path = static_cast<std::size_t>(part.stamp->path);
    kDeliveries.add_to(path, packets);
    kLatency[path].observe(now - part.stamp->at, packets);
  }
  parts_.clear();
}

}  // namespace chillin::gateway
