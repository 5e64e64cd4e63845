#include "load/drivers.h"

#include "common/probe_text.h"

namespace chillin::bench {

RateDriver::RateDriver(const Options& options, Worker& worker)
    : worker_(worker),
      interval_ns_(1e9 * (static_cast<double>(options.connections) / options.rooms) * options.threads / options.rate) {}

uint64_t RateDriver::tick(uint64_t now_ns) {
  if (begin_ns_ == 0) begin_ns_ = now_ns;
  std::vector<Connection>& all = worker_.connections();
  for (;;) {
    const uint64_t due = begin_ns_ + static_cast<uint64_t>(static_cast<double>(sent_) * interval_ns_);
    if (due > now_ns) return due;
    Connection& c = all[sent_ % all.size()];
    ++sent_;
    if (c.stage == Stage::kJoined) worker_.send_message(c, due);
  }
}

WindowDriver::WindowDriver(const Options& options, Worker& worker, uint32_t senders_per_room)
    : options_(options), worker_(worker), senders_per_room_(senders_per_room) {}

uint64_t WindowDriver::tick(uint64_t) {
  if (begun_) return 0;
  begun_ = true;
  for (Connection& c : worker_.connections()) {
    if (c.stage != Stage::kJoined || c.index / options_.rooms >= senders_per_room_) continue;
    for (uint32_t i = 0; i < options_.window; ++i) worker_.send_message(c, now_ns());
  }
  return 0;
}

void WindowDriver::on_ack(Connection& connection) {
  worker_.send_message(connection, now_ns());
}

}  // namespace chillin::bench
