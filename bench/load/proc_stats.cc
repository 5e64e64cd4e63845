#include "load/proc_stats.h"

#include <time.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

namespace chillin::bench {
namespace {

/// The number of kB behind `label` in a /proc file of "Label:   123 kB" lines; 0 when it is not there.
uint64_t read_kb(const std::string& path, const std::string& label) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(label, 0) == 0) return std::stoull(line.substr(label.size()));
  }
  return 0;
}

}  // namespace

uint64_t process_cpu_ns(pid_t pid) {
  if (pid == 0) return 0;
  clockid_t clock{};
  if (::clock_getcpuclockid(pid, &clock) != 0) return 0;
  timespec ts{};
  if (::clock_gettime(clock, &ts) != 0) return 0;
  return static_cast<uint64_t>(ts.tv_sec) * 1'000'000'000ULL + static_cast<uint64_t>(ts.tv_nsec);
}

uint64_t process_rss_bytes(pid_t pid) {
  if (pid == 0) return 0;
  const std::string base = "/proc/" + std::to_string(pid);
  if (const uint64_t exact = read_kb(base + "/smaps_rollup", "Rss:"); exact != 0) return exact * 1024;
  return read_kb(base + "/status", "VmRSS:") * 1024;
}

MachineCpu machine_cpu() {
  std::ifstream file("/proc/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream in(line);
  std::string label;
  in >> label;
  // user nice system idle iowait irq softirq steal
  std::array<uint64_t, 8> ticks{};
  for (auto& value : ticks) in >> value;
  const uint64_t tick_ns = 1'000'000'000ULL / static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  return {(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) * tick_ns, ticks[7] * tick_ns};
}

}  // namespace chillin::bench
