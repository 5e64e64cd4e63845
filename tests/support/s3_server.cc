#include "support/s3_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "util/crypto.h"

namespace chillin::test {

namespace {

constexpr std::chrono::seconds kStartWithin{60};

// Reads until the line that says where it listens.
std::uint16_t read_port(int fd) {
  const auto deadline = std::chrono::steady_clock::now() + kStartWithin;
  std::string said;
  for (;;) {
    static constexpr std::string_view kLine = "listening on port ";
    const auto at = said.find(kLine);
    if (at != std::string::npos && said.find('\n', at) != std::string::npos) {
      return static_cast<std::uint16_t>(std::stoi(said.substr(at + kLine.size())));
    }
    pollfd waiting{fd, POLLIN, 0};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    char bytes[1024];
    const bool ready = left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) > 0;
    const ssize_t n = ready ? ::read(fd, bytes, sizeof bytes) : 0;
    if (n <= 0)
      throw std::runtime_error("the S3 service did not start (scripts/install-deps test installs it): " + said);
    said.append(bytes, static_cast<std::size_t>(n));
  }
}

}  // namespace

// Not in /tmp, which may be a tmpfs: that has no extended attributes.
S3Server::S3Server() : folder_("/var/tmp/chillin-s3-" + util::random_id(12)) {
  std::filesystem::create_directories(folder_);
  start();
}

S3Server::~S3Server() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

S3Server& S3Server::shared() {
  static S3Server server;
  return server;
}

void S3Server::start() {
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, out[1], 2);
  std::string python = "/usr/bin/python3";
  std::string script = CHILLIN_TEST_SUPPORT_DIR "/swift_s3.py";
  std::string folder = folder_;
  std::string port = std::to_string(port_);
  char* arguments[] = {python.data(), script.data(), folder.data(), port.data(), nullptr};
  const int failed = ::posix_spawn(&pid_, python.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  if (failed != 0) pid_ = -1;
  try {
    port_ = read_port(out[0]);
  } catch (...) {
    ::close(out[0]);
    kill();
    throw;
  }
  ::close(out[0]);
}

void S3Server::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void S3Server::freeze() const {
  ::kill(pid_, SIGSTOP);
}

void S3Server::thaw() const {
  ::kill(pid_, SIGCONT);
}

}  // namespace chillin::test
