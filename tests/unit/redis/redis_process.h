#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace chillin::test {

/// A port that nobody listens on now.
inline std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool ok = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(fd);
  if (!ok) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

/// Waits until `done()`, at most `limit`; false: it did not come true.
template <class Predicate>
bool eventually(Predicate done, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// A real redis-server (or Sentinel) in a folder of its own on a free port of the loopback, without persistence: a
/// restart finds it empty. Killed with the object.
class RedisProcess {
 public:
  explicit RedisProcess(std::vector<std::string> arguments = {}, std::uint16_t port = free_port())
      : port_(port), arguments_(std::move(arguments)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "chillin-redis-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
    start();
  }
  ~RedisProcess() {
    kill();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;

  /// One for the whole test program, for tests that neither stop it nor mind other keys.
  static RedisProcess& shared() {
    static RedisProcess process;
    return process;
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

  void start() {
    std::vector<std::string> all{"redis-server"};
    const bool has_config = !arguments_.empty() && !arguments_[0].starts_with("--");
    if (!has_config) {
      for (const char* a : {"--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"}) all.emplace_back(a);
    }
    all.insert(has_config ? all.begin() + 1 : all.end(), arguments_.begin(), arguments_.end());
    for (const std::string& a : {std::string("--dir"), folder_, std::string("--bind"), std::string("127.0.0.1"),
                                 std::string("--logfile"), folder_ + "/log"}) {
      all.push_back(a);
    }
    if (std::find(arguments_.begin(), arguments_.end(), "--tls-port") == arguments_.end()) {
      all.emplace_back("--port");
      all.push_back(std::to_string(port_));
    }
    std::vector<char*> argv;
    for (std::string& a : all) argv.push_back(a.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      const int nowhere = ::open("/dev/null", O_RDWR);
      for (int fd = 0; fd < 3; ++fd) ::dup2(nowhere, fd);
      ::execvp("redis-server", argv.data());
      ::_exit(127);
    }
    if (!eventually([this] { return listens(); })) throw std::runtime_error("redis-server does not listen");
  }
  /// As by kill -9.
  void kill() { end(SIGKILL); }
  void freeze() const { ::kill(pid_, SIGSTOP); }
  void thaw() const { ::kill(pid_, SIGCONT); }

 private:
  [[nodiscard]] bool listens() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool ok = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return ok;
  }
  void end(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGCONT);
    ::kill(pid_, signal);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }

  std::uint16_t port_;
  std::vector<std::string> arguments_;
  std::string folder_;
  pid_t pid_ = 0;
};

}  // namespace chillin::test
