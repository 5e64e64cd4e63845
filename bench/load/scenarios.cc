#include "load/scenarios.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#include "common/probe_text.h"
#include "load/crew.h"
#include "load/drivers.h"
#include "load/proc_stats.h"

namespace chillin::bench {
namespace {

double ms(uint64_t ns) {
  return static_cast<double>(ns) / 1e6;
}
double us_per(uint64_t ns, uint64_t count) {
  return count == 0 ? 0.0 : static_cast<double>(ns) / 1e3 / static_cast<double>(count);
}

/// Everything that is read at both ends of a measured window.
struct Snapshot {
  uint64_t at_ns = 0;
  uint64_t server_cpu_ns = 0;
  uint64_t own_cpu_ns = 0;
  MachineCpu machine;
  Counters counters;
};

void take_clocks(Snapshot& snapshot, pid_t pid) {
  snapshot.at_ns = now_ns();
  snapshot.server_cpu_ns = process_cpu_ns(pid);
  timespec own{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
  snapshot.own_cpu_ns = static_cast<uint64_t>(own.tv_sec) * 1'000'000'000ULL + static_cast<uint64_t>(own.tv_nsec);
  snapshot.machine = machine_cpu();
}

void add_cpu_shares(const Snapshot& a, const Snapshot& b, pid_t pid, Report& report) {
  const auto elapsed = static_cast<double>(b.at_ns - a.at_ns);
  const auto server = static_cast<double>(b.server_cpu_ns - a.server_cpu_ns) / elapsed;
  const auto own = static_cast<double>(b.own_cpu_ns - a.own_cpu_ns) / elapsed;
  if (pid != 0) report.add("server_cores", server);
  report.add("load_cores", own);
  // What others on this machine took in the same time: a figure measured beside much of it says little.
  const auto busy = static_cast<double>(b.machine.busy_ns - a.machine.busy_ns) / elapsed;
  report.add("other_cores", pid == 0 ? 0.0 : std::max(0.0, busy - server - own));
  report.add("steal_cores", static_cast<double>(b.machine.steal_ns - a.machine.steal_ns) / elapsed);
}

void add_latency(const char* name, const Histogram& latency, Report& report) {
  const std::string prefix = name;
  report.add(prefix + "_p50_ms", ms(latency.percentile(0.50)));
  report.add(prefix + "_p99_ms", ms(latency.percentile(0.99)));
  report.add(prefix + "_p999_ms", ms(latency.percentile(0.999)));
  report.add(prefix + "_max_ms", ms(latency.max()));
}

/// Waits until nothing is in flight and everybody has seen every acknowledged message of its room; gives up when
/// nothing has arrived for 3 s, or after 20 s.
void drain(Crew& crew) {
  uint64_t frames = 0;
  for (int i = 0, quiet = 0; i < 200 && quiet < 30; ++i) {
    crew.idle(0.1);
    const std::vector<uint64_t> acked = crew.acked_in_room();
    bool complete = true;
    for (const auto& worker : crew.workers()) {
      for (const Connection& c : worker->connections()) {
        complete = complete && (c.stage != Stage::kJoined || (c.in_flight == 0 && c.received >= acked[c.room]));
      }
    }
    if (complete) return;
    const uint64_t now = crew.counters().frames;
    quiet = now == frames ? quiet + 1 : 0;
    frames = now;
  }
}

/// Every member must have seen each acknowledged message of its room once, in order of seq.
bool check_deliveries(Crew& crew, Report& report) {
  const Counters counters = crew.counters();
  const std::vector<uint64_t> acked = crew.acked_in_room();
  uint64_t missing = 0;
  uint64_t extra = 0;
  uint64_t unanswered = 0;
  for (const auto& worker : crew.workers()) {
    for (const Connection& c : worker->connections()) {
      if (c.stage != Stage::kJoined) continue;
      unanswered += c.in_flight;
      if (c.received < acked[c.room]) missing += acked[c.room] - c.received;
      if (c.received > acked[c.room]) extra += c.received - acked[c.room];
    }
  }
  // A message that was sent but not acknowledged may have been delivered all the same; only without such is it too
  // many.
  if (unanswered > 0 || counters.refused > 0) extra = 0;
  report.add("lost", std::max(missing, counters.lost));
  report.add("duplicates_or_reordered", counters.doubled + extra);
  report.add("refused", counters.refused);
  report.add("unanswered", unanswered);
  report.add("closed", counters.closed);
  return missing == 0 && extra == 0 && unanswered == 0 && counters.lost == 0 && counters.doubled == 0 &&
         counters.refused == 0 && counters.closed == 0;
}

std::unique_ptr<Driver> make_driver(const Options& options, Worker& worker) {
  switch (options.mode) {
    case Mode::kRate:
      return std::make_unique<RateDriver>(options, worker);
    case Mode::kSends:
      return std::make_unique<WindowDriver>(options, worker, options.connections);
    default:
      return std::make_unique<WindowDriver>(options, worker, options.senders);
  }
}

bool run_traffic(const Options& options, Report& report) {
  Crew crew(options);
  crew.connect(options.connections);
  if (crew.shared().joined != options.connections) {
    report.add("joined", static_cast<uint64_t>(crew.shared().joined));
    report.add("failed", "not every connection could join");
    return false;
  }
  // Member lists and notices of the joins go out up to a second later; they belong to no measured window.
  crew.idle(options.protocol == Protocol::kFloor ? 0.2 : 1.5);

  std::vector<std::unique_ptr<Driver>> drivers;
  for (const auto& worker : crew.workers()) drivers.push_back(make_driver(options, *worker));
  const uint64_t begin = now_ns() + static_cast<uint64_t>(options.warmup_s * 1e9);
  const uint64_t end = begin + static_cast<uint64_t>(options.duration_s * 1e9);

  crew.each([&](Worker& worker, size_t i) { worker.run(drivers[i].get(), begin); });
  Snapshot a;
  take_clocks(a, options.pid);
  a.counters = crew.counters();
  crew.each([&](Worker& worker, size_t i) {
    worker.measure_latency(true);
    worker.run(drivers[i].get(), end);
    worker.measure_latency(false);
  });
  Snapshot b;
  take_clocks(b, options.pid);
  b.counters = crew.counters();
  drain(crew);

  const double seconds = static_cast<double>(b.at_ns - a.at_ns) / 1e9;
  const uint64_t deliveries = b.counters.deliveries - a.counters.deliveries;
  const uint64_t acked = b.counters.acked - a.counters.acked;
  report.add("seconds", seconds);
  report.add("deliveries", deliveries);
  report.add("deliveries_per_s", static_cast<double>(deliveries) / seconds);
  report.add("acked_sends_per_s", static_cast<double>(acked) / seconds);
  if (options.pid != 0) {
    report.add("cpu_us_per_delivery", us_per(b.server_cpu_ns - a.server_cpu_ns, deliveries));
    report.add("cpu_us_per_send", us_per(b.server_cpu_ns - a.server_cpu_ns, acked));
    report.add("server_rss_mib", static_cast<double>(process_rss_bytes(options.pid)) / 1048576.0);
  }
  add_cpu_shares(a, b, options.pid, report);
  add_latency("latency", crew.latencies(), report);
  if (crew.shared().servers() > 1) {
    report.add("servers", static_cast<uint64_t>(crew.shared().servers()));
    add_latency("same_server", crew.same_server_latencies(), report);
    add_latency("cross_server", crew.cross_server_latencies(), report);
  }
  const auto per = [](uint64_t what, uint64_t of) {
    return of == 0 ? 0.0 : static_cast<double>(what) / static_cast<double>(of);
  };
  report.add("bytes_per_delivery", per(b.counters.bytes - a.counters.bytes, deliveries));
  report.add("frames_per_recv", per(b.counters.frames - a.counters.frames, b.counters.recvs - a.counters.recvs));
  return check_deliveries(crew, report);
}

void add_memory(const char* name, uint64_t before, uint64_t now, uint32_t connections, Report& report) {
  const double grown = static_cast<double>(now) - static_cast<double>(before);
  report.add(name, grown / connections);
}

bool run_connections(const Options& options, Report& report) {
  Crew crew(options);
  const uint64_t fresh_rss = process_rss_bytes(options.pid);
  uint64_t warm_rss = 0;
  if (options.warm > 0) {
    crew.connect(std::min(options.warm, options.connections));
    crew.close_all();
    crew.idle(1.5);
    warm_rss = process_rss_bytes(options.pid);
  }
  Snapshot a;
  take_clocks(a, options.pid);
  crew.shared().cpu_at_part[0] = a.server_cpu_ns;
  crew.connect(options.connections);
  Snapshot b;
  take_clocks(b, options.pid);
  crew.idle(options.hold_s);
  const uint64_t settled_cpu = process_cpu_ns(options.pid);
  const uint64_t held_rss = process_rss_bytes(options.pid);

  const uint32_t joined = crew.shared().joined;
  report.add("joined", static_cast<uint64_t>(joined));
  report.add("seconds", static_cast<double>(b.at_ns - a.at_ns) / 1e9);
  report.add("handshakes_per_s", joined * 1e9 / static_cast<double>(b.at_ns - a.at_ns));
  if (options.pid != 0) {
    report.add("cpu_us_per_handshake", us_per(b.server_cpu_ns - a.server_cpu_ns, joined));
    // With what the server still does about the joins after the last one was acknowledged.
    report.add("cpu_us_per_handshake_settled", us_per(settled_cpu - a.server_cpu_ns, joined));
    std::vector<double> tenths;
    for (size_t i = 1; i <= Shared::kParts; ++i) {
      const uint64_t from = crew.shared().cpu_at_part[i - 1];
      const uint64_t to = crew.shared().cpu_at_part[i];
      const uint64_t count =
          uint64_t{options.connections} * i / Shared::kParts - uint64_t{options.connections} * (i - 1) / Shared::kParts;
      tenths.push_back(to > from ? us_per(to - from, count) : 0.0);
    }
    report.add("cpu_us_last_tenth", tenths.back());
    report.add("cpu_us_by_tenth", tenths);
    report.add("rss_fresh_mib", static_cast<double>(fresh_rss) / 1048576.0);
    report.add("rss_held_mib", static_cast<double>(held_rss) / 1048576.0);
    add_memory("bytes_per_connection", fresh_rss, held_rss, options.connections, report);
    if (warm_rss != 0) add_memory("bytes_per_connection_warm", warm_rss, held_rss, options.connections, report);
  }
  add_cpu_shares(a, b, options.pid, report);
  add_latency("handshake", crew.handshakes(), report);
  const Counters counters = crew.counters();
  report.add("closed", counters.closed);
  return joined == options.connections && counters.closed == 0;
}

}  // namespace

bool run_scenario(const Options& options, Report& report) {
  report.add("mode", mode_name(options.mode));
  report.add("protocol", options.protocol == Protocol::kFloor ? "floor" : "socketio");
  report.add("connections", static_cast<uint64_t>(options.connections));
  report.add("rooms", static_cast<uint64_t>(options.rooms));
  if (options.mode == Mode::kHandshake || options.mode == Mode::kIdle) return run_connections(options, report);
  return run_traffic(options, report);
}

}  // namespace chillin::bench
