#include "app/secret.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "app/data_files.h"
#include "util/crypto.h"

namespace chillin::app {

namespace {

[[noreturn]] void fail(const std::string& path, const char* what) {
  throw std::runtime_error("cannot " + std::string(what) + " " + path + ": " + std::strerror(errno));
}

}  // namespace

std::string signing_secret(const Config& config) {
  if (!config.session_secret.empty()) return config.session_secret;
  static constexpr std::size_t kSize = 43;  // 256 bits in 6-bit characters
  const std::string path = config.data_dir + kSecretFile;
  const int made = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) {
    std::string secret = util::random_id(kSize);
    const bool written =
        write(made, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) && fsync(made) == 0;
    close(made);
    if (written) return secret;
    unlink(path.c_str());
    fail(path, "write");
  }
  if (errno != EEXIST) fail(path, "create");
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path, "open");
  std::string secret(kSize, '\0');
  const ssize_t n = read(fd, secret.data(), secret.size());
  close(fd);
  if (n != static_cast<ssize_t>(kSize))
    throw std::runtime_error(path + " is damaged: delete it to have a new one made");
  return secret;
}

}  // namespace chillin::app
