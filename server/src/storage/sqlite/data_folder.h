#pragma once

#include <string>
#include <utility>

#include "util/result.h"

namespace chillin::storage {

/// The exclusive right to a data folder: at most one process has it (flock on DATA_DIR/chillin.lock, which the kernel
/// gives back however the process ends). Move-only; released at the end of its life.
class DataFolder {
 public:
  /// Makes the folder if it is not there. The error is one line for an operator: it names the folder and, where another
  /// process has it, that process.
  [[nodiscard]] static util::Result<DataFolder> lock(const std::string& path);

  DataFolder(DataFolder&& other) noexcept : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
  DataFolder& operator=(DataFolder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(fd_, other.fd_);
    return *this;
  }
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  ~DataFolder();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  DataFolder(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  int fd_ = -1;
};

}  // namespace chillin::storage
