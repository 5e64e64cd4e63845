#include "load/crew.h"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "common/probe_text.h"

namespace chillin::bench {
namespace {

/// Five letters and digits that differ from one run to the next: a durable server remembers names and rooms.
std::string run_prefix() {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz012345";
  uint64_t seed = (now_ns() / 1000) ^ (static_cast<uint64_t>(::getpid()) << 17);
  std::string out = "b";
  for (int i = 0; i < 5; ++i, seed >>= 5) out.push_back(kLetters[seed & 31]);
  return out;
}

}  // namespace

Crew::Crew(const Options& options) : options_(options) {
  shared_.server_of.resize(options.connections);
  const std::string prefix = run_prefix();
  for (uint32_t i = 0; i < options.threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(options, shared_, i, options.threads, prefix));
  }
}

void Crew::each(const std::function<void(Worker&, size_t)>& phase) {
  std::vector<std::thread> threads;
  for (size_t i = 1; i < workers_.size(); ++i) threads.emplace_back([&, i] { phase(*workers_[i], i); });
  phase(*workers_[0], 0);
  for (std::thread& thread : threads) thread.join();
}

void Crew::connect(uint32_t count) {
  const auto share = static_cast<uint32_t>((count + workers_.size() - 1) / workers_.size());
  const uint32_t concurrency = std::max<uint32_t>(1, options_.concurrency / options_.threads);
  each([&](Worker& worker, size_t) { worker.connect(share, concurrency); });
}

void Crew::idle(double seconds) {
  const uint64_t until = now_ns() + static_cast<uint64_t>(seconds * 1e9);
  each([&](Worker& worker, size_t) { worker.run(nullptr, until); });
}

void Crew::close_all() {
  for (const auto& worker : workers_) worker->close_all();
  shared_.joined = 0;
}

Counters Crew::counters() const {
  Counters sum;
  for (const auto& worker : workers_) {
    const Counters& one = worker->counters();
    sum.deliveries += one.deliveries;
    sum.bytes += one.bytes;
    sum.acked += one.acked;
    sum.refused += one.refused;
    sum.recvs += one.recvs;
    sum.frames += one.frames;
    sum.lost += one.lost;
    sum.doubled += one.doubled;
    sum.closed += one.closed;
  }
  return sum;
}

std::vector<uint64_t> Crew::acked_in_room() const {
  std::vector<uint64_t> sum(options_.rooms);
  for (const auto& worker : workers_) {
    for (size_t room = 0; room < sum.size(); ++room) sum[room] += worker->acked_in_room()[room];
  }
  return sum;
}

Histogram Crew::sum_of(Histogram& (Worker::*histogram)()) const {
  Histogram sum;
  for (const auto& worker : workers_) sum.merge((*worker.*histogram)());
  return sum;
}

Histogram Crew::handshakes() const {
  return sum_of(&Worker::handshakes);
}

Histogram Crew::latencies() const {
  return sum_of(&Worker::latencies);
}

Histogram Crew::same_server_latencies() const {
  return sum_of(&Worker::same_server_latencies);
}

Histogram Crew::cross_server_latencies() const {
  return sum_of(&Worker::cross_server_latencies);
}

}  // namespace chillin::bench
