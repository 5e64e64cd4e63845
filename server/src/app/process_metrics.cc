#include "app/process_metrics.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace chillin::app {

namespace {

struct Pages {
  double all = 0;
  double resident = 0;
};

Pages memory_pages() {
  Pages pages;
  std::ifstream("/proc/self/statm") >> pages.all >> pages.resident;
  return pages;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

rlim_t fd_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

// The number after `name` at the begin of a line.
double field(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr);
  }
  return 0;
}

// Reading the folder takes tens of milliseconds with 10,000 descriptors. Since Linux 6.2 it knows its size; before,
// poll() says in one call which numbers stand for nothing.
double open_fds() {
  struct stat folder{};
  if (::stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0) return static_cast<double>(folder.st_size);
  const auto table = static_cast<rlim_t>(field("/proc/self/status", "FDSize:"));
  std::vector<pollfd> fds(static_cast<std::size_t>(std::min(table, fd_limit())));
  for (std::size_t i = 0; i < fds.size(); ++i) fds[i].fd = static_cast<int>(i);
  if (::poll(fds.data(), fds.size(), 0) < 0) return 0;
  return static_cast<double>(
      std::count_if(fds.begin(), fds.end(), [](const pollfd& fd) { return (fd.revents & POLLNVAL) == 0; }));
}

double start_time() {
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  // Behind the name, which may hold anything, come the state and the fields from the fourth on; it is the 22nd.
  std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string skipped;
  for (int i = 3; i < 22; ++i) rest >> skipped;
  double ticks = 0;
  rest >> ticks;
  return field("/proc/stat", "btime ") + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

void write_process_metrics(MetricsWriter& m) {
  static const double began = start_time();
  const Pages memory = memory_pages();
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  m.family("process_cpu_seconds_total", "counter", "User and system time of all threads.").sample(cpu_seconds());
  m.family("process_resident_memory_bytes", "gauge", "Resident memory.").sample(memory.resident * page);
  m.family("process_virtual_memory_bytes", "gauge", "Virtual memory.").sample(memory.all * page);
  m.family("process_open_fds", "gauge", "Open descriptors.").sample(open_fds());
  m.family("process_max_fds", "gauge", "How many descriptors may be open.").sample(static_cast<double>(fd_limit()));
  m.family("process_start_time_seconds", "gauge", "Start of the process since 1970.").sample(began);
}

}  // namespace chillin::app
