#include "storage/sqlite/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace chillin::storage {

namespace {

using Code = util::Error::Code;

std::string holder(int fd) {
  std::array<char, 24> text{};
  const ssize_t n = ::pread(fd, text.data(), text.size(), 0);
  std::string pid;
  for (ssize_t i = 0; i < n && text[static_cast<std::size_t>(i)] >= '0' && text[static_cast<std::size_t>(i)] <= '9';
       ++i) {
    pid += text[static_cast<std::size_t>(i)];
  }
  return pid.empty() ? "another process" : "another process (pid " + pid + ")";
}

}  // namespace

util::Result<DataFolder> DataFolder::lock(const std::string& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure)
    return util::Error{Code::kUnavailable, "the data folder " + path + " cannot be made: " + failure.message()};
  const std::string file = path + "/chillin.lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return util::Error{Code::kUnavailable, "the data folder " + path + " is not writable: " + std::strerror(errno)};
  }
  DataFolder folder(path, fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return util::Error{Code::kConflict, "the data folder " + path + " is in use by " + holder(fd)};
    }
    return util::Error{Code::kUnavailable, "the data folder " + path + " cannot be locked: " + std::strerror(errno)};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return util::Error{Code::kUnavailable, "the data folder " + path + " is not writable: " + std::strerror(errno)};
  }
  return folder;
}

DataFolder::~DataFolder() {
  // The file stays: removing it would let two processes hold locks on two files of the same name.
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace chillin::storage
