#include "storage/sqlite/wal_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace chillin::storage {

void preallocate_wal(const std::string& path, std::int64_t bytes) {
  // Closing a second descriptor is harmless here: SQLite's locks are on the database and its -shm file, not on the log.
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  struct stat now{};
  if (::fstat(fd, &now) == 0 && now.st_size < bytes) {
    const std::vector<char> zeros(std::size_t{1} << 20);
    std::int64_t at = now.st_size;
    while (at < bytes) {
      const auto step = std::min<std::int64_t>(bytes - at, static_cast<std::int64_t>(zeros.size()));
      const ssize_t n = ::pwrite(fd, zeros.data(), static_cast<std::size_t>(step), at);
      if (n <= 0) break;
      at += n;
    }
    if (at < bytes && ::ftruncate(fd, now.st_size) != 0) {
      // Then it is longer than it was, which does no harm either.
    }
    ::fsync(fd);
  }
  ::close(fd);
}

}  // namespace chillin::storage
