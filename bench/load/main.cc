#include <sys/resource.h>

#include <cstdio>

#include "load/options.h"
#include "load/report.h"
#include "load/scenarios.h"

int main(int argc, char** argv) {
  using namespace chillin::bench;
  const Options options = parse_options(argc, argv);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < options.connections + 32) {
      std::fprintf(stderr, "bench_load: %u connections need more open files than the limit of %llu\n",
                   options.connections, static_cast<unsigned long long>(files.rlim_cur));
      return 2;
    }
  }
  Report report;
  const bool good = run_scenario(options, report);
  report.add("verdict", good ? "good" : "trouble");
  if (options.json) {
    report.print_json();
  } else {
    report.print_table();
  }
  return good || !options.strict ? 0 : 1;
}
