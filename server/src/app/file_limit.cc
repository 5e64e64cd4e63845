#include "app/file_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace chillin::app {

FileLimit raise_file_limit() {
  static constexpr rlim_t kWanted = 1'048'576;
  // Database, its readers, WAL and lock file, blobs being read, the listeners and standard streams.
  static constexpr std::size_t kReserve = 128;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < kWanted) {
    const rlimit higher{kWanted, kWanted};
    setrlimit(RLIMIT_NOFILE, &higher);  // refused without CAP_SYS_RESOURCE: then the hard limit below is what there is
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur < limit.rlim_max) {
    const rlimit soft{std::min(limit.rlim_max, kWanted), limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &soft);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  FileLimit out;
  out.open_files = static_cast<std::size_t>(limit.rlim_cur);
  out.connections = out.open_files > 2 * kReserve ? out.open_files - kReserve : out.open_files / 2;
  return out;
}

}  // namespace chillin::app
